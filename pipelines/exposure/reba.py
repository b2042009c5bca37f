"""REBA: Rapid Entire Body Assessment of a posture.

Source: Hignett and McAtamney 2000, Applied Ergonomics 31:201-205; posture bands as in table 42.2 of
Fundamentals and Assessment Tools for Occupational Ergonomics. Tables A, B and C were transcribed
twice, compared, and agree with a printed worksheet; their combination is reconciled with the two
worked examples that a public program prints. No numeric example of the authors was found.

An angle at which one band ends and the next begins counts to the first: 20 deg is in 0-20. How far
the spine bends is no input.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.exposure.inputs import Array, within
from pipelines.exposure.reba_assumptions import Assumptions
from pipelines.exposure.scoring import (
    assumed,
    band,
    codes,
    look_up,
    lower_arm_score,
    score_table,
    upper_arm_score,
)


class RiskLevel(StrEnum):
    """Risk level of a REBA score, in the source's words."""

    NEGLIGIBLE = "negligible"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    VERY_HIGH = "very high"


ACTION: Final = {
    RiskLevel.NEGLIGIBLE: "none necessary",
    RiskLevel.LOW: "may be necessary",
    RiskLevel.MEDIUM: "necessary",
    RiskLevel.HIGH: "necessary soon",
    RiskLevel.VERY_HIGH: "necessary now",
}
"""The source's words on action at each risk level."""


@dataclass(frozen=True)
class Scores:
    """REBA of each posture and what it is made of; arrays of one shape, NaN where an angle is unknown.

    Attributes
    ----------
    trunk, neck, legs, upper_arm, lower_arm
        Scores of the parts of the body, from the angles and the assumptions.
    a, b, c
        Table A plus load, table B plus coupling, table C.
    reba
        Score C plus activity, 1 to 15.
    """

    trunk: Array
    neck: Array
    legs: Array
    upper_arm: Array
    lower_arm: Array
    a: Array
    b: Array
    c: Array
    reba: Array
    assumptions: Assumptions

    @property
    def assumed(self) -> str:
        """What the scores assume because a camera doesn't see it."""
        return assumed(self.assumptions)


def score(
    trunk_flexion_deg: ArrayLike,
    neck_flexion_deg: ArrayLike,
    knee_flexion_deg: ArrayLike,
    upper_arm_flexion_deg: ArrayLike,
    elbow_flexion_deg: ArrayLike,
    assumptions: Assumptions,
) -> Scores:
    """Return the REBA score of each posture; the angles broadcast, NaN stays NaN.

    Parameters
    ----------
    trunk_flexion_deg
        Trunk from the vertical, forwards positive, backwards negative.
    neck_flexion_deg, upper_arm_flexion_deg
        Against the trunk's line, forwards positive, backwards negative.
    knee_flexion_deg, elbow_flexion_deg
        0 for a straight leg or arm, up to 180.

    Raises
    ------
    ValueError
        If an angle lies outside -180 to 180, or outside 0 to 180 for knee and elbow.
    """
    trunk, neck, legs, upper_arm, lower_arm = np.broadcast_arrays(
        trunk_score(trunk_flexion_deg, assumptions),
        neck_score(neck_flexion_deg, assumptions),
        legs_score(knee_flexion_deg, assumptions),
        upper_arm_score(upper_arm_flexion_deg, assumptions.upper_arm_points),
        lower_arm_score(elbow_flexion_deg),
    )
    a = table_a(trunk, neck, legs) + assumptions.load_points
    b = table_b(upper_arm, lower_arm, assumptions.wrist_score) + assumptions.coupling_points
    c = table_c(a, b)
    reba = c + assumptions.activity_points
    return Scores(trunk, neck, legs, upper_arm, lower_arm, a, b, c, reba, assumptions)


def trunk_score(flexion_deg: ArrayLike, assumptions: Assumptions) -> Array:
    """Return the score of the trunk, 1 to 5.

    Upright 1; up to 20 deg either way 2; to 60, or backwards beyond 20, 3; beyond 60 4; twisted or
    bent sideways 1 more.
    """
    flexion = within("trunk_flexion_deg", flexion_deg, -180, 180)
    ends = [assumptions.upright_within_deg, 20]
    posture = np.where(flexion < 0, band(-flexion, ends, [1, 2, 3]), band(flexion, [*ends, 60], [1, 2, 3, 4]))
    return posture + assumptions.trunk_twisted_or_bent_sideways


def neck_score(flexion_deg: ArrayLike, assumptions: Assumptions) -> Array:
    """Return 1 for a neck bent forwards up to 20 deg, 2 beyond or backwards; twisted or sideways 1 more."""
    flexion = within("neck_flexion_deg", flexion_deg, -180, 180)
    posture = np.where(flexion < 0, 2.0, band(flexion, [20], [1, 2]))
    return posture + assumptions.neck_twisted_or_bent_sideways


def legs_score(knee_flexion_deg: ArrayLike, assumptions: Assumptions) -> Array:
    """Return 1 on both legs, 2 on one; knees bent 30 to 60 deg 1 more, beyond 2 more, unless sitting."""
    flexion = within("knee_flexion_deg", knee_flexion_deg, 0, 180)
    stance = 1.0 + assumptions.weight_on_one_leg
    if assumptions.sitting:
        return np.full(flexion.shape, stance)
    return stance + np.where(flexion < 30, 0.0, band(flexion, [60], [1, 2]))


def table_a(trunk: ArrayLike, neck: ArrayLike, legs: ArrayLike) -> Array:
    """Return table A for the scores of trunk (1-5), neck (1-3) and legs (1-4)."""
    parts = codes("trunk", trunk, 5), codes("neck", neck, 3), codes("legs", legs, 4)
    return look_up(score_table("reba_a", 5, 3, 4), *parts)


def table_b(upper_arm: ArrayLike, lower_arm: ArrayLike, wrist: ArrayLike) -> Array:
    """Return table B for the scores of upper arm (1-6), lower arm (1-2) and wrist (1-3)."""
    parts = codes("upper_arm", upper_arm, 6), codes("lower_arm", lower_arm, 2), codes("wrist", wrist, 3)
    return look_up(score_table("reba_b", 6, 2, 3), *parts)


def table_c(a: ArrayLike, b: ArrayLike) -> Array:
    """Return table C for score A and score B, both 1 to 12."""
    return look_up(score_table("reba_c", 12, 12), codes("score A", a, 12), codes("score B", b, 12))


def risk_level(reba: ArrayLike) -> NDArray[np.object_]:
    """Return the `RiskLevel` of each REBA score (1, 2-3, 4-7, 8-10, 11-15), None where it is unknown."""
    score = codes("reba", reba, 15)
    words = np.array([*RiskLevel, None], dtype=object)
    return words[np.where(np.isnan(score), len(RiskLevel), np.searchsorted([1, 3, 7, 10], score))]
