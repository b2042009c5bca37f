import math

import pytest

from detectors.frame_times import FrameTimes


def read(stamps, step_s=0.04, **known):
    times = FrameTimes(step_s, **known)
    return [times.add(stamp, None) for stamp in stamps], times.report(len(stamps))


def test_times_start_at_the_first_frame_whatever_the_clock_of_the_file():
    seconds, report = read([95443.7177, 95443.7577, 95443.8977])
    assert seconds == [0.0, 0.04, 0.18]
    assert report.end_s == pytest.approx(0.22)


def test_a_lost_timestamp_comes_one_step_after_the_last():
    assert read([None, None, 10.0, None, 10.08])[0] == [0.0, 0.04, 0.08, 0.12, 0.16]


def test_times_that_do_not_advance_are_dropped_and_counted():
    seconds, report = read([5.0, 5.04, 5.04, 5.0, 5.08])
    assert seconds == [0.0, 0.04, None, None, 0.08]
    assert (report.frames_decoded, report.frames_backwards) == (5, 2)


def test_a_clock_that_restarts_goes_on_where_it_was():
    seconds, report = read([0.0, 10.0, 20.0, 0.0, 10.0], step_s=10.0)
    assert seconds == [0.0, 10.0, 20.0, 30.0, 40.0]
    assert report.frames_backwards == 0


@pytest.mark.parametrize(
    ("stamps", "known", "missing_s", "seen_s"),
    [
        pytest.param([0, 0.5, 1, 1.5], {"declared_s": 2.0}, 0.0, 2.0, id="nothing lost"),
        pytest.param([0, 0.5, 1, 1.5], {"declared_s": 10.0}, 8.0, 2.0, id="end lost"),
        pytest.param([0, 0.5, 9, 9.5], {"declared_s": 10.0}, 8.0, 2.0, id="middle lost"),
        pytest.param([8, 8.5, 9, 9.5], {"declared_s": 10.0, "start_s": 0.0}, 8.0, 2.0, id="start lost"),
        pytest.param([3, 3.5, 6, 6.5], {"declared_s": 10.0, "start_s": 0.0}, 8.0, 2.0, id="all three"),
        pytest.param([0, 0.5, 1, 1.5], {}, 0.0, 2.0, id="duration unknown"),
        pytest.param([0, 0.5, 1, 1.5], {"declared_s": 2.3}, 0.0, 2.0, id="sound a little longer"),
        pytest.param([], {"declared_s": 10.0}, 10.0, 0.0, id="everything lost"),
    ],
)
def test_missing_and_seen_time(stamps, known, missing_s, seen_s):
    report = read(stamps, step_s=0.5, **known)[1]
    assert report.missing_s == pytest.approx(missing_s)
    assert report.seen_s == pytest.approx(seen_s)


def test_a_late_first_frame_tells_how_late():
    report = read([8.0, 8.5], step_s=0.5, start_s=0.0, declared_s=9.0)[1]
    assert report.first_s == 8.0
    assert math.isnan(read([])[1].first_s)


def test_damaged_frames_leave_the_clock_alone_but_a_long_run_of_them_is_missing():
    times = FrameTimes(0.04)
    times.add(0.0, 0.04)
    for _ in range(99):
        times.count_damaged()
    assert times.add(4.0, 0.04) == 4.0
    report = times.report(2)
    assert (report.frames_decoded, report.frames_damaged) == (101, 99)
    assert report.missing_s == pytest.approx(3.96)
