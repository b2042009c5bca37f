"""Posture of one person from COCO keypoints: arrays in, arrays out.

Positions are picture coordinates, shape (n_frames, 17, 2), px, rows growing downwards,
NaN = not seen. Weights are keypoint confidences, shape (n_frames, 17).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.keypoints import side_pair

Array = NDArray[np.float64]

EAR_TO_ANKLE_STATURE: Final = 0.89
"""Ear to ankle over stature (Drillis and Contini 1966: eye 0.936, ankle 0.039 of stature)."""

LEG_STATURE: Final = 0.491
"""Thigh and shank over stature (Drillis and Contini 1966: 0.245 and 0.246)."""

ANKLE_HEIGHT_STATURE: Final = 0.039
GRIP_BEYOND_WRIST: Final = 0.4
"""The grip lies beyond the wrist by this share of the forearm (hand centre: Drillis and Contini 1966)."""


def sides(xy: Array, joint: str) -> Array:
    """Return the left and the right keypoint of a joint, shape (n_frames, 2, 2): side, space."""
    return np.asarray(xy[:, side_pair(joint), :])


def weights(confidence: Array, *joints: str) -> Array:
    """Return the weight of each side, shape (n_frames, 2): squared confidence of the weakest joint.

    Squaring lets the near side lead without ever switching from one side to the other, which
    would make a jump in oblique views.
    """
    weakest = np.min([confidence[:, side_pair(joint)] for joint in joints], axis=0)
    return np.asarray(weakest**2)


def blend(per_side: Array, weight: Array) -> Array:
    """Return the weighted mean over the two sides, leaving out the unseen; NaN where neither is seen.

    Parameters
    ----------
    per_side
        Shape (n_frames, 2) or (n_frames, 2, n_space).
    weight
        Shape (n_frames, 2).
    """
    spread = weight if per_side.ndim == 2 else weight[..., None]
    used = np.where(np.isfinite(per_side), spread, 0.0)
    total = used.sum(axis=1)
    mean: Array = (np.nan_to_num(per_side) * used).sum(axis=1)
    out: Array = np.full(mean.shape, np.nan)
    np.divide(mean, total, out=out, where=total > 0)
    return out


def bend_deg(a: Array, joint: Array, b: Array) -> Array:
    """Return how far a joint is bent, 0 when ``a``, ``joint`` and ``b`` lie on a line; up to 180."""
    u, v = a - joint, b - joint
    cross = u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0]
    return np.asarray(180.0 - np.degrees(np.arctan2(np.abs(cross), (u * v).sum(axis=-1))))


def trunk_vector(xy: Array, confidence: Array) -> Array:
    """Return hip to shoulder, averaged over the sides, shape (n_frames, 2): columns, upwards px.

    Each side's own hip and shoulder are paired, so an unseen far shoulder does not tilt the line.
    """
    vector = blend(sides(xy, "shoulder") - sides(xy, "hip"), weights(confidence, "shoulder", "hip"))
    return np.asarray(vector * np.array([1.0, -1.0]))


def knee_flexion_deg(xy: Array, confidence: Array) -> tuple[Array, Array]:
    """Return knee flexion (0 straight): the mean of the legs and the straighter leg, each (n_frames,).

    Walking bends one knee at a time; the straighter leg tells a squat from a step.
    """
    per_side = bend_deg(sides(xy, "hip"), sides(xy, "knee"), sides(xy, "ankle"))
    least = np.fmin(per_side[:, 0], per_side[:, 1])
    return blend(per_side, weights(confidence, "hip", "knee", "ankle")), least


def hip_flexion_deg(xy: Array, confidence: Array) -> Array:
    """Return 180 less shoulder-hip-knee, shape (n_frames,): hip and lumbar flexion mixed."""
    per_side = bend_deg(sides(xy, "shoulder"), sides(xy, "hip"), sides(xy, "knee"))
    return blend(per_side, weights(confidence, "shoulder", "hip", "knee"))


def elbow_flexion_deg(xy: Array, confidence: Array) -> Array:
    """Return elbow flexion, 0 for a straight arm, shape (n_frames,)."""
    per_side = bend_deg(sides(xy, "shoulder"), sides(xy, "elbow"), sides(xy, "wrist"))
    return blend(per_side, weights(confidence, "shoulder", "elbow", "wrist"))


def grips(xy: Array) -> Array:
    """Return where the hands grip, shape (n_frames, 2, 2): beyond the wrist on the forearm's line."""
    wrist, elbow = sides(xy, "wrist"), sides(xy, "elbow")
    return wrist + GRIP_BEYOND_WRIST * np.nan_to_num(wrist - elbow)


def ankle_row(xy: Array) -> Array:
    """Return the row of the ankles, shape (n_frames,): the mean of those seen."""
    rows = sides(xy, "ankle")[..., 1]
    return blend(rows, np.ones_like(rows))


def stature_px(xy: Array, confidence: Array) -> Array:
    """Return the stature that an upright person's frames show, shape (n_frames,).

    From ear to ankle; meaningful only in frames where the person stands upright.
    """
    head = blend(sides(xy, "ear")[..., 1], weights(confidence, "ear"))
    return (ankle_row(xy) - head) / EAR_TO_ANKLE_STATURE


def stature_from_legs_px(xy: Array, confidence: Array) -> Array:
    """Return the stature from the length of thigh and shank, shape (n_frames,); any posture, side view."""
    hip, knee, ankle = (sides(xy, joint) for joint in ("hip", "knee", "ankle"))
    length = np.linalg.norm(hip - knee, axis=-1) + np.linalg.norm(knee - ankle, axis=-1)
    return blend(length, weights(confidence, "hip", "knee", "ankle")) / LEG_STATURE
