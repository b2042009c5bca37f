"""OWAS: Ovako Working Posture Analysing System, the action category of a posture.

Method: Karhu, Kansi and Kuorinka 1977, Applied Ergonomics 8:199-201. The table of 252 codes was
transcribed twice from a public program's, compared, and compared with other programs; no printed
original was at hand. Three codes have no category here, for those transcriptions differ
(`Missing.NOT_RECONCILED`), back, arms, legs and load being 2-2-5-3, 3-3-7-3 and 4-1-3-2. The one
worked example found is the program's own.

OWAS asks for four bare codes, so that near a limit (20 deg, shoulder height, 10 and 20 kg) a small
error changes the category. How far the spine bends is no input: a bent back is an inclined trunk.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.exposure.inputs import Array, within
from pipelines.exposure.scoring import assumed, band, codes, look_up, score_table


class ActionCategory(StrEnum):
    """Action categories 1 to 4, in the source's words."""

    ONE = "no action"
    TWO = "action in the near future"
    THREE = "action soon"
    FOUR = "action now"


class Missing(StrEnum):
    """Why a posture has no category."""

    NOT_KNOWN = "an angle or the load is not known"
    NOT_RECONCILED = "transcriptions of the published table differ for this code"


class Stance(StrEnum):
    """What bears the body; the bend of the knees is seen, this is assumed."""

    SITTING = "sitting"
    BOTH_LEGS = "both_legs"
    ONE_LEG = "one_leg"
    KNEELING = "kneeling"
    WALKING = "walking"


LEGS_STRAIGHT_AND_BENT: Final = {
    Stance.SITTING: (1, 1),
    Stance.BOTH_LEGS: (2, 4),
    Stance.ONE_LEG: (3, 5),
    Stance.KNEELING: (6, 6),
    Stance.WALKING: (7, 7),
}
"""Codes of the legs for straight and for bent knees."""


@dataclass(frozen=True)
class Assumptions:
    """The items of OWAS that are assumed; a NaN load leaves the category unknown.

    Attributes
    ----------
    knee_bent_from_deg
        OWAS tells straight from bent knees without an angle; 0 to 180.
    load_kg
        Mass or force, at least 0.
    """

    trunk_twisted_or_bent_sideways: bool
    stance: Stance
    knee_bent_from_deg: float
    load_kg: float

    def __post_init__(self) -> None:
        within("knee_bent_from_deg", self.knee_bent_from_deg, 0, 180)
        within("load_kg", self.load_kg)


@dataclass(frozen=True)
class Codes:
    """OWAS code and action category (1 to 4) of each posture; arrays of one shape, NaN where unknown."""

    back: Array
    arms: Array
    legs: Array
    load: Array
    category: Array
    assumptions: Assumptions

    @property
    def assumed(self) -> str:
        """What the codes assume because a camera doesn't see it."""
        return assumed(self.assumptions)

    @property
    def missing(self) -> NDArray[np.object_]:
        """`Missing` where there is no category, None where there is one."""
        unknown = np.isnan([self.back, self.arms, self.legs, self.load]).any(axis=0)
        reason = np.array([Missing.NOT_KNOWN, Missing.NOT_RECONCILED, None], dtype=object)
        found: NDArray[np.object_] = reason[np.where(unknown, 0, np.where(np.isnan(self.category), 1, 2))]
        return found


def code(
    trunk_inclination_deg: ArrayLike,
    left_arm_elevation_deg: ArrayLike,
    right_arm_elevation_deg: ArrayLike,
    knee_flexion_deg: ArrayLike,
    assumptions: Assumptions,
) -> Codes:
    """Return the OWAS code and action category of each posture; the angles broadcast, NaN stays NaN.

    Parameters
    ----------
    trunk_inclination_deg
        Trunk from the vertical, either way; bent beyond 20.
    left_arm_elevation_deg, right_arm_elevation_deg
        Upper arm from hanging straight down (0) to straight up (180), whatever the trunk does; from
        90 on, an arm is not below shoulder height.
    knee_flexion_deg
        0 for straight legs.

    Raises
    ------
    ValueError
        If an angle lies outside -180 to 180 for the trunk, 0 to 180 for the others.
    """
    trunk = np.abs(within("trunk_inclination_deg", trunk_inclination_deg, -180, 180))
    left = within("left_arm_elevation_deg", left_arm_elevation_deg, 0, 180)
    right = within("right_arm_elevation_deg", right_arm_elevation_deg, 0, 180)
    knee = within("knee_flexion_deg", knee_flexion_deg, 0, 180)
    back, arms, legs, load = np.broadcast_arrays(
        band(trunk, [20], [1, 2]) + 2 * assumptions.trunk_twisted_or_bent_sideways,
        1 + _known(left, left >= 90) + _known(right, right >= 90),
        _legs(knee, assumptions),
        band(np.asarray(assumptions.load_kg), [10, 20], [1, 2, 3]),
    )
    return Codes(back, arms, legs, load, action_category(back, arms, legs, load), assumptions)


def action_category(back: ArrayLike, arms: ArrayLike, legs: ArrayLike, load: ArrayLike) -> Array:
    """Return the action category, 1 to 4, of each code; NaN for an unknown or unreconciled one.

    Parameters
    ----------
    back
        1 straight, 2 bent, 3 twisted or bent sideways, 4 both.
    arms
        1 both below shoulder height, 2 one above, 3 both above.
    legs
        1 sitting; standing 2 on both legs straight, 3 on one straight, 4 on both bent, 5 on one
        bent; 6 kneeling, 7 walking.
    load
        1 to 10 kg, 2 to 20 kg, 3 beyond.
    """
    limbs = codes("arms", arms, 3), codes("legs", legs, 7)
    return look_up(score_table("owas", 4, 3, 7, 3), codes("back", back, 4), *limbs, codes("load", load, 3))


def action(category: ArrayLike) -> NDArray[np.object_]:
    """Return the `ActionCategory` in words, None where there is none."""
    number = codes("category", category, 4)
    words = np.array([*ActionCategory, None], dtype=object)
    found: NDArray[np.object_] = words[np.where(np.isnan(number), 5, number).astype(int) - 1]
    return found


def _known(angle_deg: Array, condition: NDArray[np.bool_]) -> Array:
    return np.where(np.isnan(angle_deg), np.nan, condition)


def _legs(knee_flexion_deg: Array, assumptions: Assumptions) -> Array:
    straight, bent = LEGS_STRAIGHT_AND_BENT[assumptions.stance]
    found = np.where(knee_flexion_deg >= assumptions.knee_bent_from_deg, bent, straight)
    if straight == bent:  # the knees decide nothing then, seen or not
        return found.astype(np.float64)
    return np.where(np.isnan(knee_flexion_deg), np.nan, found)
