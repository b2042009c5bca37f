"""Whether a small picture shows more than its background, whatever the light does."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import label
from scipy.stats import median_abs_deviation

from detectors.reading.policy import ReadingPolicy

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

DARK_LEVEL: Final = 16.0
"""Added to every cell, so that the noise of dark corners does not pass for a change."""

DRIFT: Final = 0.1
"""Share of a look by which the background follows slow changes of light."""

NOISE_SD: Final = 5.0
"""Of 14,000 cells of pure noise none is off by so many standard deviations."""

RESTLESS: Final = 0.3
RESTLESS_PACE: Final = 0.05
"""A cell that changes in more than about a third of the empty looks no longer opens the gate."""

AROUND_BOX: Final = 0.15
"""A person's shadow and what they carry reach this share of their height beyond the box."""


class Gate:
    """The running background of one camera, as the logarithm of the light in each cell.

    A cell is unknown until it was seen without anybody before it; unknown cells count as changed, so
    that whoever stands there from the first picture on is not taken for furniture.

    Parameters
    ----------
    policy
        How much change opens the gate, and how often it may prove empty.
    """

    def __init__(self, policy: ReadingPolicy) -> None:
        self._policy = policy
        self._background: Array | None = None
        self._empty_looks = 0
        self._restless: Array | None = None

    def opens(self, small: NDArray[np.uint8]) -> bool:
        """Return whether a picture shows a change large enough for a person.

        Parameters
        ----------
        small
            Shape (height, width), grey levels.
        """
        changed = self._changed(_light(small))
        if self._restless is not None:
            changed &= self._restless < RESTLESS
        labelled, count = label(changed, structure=np.ones((3, 3)))
        return bool(count) and int(np.bincount(labelled.ravel())[1:].max()) >= self._policy.changed_cells

    def learn(self, small: NDArray[np.uint8], boxes: Array | None) -> None:
        """Take a picture into the background.

        Parameters
        ----------
        small
            As for `opens`.
        boxes
            People in shares of the picture, shape (n, 4): left, top, right, bottom; what they cover is
            not learnt. None where the gate stayed closed and nobody was looked for.
        """
        light = _light(small)
        if boxes is None or not len(boxes):
            self._note_restless(light)
        if boxes is None or len(boxes):
            self._empty_looks = 0
            self._follow(light, ~_covered(light.shape, np.zeros((0, 4)) if boxes is None else boxes))
            return
        self._empty_looks += 1
        if self._empty_looks >= self._policy.empty_looks:
            self._background, self._empty_looks = light, 0

    def _note_restless(self, light: Array) -> None:
        """Nobody is there, and yet it changes: the clock in the picture, a screen, a conveyor."""
        if self._background is not None:
            changed = (self._changed(light) & np.isfinite(self._background)).astype(float)
            before = np.zeros(light.shape) if self._restless is None else self._restless
            self._restless = before + RESTLESS_PACE * (changed - before)

    def _changed(self, light: Array) -> Mask:
        if self._background is None:
            return np.ones(light.shape, dtype=bool)
        change = light - self._background
        known = np.isfinite(change)
        # Lamps, clouds and the camera's own exposure change all cells alike.
        even = float(np.median(change[known])) if known.any() else 0.0
        spread = float(median_abs_deviation(change[known], scale="normal")) if known.any() else 0.0
        octaves = self._policy.changed_octaves
        # Noise of the sensor raises the bar, but what fills half of the picture must not pass for noise.
        limit = float(np.clip(NOISE_SD * spread, octaves, 2.0 * octaves))
        return np.asarray(~(np.abs(change - even) <= limit))

    def _follow(self, light: Array, free: Mask) -> None:
        if self._background is None:
            self._background = np.full(light.shape, np.nan)
        known = np.isfinite(self._background)
        self._background[free & ~known] = light[free & ~known]
        self._background[free & known] += DRIFT * (light - self._background)[free & known]


def _light(small: NDArray[np.uint8]) -> Array:
    return np.log2(small.astype(float) + DARK_LEVEL)


def _covered(shape: tuple[int, ...], boxes: Array) -> Mask:
    """Return the cells that people cover, with some room around them."""
    covered = np.zeros(shape, dtype=bool)
    for left, top, right, bottom in boxes:
        room = AROUND_BOX * (bottom - top)
        rows = np.clip([(top - room) * shape[0], (bottom + room) * shape[0] + 1], 0, shape[0]).astype(int)
        columns = np.clip([(left - room) * shape[1], (right + room) * shape[1] + 1], 0, shape[1]).astype(int)
        covered[rows[0] : rows[1], columns[0] : columns[1]] = True
    return covered
