"""What one camera sees of a person's sagittal plane: view angle, projection and its inverse.

The camera is taken as orthographic over the extent of one person. ``yaw_deg`` is the angle
between the person's sagittal plane and the picture, positive when the person leans towards
the camera (0 side view, 90 front, -90 rear); ``pitch_deg`` is how far the camera looks down.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

SHOULDER_BREADTH_STATURE: Final = 0.205
"""Distance of the COCO shoulder points as a share of stature, seen from the front.

Frontal pictures give 0.22 to 0.25 of the ear-to-ankle height, which is 0.89 of stature.
"""

STEEPEST_YAW_DEG: Final = 50.0
"""Beyond this the sagittal plane is seen too edge-on to be straightened; the yaw is clipped."""


def project(inclination_deg: ArrayLike, yaw_deg: ArrayLike, pitch_deg: float) -> Array:
    """Return the picture vector of a unit segment inclined in the sagittal plane.

    Parameters
    ----------
    inclination_deg, yaw_deg
        Broadcast together; inclination 0 is upright, 90 horizontal forwards.
    pitch_deg
        Camera pitch.

    Returns
    -------
    Array
        Shape ``(..., 2)``: forwards and upwards in the picture.
    """
    inclination, yaw = np.radians(inclination_deg), np.radians(yaw_deg)
    pitch = np.radians(pitch_deg)
    forward = np.sin(inclination) * np.cos(yaw)
    up = np.cos(inclination) * np.cos(pitch) - np.sin(inclination) * np.sin(yaw) * np.sin(pitch)
    return np.stack(np.broadcast_arrays(forward, up), axis=-1)


def straighten(forward: Array, up: Array, yaw_deg: ArrayLike, pitch_deg: float) -> Array:
    """Return picture vectors as they would be seen exactly from the side; the inverse of `project`.

    Parameters
    ----------
    forward, up
        Components in the picture, any unit; NaN stays NaN.
    yaw_deg
        Clipped to ``STEEPEST_YAW_DEG``: beyond, the result is too small rather than unbounded.
    pitch_deg
        Camera pitch.

    Returns
    -------
    Array
        Shape ``(..., 2)``: forwards and upwards in the sagittal plane, same unit.
    """
    yaw = np.radians(np.clip(yaw_deg, -STEEPEST_YAW_DEG, STEEPEST_YAW_DEG))
    pitch = np.radians(pitch_deg)
    along = forward / np.cos(yaw)
    upright = (up + along * np.sin(yaw) * np.sin(pitch)) / np.cos(pitch)
    return np.stack(np.broadcast_arrays(along, upright), axis=-1)


def inclination_deg(vectors: Array) -> Array:
    """Return the angle of (forwards, upwards) vectors from the vertical: 0 upright, 90 horizontal."""
    return np.degrees(np.arctan2(np.abs(vectors[..., 0]), vectors[..., 1]))


def yaw_deg(shoulder_gap_px: Array, stature_px: ArrayLike) -> Array:
    """Return the yaw from the signed gap between the shoulders in the picture.

    Parameters
    ----------
    shoulder_gap_px
        Left shoulder column less right shoulder column; positive when the chest is seen.
    stature_px
        Upright height of the same person in the picture.

    Notes
    -----
    The line between the shoulders stays level when a person bends in the sagittal plane, so
    its length along the rows gives the yaw in any posture that is not twisted.
    """
    share: Array = shoulder_gap_px / np.asarray(stature_px, dtype=float) / SHOULDER_BREADTH_STATURE
    return np.asarray(np.degrees(np.arcsin(np.clip(share, -1.0, 1.0))))


def yaw_se_deg(yaw: ArrayLike) -> Array:
    """Return the standard error of the yaw for a shoulder gap known to 2 % of the stature."""
    slope = np.cos(np.radians(np.clip(np.abs(yaw), 0.0, 75.0)))
    return np.asarray(np.degrees(0.02 / SHOULDER_BREADTH_STATURE / slope))
