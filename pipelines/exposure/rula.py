"""RULA: Rapid Upper Limb Assessment of a posture.

Source: McAtamney and Corlett 1993, Applied Ergonomics 24:91-99; the rules for neck, trunk, legs and
force are those of the paper's text. Tables A, B and C were transcribed twice and compared, and
two public programs hold the same cells; a worksheet edition is in use that prints other cells in
table A, rows 1.3 to 4.3, so its scores can differ from these. No numeric example of the authors was
found: the tests hold the combinations that could be reconciled.

An angle at which one band ends and the next begins counts to the first: 20 deg is in 10-20. A trunk
that leans back beyond upright has no score in the source: NaN. COCO keypoints have no hand, so the
wrist is always assumed. How far the spine bends is no input.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.exposure.inputs import Array, within
from pipelines.exposure.rula_assumptions import Assumptions
from pipelines.exposure.scoring import (
    assumed,
    band,
    codes,
    look_up,
    lower_arm_score,
    score_table,
    upper_arm_score,
)


class ActionLevel(StrEnum):
    """Action level of a grand score, in the source's words."""

    ONE = "acceptable if it is not maintained or repeated for long periods"
    TWO = "further investigation is needed and changes may be required"
    THREE = "investigation and changes are required soon"
    FOUR = "investigation and changes are required immediately"


@dataclass(frozen=True)
class Scores:
    """RULA of each posture and what it is made of; arrays of one shape, NaN where an angle is unknown.

    Attributes
    ----------
    upper_arm, lower_arm, neck, trunk
        Scores of the parts of the body, from the angles and the assumptions.
    a, b
        Tables A (arm and wrist) and B (neck, trunk and legs).
    c, d
        A and B plus muscle use and force.
    grand
        Grand score, 1 to 7.
    """

    upper_arm: Array
    lower_arm: Array
    neck: Array
    trunk: Array
    a: Array
    b: Array
    c: Array
    d: Array
    grand: Array
    assumptions: Assumptions

    @property
    def assumed(self) -> str:
        """What the scores assume because a camera doesn't see it."""
        return assumed(self.assumptions)


def score(
    trunk_flexion_deg: ArrayLike,
    neck_flexion_deg: ArrayLike,
    upper_arm_flexion_deg: ArrayLike,
    elbow_flexion_deg: ArrayLike,
    assumptions: Assumptions,
) -> Scores:
    """Return the RULA grand score of each posture; the angles broadcast, NaN stays NaN.

    Parameters
    ----------
    trunk_flexion_deg
        Trunk from the vertical, forwards positive.
    neck_flexion_deg, upper_arm_flexion_deg
        Against the trunk's line, forwards positive, backwards negative.
    elbow_flexion_deg
        0 for a straight arm, up to 180.

    Raises
    ------
    ValueError
        If an angle lies outside -180 to 180, or outside 0 to 180 for the elbow.
    """
    upper_arm, lower_arm, neck, trunk = np.broadcast_arrays(
        upper_arm_score(upper_arm_flexion_deg, assumptions.upper_arm_points),
        lower_arm_score(elbow_flexion_deg) + assumptions.lower_arm_across_or_out,
        neck_score(neck_flexion_deg, assumptions),
        trunk_score(trunk_flexion_deg, assumptions),
    )
    a = table_a(upper_arm, lower_arm, assumptions.wrist_score, 1 + assumptions.wrist_twist_near_end)
    b = table_b(neck, trunk, 1 + assumptions.legs_unsupported_or_uneven)
    c, d = a + assumptions.use_points, b + assumptions.use_points
    return Scores(upper_arm, lower_arm, neck, trunk, a, b, c, d, grand_score(c, d), assumptions)


def neck_score(flexion_deg: ArrayLike, assumptions: Assumptions) -> Array:
    """Return the neck: to 10 deg 1, to 20 2, beyond 3, backwards 4; twisted and sideways 1 more each."""
    flexion = within("neck_flexion_deg", flexion_deg, -180, 180)
    posture = np.where(flexion < 0, 4.0, band(flexion, [10, 20], [1, 2, 3]))
    return posture + assumptions.neck_twisted + assumptions.neck_bent_sideways


def trunk_score(flexion_deg: ArrayLike, assumptions: Assumptions) -> Array:
    """Return the trunk: upright 1, to 20 deg 2, to 60 3, beyond 4; twisted and sideways 1 more each.

    A supported trunk scores 1 at any angle; one that leans back beyond upright is NaN.
    """
    flexion = within("trunk_flexion_deg", flexion_deg, -180, 180)
    upright = assumptions.upright_within_deg
    bent = band(flexion, [upright, 20, 60], [1, 2, 3, 4])
    posture = np.where(flexion < -upright, np.nan, bent)
    if assumptions.trunk_supported:
        posture = np.ones(flexion.shape)
    return posture + assumptions.trunk_twisted + assumptions.trunk_bent_sideways


def table_a(upper_arm: ArrayLike, lower_arm: ArrayLike, wrist: ArrayLike, twist: ArrayLike) -> Array:
    """Return table A for the scores of upper arm (1-6), lower arm (1-3), wrist (1-4) and its twist (1-2)."""
    arm = codes("upper_arm", upper_arm, 6), codes("lower_arm", lower_arm, 3)
    return look_up(
        score_table("rula_a", 6, 3, 4, 2), *arm, codes("wrist", wrist, 4), codes("twist", twist, 2)
    )


def table_b(neck: ArrayLike, trunk: ArrayLike, legs: ArrayLike) -> Array:
    """Return table B for the scores of neck (1-6), trunk (1-6) and legs (1-2)."""
    parts = codes("neck", neck, 6), codes("trunk", trunk, 6), codes("legs", legs, 2)
    return look_up(score_table("rula_b", 6, 6, 2), *parts)


def grand_score(c: ArrayLike, d: ArrayLike) -> Array:
    """Return the grand score for score C and score D, 1 to 13; C counts to 8, D to 7."""
    arm, trunk = np.minimum(codes("score C", c, 13), 8), np.minimum(codes("score D", d, 13), 7)
    return look_up(score_table("rula_c", 8, 7), arm, trunk)


def action_level(grand: ArrayLike) -> NDArray[np.object_]:
    """Return the `ActionLevel` of each grand score (1-2, 3-4, 5-6, 7), None where it is unknown."""
    score = codes("grand score", grand, 7)
    words = np.array([*ActionLevel, None], dtype=object)
    return words[np.where(np.isnan(score), len(ActionLevel), np.searchsorted([2, 4, 6], score))]
