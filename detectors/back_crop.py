"""A crop along the trunk: turned and scaled by hips and shoulders, so that the back fills the picture.

In the crop a person who stands and one who bends look alike but for the back itself: neither the
inclination of the trunk nor the distance of the camera is left to read.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SIDE_STATURE: Final = 0.72
"""From below the seat to the crown, with room to both sides."""

ABOVE_HIPS: Final = 0.55
"""Where on the line from hips to shoulders the middle of the crop lies."""

LEAST_TRUNK_STATURE: Final = 0.06
"""A trunk that appears shorter points at the camera and gives no direction; upwards is taken then."""

FINEST_SHARE: Final = 1.5
"""Pictures of more pixels per pixel of the crop are averaged first, as sampling alone would flicker."""

GREY: Final = 114
"""What ultralytics fills pictures up with."""


def crop_frames(hips: Array, shoulders: Array, stature_px: Array, size_px: int) -> Array:
    """Return the maps from crops to the picture, shape (n, 2, 3).

    Parameters
    ----------
    hips, shoulders
        Their middles in the picture, shape (n, 2), px, rows downwards.
    stature_px
        Upright height of the person in the picture, shape (n,).
    size_px
        Width and height of the crops.

    Returns
    -------
    Array
        A point ``p`` of the crop lies at ``m[:, :2] @ p + m[:, 2]`` in the picture; NaN where an input is.
    """
    trunk = shoulders - hips
    length = np.linalg.norm(trunk, axis=1, keepdims=True)
    steady = length > LEAST_TRUNK_STATURE * stature_px[:, None]
    up = np.where(steady, np.divide(trunk, length, out=np.zeros_like(trunk), where=length > 0), (0.0, -1.0))
    up[~np.isfinite(trunk).all(axis=1)] = np.nan
    scale = SIDE_STATURE * stature_px / size_px
    # Columns of the picture are those of a person upright in the crop: right, and down.
    axes = scale[:, None, None] * np.stack([np.column_stack([-up[:, 1], up[:, 0]]), -up], axis=-1)
    middle = hips + ABOVE_HIPS * trunk
    origin = middle - np.einsum("nij,j->ni", axes, np.full(2, size_px / 2.0))
    return np.concatenate([axes, origin[:, :, None]], axis=2)


def to_picture(points: Array, frames: Array) -> Array:
    """Return where points of the crops, (n, k, 2), lie in the picture."""
    return np.asarray(np.einsum("nij,nkj->nki", frames[:, :, :2], points) + frames[:, None, :, 2])


def to_crop(points: Array, frames: Array) -> Array:
    """Return where points of the picture, (n, k, 2), lie in the crops."""
    away = points - frames[:, None, :, 2]
    return np.asarray(np.einsum("nij,nkj->nki", np.linalg.inv(frames[:, :, :2]), away))


def cut(image: NDArray[np.uint8], frame: Array, size_px: int) -> NDArray[np.uint8]:
    """Return one crop of a picture, (size, size, 3); grey where it reaches beyond the picture."""
    share = float(np.linalg.norm(frame[:, 0]))
    corners = to_picture(
        np.array([[(0, 0), (size_px, 0), (0, size_px), (size_px, size_px)]], float), frame[None]
    )
    low = np.floor(corners[0].min(axis=0)).astype(int) - 2
    high = np.ceil(corners[0].max(axis=0)).astype(int) + 3
    low, high = np.maximum(low, 0), np.minimum(high, (image.shape[1], image.shape[0]))
    if np.any(high - low < 1):
        return np.full((size_px, size_px, 3), GREY, dtype=np.uint8)
    part = image[low[1] : high[1], low[0] : high[0]]
    shrunk = 1.0
    if share > FINEST_SHARE:
        size = np.maximum(np.round((high - low) / share), 1).astype(int)
        part, shrunk = cv2.resize(part, tuple(size.tolist()), interpolation=cv2.INTER_AREA), share
    # Pixel centres lie at halves, in both pictures.
    into = np.column_stack([frame[:, :2], frame[:, 2] - low]) / shrunk
    into[:, 2] += into[:, :2] @ np.full(2, 0.5) - 0.5
    crop = cv2.warpAffine(
        part,
        into,
        (size_px, size_px),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(GREY, GREY, GREY),
    )
    return np.asarray(crop, dtype=np.uint8)
