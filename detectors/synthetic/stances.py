"""Postures of one person around the origin: standing, lowest of a lift, holding, reaching."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from detectors.synthetic.balance import trunk_chord
from detectors.synthetic.draws import Spine, Standing, Task
from detectors.synthetic.figure import Array, Foot, Load, Posture
from detectors.synthetic.postures import on_floor
from detectors.synthetic.skeleton import Skeleton

Spot = tuple[float, float]

HIPS_BACK_M: Final = -0.03
"""Hip joints over ankles of one who stands upright."""

BELLY_SHARE: Final = 0.105
"""From the hip joints' vertical to the front of a load that is held, share of stature."""

NO_HANDS: Final = np.zeros((2, 3))


def feet_at(
    stance_m: float, toe_out_deg: float, spot: Spot = (0.0, 0.0), yaw_deg: float = 0.0
) -> tuple[Foot, Foot]:
    """Return both feet on the floor around a spot (x, z)."""
    left = on_floor(np.array([stance_m / 2.0, 0.0, 0.0]), spot, yaw_deg)
    right = on_floor(np.array([-stance_m / 2.0, 0.0, 0.0]), spot, yaw_deg)
    return (
        Foot(float(left[0]), float(left[2]), yaw_deg + toe_out_deg),
        Foot(float(right[0]), float(right[2]), yaw_deg - toe_out_deg),
    )


def upright(standing: Standing, feet: tuple[Foot, Foot]) -> Posture:
    """Return the standing posture with hanging arms, feet around the origin."""
    below = standing.pelvis_tilt_deg + standing.lumbar_deg + standing.thoracic_deg
    return Posture(
        position_m=(0.0, HIPS_BACK_M),
        yaw_deg=0.0,
        pelvis_tilt_deg=standing.pelvis_tilt_deg,
        lumbar_flexion_deg=standing.lumbar_deg,
        thoracic_flexion_deg=standing.thoracic_deg,
        neck_flexion_deg=standing.head_pitch_deg - below,
        knee_flexion_deg=standing.knee_deg,
        feet=feet,
        hands_m=NO_HANDS,
    )


def lowest(skeleton: Skeleton, task: Task, spine: Spine) -> Posture:
    """Return the posture at the grasp: the pelvis and the neck make up for the spine."""
    _, lean_deg = trunk_chord(skeleton, spine.lumbar_deg, spine.thoracic_deg)
    tilt_deg = task.trunk_inclination_deg - lean_deg
    chest_deg = tilt_deg + spine.lumbar_deg + spine.thoracic_deg
    hands = NO_HANDS if task.load is None else grip(task.load, task.half_grip_m, task.wrist_m[1])
    reach = 0.0 if task.load is None else 1.0
    return Posture(
        position_m=(0.0, task.hip_m[0]),
        yaw_deg=task.turn_deg,
        pelvis_tilt_deg=tilt_deg,
        lumbar_flexion_deg=spine.lumbar_deg,
        thoracic_flexion_deg=spine.thoracic_deg,
        neck_flexion_deg=task.head_pitch_deg - chest_deg,
        knee_flexion_deg=task.knee_deg,
        feet=feet_at(task.stance_m, task.toe_out_deg),
        hands_m=hands,
        reach=(reach, reach),
        lateral_deg=task.lateral_deg,
        twist_deg=task.twist_deg,
    )


def grip(load: Load, half_grip_m: float, height_m: float) -> Array:
    """Return the wrists beside a load, shape (2, 3), at a height over the floor."""
    spot = (float(load.centre_m[0]), float(load.centre_m[2]))
    sides = (np.array([sign * half_grip_m, height_m, 0.0]) for sign in (1.0, -1.0))
    return np.array([on_floor(side, spot, load.yaw_deg) for side in sides])


def holding(skeleton: Skeleton, base: Posture, task: Task, above_hips_m: float) -> tuple[Posture, Load]:
    """Return an upright posture with the load of a task before the belly, and the load.

    Raises
    ------
    ValueError
        If the task has no load.
    """
    if task.load is None:
        raise ValueError("task has no load to hold, expected one of a lift")
    load = task.load
    grip_over_centre = task.wrist_m[1] - load.centre_m[1]
    hips_m = skeleton.joint_m("pelvis")[1]
    ahead = base.position_m[1] + BELLY_SHARE * skeleton.stature_m + load.size_m[2] / 2.0
    held = replace(load, centre_m=np.array([0.0, hips_m + above_hips_m, ahead]), yaw_deg=0.0, held=True)
    hands = grip(held, task.half_grip_m, hips_m + above_hips_m + grip_over_centre)
    posture = replace(base, hands_m=hands, reach=(1.0, 1.0), pelvis_tilt_deg=base.pelvis_tilt_deg - 2.0)
    return posture, held
