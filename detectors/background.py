"""The empty place that a camera looks at: the middle of many pictures, with everybody in them left out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

UNKNOWN: Final = 128
"""Grey of what somebody hid in nearly every picture."""

FEWEST: Final = 3
"""The middle of fewer pictures may be somebody whom nobody noticed."""

AROUND_BOX: Final = 0.15
"""Hands, loads and shadows reach beyond a box by about this share of its longer side."""

_ROWS_AT_ONCE: Final = 64


def empty_place(pictures: Sequence[Image], people: Sequence[Array]) -> Image:
    """Return the place without the people.

    Parameters
    ----------
    pictures
        BGR pictures of one size, shape (height, width, 3), spread over a long time.
    people
        For each picture the boxes of those in it, shape (n, 4): x1, y1, x2, y2 px.

    Returns
    -------
    Image
        Per pixel the median of the pictures in which nobody is near it; grey where they are too few.
    """
    height_px, width_px = pictures[0].shape[:2]
    away = np.stack([~near_people((height_px, width_px), boxes) for boxes in people])
    out = np.empty((height_px, width_px, 3), dtype=np.uint8)
    for top in range(0, height_px, _ROWS_AT_ONCE):
        rows = slice(top, top + _ROWS_AT_ONCE)
        stack = np.stack([one[rows] for one in pictures]).astype(np.float32)
        free = away[:, rows]
        enough = free.sum(axis=0) >= FEWEST
        # Where too few are free the result is not used; all are let in there, as a median needs some.
        stack[~(free | ~enough)] = np.nan
        out[rows] = np.where(enough[..., None], np.rint(np.nanmedian(stack, axis=0)), UNKNOWN)
    return out


def near_people(size_px: tuple[int, int], boxes: Array) -> NDArray[np.bool_]:
    """Return which pixels of a picture (height, width) lie in or near a box, shape (height, width)."""
    near = np.zeros(size_px, dtype=bool)
    for x1, y1, x2, y2 in boxes:
        wider_px = AROUND_BOX * max(x2 - x1, y2 - y1)
        left, top = (max(0, int(edge - wider_px)) for edge in (x1, y1))
        right, bottom = (max(0, int(np.ceil(edge + wider_px))) for edge in (x2, y2))
        near[top:bottom, left:right] = True
    return near


def without(picture: Image, boxes: Array) -> Image:
    """Return a copy of a picture with everything in or near the boxes in grey."""
    painted = picture.copy()
    painted[near_people(picture.shape[:2], boxes)] = UNKNOWN
    return painted
