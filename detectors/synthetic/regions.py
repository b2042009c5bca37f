"""Which part of a picture people and their shadows can change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detectors.synthetic.camera_rig import NEAREST_M, Camera, in_camera, project, straight_extent

Array = NDArray[np.float64]

MARGIN_PX: Final = 14.0
"""Soft shadows and dark contacts reach this far beyond what casts them."""


@dataclass(frozen=True)
class Region:
    """Rectangles (left, top, right, bottom) of the picture, px, and of its straight plane, shares 0 to 1."""

    picture_px: tuple[int, int, int, int]
    straight: tuple[float, float, float, float]


def whole(camera: Camera) -> Region:
    """Return the whole picture."""
    return Region((0, 0, camera.width_px, camera.height_px), (0.0, 0.0, 1.0, 1.0))


def region_of(camera: Camera, points_m: Array, key_direction: ArrayLike) -> Region | None:
    """Return what things at some points, (n, 3), can change, with their shadows on the floor.

    None if that is nothing of the picture.
    """
    towards = np.asarray(key_direction, dtype=float)
    shadows = points_m - points_m[:, 1:2] / towards[1] * towards
    points = np.concatenate([points_m, shadows])
    local = in_camera(camera, points)
    if np.any(local[:, 2] < NEAREST_M):
        return whole(camera)
    size_px = np.array([camera.width_px, camera.height_px])
    pixels, _ = project(camera, points)
    low = np.clip(np.floor(pixels.min(axis=0) - MARGIN_PX), 0, size_px).astype(int)
    high = np.clip(np.ceil(pixels.max(axis=0) + MARGIN_PX), 0, size_px).astype(int)
    if np.any(high <= low):
        return None
    plane = local[:, :2] / local[:, 2:]
    extent = straight_extent(camera)
    margin = 3.0 * MARGIN_PX / camera.focal_px
    first = np.clip((plane.min(axis=0) - margin) / extent * 0.5 + 0.5, 0.0, 1.0)
    last = np.clip((plane.max(axis=0) + margin) / extent * 0.5 + 0.5, 0.0, 1.0)
    return Region(
        (int(low[0]), int(low[1]), int(high[0]), int(high[1])),
        (float(first[0]), float(first[1]), float(last[0]), float(last[1])),
    )


def merged(regions: Sequence[Region]) -> list[Region]:
    """Return regions none of which overlap in the picture: those that do become one."""
    apart: list[Region] = []
    for region in regions:
        grown = region
        while near := [other for other in apart if _overlap(grown, other)]:
            apart = [other for other in apart if other not in near]
            for other in near:
                grown = _around(grown, other)
        apart.append(grown)
    return apart


def _overlap(a: Region, b: Region) -> bool:
    left, top, right, bottom = a.picture_px
    return (
        left < b.picture_px[2]
        and b.picture_px[0] < right
        and top < b.picture_px[3]
        and b.picture_px[1] < bottom
    )


def _around(a: Region, b: Region) -> Region:
    (left, top, right, bottom), other = a.picture_px, b.picture_px
    picture = (min(left, other[0]), min(top, other[1]), max(right, other[2]), max(bottom, other[3]))
    (first, low, last, high), plane = a.straight, b.straight
    straight = (min(first, plane[0]), min(low, plane[1]), max(last, plane[2]), max(high, plane[3]))
    return Region(picture, straight)
