import numpy as np
import pytest

from detectors.tracking import Track, largest_overlap, stitch


def track(number, start_s, end_s, x=100.0, height=200.0):
    """A person of a height standing still, ten frames a second."""
    times = np.arange(start_s, end_s, 0.1)
    box = np.tile([x, 400.0 - height, x + 80.0, 400.0], (len(times), 1))
    return Track(number, times, box, np.full((len(times), 17, 3), float(number)))


def test_a_track_broken_for_a_second_is_joined_under_its_first_number():
    joined = stitch([track(1, 0, 2), track(2, 3, 5)])
    assert [part.number for part in joined] == [1]
    assert len(joined[0].time_s) == 40
    assert (np.diff(joined[0].time_s) > 0).all()
    assert joined[0].keypoints[[0, -1], 0, 0].tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    "later",
    [
        pytest.param(track(2, 4, 6), id="too late"),
        pytest.param(track(2, 1, 3), id="at the same time"),
        pytest.param(track(2, 2.2, 4, x=300.0), id="too far"),
        pytest.param(track(2, 2.2, 4, height=100.0), id="another size"),
    ],
)
def test_what_one_person_can_not_have_done_stays_apart(later):
    assert [part.number for part in stitch([track(1, 0, 2), later])] == [1, 2]


def test_each_track_is_continued_once_and_by_the_nearest():
    joined = stitch([track(1, 0, 2), track(2, 0, 2, x=150.0), track(3, 2.3, 4, x=145.0)])
    assert sorted((part.number, len(part.time_s)) for part in joined) == [(1, 20), (2, 37)]


def test_several_breaks_are_joined_in_any_order_given():
    joined = stitch([track(3, 6, 8), track(1, 0, 2), track(2, 3, 5)])
    assert [(part.number, len(part.time_s)) for part in joined] == [(1, 60)]


def test_nobody_gives_nobody():
    assert stitch([]) == []


def test_overlap_counts_only_others_and_only_within_the_time():
    me, other = track(1, 0, 4), track(2, 2, 4, x=140.0)
    assert largest_overlap(me, [me], 0.0, 4.0) == 0.0
    assert largest_overlap(me, [me, other], 0.0, 4.0) == pytest.approx(1 / 3)
    assert largest_overlap(me, [me, other], 0.0, 2.0) == 0.0
    assert largest_overlap(me, [track(3, 0, 4, x=500.0)], 0.0, 4.0) == 0.0
