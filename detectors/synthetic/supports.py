"""What a load stands on: cartons, a table or pallets, never under the toes of who lifts it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.synthetic.figure import Load
from detectors.synthetic.racks import cardboard
from detectors.synthetic.scene import PALLET_HEIGHT_M
from detectors.synthetic.solids import Finish, Solid, turn_about_vertical

Array = NDArray[np.float64]

TABLE_FROM_M: Final = 0.55
THINNEST_M: Final = 0.02
FOOT_M: Final = 0.26
"""From the ankle to the tip of a big shoe."""


def draw_support(rng: np.random.Generator, load: Load, feet_m: Array) -> list[Solid]:
    """Draw what holds a standing load up; nothing for one on the floor.

    Its near side ends with the load's, so that the toes stay free; it goes on behind the load.

    Parameters
    ----------
    feet_m
        Floor points (x, z) under the ankles of who lifts the load, (2, 2). Next to feet that stand
        beside the load the support is as narrow as the load.
    """
    base_m = float(load.centre_m[1]) - load.size_m[1] / 2.0
    if base_m < THINNEST_M:
        return []
    turn = turn_about_vertical(load.yaw_deg)
    centre_m = np.array([load.centre_m[0], 0.0, load.centre_m[2]])
    feet = (np.column_stack([feet_m[:, 0], np.zeros(2), feet_m[:, 1]]) - centre_m) @ turn
    away = -feet.mean(axis=0)
    axis = 0 if abs(away[0]) > abs(away[2]) else 2
    aside = 2 - axis
    half = np.array([load.size_m[0] / 2.0, base_m / 2.0, load.size_m[2] / 2.0])
    centre = np.array([0.0, base_m / 2.0, 0.0])
    if np.abs(feet[:, axis]).min() > half[axis] + FOOT_M:
        half[aside] += rng.uniform(0.0, 0.35)
    if abs(away[axis]) > 0.1:
        behind_m = rng.uniform(0.02, 0.4)
        half[axis] += behind_m / 2.0
        centre[axis] = np.sign(away[axis]) * behind_m / 2.0
    place = turn @ centre + centre_m
    if base_m > TABLE_FROM_M and rng.random() < 0.6:
        return _table(place, half, load.yaw_deg)
    if base_m < 1.5 * PALLET_HEIGHT_M or rng.random() < 0.3:
        return _slats(place, half, load.yaw_deg)
    return _cartons(rng, place, half, load.yaw_deg)


def _solid(centre: Array, half: Array, finish: Finish, colour: Array, yaw_deg: float) -> Solid:
    x, y, z = (float(value) for value in centre)
    a, b, c = (float(value) for value in half)
    red, green, blue = (float(value) for value in colour)
    return Solid((x, y, z), (a, b, c), finish, (red, green, blue), yaw_deg, float(abs(x + z) % 1.0))


def _cartons(rng: np.random.Generator, place: Array, half: Array, yaw_deg: float) -> list[Solid]:
    layers = max(1, round(2.0 * half[1] / 0.35))
    height_m = half[1] / layers
    solids = []
    for k in range(layers):
        centre = np.array([place[0], height_m * (2 * k + 1), place[2]])
        size = np.array([half[0], height_m - 0.002, half[2]])
        solids.append(_solid(centre, size, Finish.CARTON, np.array(cardboard(rng)), yaw_deg))
    return solids


def _slats(place: Array, half: Array, yaw_deg: float) -> list[Solid]:
    """Return boards on blocks, one above the other, as of pallets."""
    layers = max(1, round(2.0 * half[1] / PALLET_HEIGHT_M))
    height_m = 2.0 * half[1] / layers
    turn, solids = turn_about_vertical(yaw_deg), []
    timber, dark = np.array([0.50, 0.37, 0.24]), np.array([0.40, 0.30, 0.19])
    for k in range(layers):
        top = np.array([place[0], height_m * (k + 1) - 0.011, place[2]])
        solids.append(_solid(top, np.array([half[0], 0.011, half[2]]), Finish.TIMBER, timber, yaw_deg))
        for side in (-1.0, 0.0, 1.0):
            block = turn @ np.array([side * (half[0] - 0.05), 0.0, 0.0])
            centre = np.array([place[0], height_m * (k + 0.5) - 0.011, place[2]]) + block
            size = np.array([0.05, height_m / 2.0 - 0.011, half[2]])
            solids.append(_solid(centre, size, Finish.TIMBER, dark, yaw_deg))
    return solids


def _table(place: Array, half: Array, yaw_deg: float) -> list[Solid]:
    turn = turn_about_vertical(yaw_deg)
    top_m = 2.0 * half[1]
    top = np.array([place[0], top_m - 0.02, place[2]])
    solids = [
        _solid(top, np.array([half[0], 0.02, half[2]]), Finish.STEEL, np.array([0.35, 0.36, 0.38]), yaw_deg)
    ]
    for a in (-1.0, 1.0):
        for b in (-1.0, 1.0):
            leg = turn @ np.array([a * (half[0] - 0.03), 0.0, b * (half[2] - 0.03)])
            centre = np.array([place[0], top_m / 2.0 - 0.02, place[2]]) + leg
            size = np.array([0.025, top_m / 2.0 - 0.02, 0.025])
            solids.append(_solid(centre, size, Finish.STEEL, np.array([0.2, 0.2, 0.22]), yaw_deg))
    return solids
