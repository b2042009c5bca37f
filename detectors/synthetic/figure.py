"""What one drawn person is: the posture asked for, and the posed and clothed figure ready to draw."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.keypoints import COCO17

Array = NDArray[np.float64]
Array32 = NDArray[np.float32]
Faces = NDArray[np.int32]
Colour = tuple[float, float, float]

SPINE_POINTS: Final = ("sacrum", "L3", "T12L1", "T8", "C7")
"""Joints inside the spine, from below."""

BACK_POINTS: Final = tuple(f"back_{name}" for name in SPINE_POINTS)
"""The same levels on the visible surface of the back, on the outermost garment."""

JOINT_NAMES: Final = (*COCO17, *SPINE_POINTS, *BACK_POINTS)


class Material(StrEnum):
    """What a part is made of: the shader to draw it with."""

    SKIN = "skin"
    CLOTH = "cloth"
    JACKET = "jacket"
    VEST = "vest"
    BACKPACK = "backpack"
    EYE = "eye"
    HAT = "hat"


class Top(StrEnum):
    """The garment on the upper body; all but the T-shirt and the bare back have long sleeves."""

    BARE = "bare"
    T_SHIRT = "t_shirt"
    SHIRT = "shirt"
    HOODIE = "hoodie"
    JACKET = "jacket"


class Hat(StrEnum):
    """What is on the head; hair is drawn as a close cap in the colour of the hair."""

    HAIR = "hair"
    CAP = "cap"
    HARD_HAT = "hard_hat"


@dataclass(frozen=True)
class Look:
    """Colours (linear RGB, 0 to 1) and kind of the clothing.

    Attributes
    ----------
    looseness_m
        How far the upper garment stands off the body on average.
    sleeve_end
        Where the sleeve ends, in the arm coordinate of ``Figure.aux`` (1 elbow, 2 wrist).
    waist_m, neck_m, eye_m
        Heights in the rest pose of the waistband, of the base of the neck and of the eyes, m.
    pattern_seed
        Number in [0, 1) that the procedural textures start from.
    """

    skin: Colour
    top_colour: Colour
    trousers: Colour
    vest_colour: Colour
    hat_colour: Colour
    shoes: Colour
    gloves: Colour
    top: Top
    hat: Hat
    vest: bool
    backpack: bool
    looseness_m: float
    sleeve_end: float
    waist_m: float
    neck_m: float
    eye_m: float
    pattern_seed: float


@dataclass(frozen=True)
class Part:
    """Triangles of one material: ``faces`` (F, 3), rows of ``Figure.vertices_m``, seen from outside."""

    faces: Faces
    material: Material


@dataclass(frozen=True)
class Figure:
    """One posed, clothed person in the world.

    Attributes
    ----------
    vertices_m, normals
        Shape (V, 3); unit normals point outwards.
    rest_m
        Shape (V, 3): the same vertices in the rest pose, for textures that stick to the cloth. For
        eyes: from the eye's centre in radii, +z looking forwards.
    aux
        Shape (V, 4): 0 position along the arm (0 shoulder or no arm, 1 elbow, 2 wrist, 2.6 finger
        tips), 1 height in the rest pose, m, 2 weight of the leg bones, 3 weight of head and neck.
    joints_m
        The points of ``JOINT_NAMES``, each shape (3,).
    """

    vertices_m: Array32
    normals: Array32
    rest_m: Array32
    aux: Array32
    parts: tuple[Part, ...]
    joints_m: dict[str, Array]
    look: Look


@dataclass(frozen=True)
class Foot:
    """Where a foot is: floor point under the ankle (x, z), m, heading, height of the sole and pitch.

    ``pitch_deg`` is positive with the heel up; ``raised_m`` is 0 while the foot is on the floor.
    """

    x_m: float
    z_m: float
    yaw_deg: float = 0.0
    raised_m: float = 0.0
    pitch_deg: float = 0.0


@dataclass(frozen=True)
class Posture:
    """Every angle and place that draws a pose, in world coordinates. Pairs are left, right.

    Attributes
    ----------
    position_m
        Floor point (x, z) under the middle of the hip joints.
    yaw_deg
        Heading of the pelvis: 0 faces +z, 90 faces +x.
    pelvis_tilt_deg
        Forward tilt of the pelvis from the rest pose.
    lumbar_flexion_deg, thoracic_flexion_deg
        Flexion from pelvis to T12 and from there to T6, from the rest pose; extension is negative.
    neck_flexion_deg
        Flexion from T6 to head.
    lateral_deg, twist_deg
        Side bend to the left and turn to the left of the thorax against the pelvis.
    knee_flexion_deg
        Flexion of the straighter knee; it sets the height of the pelvis.
    feet
        Left and right foot.
    hands_m
        Targets of the left and the right wrist, shape (2, 3).
    reach
        Per hand 0 (hangs or swings) to 1 (on its target).
    arm_swing_deg
        Per hand, forward swing of a hanging arm.
    """

    position_m: tuple[float, float]
    yaw_deg: float
    pelvis_tilt_deg: float
    lumbar_flexion_deg: float
    thoracic_flexion_deg: float
    neck_flexion_deg: float
    knee_flexion_deg: float
    feet: tuple[Foot, Foot]
    hands_m: Array
    reach: tuple[float, float] = (0.0, 0.0)
    lateral_deg: float = 0.0
    twist_deg: float = 0.0
    arm_swing_deg: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True)
class Load:
    """A carton: centre (3,) m, size (width x, height y, depth z) m before the turn, and heading."""

    centre_m: Array
    size_m: tuple[float, float, float]
    yaw_deg: float
    held: bool
