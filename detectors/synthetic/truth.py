"""What is true of a posed person: angles in the world, and the technique of a lift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from detectors.synthetic.draws import Spine, Standing
from detectors.synthetic.figure import Array
from detectors.synthetic.skeleton import SIDES, Pose
from detectors.synthetic.timeline import LiftEvent
from detectors.vocabulary import LiftKind, Technique

SPINE_BEND_FROM_DEG: Final = 40.0
NEUTRAL_UP_TO_DEG: Final = 25.0
"""Lumbar and thoracic flexion together, less that of standing.

Coached hinges keep lumbar flexion within about a third of its 55 to 60 deg (20 deg) and hardly
move the thorax (5 deg); stoops use four fifths and more, and lifters called rounded show
30 deg and more in the lumbar spine with some 10 deg in the thorax. Between lies neither.
"""

SQUAT_KNEE_FROM_DEG: Final = 60.0
"""Knees of squat lifts flex 60 to 120 deg at the bottom, those of hinges and stoops 0 to 30."""


@dataclass(frozen=True)
class Angles:
    """Angles of one posed person, deg; pairs are left, right.

    Attributes
    ----------
    pelvis_tilt_deg
        Forward tilt of the pelvis in the world, from the rest pose.
    lumbar_flexion_deg, thoracic_flexion_deg
        Turn of T12 against the pelvis and of T6 against T12 in the sagittal plane of the lower
        one, from the rest pose; extension is negative.
    trunk_inclination_deg
        Line from the middle of the hips to that of the shoulders from the vertical: 0 upright,
        90 horizontal, without sign.
    head_pitch_deg
        Forward tilt of the head in the world: positive looks down.
    knee_flexion_deg
        0 straight.
    hip_flexion_deg
        Angle between thigh and the pelvis's own downward line.
    """

    pelvis_tilt_deg: float
    lumbar_flexion_deg: float
    thoracic_flexion_deg: float
    trunk_inclination_deg: float
    head_pitch_deg: float
    knee_flexion_deg: tuple[float, float]
    hip_flexion_deg: tuple[float, float]


def angles(pose: Pose) -> Angles:
    """Return the angles of a pose."""
    hips, shoulders = (_middle_m(pose, bone) for bone in ("thigh", "upper_arm"))
    knees = [_knee_deg(pose, side) for side in SIDES]
    thighs = [_hip_deg(pose, side) for side in SIDES]
    return Angles(
        pelvis_tilt_deg=_pitch_deg(pose.rotation("pelvis")),
        lumbar_flexion_deg=_flexion_deg(pose.rotation("pelvis"), pose.rotation("T12L1")),
        thoracic_flexion_deg=_flexion_deg(pose.rotation("T12L1"), pose.rotation("T6")),
        trunk_inclination_deg=_between_deg(shoulders - hips, np.array([0.0, 1.0, 0.0])),
        head_pitch_deg=_pitch_deg(pose.rotation("head")),
        knee_flexion_deg=(knees[0], knees[1]),
        hip_flexion_deg=(thighs[0], thighs[1]),
    )


def technique(lumbar_change_deg: float, thoracic_change_deg: float, knee_flexion_deg: float) -> Technique:
    """Return what the back and then the knees did, from changes since standing.

    The spine is judged first: a squat with a round back is a spine bend.
    """
    change = lumbar_change_deg + thoracic_change_deg
    if change >= SPINE_BEND_FROM_DEG:
        return Technique.SPINE_BEND
    if change > NEUTRAL_UP_TO_DEG:
        return Technique.INDETERMINATE
    return Technique.SQUAT if knee_flexion_deg >= SQUAT_KNEE_FROM_DEG else Technique.HIP_HINGE


def lift_event(
    kind: LiftKind,
    times_s: tuple[float, float, float],
    knee_flexion_deg: float,
    spine: Spine,
    standing: Standing,
) -> LiftEvent:
    """Return the truth of a lift: ``times_s`` are start, grasp (or release) and end."""
    lumbar = spine.lumbar_deg - standing.lumbar_deg
    thoracic = spine.thoracic_deg - standing.thoracic_deg
    return LiftEvent(
        kind=kind,
        start_s=times_s[0],
        grasp_s=times_s[1],
        end_s=times_s[2],
        lumbar_change_deg=lumbar,
        thoracic_change_deg=thoracic,
        knee_flexion_deg=knee_flexion_deg,
        technique=technique(lumbar, thoracic, knee_flexion_deg),
    )


def reach_miss_m(pose: Pose, hands_m: Array) -> float:
    """Return how far the wrists of a pose are from their targets (2, 3), the farther one, m."""
    wrists = np.array([pose.joint_m(f"{side}_hand") for side in SIDES])
    return float(np.linalg.norm(wrists - hands_m, axis=1).max())


def _middle_m(pose: Pose, bone: str) -> Array:
    return np.asarray((pose.joint_m(f"left_{bone}") + pose.joint_m(f"right_{bone}")) / 2.0)


def _knee_deg(pose: Pose, side: str) -> float:
    hip, knee, ankle = (pose.joint_m(f"{side}_{bone}") for bone in ("thigh", "shank", "foot"))
    return _between_deg(knee - hip, ankle - knee)


def _hip_deg(pose: Pose, side: str) -> float:
    thigh = pose.joint_m(f"{side}_shank") - pose.joint_m(f"{side}_thigh")
    return _between_deg(thigh, pose.rotation("pelvis") @ np.array([0.0, -1.0, 0.0]))


def _pitch_deg(rotation: Array) -> float:
    """Return the forward tilt of a bone's own upward axis about its own left-right axis."""
    up, left = rotation[:, 1], rotation[:, 0]
    heading = np.arctan2(-left[2], left[0])
    forwards = np.array([np.sin(heading), 0.0, np.cos(heading)])
    return float(np.degrees(np.arctan2(up @ forwards, up[1])))


def _flexion_deg(lower: Array, upper: Array) -> float:
    turn = lower.T @ upper
    return float(np.degrees(np.arctan2(turn[2, 1], turn[1, 1])))


def _between_deg(a: Array, b: Array) -> float:
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b)))
