"""Which frames of a recording are looked at: choices among the times that a whole reading looks at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.video import CLOSEST

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

APART_S: Final = 3.0
"""Stretches nearer to each other than this are one: who is lost for two seconds is still followed."""


def kept_times(times_s: Array, rate_hz: float) -> Array:
    """Return the times of the frames that a reading of the whole recording keeps.

    Parameters
    ----------
    times_s
        Times of all frames, increasing.
    rate_hz
        Frames wanted per second, as for `detectors.video.Reader`.
    """
    kept: list[float] = []
    due_s = 0.0
    for time_s in times_s.tolist():
        if time_s >= due_s:
            kept.append(time_s)
            due_s = time_s + CLOSEST / rate_hz
    return np.array(kept, dtype=float)


def inhabited(looks_s: Array, changed: Mask, somebody: Mask, end_s: float) -> Array:
    """Return the stretches ``[start, end)`` in which people may be, shape (n, 2), seconds.

    Whoever was seen in one look may have come right after the look before and have left right before
    the next one; where that one saw a change and nobody, they may have been at the edge of the
    picture, and one look more counts.

    Parameters
    ----------
    looks_s
        Times of the looks, increasing, shape (n,).
    changed, somebody
        Whether the gate was open, and whether anybody was seen, shape (n,).
    end_s
        End of the recording.
    """
    edges_s = np.r_[0.0, 0.0, looks_s, end_s, end_s]
    open_gate = np.r_[False, False, changed, False, False]
    stretches = []
    for at in np.flatnonzero(somebody) + 2:
        first = at - 2 if open_gate[at - 1] else at - 1
        last = at + 2 if open_gate[at + 1] else at + 1
        stretches.append((edges_s[first], edges_s[last]))
    return _joined(np.array(stretches, dtype=float).reshape(-1, 2), APART_S)


def scanned(kept_s: Array, step_s: float) -> Array:
    """Return the kept times that the scan looks at: as few as possible, at most ``step_s`` apart."""
    if len(kept_s) < 2:
        return kept_s
    stride = max(1, int(step_s / float(np.median(np.diff(kept_s))) + 1e-6))
    # The last frame too: what comes after the last look would be nobody's.
    return np.unique(np.r_[kept_s[::stride], kept_s[-1:]])


def within(times_s: Array, stretches: Array) -> Array:
    """Return the times that lie in any of the stretches ``[start, end)``, shape (n,)."""
    inside = np.zeros(len(times_s), dtype=bool)
    for start_s, end_s in stretches:
        inside[np.searchsorted(times_s, start_s) : np.searchsorted(times_s, end_s)] = True
    return times_s[inside]


def widened(stretches: Sequence[tuple[float, float]], margin_s: float) -> Array:
    """Return the stretches with a margin on both sides, overlapping ones joined, shape (n, 2)."""
    wide = np.array(stretches, dtype=float).reshape(-1, 2) + np.array([-margin_s, margin_s])
    return _joined(wide, 0.0)


def _joined(stretches: Array, apart_s: float) -> Array:
    """Return the stretches in order, those joined that are less than ``apart_s`` apart."""
    if not len(stretches):
        return stretches
    ordered = stretches[np.argsort(stretches[:, 0], kind="stable")]
    # A stretch may lie inside an earlier one; what counts is how far any has reached.
    reached_s = np.maximum.accumulate(ordered[:, 1])
    begins = np.r_[True, ordered[1:, 0] - reached_s[:-1] > apart_s]
    return np.column_stack([ordered[begins, 0], reached_s[np.r_[begins[1:], True]]])
