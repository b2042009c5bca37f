"""EDGE: draw what was measured onto a picture, for people to check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from detectors.keypoints import BACK5, FACE, INDEX, SKELETON, side_pair
from detectors.lettering import Colour, Image, letter_px, text_width_px, write
from detectors.timeline import COLOURS_BGR, BarSegment, LiftBar, draw_bar
from detectors.vocabulary import Technique

__all__ = ["UNSEEN_BACK", "BarSegment", "LiftBar", "PersonNow", "draw"]

_WHITE: Final = (255, 255, 255)
_BLACK: Final = (0, 0, 0)
# Okabe and Ito's yellow: no technique has it.
_TRUNK: Final = (66, 228, 240)
# And their reddish purple.
_BACK: Final = (167, 121, 204)

Array = NDArray[np.float64]

UNSEEN_BACK: Final[Array] = np.full((len(BACK5), 3), np.nan)


@dataclass(frozen=True)
class PersonNow:
    """One person at the instant of a picture.

    Attributes
    ----------
    keypoints
        COCO-17, shape (17, 3): x and y in px, confidence. NaN coordinates = not seen, not drawn.
    trunk_inclination_deg
        Hip-to-shoulder line against the vertical; NaN = unknown, not written.
    knee_flexion_deg
        180 less hip-knee-ankle; NaN = unknown, not written.
    label
        Written over the person's head; empty for none.
    technique
        Gives the skeleton its colour inside a lift; None outside: white.
    back
        The five points of the back as the keypoints, shape (5, 3).
    """

    keypoints: Array
    trunk_inclination_deg: float
    knee_flexion_deg: float
    label: str
    technique: Technique | None
    back: Array = field(default_factory=UNSEEN_BACK.copy)


def draw(image: Image, people: Sequence[PersonNow], lift_bar: LiftBar, caption: str) -> Image:
    """Return a copy of the picture with skeletons, backs, angles, labels, the bar of lifts and a caption.

    Parameters
    ----------
    image
        BGR, shape (height, width, 3).
    people
        Everyone to be drawn, in the coordinates of the image.
    lift_bar
        The lifts of the whole video and the time of this picture.
    caption
        Written in the upper left corner.
    """
    image = image.copy()
    size_px = letter_px(image)
    for person in people:
        _draw_skeleton(image, person)
        _draw_trunk(image, person)
        _draw_back(image, person)
    # Letters last, so that no skeleton covers them.
    for person in people:
        _write_angles(image, person)
        _write_label(image, person)
    draw_bar(image, lift_bar)
    write(image, caption, (0, 0), _WHITE, size_px)
    return image


def _colour(person: PersonNow) -> Colour:
    return _WHITE if person.technique is None else COLOURS_BGR[person.technique]


def _line(image: Image, ends: Array, colour: Colour, width_px: int) -> None:
    """Draw an outlined line between two points, shape (2, 2); nothing if one isn't seen."""
    if np.isfinite(ends).all():
        start, end = (tuple(map(int, point)) for point in np.rint(ends))
        cv2.line(image, start, end, _BLACK, width_px + 2, cv2.LINE_AA)
        cv2.line(image, start, end, colour, width_px, cv2.LINE_AA)


def _draw_skeleton(image: Image, person: PersonNow) -> None:
    width_px = max(2, letter_px(image) // 6)
    xy = person.keypoints[:, :2]
    for start, end in SKELETON:
        _line(image, xy[[INDEX[start], INDEX[end]]], _colour(person), width_px)
    for name, point in zip(INDEX, xy, strict=True):
        if name not in FACE and np.isfinite(point).all():
            x, y = np.rint(point).astype(int)
            cv2.circle(image, (int(x), int(y)), width_px + 1, _BLACK, cv2.FILLED, cv2.LINE_AA)
            cv2.circle(image, (int(x), int(y)), width_px, _colour(person), cv2.FILLED, cv2.LINE_AA)


def _middle(person: PersonNow, joint: str) -> Array:
    """Return the middle of the seen sides of a joint, shape (2,); NaN if neither is seen."""
    sides = person.keypoints[list(side_pair(joint)), :2]
    seen = sides[np.isfinite(sides).all(axis=1)]
    return seen.mean(axis=0) if len(seen) else np.full(2, np.nan)


def _draw_trunk(image: Image, person: PersonNow) -> None:
    hip, shoulder = _middle(person, "hip"), _middle(person, "shoulder")
    width_px = max(2, letter_px(image) // 4)
    upright = hip - [0.0, float(np.linalg.norm(shoulder - hip))]
    _line(image, np.array([hip, upright]), _TRUNK, 1)
    _line(image, np.array([hip, shoulder]), _TRUNK, width_px)


def _draw_back(image: Image, person: PersonNow) -> None:
    """Draw the curve of the back, and the pole from sacrum to C7 off which it stands."""
    width_px = max(2, letter_px(image) // 5)
    xy = person.back[:, :2]
    _line(image, xy[[0, -1]], _WHITE, 1)
    for ends in pairwise(xy):
        _line(image, np.array(ends), _BACK, width_px)
    for x, y in np.rint(xy[np.isfinite(xy).all(axis=1)]).astype(int).tolist():
        cv2.circle(image, (x, y), width_px + 2, _BLACK, cv2.FILLED, cv2.LINE_AA)
        cv2.circle(image, (x, y), width_px + 1, _BACK, cv2.FILLED, cv2.LINE_AA)


def _write_angles(image: Image, person: PersonNow) -> None:
    hip, shoulder, knee = (_middle(person, joint) for joint in ("hip", "shoulder", "knee"))
    size_px = letter_px(image)
    for text, point, angle_deg, colour in (
        ("trunk", np.array([hip[0], (hip[1] + shoulder[1]) / 2]), person.trunk_inclination_deg, _TRUNK),
        ("knee", knee, person.knee_flexion_deg, _WHITE),
    ):
        if np.isfinite([*point, angle_deg]).all():
            words = f"{text} {angle_deg:.0f}°"
            # Behind the back of a person who leans, where the arms and the load are not.
            beside = -2 * size_px - text_width_px(words, size_px) if shoulder[0] > hip[0] else 2 * size_px
            write(image, words, (float(point[0]) + beside, float(point[1])), colour, size_px)


def _write_label(image: Image, person: PersonNow) -> None:
    points = np.concatenate([person.keypoints[:, :2], person.back[:, :2]])
    seen = points[np.isfinite(points).all(axis=1)]
    if person.label and len(seen):
        size_px = letter_px(image)
        x, y = seen.min(axis=0)
        write(image, person.label, (float(x), float(y) - 2 * size_px), _WHITE, size_px)
