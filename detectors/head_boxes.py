"""Where heads are in a picture, generously: from the face, else from the trunk, else from the person's box.

Boxes are rows of x1, y1, x2, y2 in px. What is drawn here too large only hides a little more.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.keypoints import FACE, INDEX, side_pair

Array = NDArray[np.float64]

LEAST_CONFIDENCE: Final = 0.3
HEAD: Final = [INDEX[name] for name in ("nose", "left_eye", "right_eye", "left_ear", "right_ear")]
FACE_ROWS: Final = [INDEX[name] for name in FACE]
SHOULDERS: Final = list(side_pair("shoulder"))
HIPS: Final = list(side_pair("hip"))

TRUNK_STATURE: Final = 0.288
"""Shoulder to hip over stature (Drillis and Contini 1966); tells the size of who is bent or cut off."""

COVER_STATURE: Final = 0.12
"""Half a side of what is covered round a face: a head is 0.13 high, so there is as much again round it."""

CORE_STATURE: Final = 0.05
"""Half a side of what must be covered in any case."""

MOSTLY: Final = 0.5
"""Share of the smaller of two boxes from which they are of one person."""

UNSEEN_FACE_STATURE: Final = 0.17
"""Half a side where only shoulders and hips tell where the head must be."""

NECK_STATURE: Final = 0.12
"""From the shoulders to the middle of the head."""

FARTHEST_STATURE: Final = 0.3
"""A face farther from the shoulders than this is another one's, or a mistake: both places are covered."""

UPPER_SHARE: Final = 0.6
"""Share of the box of somebody upright, from above, in which a head is that no point tells of."""

UPRIGHT: Final = 1.8
"""Height over width of a box from which somebody is upright: the head is in its upper part."""

SURE_FACE: Final = 0.5
SURE_PERSON: Final = 0.8
"""Below these confidences the place of the head of somebody who bends is a guess.

Of rendered people who bend before a high camera, a pose model takes the hips for shoulders, or the shoulder
for the face under a helmet: it then sees no nose and no eyes, or is not sure of the person.
"""

BENT_STATURE: Final = 0.85
"""Stature over height and width of the box of somebody who bends: its sides are legs and trunk."""

NONE: Final[Array] = np.empty((0, 4))


def head_boxes(box_px: Array, keypoints: Array, confidence: Array | None = None) -> Array:
    """Return the boxes to cover for the people of one picture, shape (m, 4), at least one each.

    Where the place of a head is a guess, all of a person who bends is covered too.

    Parameters
    ----------
    box_px, keypoints
        Shapes (n, 4) and (n, 17, 3): px, px, confidence.
    confidence
        That these are people, shape (n,); None where it is not known.
    """
    found = [one for box, points in zip(box_px, keypoints, strict=True) for one in _of_person(box, points)]
    guessed = ~certain(box_px, keypoints, confidence)
    found += [hiding_box(box) for box in box_px[guessed]]
    return np.array(found) if found else NONE


def certain(box_px: Array, keypoints: Array, confidence: Array | None = None) -> NDArray[np.bool_]:
    """Return for which people the place of the head is no guess, shape (n,); given as to `head_boxes`."""
    faces = (keypoints[:, FACE_ROWS, 2] >= SURE_FACE).any(axis=1)
    there = np.ones(len(box_px), dtype=bool) if confidence is None else confidence >= SURE_PERSON
    return np.asarray((faces & there) | upright(box_px))


def upright(box_px: Array) -> NDArray[np.bool_]:
    """Return which boxes, shape (n, 4), are those of somebody upright, shape (n,)."""
    return np.asarray(box_px[:, 3] - box_px[:, 1] >= UPRIGHT * (box_px[:, 2] - box_px[:, 0]))


def core_boxes(box_px: Array, keypoints: Array) -> Array:
    """Return the middle of each head, as a face or a trunk tells it, that a cover must hide, (m, 4)."""
    found = []
    for box, points in zip(box_px, keypoints, strict=True):
        if not _blind(box, points):
            face = _face(points)
            centre = face if np.isfinite(face).all() else _above_trunk(box, points)
            found.append(_square(centre, CORE_STATURE * _stature_px(box, points)))
    return np.array(found) if found else NONE


def strangers(box_px: Array, known_px: Array) -> NDArray[np.bool_]:
    """Return which boxes, shape (n, 4), lie mostly apart from all known ones, (m, 4), shape (n,).

    A model that sees a body without a head finds a head where there is none; the body is known, though.
    """
    low = np.maximum(box_px[:, None, :2], known_px[None, :, :2])
    high = np.minimum(box_px[:, None, 2:], known_px[None, :, 2:])
    common = np.clip(high - low, 0.0, None).prod(axis=-1)
    area, known_area = (np.prod(one[:, 2:] - one[:, :2], axis=1) for one in (box_px, known_px))
    smaller = np.minimum(area[:, None], known_area[None])
    return np.asarray(~(common >= MOSTLY * smaller).any(axis=1))


def stranger_boxes(box_px: Array, keypoints: Array) -> Array:
    """Return what must be hidden of people whom nobody covered, (n, 4).

    It is the head, or all where it might be if that is not seen.
    """
    blind = [hiding_box(box) for box, points in zip(box_px, keypoints, strict=True) if _blind(box, points)]
    cores = core_boxes(box_px, keypoints)
    return np.concatenate([cores, np.array(blind)]) if blind else cores


def hiding_box(box: Array) -> Array:
    """Return where in a person's box the head might be, widened a little, shape (4,).

    It is the upper part of somebody upright, and all of somebody who bends.
    """
    x1, y1, x2, y2 = box
    width_px, height_px = x2 - x1, y2 - y1
    share = UPPER_SHARE if upright(box[None])[0] else 1.1
    return np.array([x1 - 0.1 * width_px, y1 - 0.1 * height_px, x2 + 0.1 * width_px, y1 + share * height_px])


def _blind(box: Array, points: Array) -> bool:
    """Return whether neither face nor trunk tell where the head of a person is."""
    return not (np.isfinite(_face(points)).all() or np.isfinite(_above_trunk(box, points)).all())


def _of_person(box: Array, points: Array) -> list[Array]:
    stature_px = _stature_px(box, points)
    face, above = _face(points), _above_trunk(box, points)
    by_face = _square(face, max(COVER_STATURE * stature_px, 1.5 * _spread_px(points)))
    by_trunk = _square(above, UNSEEN_FACE_STATURE * stature_px)
    if np.isfinite(face).all():
        apart = float(np.linalg.norm(face - above))
        return [by_face, by_trunk] if apart > FARTHEST_STATURE * stature_px else [by_face]
    return [by_trunk] if np.isfinite(above).all() else [hiding_box(box)]


def _stature_px(box: Array, points: Array) -> float:
    trunk_px = np.linalg.norm(_middle(points, SHOULDERS) - _middle(points, HIPS))
    longest = max(box[2] - box[0], box[3] - box[1])
    if not upright(box[None])[0]:
        longest = max(longest, BENT_STATURE * (box[2] - box[0] + box[3] - box[1]))
    return float(np.fmax(longest, trunk_px / TRUNK_STATURE))


def _face(points: Array) -> Array:
    """Return the middle of the points of the head that are seen, shape (2,); NaN if none is."""
    seen = _seen(points, HEAD)
    return (seen.min(axis=0) + seen.max(axis=0)) / 2.0 if len(seen) else np.full(2, np.nan)


def _spread_px(points: Array) -> float:
    seen = _seen(points, HEAD)
    return float(np.ptp(seen, axis=0).max()) if len(seen) else 0.0


def _above_trunk(box: Array, points: Array) -> Array:
    """Return where the head of this trunk must be, shape (2,); NaN where shoulders or hips are not seen."""
    shoulders, hips = _middle(points, SHOULDERS), _middle(points, HIPS)
    length = float(np.linalg.norm(shoulders - hips))
    if not length > 0:
        return np.full(2, np.nan)
    return np.asarray(shoulders + NECK_STATURE * _stature_px(box, points) * (shoulders - hips) / length)


def _middle(points: Array, which: list[int]) -> Array:
    seen = _seen(points, which)
    return seen.mean(axis=0) if len(seen) else np.full(2, np.nan)


def _seen(points: Array, which: list[int]) -> Array:
    chosen = points[which]
    sure = (chosen[:, 2] >= LEAST_CONFIDENCE) & np.isfinite(chosen).all(axis=1)
    return np.asarray(chosen[sure, :2])


def _square(centre: Array, half_px: float) -> Array:
    return np.asarray(np.r_[centre - half_px, centre + half_px])
