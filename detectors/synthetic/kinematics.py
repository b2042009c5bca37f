"""From a posture to the turns of all bones: spine chain, planted legs and reaching arms."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from scipy.spatial.transform import Rotation

from detectors.synthetic.figure import Array, Foot, Load, Posture
from detectors.synthetic.limbs import LONGEST_LIMB, Turns, add_limb, two_bones, unit
from detectors.synthetic.skeleton import (
    BONES,
    LUMBAR,
    NECK,
    SIDES,
    SPINE,
    Pose,
    Skeleton,
    spine_flexions_deg,
)

OUTWARDS: Final = {"left": 1.0, "right": -1.0}
LONGEST_REACH: Final = 0.985
"""Share of the arm's length that a wrist can be away from the shoulder joint."""

HANGING_ARM: Final = 0.96
HANGING_ASIDE: Final = 0.16
"""Length and outward lean of an arm that hangs, as shares of the arm."""

PROTRACTION_DEG: Final = 14.0
PROTRACTION_FROM: Final = 0.85
"""A reaching shoulder follows the hand once the arm is stretched this far."""

KNEES_OUT: Final = 1.4
"""The knees point this much further out than the feet."""


def solve(skeleton: Skeleton, posture: Posture) -> Pose:
    """Return the pose of a skeleton in a posture.

    The pelvis stands as high as the straighter knee allows; feet are where the posture plants
    them, and a hand that can't reach its target stops on the way there.
    """
    turns = _trunk(skeleton, posture, pelvis_height_m(skeleton, posture))
    for side, foot in zip(SIDES, posture.feet, strict=True):
        _add_leg(turns, skeleton, posture, side, foot)
    for row, side in enumerate(SIDES):
        _add_arm(turns, skeleton, posture, side, row)
    return Pose(np.array([turns[bone][0] for bone in BONES]), np.array([turns[bone][1] for bone in BONES]))


def pelvis_height_m(skeleton: Skeleton, posture: Posture) -> float:
    """Return the height of the hip joints at which the straighter knee has the flexion asked for."""
    thigh, shank = _leg_lengths_m(skeleton)
    bent = np.cos(np.radians(posture.knee_flexion_deg))
    length = min(
        np.sqrt(thigh**2 + shank**2 + 2.0 * thigh * shank * bent), LONGEST_LIMB * (thigh + shank) - 1e-3
    )
    turn = _pelvis_turn(posture)
    heights = []
    for side, foot in zip(SIDES, posture.feet, strict=True):
        hip = turn @ (skeleton.joint_m(f"{side}_thigh") - skeleton.joint_m("pelvis"))
        across = np.hypot(
            posture.position_m[0] + hip[0] - foot.x_m,
            posture.position_m[1] + hip[2] - foot.z_m,
        )
        rise = np.sqrt(max(length**2 - across**2, (0.2 * length) ** 2))
        heights.append(skeleton.ankle_height_m + foot.raised_m + rise - hip[1])
    return float(min(heights))


def with_load_in_hands(load: Load, posture: Posture, pose: Pose) -> Load:
    """Return a held load moved to where the hands are, should the arms be too short for their targets."""
    if not load.held:
        return load
    wrists = np.array([pose.joint_m(f"{side}_hand") for side in SIDES])
    return replace(load, centre_m=load.centre_m + (wrists - posture.hands_m).mean(axis=0))


def _pelvis_turn(posture: Posture) -> Array:
    return np.asarray(
        Rotation.from_euler("YX", [posture.yaw_deg, posture.pelvis_tilt_deg], degrees=True).as_matrix()
    )


def _trunk(skeleton: Skeleton, posture: Posture, height_m: float) -> Turns:
    """Return the turns of pelvis, spine, neck and head; side bend and twist spread over the spine."""
    flexions = spine_flexions_deg(posture.lumbar_flexion_deg, posture.thoracic_flexion_deg)
    lumbar = len(LUMBAR)
    twists = np.where(np.arange(len(SPINE)) < lumbar, 0.3 / lumbar, 0.7 / (len(SPINE) - lumbar))
    angles = np.zeros((len(SPINE) + len(NECK), 3))
    angles[: len(SPINE), 0] = posture.twist_deg * twists
    angles[: len(SPINE), 1] = -posture.lateral_deg / len(SPINE)
    angles[: len(SPINE), 2] = flexions
    angles[len(SPINE) :, 2] = posture.neck_flexion_deg / len(NECK)
    local = Rotation.from_euler("YZX", angles, degrees=True).as_matrix()
    place = np.array([posture.position_m[0], height_m, posture.position_m[1]])
    turns = {"pelvis": (_pelvis_turn(posture), place)}
    lower = "pelvis"
    for bone, turn in zip((*SPINE, *NECK), local, strict=True):
        turns[bone] = (turns[lower][0] @ turn, _attached(turns, skeleton, lower, bone))
        lower = bone
    return turns


def _attached(turns: Turns, skeleton: Skeleton, parent: str, bone: str) -> Array:
    """Return where the joint of a bone is that moves with its parent, shape (3,)."""
    turn, place = turns[parent]
    return np.asarray(place + turn @ (skeleton.joint_m(bone) - skeleton.joint_m(parent)))


def _leg_lengths_m(skeleton: Skeleton) -> tuple[float, float]:
    return (
        skeleton.length_m("left_thigh", "left_shank"),
        skeleton.length_m("left_shank", "left_foot"),
    )


def _heading(yaw_deg: float) -> Array:
    yaw = np.radians(yaw_deg)
    return np.array([np.sin(yaw), 0.0, np.cos(yaw)])


def _add_leg(turns: Turns, skeleton: Skeleton, posture: Posture, side: str, foot: Foot) -> None:
    thigh, shank, ankle, toes = (f"{side}_{bone}" for bone in ("thigh", "shank", "foot", "toes"))
    hip = _attached(turns, skeleton, "pelvis", thigh)
    target = np.array([foot.x_m, skeleton.ankle_height_m + foot.raised_m, foot.z_m])
    knees = posture.yaw_deg + KNEES_OUT * (foot.yaw_deg - posture.yaw_deg)
    bend = two_bones(hip, target, _leg_lengths_m(skeleton), _heading(knees))
    rest = [skeleton.joint_m(bone) for bone in (thigh, shank, ankle)]
    rest_hinge = unit(np.cross([0.0, 0.0, 1.0], rest[2] - rest[0]))
    add_limb(turns, (thigh, shank), (hip, bend), rest, rest_hinge)
    flat = Rotation.from_euler("Y", foot.yaw_deg, degrees=True).as_matrix()
    turn = flat @ Rotation.from_euler("X", foot.pitch_deg, degrees=True).as_matrix()
    turns[ankle] = (turn, bend.end_m)
    turns[toes] = (flat if foot.pitch_deg > 0 else turn, _attached(turns, skeleton, ankle, toes))


def _add_arm(turns: Turns, skeleton: Skeleton, posture: Posture, side: str, row: int) -> None:
    clavicle, upper, fore, hand = (f"{side}_{bone}" for bone in ("clavicle", "upper_arm", "forearm", "hand"))
    arm_m, chest = skeleton.arm_m, turns["T6"][0]
    turns[clavicle] = (chest, _attached(turns, skeleton, "T6", clavicle))
    shoulder = _attached(turns, skeleton, clavicle, upper)
    target = posture.hands_m[row]
    stretched = float(np.linalg.norm(target - shoulder)) / arm_m
    share = posture.reach[row] * np.clip((stretched - PROTRACTION_FROM) / (1.0 - PROTRACTION_FROM), 0.0, 1.0)
    axis = unit(np.cross(shoulder - turns[clavicle][1], target - shoulder))
    follow = Rotation.from_rotvec(axis * np.radians(PROTRACTION_DEG * share)).as_matrix()
    turns[clavicle] = (follow @ chest, turns[clavicle][1])
    shoulder = _attached(turns, skeleton, clavicle, upper)
    aside = OUTWARDS[side] * HANGING_ASIDE
    swing = np.radians(posture.arm_swing_deg[row])
    hanging = unit(np.array([aside, -np.cos(swing), np.sin(swing)])) * HANGING_ARM * arm_m
    hanging = Rotation.from_euler("Y", posture.yaw_deg + posture.twist_deg, degrees=True).apply(hanging)
    wanted = shoulder + hanging + posture.reach[row] * (target - shoulder - hanging)
    lengths = (skeleton.length_m(upper, fore), skeleton.length_m(fore, hand))
    elbow_side = chest @ np.array([0.55 * OUTWARDS[side], -0.15, -1.0])
    bend = two_bones(shoulder, wanted, lengths, elbow_side, LONGEST_REACH)
    rest = [skeleton.joint_m(bone) for bone in (upper, fore, hand)]
    rest_hinge = unit(np.cross(rest[1] - rest[0], rest[2] - rest[1]))
    add_limb(turns, (upper, fore), (shoulder, bend), rest, rest_hinge)
    turns[hand] = (turns[fore][0], bend.end_m)
