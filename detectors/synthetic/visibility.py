"""Which points of a person a rendered picture shows, from its depth and the owners of its pixels."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.synthetic.camera_rig import Camera, project
from detectors.synthetic.figure import BACK_POINTS, JOINT_NAMES

Array = NDArray[np.float64]


class Visibility(StrEnum):
    """Whether the picture shows a point."""

    SEEN = "seen"
    SELF_HIDDEN = "self_hidden"
    HIDDEN = "hidden"
    OUTSIDE = "outside"


ON_SURFACE: Final = frozenset(("nose", "left_eye", "right_eye", "left_ear", "right_ear", *BACK_POINTS))
INSIDE_M: Final = {"shoulder": 0.13, "elbow": 0.08, "wrist": 0.07, "hip": 0.17, "knee": 0.10, "ankle": 0.09}
SPINE_INSIDE_M: Final = 0.17
SURFACE_M: Final = 0.045
"""Points on the surface: as much as a fold or a loose garment may stand before them."""
OUTLINE_M: Final = 0.03
BEYOND_M: Final = 0.05
"""How much farther than a point one must be able to see past it."""

NEAR_PX: Final = 1.0
"""A point on the outline counts as seen if a pixel this close shows it."""


def tolerance_m(name: str) -> float:
    """Return how far a point may lie behind the surface that is seen before it.

    Joints lie inside the body: half the thickness of a clothed limb there, or of the trunk.
    """
    if name in ON_SURFACE:
        return SURFACE_M
    return next((depth for part, depth in INSIDE_M.items() if name.endswith(part)), SPINE_INSIDE_M)


def visibilities(
    camera: Camera,
    joints_m: Mapping[str, Array],
    owner: int,
    depth_m: NDArray[np.float32],
    owners: NDArray[np.uint8],
) -> tuple[Array, list[Visibility]]:
    """Return where the points of a person appear and whether they are seen.

    A point is seen if, within ``NEAR_PX``, a pixel is the person's own and not nearer to the
    camera than the point by more than its tolerance, or if it is on the outline: one can look past
    it, within ``NEAR_PX``, for points of the back within ``OUTLINE_M``, since from the side the
    muscles beside the spine stand out a little further than the spine.

    Parameters
    ----------
    joints_m
        World places of all ``JOINT_NAMES``, each (3,).
    owner
        Number of the person in ``owners``, from 1.
    depth_m, owners
        As in ``stage.Picture``: the same grid, finer than the picture by a whole number.

    Returns
    -------
    pixels
        (n_joints, 2) in the picture, NaN behind the camera.
    seen
        One for each of ``JOINT_NAMES``.
    """
    points = np.array([joints_m[name] for name in JOINT_NAMES], dtype=float)
    pixels, point_depth_m = project(camera, points)
    fine = depth_m.shape[0] // camera.height_px
    seen = []
    for name, pixel, depth in zip(JOINT_NAMES, pixels, point_depth_m, strict=True):
        if not np.all((pixel >= 0.0) & (pixel < (camera.width_px, camera.height_px))):
            seen.append(Visibility.OUTSIDE)
            continue
        column, row = (pixel * fine).astype(int)
        near = _window(row, column, round(NEAR_PX * fine))
        own_px = (owners[near] == owner) & (depth - depth_m[near] < tolerance_m(name))
        outline_px = OUTLINE_M * camera.focal_px / depth if name in BACK_POINTS else NEAR_PX
        around = depth_m[_window(row, column, round(outline_px * fine))]
        if np.any(own_px) or np.any(around > depth + BEYOND_M):
            seen.append(Visibility.SEEN)
        else:
            hidden_by_self = owners[row, column] == owner
            seen.append(Visibility.SELF_HIDDEN if hidden_by_self else Visibility.HIDDEN)
    return pixels, seen


def _window(row: int, column: int, reach: int) -> tuple[slice, slice]:
    return np.s_[max(row - reach, 0) : row + reach + 1, max(column - reach, 0) : column + reach + 1]


def seen_box_px(owner: int, owners: NDArray[np.uint8], fine: int) -> Array | None:
    """Return the box round the pixels of a person, (left, top, right, bottom); None if there are none."""
    own = owners == owner
    rows, columns = np.flatnonzero(own.any(axis=1)), np.flatnonzero(own.any(axis=0))
    if not len(rows):
        return None
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]) / fine
