"""Rows of pallet racks with cartons on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.synthetic.figure import Colour
from detectors.synthetic.solids import CARDBOARD, Finish, Solid, turn_about_vertical

Array = NDArray[np.float64]

BAY_M: Final = 2.3
RACK_DEPTH_M: Final = 1.0


def racks(rng: np.random.Generator, half_m: float) -> list[list[Solid]]:
    """Return the bays of rows of racks, each bay a group that stands or falls as one."""
    along_x = rng.random() < 0.5
    upright = linear_colour(
        np.array([(0.05, 0.12, 0.35), (0.08, 0.25, 0.14), (0.3, 0.3, 0.3)][rng.integers(3)])
    )
    first, aisle = rng.uniform(1.9, 4.5), rng.uniform(2.6, 4.2)
    rows = [
        side * (first + RACK_DEPTH_M / 2.0 + k * (aisle + RACK_DEPTH_M)) for side in (-1, 1) for k in (0, 1)
    ]
    rows.append(np.sign(rng.uniform(-1.0, 1.0)) * (half_m - 0.8))
    places = np.arange(-half_m + 1.5, half_m - 1.5, BAY_M)
    return [
        _bay(rng, (float(place), float(row)), along_x, upright)
        for row in rows
        for place in places
        if abs(row) < half_m - 0.7 and rng.random() < 0.85
    ]


def _bay(rng: np.random.Generator, at: tuple[float, float], along_x: bool, upright: Colour) -> list[Solid]:
    yaw_deg = 0.0 if along_x else 90.0
    parts: list[tuple[Sequence[float], tuple[float, float, float], Finish, Colour, float]] = []
    for side in (-0.5, 0.5):
        parts += [
            ((s * BAY_M, 2.0, side * RACK_DEPTH_M), (0.045, 2.0, 0.045), Finish.STEEL, upright, 0.9)
            for s in (-0.5, 0.5)
        ]
    for level_m in (0.12, 1.5, 2.85):
        for side in (-0.5, 0.5):
            beam = (BAY_M / 2.0, 0.055, 0.025)
            parts.append(((0.0, level_m, side * RACK_DEPTH_M), beam, Finish.STEEL, (0.75, 0.27, 0.04), 0.0))
        shelf = (BAY_M * 0.48, 0.012, RACK_DEPTH_M * 0.48)
        parts.append(((0.0, level_m + 0.06, 0.0), shelf, Finish.TIMBER, (0.42, 0.31, 0.2), 0.0))
        x = -BAY_M / 2.0 + 0.1
        while x < BAY_M / 2.0 - 0.4:
            width = min(rng.uniform(0.32, 0.8), BAY_M / 2.0 - 0.1 - x)
            height, deep = rng.uniform(0.22, 0.55), rng.uniform(0.28, 0.46)
            for k in range(rng.integers(0, 3)):
                centre = (x + width / 2.0, level_m + 0.075 + height * (k + 0.5), 0.0)
                half = (width / 2.0 - 0.01, height / 2.0 - 0.004, deep)
                parts.append((centre, half, Finish.CARTON, cardboard(rng), float(rng.random())))
            x += width + rng.uniform(0.01, 0.15)
    turn = turn_about_vertical(yaw_deg)
    origin = np.array([at[0], 0.0, at[1]]) if along_x else np.array([at[1], 0.0, at[0]])
    return [placed(origin + turn @ np.array(c), h, f, colour, (yaw_deg, m)) for c, h, f, colour, m in parts]


def cardboard(rng: np.random.Generator) -> Colour:
    """Draw the colour of a carton; one in ten is painted."""
    if rng.random() < 0.1:
        return linear_colour(rng.uniform(0.1, 0.7, 3))
    shade = rng.uniform(0.7, 1.2) * np.array([1.0, rng.uniform(0.92, 1.05), rng.uniform(0.8, 1.2)])
    return linear_colour(np.array(CARDBOARD) * shade)


def placed(
    centre: Array,
    half: tuple[float, float, float],
    finish: Finish,
    colour: Colour,
    yaw_and_mark: tuple[float, float],
) -> Solid:
    """Return a solid at a place (3,), with its heading and mark."""
    x, y, z = (float(value) for value in centre)
    return Solid((x, y, z), half, finish, colour, *yaw_and_mark)


def linear_colour(values: Array) -> Colour:
    """Return three numbers as a colour."""
    red, green, blue = (float(value) for value in values)
    return red, green, blue
