"""Half-open intervals ``[start, end)`` as rows of an ``(n, 2)`` array."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Intervals = NDArray[np.int64]


def from_mask(mask: NDArray[np.bool_]) -> Intervals:
    """Return the runs of true values of a mask, shape (n_runs, 2), in array positions."""
    edges = np.flatnonzero(np.diff(np.r_[False, mask, False].astype(np.int8)))
    return edges.reshape(-1, 2).astype(np.int64)


def to_mask(intervals: Intervals, length: int) -> NDArray[np.bool_]:
    """Return a mask of the given length that is true inside the intervals."""
    edges = np.zeros(length + 1, dtype=np.int64)
    np.add.at(edges, intervals[:, 0], 1)
    np.add.at(edges, intervals[:, 1], -1)
    return np.cumsum(edges[:-1]) > 0


def merge_gaps(intervals: Intervals, shortest: float) -> Intervals:
    """Join neighbours whose gap is shorter than ``shortest`` (intervals sorted by start)."""
    if len(intervals) < 2:
        return intervals
    keep = intervals[1:, 0] - intervals[:-1, 1] >= shortest
    return np.column_stack([intervals[np.r_[True, keep], 0], intervals[np.r_[keep, True], 1]])


def overlap(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the intersection over union of each pair, shape (n_a, n_b); 0 where apart."""
    start = np.maximum(a[:, None, 0], b[None, :, 0])
    end = np.minimum(a[:, None, 1], b[None, :, 1])
    common = np.clip(end - start, 0.0, None)
    union = (a[:, 1] - a[:, 0])[:, None] + (b[:, 1] - b[:, 0])[None, :] - common
    out: NDArray[np.float64] = np.zeros(common.shape)
    np.divide(common, union, out=out, where=union > 0)
    return out
