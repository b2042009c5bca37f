"""Two-bone limbs: inverse kinematics, and the turns of their bones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from detectors.synthetic.figure import Array

LONGEST_LIMB: Final = 0.9995
"""A limb is never quite straight: the direction of its middle joint would be undefined."""

Turns = dict[str, tuple[Array, Array]]
"""Bone -> turn from the rest pose (3, 3) and place of its joint (3,), m."""


@dataclass(frozen=True)
class Bend:
    """A limb of two bones: middle joint, end joint, and the hinge that both bones turn about."""

    middle_m: Array
    end_m: Array
    hinge: Array


def add_limb(
    turns: Turns, bones: tuple[str, str], limb: tuple[Array, Bend], rest: list[Array], rest_hinge: Array
) -> None:
    """Add the turns of both bones: each follows its line and keeps its hinge, as at rest.

    Parameters
    ----------
    limb
        Where the first bone starts, and the bend.
    rest
        The three joints at rest.
    """
    start, bend = limb
    joints = (start, bend.middle_m, bend.end_m)
    for row, bone in enumerate(bones):
        posed = axes(joints[row + 1] - joints[row], bend.hinge)
        turns[bone] = (posed @ axes(rest[row + 1] - rest[row], rest_hinge).T, joints[row])


def two_bones(
    start_m: Array,
    target_m: Array,
    lengths_m: tuple[float, float],
    pole: Array,
    longest: float = LONGEST_LIMB,
) -> Bend:
    """Return the limb that leads from ``start_m`` towards ``target_m``, its middle joint towards ``pole``."""
    first, second = lengths_m
    away = float(np.linalg.norm(target_m - start_m))
    along = (target_m - start_m) / max(away, 1e-9)
    reached = np.clip(away, abs(first - second) + 1e-4, (first + second) * longest)
    aside = unit(pole - along * (pole @ along))
    cosine = (first**2 + reached**2 - second**2) / (2.0 * first * reached)
    sine = np.sqrt(max(0.0, 1.0 - cosine**2))
    middle = start_m + first * (along * cosine + aside * sine)
    return Bend(middle, start_m + along * reached, np.cross(aside, along))


def axes(along: Array, hinge: Array) -> Array:
    """Return a right-handed frame, columns hinge, along the bone, and across."""
    y = unit(along)
    x = unit(hinge - y * (hinge @ y))
    return np.stack([x, y, np.cross(x, y)], axis=1)


def unit(vector: Array) -> Array:
    """Return the vector with length 1; a zero vector stays zero."""
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12))
