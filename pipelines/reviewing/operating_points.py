"""The dial between many verdicts and right ones: what each threshold of the probability would cost.

Each point judges the lifts that were looked at anew, as `hingewise assess` would under that policy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from detectors.technique import judge
from detectors.thresholds import Policy
from detectors.vocabulary import Technique
from pipelines.reviewing.tables import Answer
from pipelines.reviewing.weighting import Weighted, weighted_share

THRESHOLDS: Final = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.975, 0.99)


@dataclass(frozen=True)
class OperatingPoint:
    """What a policy would say of the lifts that were looked at.

    Attributes
    ----------
    spine_bend_from, back_neutral_up_to
        Its keys; the third, ``neutral_up_to`` of the chord, is never raised.
    coverage
        Share of the lifts that would get a verdict.
    accuracy
        Of these, the share whose verdict the reviewers agree with, spine bend or not.
    precision
        Of those called spine bends, the share that are.
    """

    spine_bend_from: float
    back_neutral_up_to: float
    coverage: Weighted
    accuracy: Weighted
    precision: Weighted


def at_threshold(policy: Policy, threshold: float) -> Policy:
    """Return the policy with verdicts from a probability on, and up to its complement."""
    least = round(1.0 - threshold, 6)
    return replace(
        policy,
        spine_bend_from=threshold,
        back_neutral_up_to=least,
        neutral_up_to=min(policy.neutral_up_to, least),
    )


def operating_points(looks: pd.DataFrame, lifts: pd.DataFrame, policy: Policy) -> list[OperatingPoint]:
    """Return what each of `THRESHOLDS` would give, and the policy itself first.

    Parameters
    ----------
    looks
        Rows of `looks.blind_looks`.
    lifts
        Rows of the lifts table with the measures that a judgement looks at; lifts that were not looked at
        do no harm, looks whose lift is no longer stored are left out.
    """
    known = looks[looks["answer"].notna() & looks["is_found"] & looks["is_lift"]]
    both = known.merge(lifts.rename(columns={"lift_id": "item_id"})[["item_id"]], on="item_id")
    measured = lifts.set_index("lift_id").reindex(both["item_id"]).reset_index(names="lift_id")
    points = [policy, *(at_threshold(policy, threshold) for threshold in THRESHOLDS)]
    return [_point(both, measured, one) for one in points]


def _point(known: pd.DataFrame, measured: pd.DataFrame, policy: Policy) -> OperatingPoint:
    verdict = judge(measured, policy)["technique"].to_numpy(dtype=object)
    said, decided = verdict == Technique.SPINE_BEND, verdict != Technique.INDETERMINATE
    bent = (known["answer"] == Answer.SPINE_BEND).to_numpy(dtype=bool)
    sample = known["weight"].to_numpy(dtype=np.float64), known["stratum"].to_numpy(dtype=object)
    every = np.ones(len(known), dtype=bool)
    return OperatingPoint(
        policy.spine_bend_from,
        policy.back_neutral_up_to,
        weighted_share(decided, every, *sample),
        weighted_share(said == bent, decided, *sample),
        weighted_share(bent, said, *sample),
    )
