"""Nights that must be over at a time: they are, also when everything takes longer than was thought."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from pipelines.nights.deadline import Pace, Work, deadline_utc, lengths, rehearse

BERLIN = ZoneInfo("Europe/Berlin")
HOUR = 3600.0


def works(cameras=10, recordings=24, video_s=HOUR):
    return [
        Work(f"{camera}-{n}", f"cam-{camera}", video_s)
        for n in range(recordings)
        for camera in range(cameras)
    ]


def took(night, speed):
    return {one.part: one.video_s * speed for one in night}


@pytest.mark.parametrize(
    ("now", "deadline"),
    [
        pytest.param("2026-10-06T02:30Z", "2026-10-06T04:00Z", id="before it in summer"),
        pytest.param("2026-10-06T04:00Z", "2026-10-07T04:00Z", id="at it: the next day's"),
        pytest.param("2026-10-24T05:00Z", "2026-10-25T05:00Z", id="over the end of summer time"),
        pytest.param("2026-03-28T06:00Z", "2026-03-29T04:00Z", id="over its beginning"),
    ],
)
def test_the_deadline_is_the_next_time_the_clock_of_the_site_shows_it(now, deadline):
    told = deadline_utc(time(6), BERLIN, datetime.fromisoformat(now).astimezone(UTC))
    assert told == datetime.fromisoformat(deadline)


def test_a_recording_of_unknown_length_is_taken_for_a_usual_one():
    nan = float("nan")
    assert lengths({"a": 60.0, "b": nan, "c": 80.0, "d": 70.0})["b"] == 70.0
    assert lengths({"a": nan}) == {"a": HOUR}


def test_without_a_deadline_everything_is_read():
    night = works()
    done = rehearse(night, Pace(float("inf"), {}), 2, took(night, 0.1))
    assert len(done.read) == len(night)
    assert done.end_s == pytest.approx(len(night) * 0.1 * HOUR / 2)


def test_a_night_that_fits_is_read_whole():
    night = works()
    whole_s = len(night) * 0.02 * HOUR / 2
    pace = Pace(1.1 * whole_s, {f"cam-{n}": 0.02 for n in range(10)})
    assert len(rehearse(night, pace, 2, took(night, 0.02)).read) == len(night)


@pytest.mark.parametrize("slower", [0.5, 1.0, 1.5, 3.0, 8.0])
def test_the_deadline_is_kept_however_slow_the_night_turns_out(slower):
    night, until_s = works(video_s=900.0), 2 * HOUR
    pace = Pace(until_s, {f"cam-{n}": 0.1 for n in range(10)})
    done = rehearse(night, pace, 2, took(night, 0.1 * slower))
    # Before the first recordings are done nobody can know: at most one per worker is late.
    assert done.end_s <= until_s
    # And the time is used: as much is read as fits, but for what caution costs at the end.
    possible = min(len(night), 2 * until_s / (90.0 * slower))
    assert len(done.read) >= 0.9 * possible - 4


def test_one_slow_camera_is_not_passed_over_for_the_quick_ones():
    night, speeds = works(cameras=4, video_s=900.0), {f"cam-{n}": 0.1 for n in range(4)}
    times = {one.part: one.video_s * (0.9 if one.camera_id == "cam-0" else 0.1) for one in night}
    done = rehearse(night, Pace(1.5 * HOUR, speeds), 2, times)
    counts = [sum(part.startswith(f"{n}-") for part in done.read) for n in range(4)]
    assert max(counts) - min(counts) <= 1
    assert sum(counts) < len(night)
    assert done.end_s <= 1.5 * HOUR


def test_speeds_that_vary_from_recording_to_recording_do_not_break_the_deadline():
    rng = np.random.default_rng(3)
    night = works(video_s=600.0)
    times = {one.part: one.video_s * 0.2 * rng.uniform(0.5, 1.25) for one in night}
    for until_s in (1800.0, 3600.0, 7200.0):
        done = rehearse(night, Pace(until_s, {f"cam-{n}": 0.2 for n in range(10)}), 3, times)
        assert done.end_s <= until_s


def test_a_recording_that_is_late_slows_the_plan_before_it_is_done():
    pace = Pace(HOUR, {"cam-0": 0.1, "cam-1": 0.1})
    one, other = Work("a", "cam-0", 6000.0), Work("b", "cam-1", 6000.0)
    pace.begin(one, 0.0)
    assert pace.expected_s(other, 300.0) == pytest.approx(600.0)
    assert pace.expected_s(other, 3000.0) > 1500.0


def test_a_night_that_is_over_before_it_begins_reads_nothing():
    night = works()
    assert rehearse(night, Pace(-1.0, {}), 2, took(night, 0.1)).read == ()
