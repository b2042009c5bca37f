"""How the feet move from step to step without sliding on the floor, and the body over them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from scipy.interpolate import PchipInterpolator

from detectors.synthetic.figure import Foot, Load, Posture
from detectors.synthetic.footsteps import Gait, Goal, Walk, middle
from detectors.synthetic.postures import minimum_jerk, on_floor
from detectors.synthetic.skeleton import Skeleton
from detectors.synthetic.stances import HIPS_BACK_M, Spot

HEEL_OFF_DEG: Final = 32.0
HEEL_OFF_FROM: Final = -0.25
LIFT_OFF_FROM: Final = 0.15
"""The heel rises and the foot leaves the floor at these shares of a step after its start."""

LONG_STEP_M: Final = 0.5


def foot_at(skeleton: Skeleton, walk: Walk, side: int, time_s: float, clearance_m: float) -> Foot:
    """Return a foot at a time of a walk; planted feet are exactly where they were put."""
    foot, landed_s = walk.feet[side], walk.start_s
    for step in (step for step in walk.steps if step.side == side):
        lasts = step.end_s - step.start_s
        heel_s, lift_s = step.start_s + HEEL_OFF_FROM * lasts, step.start_s + LIFT_OFF_FROM * lasts
        heel_s = max(heel_s, landed_s)
        if time_s >= step.end_s:
            foot, landed_s = step.to, step.end_s
            continue
        if time_s <= heel_s:
            break
        share = min(np.hypot(step.to.x_m - foot.x_m, step.to.z_m - foot.z_m) / LONG_STEP_M, 1.0)
        if time_s < lift_s:
            rise = minimum_jerk((time_s - heel_s) / (lift_s - heel_s))
            return _on_toes(skeleton, foot, HEEL_OFF_DEG * share * rise)
        swing = (time_s - lift_s) / (step.end_s - lift_s)
        return _swung(_on_toes(skeleton, foot, HEEL_OFF_DEG * share), step.to, swing, clearance_m)
    return foot


def path_of(walk: Walk) -> PchipInterpolator:
    """Return (x, z, heading) of the middle of the feet as a function of time."""
    feet = list(walk.feet)
    knots = [(*middle(walk.feet), walk.yaw_deg)]
    for step in walk.steps:
        feet[step.side] = step.to
        knots.append((*middle((feet[0], feet[1])), step.yaw_deg))
    times = [walk.start_s, *(step.end_s for step in walk.steps)]
    return PchipInterpolator(np.array(times), np.array(knots))


def striding(
    gait: Gait, still: Posture, feet: tuple[Foot, Foot], place: tuple[Spot, float], ramp: float
) -> Posture:
    """Return the posture over moving feet.

    Parameters
    ----------
    still
        The posture while standing.
    place
        Middle of the feet (x, z) and heading of the body.
    ramp
        0 standing, 1 in full walk.
    """
    spot, yaw_deg = place
    forwards = np.array([np.sin(np.radians(yaw_deg)), np.cos(np.radians(yaw_deg))])
    ahead = float(np.dot(forwards, [feet[1].x_m - feet[0].x_m, feet[1].z_m - feet[0].z_m]))
    swing_deg = gait.arm_swing_deg_per_m * ahead
    return replace(
        still,
        position_m=(spot[0] + HIPS_BACK_M * forwards[0], spot[1] + HIPS_BACK_M * forwards[1]),
        yaw_deg=yaw_deg,
        feet=feet,
        knee_flexion_deg=still.knee_flexion_deg + ramp * (gait.knee_deg - still.knee_flexion_deg),
        pelvis_tilt_deg=still.pelvis_tilt_deg + ramp * gait.lean_deg,
        arm_swing_deg=(swing_deg, -swing_deg),
    )


def placed_load(load: Load, goal: Goal) -> Load:
    """Return a load of a task where its stance is."""
    centre = on_floor(load.centre_m, goal.spot, goal.yaw_deg)
    return replace(load, centre_m=centre, yaw_deg=load.yaw_deg + goal.yaw_deg)


def carried_load(load: Load, start: tuple[Spot, float], now: tuple[Spot, float]) -> Load:
    """Return a load that moved with the body from one spot and heading to another."""
    (from_spot, from_deg), (spot, yaw_deg) = start, now
    away = load.centre_m - np.array([from_spot[0], 0.0, from_spot[1]])
    local = on_floor(away, (0.0, 0.0), -from_deg)
    return replace(load, centre_m=on_floor(local, spot, yaw_deg), yaw_deg=load.yaw_deg + yaw_deg - from_deg)


def _on_toes(skeleton: Skeleton, foot: Foot, pitch_deg: float) -> Foot:
    """Return the foot with its heel raised about the joint of the toes, which stays where it is."""
    toes = skeleton.joint_m("left_toes") - skeleton.joint_m("left_foot")
    back, above, pitch = float(toes[2]), -float(toes[1]), np.radians(pitch_deg)
    forwards = back - back * np.cos(pitch) + above * np.sin(pitch)
    heading = np.radians(foot.yaw_deg)
    return replace(
        foot,
        x_m=foot.x_m + float(forwards * np.sin(heading)),
        z_m=foot.z_m + float(forwards * np.cos(heading)),
        raised_m=float(above * np.cos(pitch) + back * np.sin(pitch) - above),
        pitch_deg=pitch_deg,
    )


def _swung(start: Foot, end: Foot, share: float, clearance_m: float) -> Foot:
    moved = minimum_jerk(share)
    yaw_deg = start.yaw_deg + moved * (end.yaw_deg - start.yaw_deg)
    return Foot(
        x_m=start.x_m + moved * (end.x_m - start.x_m),
        z_m=start.z_m + moved * (end.z_m - start.z_m),
        yaw_deg=yaw_deg,
        raised_m=start.raised_m * (1.0 - moved) + clearance_m * float(np.sin(np.pi * share)) ** 2,
        pitch_deg=start.pitch_deg * (1.0 - minimum_jerk(1.6 * share))
        - 0.4 * start.pitch_deg * float(np.sin(np.pi * max(share - 0.4, 0.0) / 0.6)) ** 2,
    )
