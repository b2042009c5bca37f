"""Follow people through looks that are not evenly apart: between them people are drawn on a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from detectors.pose import Followed, People, follow
from detectors.tracking import Track
from detectors.video import Frame

Array = NDArray[np.float64]

FARTHEST_MOVE_HEIGHTS: Final = 0.5
"""Nobody moves farther between two looks a quarter of a second apart: a runner does 0.6 heights."""

LARGEST_RESIZE: Final = 1.6
IMPOSSIBLE: Final = 1e6
NO_PICTURE: Final = np.zeros((1, 1, 3), dtype=np.uint8)


def follow_looks(ticks_s: Array, looks: Mapping[float, People], rate_hz: float) -> Followed:
    """Follow the people of a stretch of which only some frames were looked at.

    The tracker must see every tick, or its idea of speed would change with the density of the looks.
    So it gets people drawn on the straight line between two looks; they are taken out again afterwards.

    Parameters
    ----------
    ticks_s
        Times of the frames that a whole reading would look at, increasing.
    looks
        The people by time, for at least the first and the last tick.
    rate_hz
        Rate of the ticks.

    Returns
    -------
    Followed
        Tracks that hold the looks only, and the times of the ticks.
    """
    source = _Told(ticks_s, looks)
    followed = follow((Frame(time_s, NO_PICTURE) for time_s in ticks_s.tolist()), source, rate_hz)
    times_s = np.array(sorted(looks), dtype=float)
    tracks = [_looked_at(track, times_s) for track in followed.tracks]
    return replace(followed, tracks=[track for track in tracks if len(track.time_s)])


class _Told:
    """A pose source that has been told what to see, picture by picture."""

    version = ""

    def __init__(self, ticks_s: Array, looks: Mapping[float, People]) -> None:
        self._told = _at_each(ticks_s, looks)

    def people(self, image: NDArray[np.uint8]) -> People:
        del image
        return next(self._told)


def _at_each(ticks_s: Array, looks: Mapping[float, People]) -> Iterator[People]:
    """Yield the people of each tick: those seen there, else those between the looks before and after."""
    looked = np.flatnonzero([time_s in looks for time_s in ticks_s.tolist()])
    for first, last in pairwise(looked.tolist()):
        before, after = looks[float(ticks_s[first])], looks[float(ticks_s[last])]
        yield before
        if last - first > 1:
            pairs = same_people(before, after)
            for tick in range(first + 1, last):
                share = (ticks_s[tick] - ticks_s[first]) / (ticks_s[last] - ticks_s[first])
                yield _between(before, after, pairs, float(share))
    if len(looked):
        yield looks[float(ticks_s[looked[-1]])]


def same_people(before: People, after: People) -> NDArray[np.int64]:
    """Return the rows of two looks that show the same people, shape (n_pairs, 2): the nearest in sum."""
    if not len(before.box_px) or not len(after.box_px):
        return np.zeros((0, 2), dtype=np.int64)
    tall = np.maximum(_height_px(before)[:, None], _height_px(after)[None, :])
    low = np.minimum(_height_px(before)[:, None], _height_px(after)[None, :])
    middles = [(one.box_px[:, :2] + one.box_px[:, 2:]) / 2.0 for one in (before, after)]
    feet = [
        np.c_[middle[:, 0], one.box_px[:, 3]] for middle, one in zip(middles, (before, after), strict=True)
    ]
    moved = np.linalg.norm(feet[0][:, None] - feet[1][None, :], axis=2) / tall
    possible = (moved <= FARTHEST_MOVE_HEIGHTS) & (tall <= LARGEST_RESIZE * low)
    rows, columns = linear_sum_assignment(np.where(possible, moved, IMPOSSIBLE))
    found = possible[rows, columns]
    return np.column_stack([rows[found], columns[found]]).astype(np.int64)


def _height_px(people: People) -> Array:
    return np.asarray(np.maximum(people.box_px[:, 3] - people.box_px[:, 1], 1.0))


def _between(before: People, after: People, pairs: NDArray[np.int64], share: float) -> People:
    """Return the people on the line between two looks, as sure as the less sure of the two."""
    one, other = pairs[:, 0], pairs[:, 1]
    return People(
        (1.0 - share) * before.box_px[one] + share * after.box_px[other],
        np.minimum(before.confidence[one], after.confidence[other]),
        (1.0 - share) * before.keypoints[one] + share * after.keypoints[other],
    )


def _looked_at(track: Track, looks_s: Array) -> Track:
    seen = np.isin(track.time_s, looks_s)
    return Track(track.number, track.time_s[seen], track.box_px[seen], track.keypoints[seen])
