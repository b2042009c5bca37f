"""Cameras of the rendered hall: where they stand, what they see, how their lens bends it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

NEAREST_M: Final = 0.2
FARTHEST_M: Final = 60.0


@dataclass(frozen=True)
class Camera:
    """A pinhole camera with a one-parameter lens.

    Attributes
    ----------
    eye_m
        Place of the pinhole in the world, (3,).
    rotation
        Rows are the picture's right, down and forward directions in the world, (3, 3).
    focal_px
        Focal length at the centre of the picture; the centre is the principal point.
    width_px, height_px
        Size of the picture.
    lens
        Parameter of the division model [1]_ in units of the focal length: 0 straight,
        negative barrel, positive pincushion.

    References
    ----------
    .. [1] Fitzgibbon (2001), Simultaneous linear estimation of multiple view geometry and
       lens distortion, CVPR. It has closed forms both ways, so that picture and truth agree.
    """

    eye_m: Array
    rotation: Array
    focal_px: float
    width_px: int
    height_px: int
    lens: float = 0.0

    @property
    def centre_px(self) -> Array:
        """The principal point, (2,)."""
        return np.array([self.width_px / 2.0, self.height_px / 2.0])


def straighten(seen: ArrayLike, lens: float) -> Array:
    """Return where points of the picture lie on the plane of a straight lens, (..., 2), focal lengths."""
    points = np.asarray(seen, dtype=float)
    return np.asarray(points / (1.0 + lens * np.sum(points**2, axis=-1, keepdims=True)))


def bend(straight: ArrayLike, lens: float) -> Array:
    """Return where a lens shows points of the straight plane, (..., 2), focal lengths.

    NaN where a pincushion lens shows them nowhere.
    """
    points = np.asarray(straight, dtype=float)
    root = 1.0 - 4.0 * lens * np.sum(points**2, axis=-1, keepdims=True)
    return np.asarray(2.0 * points / (1.0 + np.sqrt(np.where(root >= 0.0, root, np.nan))))


def look_at(eye_m: ArrayLike, target_m: ArrayLike, roll_deg: float = 0.0) -> Array:
    """Return the rotation of a camera at ``eye_m`` that looks at ``target_m``.

    Raises
    ------
    ValueError
        If the target lies at, straight above or straight below the eye.
    """
    forward = np.asarray(target_m, dtype=float) - np.asarray(eye_m, dtype=float)
    right = np.cross(forward, [0.0, 1.0, 0.0])
    if np.linalg.norm(right) < 1e-9:
        raise ValueError(
            f"camera target: {target_m!r} is straight above or below the eye, expected aside of it"
        )
    forward = forward / np.linalg.norm(forward)
    right = right / np.linalg.norm(right)
    down = np.cross(forward, right)
    roll = np.radians(roll_deg)
    level = np.stack([right, down, forward])
    turn = np.array([[np.cos(roll), np.sin(roll), 0.0], [-np.sin(roll), np.cos(roll), 0.0], [0.0, 0.0, 1.0]])
    return np.asarray(turn @ level)


def in_camera(camera: Camera, points_m: ArrayLike) -> Array:
    """Return world points, (..., 3), in the camera's right, down and forward metres."""
    return np.asarray((np.asarray(points_m, dtype=float) - camera.eye_m) @ camera.rotation.T)


def project(camera: Camera, points_m: ArrayLike) -> tuple[Array, Array]:
    """Return where world points appear in the picture.

    Parameters
    ----------
    points_m
        World points, (..., 3).

    Returns
    -------
    pixels
        Column and row, (..., 2), y down; pixel ``i`` covers [i, i + 1). NaN behind the camera.
    depth_m
        Distance along the optical axis, (...).
    """
    local = in_camera(camera, points_m)
    depth_m = local[..., 2]
    ahead = np.where(depth_m > NEAREST_M, depth_m, np.nan)
    pixels = bend(local[..., :2] / ahead[..., None], camera.lens) * camera.focal_px + camera.centre_px
    return pixels, depth_m


def straight_extent(camera: Camera) -> Array:
    """Return half the width and height of the straight plane that the picture needs, (2,), focal lengths."""
    half = camera.centre_px / camera.focal_px
    side = np.linspace(-1.0, 1.0, 33)
    edge = np.ones_like(side)
    border = np.concatenate([np.stack([side, edge], 1), np.stack([edge, side], 1)]) * half
    return np.asarray(np.abs(straighten(border, camera.lens)).max(axis=0))


@dataclass(frozen=True)
class CameraRanges:
    """What cameras are drawn from; all uniform, but the height of a person log-uniform."""

    elevation_deg: tuple[float, float] = (0.0, 50.0)
    distance_m: tuple[float, float] = (3.0, 15.0)
    person_px: tuple[float, float] = (120.0, 360.0)
    field_of_view_deg: tuple[float, float] = (18.0, 95.0)
    roll_deg: tuple[float, float] = (-3.0, 3.0)
    lens: tuple[float, float] = (-0.20, 0.02)
    off_centre: float = 0.3


def draw_camera(
    rng: np.random.Generator,
    target_m: ArrayLike,
    size_px: tuple[int, int],
    ranges: CameraRanges | None = None,
    azimuth_deg: float | None = None,
) -> Camera:
    """Draw a camera that has a place in view.

    Parameters
    ----------
    target_m
        What it looks at, about: the aim is off by up to ``off_centre`` of the half picture.
    size_px
        Width and height of the picture.
    ranges
        What is drawn from.
    azimuth_deg
        Direction from the target to the camera, 0 towards +z, 90 towards +x; drawn all round if None.
    """
    ranges = ranges or CameraRanges()
    azimuth = np.radians(rng.uniform(0.0, 360.0) if azimuth_deg is None else azimuth_deg)
    elevation = np.radians(rng.uniform(*ranges.elevation_deg))
    distance_m = rng.uniform(*ranges.distance_m)
    person_px = np.exp(rng.uniform(*np.log(ranges.person_px)))
    half_view = np.radians(ranges.field_of_view_deg) / 2.0
    nearest, farthest = size_px[0] / 2.0 / np.tan(half_view)
    focal_px = float(np.clip(person_px * distance_m / 1.72, farthest, nearest))
    level = np.cos(elevation)
    towards = np.array([np.sin(azimuth) * level, np.sin(elevation), np.cos(azimuth) * level])
    target = np.asarray(target_m, dtype=float)
    eye_m = target + distance_m * towards
    eye_m[1] = max(eye_m[1], 0.5)
    roll_deg = rng.uniform(*ranges.roll_deg)
    sight = look_at(eye_m, target, roll_deg)
    aside = rng.uniform(-1.0, 1.0, 2) * ranges.off_centre * np.array(size_px) / 2.0 / focal_px
    aim_m = eye_m + sight[2] + aside @ sight[:2]
    return Camera(
        eye_m, look_at(eye_m, aim_m, roll_deg), focal_px, *size_px, lens=float(rng.uniform(*ranges.lens))
    )
