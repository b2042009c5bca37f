"""In which order lifts are worth a person's look: severe, unsure and new ones first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.vocabulary import HeightBand, Reason, Technique

Array = NDArray[np.float64]

COLUMNS: Final = (
    *("camera_id", "zone", "kind", "origin_band", "footage_id", "track_id", "peak_utc"),
    *("start_s", "grasp_s", "end_s", "trunk_inclination_peak_deg", "spine_flexion_deg"),
    *("knee_flexion_peak_deg", "model_version", "code_version"),
)
"""What the queue and its page need of the lifts table, beside the judgement."""

CELL: Final = ["camera_id", "zone", "origin_band"]
"""Lifts alike in these look alike: what one of them teaches, the next teaches less."""

NEAR_SE: Final = 1.0
"""A verdict nearer to its threshold than so many standard errors is unsure."""


@dataclass(frozen=True)
class Weights:
    """How much each ground for a look counts; each ground goes from 0 to 1.

    Attributes
    ----------
    severity
        The mean of: probability of a spine bend, trunk inclination and flexion of the back as shares
        of ``most_trunk_deg`` and ``most_flexion_deg``, and whether the load was taken from below the
        knuckles. What is unknown counts 0: it is not known to be severe. First, because a severe lift
        that is coached today is one less tomorrow.
    uncertainty
        1 at the threshold, half of it one standard error away; 0 where nothing was judged.
    novelty
        The mean of: how rare the lift's camera, zone and origin band are among the lifts of the
        queue, and one over one more than their labels so far.
    """

    severity: float = 0.5
    uncertainty: float = 0.3
    novelty: float = 0.2
    most_trunk_deg: float = 90.0
    most_flexion_deg: float = 70.0


DEFAULT: Final = Weights()


def ordered(lifts: pd.DataFrame, labelled: pd.DataFrame, weights: Weights = DEFAULT) -> pd.DataFrame:
    """Return the lifts by how useful a look at them is, the most useful first.

    Parameters
    ----------
    lifts
        `COLUMNS` of lifts with their judgement, and ``lift_id``.
    labelled
        The labels that stand, with ``item_id``; those of other lifts count for nothing.

    Returns
    -------
    pd.DataFrame
        The same rows with ``severity``, ``uncertainty``, ``novelty`` and ``usefulness`` from 0 to 1,
        ``flagged`` and ``unsure``. Lifts of equal usefulness come by their id.
    """
    grounds = {
        "severity": _severity(lifts, weights),
        "uncertainty": _uncertainty(lifts),
        "novelty": _novelty(lifts, labelled),
    }
    total = weights.severity + weights.uncertainty + weights.novelty
    useful = sum(getattr(weights, name) * value for name, value in grounds.items()) / total
    verdict = {
        "flagged": (lifts["technique"] == Technique.SPINE_BEND).to_numpy(dtype=bool),
        "unsure": unsure(lifts),
    }
    rows = lifts.assign(**grounds, usefulness=useful, **verdict)
    return rows.sort_values(["usefulness", "lift_id"], ascending=[False, True], ignore_index=True)


def unsure(lifts: pd.DataFrame) -> NDArray[np.bool_]:
    """Return whether the verdict on each lift is near its threshold or the back was measured too roughly."""
    near = _known(lifts, "margin_se", np.inf) < NEAR_SE
    open_reason = lifts["reason"].isin([Reason.BORDERLINE, Reason.FLEXION_UNSURE]).to_numpy(dtype=bool)
    return np.asarray(near | open_reason)


def _severity(lifts: pd.DataFrame, weights: Weights) -> Array:
    low = (lifts["origin_band"] == HeightBand.FLOOR).to_numpy(dtype=float)
    trunk = _known(lifts, "trunk_inclination_peak_deg", 0.0) / weights.most_trunk_deg
    flexion = _known(lifts, "spine_flexion_deg", 0.0) / weights.most_flexion_deg
    parts = (_known(lifts, "p_spine_bend", 0.0), np.clip(trunk, 0, 1), np.clip(flexion, 0, 1), low)
    return np.asarray(np.stack(parts).mean(axis=0))


def _uncertainty(lifts: pd.DataFrame) -> Array:
    return np.asarray(1.0 / (1.0 + _known(lifts, "margin_se", np.inf)))


def _novelty(lifts: pd.DataFrame, labelled: pd.DataFrame) -> Array:
    cells = (
        lifts[CELL].astype(object).fillna("").agg("/".join, axis=1)
        if len(lifts)
        else pd.Series([], dtype="str")
    )
    share = cells.map(cells.value_counts(normalize=True)).to_numpy(dtype=float)
    looked_at = cells[lifts["lift_id"].isin(labelled["item_id"]).to_numpy()].value_counts()
    labels = cells.map(looked_at).fillna(0).to_numpy(dtype=float)
    return np.asarray(0.5 * (1.0 - share) + 0.5 / (1.0 + labels))


def _known(lifts: pd.DataFrame, name: str, otherwise: float) -> Array:
    values = lifts[name].to_numpy(dtype=float, na_value=np.nan)
    return np.where(np.isnan(values), otherwise, values)
