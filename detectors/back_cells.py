"""Read the points of the back from the cells of the picture in which they lie.

A pose model of ultralytics has one answer for each cell of its grids. The cell that is surest of the person
lies in their middle and has to guess points half a trunk away, so what it says leans towards what backs
usually look like. The cells at a point see the outline there.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

FINEST_PX: Final = 8
"""Size of the cells of the finest grid; its answers come first."""

REACH_PX: Final = 16.0
"""Cells farther from a point than 1.6 times this have no say in it."""

ROUNDS: Final = 3
"""After three rounds the points move by less than a tenth of a pixel."""


def finest_cells(size_px: int) -> Array:
    """Return the middles of the cells of the finest grid, shape (n_cells, 2), row by row."""
    centres = (np.arange(size_px // FINEST_PX) + 0.5) * FINEST_PX
    return np.stack(np.meshgrid(centres, centres), axis=-1).reshape(-1, 2)


def read_back(answers: Array, size_px: int) -> Array:
    """Return the points of the back, shape (n, 5, 3): px, px, confidence.

    Parameters
    ----------
    answers
        Raw output of a model of 22 keypoints, shape (n, 71, n_cells): box, confidence of the person, then
        column px, row px and confidence of each keypoint; the finest grid first.
    size_px
        Width and height of the pictures.

    Notes
    -----
    The first guess is that of the surest cell, and so is the confidence of the points, which only cells of
    the person's middle have learnt. Then each point becomes the mean of what the finest cells round it say,
    the nearer the more, and again from there.
    """
    surest = answers[:, 4].argmax(axis=1)
    points = answers[:, 5:].reshape(len(answers), -1, 3, answers.shape[2])[:, -5:]
    guess = np.take_along_axis(points, surest[:, None, None, None], axis=3)[..., 0]
    cells = finest_cells(size_px)
    close = points[:, :, :2, : len(cells)]
    places = guess[..., :2]
    for _ in range(ROUNDS):
        away = np.linalg.norm(places[:, :, None] - cells, axis=3)
        weight = np.exp(-2.0 * (away / REACH_PX) ** 2) * (away < 1.6 * REACH_PX)
        total = weight.sum(axis=2, keepdims=True)
        mean = (close * weight[:, :, None]).sum(axis=3) / np.maximum(total, 1e-12)
        # A point outside the crop has no cell; the guess stays.
        places = np.where(total > 0.0, mean, places)
    return np.concatenate([places, guess[..., 2:]], axis=2)
