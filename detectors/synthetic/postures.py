"""Blend, mirror and place postures."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from detectors.synthetic.figure import Array, Foot, Posture

SPINE_COLUMNS: Final = slice(4, 6)
"""Columns of lumbar and thoracic flexion in ``packed``."""


def packed(posture: Posture) -> Array:
    """Return the numbers of a posture, shape (30,)."""
    head = (*posture.position_m, posture.yaw_deg, posture.pelvis_tilt_deg)
    spine = (posture.lumbar_flexion_deg, posture.thoracic_flexion_deg, posture.neck_flexion_deg)
    feet = [
        number
        for foot in posture.feet
        for number in (foot.x_m, foot.z_m, foot.yaw_deg, foot.raised_m, foot.pitch_deg)
    ]
    rest = (*posture.reach, posture.lateral_deg, posture.twist_deg, *posture.arm_swing_deg)
    return np.array([*head, *spine, posture.knee_flexion_deg, *feet, *posture.hands_m.ravel(), *rest])


def unpacked(numbers: Array) -> Posture:
    """Return the posture of the numbers that ``packed`` gave."""
    values = [float(number) for number in numbers]
    return Posture(
        position_m=(values[0], values[1]),
        yaw_deg=values[2],
        pelvis_tilt_deg=values[3],
        lumbar_flexion_deg=values[4],
        thoracic_flexion_deg=values[5],
        neck_flexion_deg=values[6],
        knee_flexion_deg=values[7],
        feet=(Foot(*values[8:13]), Foot(*values[13:18])),
        hands_m=np.array(values[18:24]).reshape(2, 3),
        reach=(values[24], values[25]),
        lateral_deg=values[26],
        twist_deg=values[27],
        arm_swing_deg=(values[28], values[29]),
    )


def blended(first: Posture, second: Posture, share: float, spine_share: float) -> Posture:
    """Return the posture between two, 0 the first; the spine has a share of its own."""
    start, end = packed(first), packed(second)
    shares = np.full(len(start), share)
    shares[SPINE_COLUMNS] = spine_share
    return unpacked(start + shares * (end - start))


def mirrored(posture: Posture) -> Posture:
    """Return the posture with left and right exchanged, mirrored at x = 0."""
    left, right = (
        replace(foot, x_m=-foot.x_m, yaw_deg=-foot.yaw_deg) for foot in (posture.feet[1], posture.feet[0])
    )
    return replace(
        posture,
        position_m=(-posture.position_m[0], posture.position_m[1]),
        yaw_deg=-posture.yaw_deg,
        feet=(left, right),
        hands_m=posture.hands_m[::-1] * np.array([-1.0, 1.0, 1.0]),
        reach=(posture.reach[1], posture.reach[0]),
        lateral_deg=-posture.lateral_deg,
        twist_deg=-posture.twist_deg,
        arm_swing_deg=(posture.arm_swing_deg[1], posture.arm_swing_deg[0]),
    )


def placed(posture: Posture, spot: tuple[float, float], yaw_deg: float) -> Posture:
    """Return a posture given around the origin, facing +z, at a spot (x, z) with a heading."""
    feet = tuple(_moved_foot(foot, spot, yaw_deg) for foot in posture.feet)
    hands = [on_floor(hand, spot, yaw_deg) for hand in posture.hands_m]
    x_m, _, z_m = on_floor(np.array([posture.position_m[0], 0.0, posture.position_m[1]]), spot, yaw_deg)
    return replace(
        posture,
        position_m=(float(x_m), float(z_m)),
        yaw_deg=posture.yaw_deg + yaw_deg,
        feet=(feet[0], feet[1]),
        hands_m=np.array(hands),
    )


def on_floor(point_m: Array, spot: tuple[float, float], yaw_deg: float) -> Array:
    """Return a point (3,) turned about the vertical and moved over the floor to a spot (x, z)."""
    cosine, sine = np.cos(np.radians(yaw_deg)), np.sin(np.radians(yaw_deg))
    x_m, y_m, z_m = point_m
    return np.array([spot[0] + cosine * x_m + sine * z_m, y_m, spot[1] - sine * x_m + cosine * z_m])


def _moved_foot(foot: Foot, spot: tuple[float, float], yaw_deg: float) -> Foot:
    x_m, _, z_m = on_floor(np.array([foot.x_m, 0.0, foot.z_m]), spot, yaw_deg)
    return replace(foot, x_m=float(x_m), z_m=float(z_m), yaw_deg=foot.yaw_deg + yaw_deg)


def minimum_jerk(share: float) -> float:
    """Return the smoothest rise from 0 to 1 that starts and ends at rest (Flash and Hogan 1985)."""
    inside = min(max(share, 0.0), 1.0)
    return inside**3 * (10.0 - 15.0 * inside + 6.0 * inside**2)
