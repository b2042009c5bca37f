"""Boxes of every kind: what the hall, its racks, its pallets and its loads are built of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.synthetic.figure import Colour, Faces, Load

Array = NDArray[np.float64]
Array32 = NDArray[np.float32]

CARDBOARD: Final[Colour] = (0.46, 0.33, 0.20)


class Finish(StrEnum):
    """What a solid is made of: the shader to draw it with."""

    CONCRETE = "concrete"
    WALL = "wall"
    CARTON = "carton"
    STEEL = "steel"
    TIMBER = "timber"
    LAMP = "lamp"


MOVABLE: Final = (Finish.CARTON, Finish.STEEL, Finish.TIMBER)
"""What things that move or cast shadows may be made of."""


@dataclass(frozen=True)
class Solid:
    """A box in the world: centre and half size (x, y, z), m, before the turn about the vertical.

    ``mark`` in [0, 1) is a number of its own, from which the shader takes labels and stains.
    """

    centre_m: tuple[float, float, float]
    half_m: tuple[float, float, float]
    finish: Finish
    colour: Colour
    yaw_deg: float = 0.0
    mark: float = 0.0


@dataclass(frozen=True)
class Mesh:
    """Triangles ready for the graphics card: ``vertices`` (V, 13), ``faces`` (F, 3).

    The columns are position (3), normal (3), place on the thing (3), and four numbers that its
    shader knows: for figures those of ``Figure.aux``, for solids the colour and the mark.
    """

    vertices: Array32
    faces: Faces


def _unit_box() -> tuple[Array, Array, Faces]:
    """Return corners (24, 3) in [-1, 1], normals (24, 3) and faces (12, 3) that are seen from outside."""
    corners: list[Array] = []
    normals: list[Array] = []
    faces: list[list[int]] = []
    for axis in range(3):
        for sign in (1.0, -1.0):
            start = len(corners)
            across, up = (axis + 1) % 3, (axis + 2) % 3
            for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1)):
                corner = np.zeros(3)
                corner[[axis, across, up]] = sign, a, b
                corners.append(corner)
                normals.append(np.eye(3)[axis] * sign)
            order = (0, 1, 2, 3) if sign > 0 else (0, 3, 2, 1)
            quad = [start + i for i in order]
            faces += [[quad[0], quad[1], quad[2]], [quad[0], quad[2], quad[3]]]
    return np.array(corners), np.array(normals), np.array(faces, dtype=np.int32)


_CORNERS, _NORMALS, _FACES = _unit_box()


def turn_about_vertical(yaw_deg: float) -> Array:
    """Return the rotation, (3, 3), that turns +z towards +x by the heading."""
    c, s = np.cos(np.radians(yaw_deg)), np.sin(np.radians(yaw_deg))
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def corners_m(solid: Solid) -> Array:
    """Return the 24 corners (each of the 8 three times) in the world, (24, 3)."""
    turn = turn_about_vertical(solid.yaw_deg)
    return np.asarray(_CORNERS * solid.half_m @ turn.T + solid.centre_m)


def mesh(solids: Sequence[Solid]) -> Mesh:
    """Return the triangles of some solids in one mesh."""
    turns = np.array([turn_about_vertical(solid.yaw_deg).T for solid in solids])
    halves = np.array([solid.half_m for solid in solids])[:, None]
    centres = np.array([solid.centre_m for solid in solids])[:, None]
    marks = np.array([(*solid.colour, solid.mark) for solid in solids])[:, None]
    count = (len(solids), len(_CORNERS))
    columns = (
        _CORNERS * halves @ turns + centres,
        _NORMALS @ turns,
        np.broadcast_to(_CORNERS, (*count, 3)),
        np.broadcast_to(marks, (*count, 4)),
    )
    vertices = np.concatenate(columns, axis=2, dtype=np.float32).reshape(-1, 13)
    starts = len(_CORNERS) * np.arange(len(solids))[:, None, None]
    faces = (np.asarray(_FACES) + starts).reshape(-1, 3).astype(np.int32)
    return Mesh(vertices, faces)


def carton(load: Load, colour: Colour = CARDBOARD, mark: float = 0.0) -> Solid:
    """Return a load as a solid."""
    x, y, z = (float(value) for value in load.centre_m)
    width, height, depth = load.size_m
    half = (width / 2.0, height / 2.0, depth / 2.0)
    return Solid((x, y, z), half, Finish.CARTON, colour, load.yaw_deg, mark)


def inside(solid: Solid, points_m: Array) -> NDArray[np.bool_]:
    """Tell which points, (n, 3), are inside a solid."""
    local = (points_m - solid.centre_m) @ turn_about_vertical(solid.yaw_deg)
    return np.asarray((np.abs(local) < solid.half_m).all(axis=1))


def blocks(solids: Sequence[Solid], eye_m: Array, targets_m: Array, margin_m: float = 0.0) -> bool:
    """Tell whether the box round some solids stands between an eye, (3,), and any target, (n, 3)."""
    corners = np.concatenate([corners_m(solid) for solid in solids])
    low, high = corners.min(axis=0) - margin_m, corners.max(axis=0) + margin_m
    ray = np.where(np.abs(targets_m - eye_m) < 1e-9, 1e-9, targets_m - eye_m)
    first, second = (low - eye_m) / ray, (high - eye_m) / ray
    enters = np.minimum(first, second).max(axis=1)
    leaves = np.maximum(first, second).min(axis=1)
    return bool(np.any((enters < leaves) & (leaves > 0.0) & (enters < 1.0)))
