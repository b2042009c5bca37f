"""The warehouse: floor, walls, racks, pallets and what stands in the way, drawn from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.synthetic.camera_rig import Camera
from detectors.synthetic.figure import Colour
from detectors.synthetic.racks import cardboard, linear_colour, placed, racks
from detectors.synthetic.solids import Finish, Solid, blocks, turn_about_vertical

Array = NDArray[np.float64]

PALLET_HEIGHT_M: Final = 0.144
KEEP_CLEAR_M: Final = 1.6
"""Racks and pallets of the hall stay this far from every place where people are."""


def draw_hall(rng: np.random.Generator, cameras: Sequence[Camera], people_m: Array) -> list[Solid]:
    """Draw a hall round some people that its cameras can see.

    Parameters
    ----------
    cameras
        They stand inside the hall; racks between them and the people are left out.
    people_m
        Floor points (x, z) where people are, (n_points, 2).
    """
    eyes = np.array([camera.eye_m for camera in cameras])
    half_m = max(rng.uniform(10.0, 17.0), float(np.abs(eyes[:, [0, 2]]).max()) + 1.0)
    height_m = max(rng.uniform(5.0, 10.0), float(eyes[:, 1].max()) + 0.8)
    bays = [bay for bay in racks(rng, half_m) if _may_stand(bay, eyes, people_m)]
    pallets = [stack for stack in _pallets(rng, half_m) if _may_stand(stack, eyes, people_m)]
    solids = _shell(rng, half_m, height_m)
    for group in (*bays, *pallets):
        solids += group
    return solids


def pallet(x_m: float, z_m: float, yaw_deg: float = 0.0, base_m: float = 0.0) -> list[Solid]:
    """Return a timber pallet of 1.2 by 0.8 m whose lower side is at ``base_m``."""
    turn, colour = turn_about_vertical(yaw_deg), (0.50, 0.37, 0.24)
    dark = (0.40, 0.30, 0.19)
    parts = [((0.0, 0.133, k * 0.35), (0.6, 0.011, 0.048), colour) for k in np.linspace(-1.0, 1.0, 5)]
    parts += [((k * 0.54, 0.061, 0.0), (0.05, 0.061, 0.4), dark) for k in (-1.0, 0.0, 1.0)]
    solids = []
    for centre, half, tint in parts:
        x, y, z = turn @ np.array(centre) + (x_m, base_m, z_m)
        solids.append(Solid((float(x), float(y), float(z)), half, Finish.TIMBER, tint, yaw_deg))
    return solids


def draw_occluders(rng: np.random.Generator, camera: Camera, person_m: Array) -> list[Solid]:
    """Draw something that hides a part of a person from a camera: cartons, a full pallet or a post.

    ``person_m`` is the floor point (x, z), (2,).
    """
    towards = camera.eye_m[[0, 2]] - person_m
    distance_m = float(np.linalg.norm(towards))
    ahead = towards / max(distance_m, 1e-6)
    aside = np.array([ahead[1], -ahead[0]])
    farthest_m = min(2.2, 0.6 * distance_m)  # of somebody close to the camera less than the usual 0.9 m
    before_m = rng.uniform(min(0.9, farthest_m), farthest_m)
    place = person_m + ahead * before_m + aside * rng.normal(0.0, 0.35)
    yaw_deg = float(np.degrees(np.arctan2(ahead[0], ahead[1])) + rng.normal(0.0, 20.0))
    kind = rng.integers(3)
    if kind == 0:
        half = (0.05, 1.5, 0.05)
        return [
            Solid((float(place[0]), 1.5, float(place[1])), half, Finish.STEEL, (0.05, 0.12, 0.35), yaw_deg)
        ]
    base = pallet(float(place[0]), float(place[1]), yaw_deg) if kind == 1 else []
    return base + _stack(rng, place, yaw_deg, PALLET_HEIGHT_M if kind == 1 else 0.0, int(rng.integers(1, 4)))


def _may_stand(group: Sequence[Solid], eyes: Array, people_m: Array) -> bool:
    centre = np.mean([solid.centre_m for solid in group], axis=0)[[0, 2]]
    if np.linalg.norm(people_m - centre, axis=1).min() < KEEP_CLEAR_M:
        return False
    heights = np.repeat([0.1, 1.0, 1.8], len(people_m))
    across = np.tile(people_m, (3, 1))
    targets = np.column_stack([across[:, 0], heights, across[:, 1]])
    return not any(blocks(group, eye, targets, 0.25) for eye in eyes)


def _shell(rng: np.random.Generator, half_m: float, height_m: float) -> list[Solid]:
    grey = rng.uniform(0.22, 0.46)
    floor: Colour = (grey * 1.02, grey, grey * rng.uniform(0.93, 1.0))
    wall = linear_colour(rng.uniform(0.35, 0.75) * np.array([1.0, 0.99, 0.96]))
    mark = float(rng.random())
    solids = [
        Solid((0.0, -0.05, 0.0), (half_m, 0.05, half_m), Finish.CONCRETE, floor, 0.0, mark),
        Solid((0.0, height_m + 0.05, 0.0), (half_m, 0.05, half_m), Finish.WALL, (0.30, 0.31, 0.32)),
    ]
    door = linear_colour(rng.uniform(0.1, 0.6, 3))
    for side in (-1.0, 1.0):
        for place, half in (
            ((side * half_m, height_m / 2.0, 0.0), (0.05, height_m / 2.0, half_m)),
            ((0.0, height_m / 2.0, side * half_m), (half_m, height_m / 2.0, 0.05)),
        ):
            solids.append(Solid(place, half, Finish.WALL, wall, 0.0, mark))
        for x in np.arange(-half_m + 2.5, half_m - 2.0, rng.uniform(4.5, 7.0)):
            at = (float(x), 1.6, side * (half_m - 0.06))
            solids.append(Solid(at, (1.4, 1.6, 0.03), Finish.WALL, door, 0.0, mark))
    for x in np.arange(-half_m + 2.0, half_m, 4.5):
        for z in np.arange(-half_m + 2.0, half_m, 4.5):
            at = (float(x), height_m - 0.12, float(z))
            solids.append(Solid(at, (0.09, 0.04, 0.75), Finish.LAMP, (1.0, 0.98, 0.92)))
    return solids


def _pallets(rng: np.random.Generator, half_m: float) -> list[list[Solid]]:
    groups = []
    for _ in range(rng.integers(3, 10)):
        place, yaw_deg = rng.uniform(-0.6, 0.6, 2) * half_m, float(rng.uniform(0.0, 180.0))
        base = pallet(float(place[0]), float(place[1]), yaw_deg)
        groups.append(base + _stack(rng, place, yaw_deg, PALLET_HEIGHT_M, int(rng.integers(0, 4))))
    return groups


def _stack(rng: np.random.Generator, place: Array, yaw_deg: float, base_m: float, count: int) -> list[Solid]:
    solids, top_m = [], base_m
    for _ in range(count):
        half = (rng.uniform(0.22, 0.45), rng.uniform(0.11, 0.22), rng.uniform(0.18, 0.34))
        centre = np.array([place[0] + rng.normal(0, 0.03), top_m + half[1], place[1] + rng.normal(0, 0.03)])
        turn_deg = yaw_deg + rng.normal(0.0, 6.0)
        solids.append(placed(centre, half, Finish.CARTON, cardboard(rng), (turn_deg, float(rng.random()))))
        top_m += 2.0 * half[1]
    return solids
