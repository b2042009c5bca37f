import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from detectors import intervals

MASKS = arrays(np.bool_, st.integers(0, 60))


def rows(*pairs):
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


def test_runs_are_half_open_and_the_last_one_counts():
    mask = np.array([True, True, False, True, False, True])
    assert intervals.from_mask(mask).tolist() == [[0, 2], [3, 4], [5, 6]]


@given(MASKS)
def test_runs_and_masks_are_each_others_inverse(mask):
    found = intervals.from_mask(mask)
    np.testing.assert_array_equal(intervals.to_mask(found, len(mask)), mask)
    assert (found[:, 1] > found[:, 0]).all()
    assert (found[1:, 0] > found[:-1, 1]).all()


@pytest.mark.parametrize(
    ("shortest", "joined"),
    [
        pytest.param(0, [[0, 2], [4, 6], [9, 10]], id="nothing to join"),
        pytest.param(2, [[0, 2], [4, 6], [9, 10]], id="a gap as long as asked stays"),
        pytest.param(2.5, [[0, 6], [9, 10]], id="shorter gap closed"),
        pytest.param(10, [[0, 10]], id="all closed"),
    ],
)
def test_short_gaps_are_closed(shortest, joined):
    assert intervals.merge_gaps(rows((0, 2), (4, 6), (9, 10)), shortest).tolist() == joined


@given(MASKS, st.integers(0, 10))
def test_closing_gaps_loses_no_time_and_leaves_no_short_gap(mask, shortest):
    merged = intervals.merge_gaps(intervals.from_mask(mask), shortest)
    assert (intervals.to_mask(merged, len(mask)) | ~mask).all()
    assert (merged[1:, 0] - merged[:-1, 1] >= shortest).all()


def test_overlap_of_known_pairs():
    a = np.array([[0.0, 4.0], [10.0, 12.0]])
    b = np.array([[2.0, 6.0], [0.0, 4.0], [4.0, 8.0]])
    np.testing.assert_allclose(intervals.overlap(a, b), [[1 / 3, 1.0, 0.0], [0.0, 0.0, 0.0]])


def test_overlap_of_nothing():
    assert intervals.overlap(np.zeros((0, 2)), np.zeros((3, 2))).shape == (0, 3)
    assert intervals.overlap(np.array([[1.0, 1.0]]), np.array([[1.0, 1.0]])) == 0.0
