"""Where the head of somebody must be at a time at which nobody saw them."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.head_boxes import NONE, head_boxes, hiding_box
from detectors.tracking import Track

Array = NDArray[np.float64]

SHORT_GAP_S: Final = 0.5
AFTER_S: Final = 1.0
"""So long before the first and after the last sight of somebody the place stays covered."""


def between_sights(track: Track, time_s: float) -> Array:
    """Return what to cover of a person at a time at which nobody saw them, shape (0 or 1, 4).

    In a short gap it is the place of the head on either side of it and all between; in a longer one,
    and just before the first and after the last sight, all where the head might be.
    """
    after = int(np.searchsorted(track.time_s, time_s))
    if after < len(track.time_s) and track.time_s[after] == time_s:
        return NONE
    sides = [i for i in (after - 1, after) if 0 <= i < len(track.time_s)]
    near = [i for i in sides if abs(track.time_s[i] - time_s) <= AFTER_S]
    if not near:
        return NONE
    if len(sides) == 2 and track.time_s[sides[1]] - track.time_s[sides[0]] <= SHORT_GAP_S:
        boxes = head_boxes(track.box_px[sides], track.keypoints[sides])
    else:
        boxes = np.array([hiding_box(track.box_px[i]) for i in near])
    return np.asarray(np.r_[boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)][None])
