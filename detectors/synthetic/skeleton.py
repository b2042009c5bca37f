"""The bones, where their joints rest, and a pose of them.

MakeHuman's five spine bones are replaced by six lumbar joints (L5S1 to T12L1) and two thoracic
ones (T9, T6), so that flexion spreads as in a spine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from detectors.synthetic.figure import Array

LUMBAR: Final = ("L5S1", "L4L5", "L3L4", "L2L3", "L1L2", "T12L1")
THORACIC: Final = ("T9", "T6")
SPINE: Final = (*LUMBAR, *THORACIC)
NECK: Final = ("neck", "neck2", "neck3", "head")
SIDES: Final = ("left", "right")
ARM: Final = ("clavicle", "upper_arm", "forearm", "hand")
LEG: Final = ("thigh", "shank", "foot", "toes")

LUMBAR_SHARES: Final = np.array([0.20, 0.24, 0.21, 0.16, 0.11, 0.08])
"""How lumbar flexion spreads over ``LUMBAR``: most of it low, as on flexion radiographs; our choice."""

THORACIC_SHARES: Final = np.array([0.55, 0.45])

BONES: Final = (
    "pelvis",
    *SPINE,
    *NECK,
    *(f"{side}_{bone}" for side in SIDES for bone in (*ARM, *LEG)),
)
"""Every bone; a bone of the spine is named by the joint at its lower end."""

INDEX: Final = {name: row for row, name in enumerate(BONES)}


@dataclass(frozen=True)
class Skeleton:
    """The joints at rest: arms half down, feet on the floor, looking along +z.

    Attributes
    ----------
    rest_m
        Shape (n_bones, 3): the joint that each bone turns about; the pelvis turns about the
        middle of the hip joints.
    stature_m
        Sole to crown.
    """

    rest_m: Array
    stature_m: float

    def joint_m(self, bone: str) -> Array:
        """Return where the joint of a bone rests, shape (3,)."""
        return np.asarray(self.rest_m[INDEX[bone]])

    def length_m(self, bone: str, end: str) -> float:
        """Return the distance from the joint of one bone to that of another, m."""
        return float(np.linalg.norm(self.joint_m(end) - self.joint_m(bone)))

    @property
    def leg_m(self) -> float:
        """Thigh and shank."""
        return self.length_m("left_thigh", "left_shank") + self.length_m("left_shank", "left_foot")

    @property
    def arm_m(self) -> float:
        """Upper arm and forearm, up to the wrist."""
        return self.length_m("left_upper_arm", "left_forearm") + self.length_m("left_forearm", "left_hand")

    @property
    def ankle_height_m(self) -> float:
        """Ankle joint over the sole."""
        return float(self.joint_m("left_foot")[1])


@dataclass(frozen=True)
class Pose:
    """Turned bones in the world.

    Attributes
    ----------
    rotations
        Shape (n_bones, 3, 3), from the rest pose.
    joints_m
        Shape (n_bones, 3).
    """

    rotations: Array
    joints_m: Array

    def joint_m(self, bone: str) -> Array:
        """Return where the joint of a bone is, shape (3,)."""
        return np.asarray(self.joints_m[INDEX[bone]])

    def rotation(self, bone: str) -> Array:
        """Return the turn of a bone from the rest pose, shape (3, 3)."""
        return np.asarray(self.rotations[INDEX[bone]])


def rest_pose(skeleton: Skeleton) -> Pose:
    """Return the pose in which nothing has turned or moved."""
    return Pose(np.broadcast_to(np.eye(3), (len(BONES), 3, 3)), skeleton.rest_m)


def spine_flexions_deg(lumbar_deg: float, thoracic_deg: float) -> Array:
    """Return the flexion of each joint of ``SPINE``, shape (8,), deg."""
    return np.concatenate([lumbar_deg * LUMBAR_SHARES, thoracic_deg * THORACIC_SHARES])
