"""A night that may end anywhere: the draw is fair, repeatable, and leaves rates unbiased."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from pipelines.exposure.clustered import clustered_rate
from pipelines.plans.sampling import LEFT_OUT, TOO_LONG, left_out, turns

DAY = datetime(2026, 10, 5, tzinfo=UTC)


@dataclass(frozen=True)
class Recorded:
    camera_id: str
    footage_id: str
    start_utc: datetime | None


def night(cameras=6, hours=range(24), minutes=15, day=DAY):
    """Return recordings of so many cameras, back to back in the given hours."""
    return [
        Recorded(
            f"cam-{camera}", f"{day:%d}{camera}h{hour}m{minute}", day + timedelta(hours=hour, minutes=minute)
        )
        for camera in range(cameras)
        for hour in hours
        for minute in range(0, 60, minutes)
    ]


def in_turn(recordings, site="depot"):
    drawn = turns(recordings, site, UTC)
    return sorted(recordings, key=lambda one: drawn[one.camera_id, one.footage_id])


def test_the_draw_depends_on_site_and_date_and_on_nothing_else():
    recordings = night()
    drawn = turns(recordings, "depot", UTC)
    assert turns(recordings[::-1], "depot", UTC) == drawn
    both = turns(recordings + night(day=DAY + timedelta(days=1)), "depot", UTC)
    assert {key: both[key] for key in drawn} == drawn
    assert turns(recordings, "yard", UTC) != drawn
    assert all(0.0 <= turn < 1.0 for turn in drawn.values())


def test_a_recording_without_a_start_has_no_turn():
    assert turns([Recorded("dock", "a", None)], "depot", UTC) == {}


@pytest.mark.parametrize("share", [0.1, 0.35, 0.8])
def test_at_any_point_each_camera_and_each_of_its_hours_has_had_its_share(share):
    recordings = night()
    read = in_turn(recordings)[: round(share * len(recordings))]
    of_camera = Counter(one.camera_id for one in read)
    # 24 hours of 4 recordings each; a stop within a round may cost a camera one more hour.
    assert max(of_camera.values()) - min(of_camera.values()) <= 5
    of_hour = Counter((one.camera_id, one.start_utc.hour) for one in read)
    counts = [of_hour[f"cam-{camera}", hour] for camera in range(6) for hour in range(24)]
    assert max(counts) - min(counts) <= 1


def test_every_camera_gets_its_first_hours_before_any_gets_its_last():
    order = in_turn(night(cameras=5, minutes=60))
    firsts = [one.camera_id for one in order[:5]]
    assert sorted(firsts) == [f"cam-{n}" for n in range(5)]
    ten = Counter(one.camera_id for one in order[:10])
    assert set(ten.values()) == {2}


def test_each_recording_has_the_same_chance_whatever_its_camera_and_hour_hold():
    recordings = night(cameras=2) + night(cameras=1, hours=(7,), minutes=5) + night(1, (3,), 60)
    recordings = [Recorded(one.camera_id, f"{n}", one.start_utc) for n, one in enumerate(recordings)]
    nights = 600
    drawn = [turns(recordings, f"site-{n}", UTC) for n in range(nights)]
    chosen = np.array([[draw[one.camera_id, one.footage_id] < 0.3 for one in recordings] for draw in drawn])
    standard_error = np.sqrt(0.3 * 0.7 / nights)
    assert np.abs(chosen.mean(axis=0) - 0.3).max() < 4.5 * standard_error


def test_rates_from_the_sample_are_unbiased_and_their_intervals_cover_the_whole_night():
    """Busy and quiet cameras and hours, lifts in bursts: what is read of a quarter stands for all of it."""
    rng = np.random.default_rng(5)
    recordings = night(cameras=8, minutes=20)
    busy = np.array([1.0 + 3.0 * (6 <= one.start_utc.hour < 14) for one in recordings])
    camera = np.array([int(one.camera_id[-1]) for one in recordings])
    person_h = rng.gamma(4.0, busy * (1.0 + camera) / 40.0)
    lifts = rng.poisson(person_h * (4.0 + 2.0 * busy) * rng.gamma(3.0, 1.0 / 3.0, len(recordings)))
    truth = lifts.sum() / person_h.sum()
    estimates, covered, plain = [], 0, 0
    for n in range(300):
        drawn = turns(recordings, f"site-{n}", UTC)
        read = np.array([drawn[one.camera_id, one.footage_id] < 0.25 for one in recordings])
        rate = clustered_rate(lifts[read], person_h[read])
        estimates.append(float(rate.value))
        covered += rate.low <= truth <= rate.high
        half = 1.96 * np.sqrt(lifts[read].sum()) / person_h[read].sum()
        plain += abs(rate.value - truth) <= half
    spread = np.std(estimates)
    assert np.mean(estimates) == pytest.approx(truth, abs=4.0 * spread / np.sqrt(300) + 0.005 * truth)
    assert covered / 300 >= 0.95
    # Bursts make lifts alike: an interval that takes them as independent would promise too much.
    assert plain < covered


def test_the_hours_that_come_first_would_not_have_done():
    """The same night read in the order of the clock tells the rate of its first hours, not of the day."""
    recordings = night(cameras=4, minutes=60)
    rate = np.array([2.0 if one.start_utc.hour < 6 else 10.0 for one in recordings])
    clock = sorted(range(len(recordings)), key=lambda n: recordings[n].start_utc)
    fair = {one: n for n, one in enumerate(recordings)}
    quarter = len(recordings) // 4
    drawn = [fair[one] for one in in_turn(recordings)[:quarter]]
    assert rate[clock[:quarter]].mean() == 2.0
    assert rate[drawn].mean() == pytest.approx(rate.mean(), abs=1.5)


def test_only_what_was_left_out_counts_as_left_out():
    reasons = [LEFT_OUT, TOO_LONG, "stopped after 10.0 min without a result", None]
    footage = pd.DataFrame({"status": "failed", "reason": pd.Series(reasons, dtype="str")})
    assert left_out(footage).tolist() == [True, True, False, False]
    assert not left_out(footage.assign(status="done")).any()
    assert left_out(footage.iloc[:0]).tolist() == []
