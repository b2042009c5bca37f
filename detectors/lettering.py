"""EDGE: outlined letters on a picture, with the signs that OpenCV's own font lacks."""

from __future__ import annotations

import unicodedata
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
# Height of a capital at scale 1.
_CAPITAL_PX: Final = 22.0
# Nobody reads smaller capitals.
_SMALLEST_PX: Final = 6

Colour = tuple[int, int, int]
Image = NDArray[np.uint8]


def letter_px(image: Image) -> int:
    """Return the height of capitals, px, that stays legible on a picture of this size."""
    height_px, width_px = map(int, image.shape[:2])
    return max(9, round(max(height_px, 0.6 * width_px) / 50))


def write(image: Image, text: str, at_px: tuple[float, float], colour: Colour, size_px: int) -> None:
    """Write outlined text whose capitals are ``size_px`` high, in place.

    ``at_px`` is the left end of the base line; the text moves, shrinks and at last is cut to stay
    inside the picture. A degree sign is drawn as a ring, other signs outside ASCII as their nearest letter.
    """
    height_px, width_px = image.shape[:2]
    size_px = max(_SMALLEST_PX, int(size_px * min(1.0, width_px / _block_px(text, size_px)[0])))
    text = text[: int(len(text) * min(1.0, (width_px - 2 * size_px) / max(text_width_px(text, size_px), 1)))]
    block_width_px, block_height_px = _block_px(text, size_px)
    if block_width_px > width_px or block_height_px > height_px:
        return
    left = round(min(max(at_px[0] - size_px, 0), width_px - block_width_px))
    top = round(min(max(at_px[1] - 2 * size_px, 0), height_px - block_height_px))
    ink = _ink(text, size_px)
    # Grown from the letters themselves: OpenCV 5 sets heavier letters wider, so they can't outline thin ones.
    reach = 2 * max(1, size_px // 7) + 1
    outline = cv2.dilate(ink, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    block = image[top : top + block_height_px, left : left + block_width_px]
    bare = block * (1 - outline[..., None] / 255)
    block[:] = bare * (1 - ink[..., None] / 255) + np.array(colour) * (ink[..., None] / 255)


def text_width_px(text: str, size_px: int) -> int:
    """Return the width of the text, px, in letters of this size."""
    return sum(_width_px(part, size_px) for part in text.split("°")) + text.count("°") * _ring_px(size_px)


def _block_px(text: str, size_px: int) -> tuple[int, int]:
    """Return the width and height of the text with one letter of room on each side."""
    return text_width_px(text, size_px) + 2 * size_px, 3 * size_px


def _ink(text: str, size_px: int) -> Image:
    """Return how much each pixel of the text's block is covered, 0 to 255."""
    width_px, height_px = _block_px(text, size_px)
    ink = np.zeros((height_px, width_px), dtype=np.uint8)
    thickness, radius_px = _thickness(size_px), max(2, size_px // 4)
    x, y = size_px, 2 * size_px
    for i, part in enumerate(text.split("°")):
        if i:
            centre = (x + _ring_px(size_px) // 2, y - size_px + radius_px)
            cv2.circle(ink, centre, radius_px, 255, max(1, thickness // 2), cv2.LINE_AA)
            x += _ring_px(size_px)
        cv2.putText(ink, _ascii(part), (x, y), _FONT, size_px / _CAPITAL_PX, 255, thickness, cv2.LINE_AA)
        x += _width_px(part, size_px)
    return ink


def _thickness(size_px: int) -> int:
    return max(1, round(size_px / 9))


def _width_px(text: str, size_px: int) -> int:
    (width_px, _), _ = cv2.getTextSize(_ascii(text), _FONT, size_px / _CAPITAL_PX, _thickness(size_px))
    return int(width_px)


def _ring_px(size_px: int) -> int:
    return max(6, round(size_px * 0.6))


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("·", "|"))
    return plain.encode("ascii", "ignore").decode()
