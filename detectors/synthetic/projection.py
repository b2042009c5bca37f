"""Matrices that take the world to the unit cube of a camera or of a light."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from detectors.synthetic.camera_rig import FARTHEST_M, NEAREST_M, Camera, straight_extent

Array = NDArray[np.float64]


def camera_matrix(camera: Camera) -> Array:
    """Return world to unit cube, (4, 4), of the straight plane that the picture needs."""
    width, height = straight_extent(camera)
    view = np.eye(4)
    view[:3, :3] = camera.rotation
    view[:3, 3] = -camera.rotation @ camera.eye_m
    near, far = NEAREST_M, FARTHEST_M
    # Rows keep the picture's y downwards, so that the first row of a target is the top of the picture.
    flat = np.array(
        [
            [1.0 / width, 0.0, 0.0, 0.0],
            [0.0, 1.0 / height, 0.0, 0.0],
            [0.0, 0.0, (far + near) / (far - near), -2.0 * far * near / (far - near)],
            [0.0, 0.0, 1.0, 0.0],
        ]
    )
    return np.asarray(flat @ view)


def light_matrix(direction: ArrayLike, points_m: Array) -> Array:
    """Return world to unit cube, (4, 4), of a light from afar that just covers some points, (n, 3)."""
    towards = np.asarray(direction, dtype=float)
    right = np.cross([0.0, 0.0, 1.0], towards)
    right = right / np.linalg.norm(right)
    axes = np.stack([right, np.cross(towards, right), -towards])
    local = points_m @ axes.T
    low, high = local.min(axis=0) - 0.1, local.max(axis=0) + 0.1
    scale = 2.0 / (high - low)
    matrix = np.eye(4)
    matrix[:3, :3] = scale[:, None] * axes
    matrix[:3, 3] = -scale * (low + high) / 2.0
    return matrix
