"""EDGE: draw the virtual ski pole, straight from the tailbone to the upper back, and the gap in colour."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.lettering import Image, letter_px

Array = NDArray[np.float64]

_GAP: Final = (0, 94, 213)
_POLE: Final = (255, 255, 255)
_EDGE: Final = (0, 0, 0)
GAP_SHARE: Final = 0.55
"""How much of the colour of the gap covers what is below it."""

BEYOND: Final = 0.35
"""The pole goes on beyond the upper back by this share, as a real one does along the head."""


def draw_pole(image: Image, back: Array) -> Image:
    """Return a copy of a picture with the pole along a back, and the gap between both.

    Parameters
    ----------
    image
        BGR, shape (height, width, 3).
    back
        The five points from the sacrum upwards, shape (5, 2) px; NaN = not seen. Without sacrum or C7 there
        is no pole.
    """
    image = image.copy()
    if not np.isfinite(back[[0, -1]]).all():
        return image
    seen = back[np.isfinite(back).all(axis=1)]
    if len(seen) > 2:
        tinted = image.copy()
        cv2.fillPoly(tinted, [np.rint(seen).astype(np.int32)], _GAP, cv2.LINE_AA)
        image = cv2.addWeighted(tinted, GAP_SHARE, image, 1.0 - GAP_SHARE, 0.0)
    width_px = max(2, letter_px(image) // 4)
    tip = back[-1] + BEYOND * (back[-1] - back[0])
    start, end = (tuple(map(int, np.rint(point))) for point in (back[0], tip))
    cv2.line(image, start, end, _EDGE, width_px + 2, cv2.LINE_AA)
    cv2.line(image, start, end, _POLE, width_px, cv2.LINE_AA)
    return image
