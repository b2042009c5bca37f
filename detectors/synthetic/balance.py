"""Lowest postures of lifts seen from the side: where hips, knees, shoulders and hands come to be.

Points are (forwards of the ankles, upwards from the floor), m, shape (n, 2) for n postures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from detectors.synthetic.figure import Array
from detectors.synthetic.limbs import LONGEST_LIMB
from detectors.synthetic.skeleton import SPINE, Skeleton, spine_flexions_deg

BODY_KG: Final = 78.0
TRUNK_SHARE: Final = 0.497
HEAD_SHARE: Final = 0.081
ARMS_SHARE: Final = 0.100
THIGHS_SHARE: Final = 0.200
SHANKS_SHARE: Final = 0.093
FEET_SHARE: Final = 0.029
"""Shares of body mass (Winter, Biomechanics and Motor Control of Human Movement, table 4.1)."""

TRUNK_CENTRE: Final = 0.5
THIGH_CENTRE: Final = 0.433
"""Place of a segment's mass from its upper end."""


@dataclass(frozen=True)
class Crouch:
    """What the side view needs to know of n postures, each field of shape (n,) or a number.

    Attributes
    ----------
    aside_m
        How far the ankles stand outwards of the hip joints.
    chord_m
        Middle of the hip joints to middle of the shoulder joints.
    arm_deg, arm_share
        Direction of the line from shoulder to wrist (0 down, 90 forwards), and its length as a
        share of the arm's.
    centre_m
        Where the common centre of mass shall be, forwards of the ankles.
    """

    knee_deg: Array
    trunk_inclination_deg: Array
    chord_m: float
    arm_deg: Array
    arm_share: Array
    load_kg: Array
    centre_m: Array
    aside_m: Array


@dataclass(frozen=True)
class SideView:
    """Joints of n postures, each of shape (n, 2), m."""

    hip: Array
    knee: Array
    shoulder: Array
    wrist: Array

    @property
    def thigh_deg(self) -> Array:
        """How far the thigh is raised forwards from hanging down, shape (n,)."""
        forwards, upwards = (self.knee - self.hip).T
        return np.asarray(np.degrees(np.arctan2(forwards, -upwards)))


def trunk_chord(skeleton: Skeleton, lumbar_deg: float, thoracic_deg: float) -> tuple[float, float]:
    """Return length (m) and forward lean (deg) of the line from hips to shoulders, pelvis upright."""
    flexion = np.radians(np.cumsum(spine_flexions_deg(lumbar_deg, thoracic_deg)))
    shoulders = (skeleton.joint_m("left_upper_arm") + skeleton.joint_m("right_upper_arm")) / 2.0
    nodes = np.array([skeleton.joint_m("pelvis"), *(skeleton.joint_m(bone) for bone in SPINE), shoulders])
    upwards, forwards = np.diff(nodes[:, 1]), np.diff(nodes[:, 2])
    turn = np.concatenate([[0.0], flexion])
    high = float((upwards * np.cos(turn) - forwards * np.sin(turn)).sum())
    far = float((upwards * np.sin(turn) + forwards * np.cos(turn)).sum())
    return float(np.hypot(high, far)), float(np.degrees(np.arctan2(far, high)))


def balanced(skeleton: Skeleton, crouch: Crouch) -> SideView:
    """Return the side view with the centre of mass over the feet, both feet side by side."""
    hip_m = np.full_like(crouch.knee_deg, -0.05)
    for _ in range(10):
        view = _side_view(skeleton, crouch, hip_m)
        # Nearly all of the body moves with the hips; the factor keeps the step from overshooting.
        hip_m = hip_m - (_centre_m(view, crouch) - crouch.centre_m) / 0.95
        hip_m = np.clip(hip_m, -0.7 * skeleton.leg_m, 0.2 * skeleton.leg_m)
    return _side_view(skeleton, crouch, hip_m)


def along(length_m: Array | float, from_upright_deg: Array) -> Array:
    """Return vectors of a length that lean forwards by an angle from upright, shape (n, 2)."""
    lean = np.radians(from_upright_deg)
    return np.stack([length_m * np.sin(lean), length_m * np.cos(lean)], axis=-1)


def _side_view(skeleton: Skeleton, crouch: Crouch, hip_m: Array) -> SideView:
    thigh = skeleton.length_m("left_thigh", "left_shank")
    shank = skeleton.length_m("left_shank", "left_foot")
    bent = np.cos(np.radians(crouch.knee_deg))
    length = np.minimum(
        np.sqrt(thigh**2 + shank**2 + 2.0 * thigh * shank * bent), LONGEST_LIMB * (thigh + shank)
    )
    rise = np.sqrt(np.maximum(length**2 - hip_m**2 - crouch.aside_m**2, (0.2 * length) ** 2))
    ankle = np.array([0.0, skeleton.ankle_height_m])
    hip = ankle + np.stack([hip_m, rise], axis=-1)
    share = (shank**2 + length**2 - thigh**2) / (2.0 * shank * length)
    leg = (hip - ankle) / np.hypot(hip_m, rise)[:, None]
    forwards = np.stack([leg[:, 1], -leg[:, 0]], axis=-1) * np.sqrt(1.0 - share**2)[:, None]
    knee = ankle + shank * (leg * share[:, None] + forwards)
    shoulder = hip + along(crouch.chord_m, crouch.trunk_inclination_deg)
    wrist = shoulder + along(crouch.arm_share * skeleton.arm_m, 180.0 - crouch.arm_deg)
    return SideView(hip, knee, shoulder, wrist)


def _centre_m(view: SideView, crouch: Crouch) -> Array:
    """Return how far forwards the centre of mass of body and load is, shape (n,), m."""
    hip, knee, shoulder, wrist = (point[:, 0] for point in (view.hip, view.knee, view.shoulder, view.wrist))
    head = shoulder + 0.5 * (shoulder - hip)
    body = (
        TRUNK_SHARE * (hip + TRUNK_CENTRE * (shoulder - hip))
        + HEAD_SHARE * head
        + ARMS_SHARE * 0.5 * (shoulder + wrist)
        + THIGHS_SHARE * (hip + THIGH_CENTRE * (knee - hip))
        + SHANKS_SHARE * (1.0 - THIGH_CENTRE) * knee
        + FEET_SHARE * 0.05
    )
    return np.asarray((BODY_KG * body + crouch.load_kg * wrist) / (BODY_KG + crouch.load_kg))
