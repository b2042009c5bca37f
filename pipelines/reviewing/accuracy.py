"""How right the machine is by the blind looks: lifts found, verdicts, and how sure it says that it is.

Each figure speaks of all that was recorded on the dates that were drawn from, not of what was looked at:
`pipelines.reviewing.weighting` says how. What reviewers can't tell, or disagree on, is counted and left
out; 'not a lift' on a load that the machine found counts against it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.vocabulary import Technique
from pipelines.reviewing.looks import USABLE, group_of, is_determinate
from pipelines.reviewing.tables import Answer
from pipelines.reviewing.weighting import (
    UNKNOWN,
    Weighted,
    added,
    part_of_sum,
    scaled,
    weighted_share,
)

FOUND: Final = "found"
BINS: Final = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class Counts:
    """What became of the drawn items: how many, looked at, and of these without a usable answer."""

    drawn: int
    looked_at: int
    open: int


@dataclass(frozen=True)
class Accuracy:
    """How right the machine is, of one camera or of several.

    Attributes
    ----------
    precision, recall
        Of the loads that it found, those that are; of those that there are, those that it found.
    sensitivity, specificity
        Of the spine bends with a verdict, those called so; of the others with one, those not called so.
    indeterminate
        Of the lifts that it found and that are lifts, those without a verdict.
    """

    counts: Counts
    precision: Weighted
    recall: Weighted
    sensitivity: Weighted
    specificity: Weighted
    indeterminate: Weighted


def accuracy(looks: pd.DataFrame) -> Accuracy:
    """Return how right the machine is on the rows of `looks.blind_looks`."""
    answered = looks["answer"].notna()
    known = looks[answered]
    decided, bent = is_determinate(known), known["answer"] == Answer.SPINE_BEND
    said = known["technique"] == Technique.SPINE_BEND
    found_lifts = known["is_found"] & known["is_lift"]
    precision = _share(known, known["is_lift"], known["is_found"])
    return Accuracy(
        Counts(len(looks), int(looks["looked_at"].sum()), int((looks["looked_at"] & ~answered).sum())),
        precision,
        _recall(looks, known, precision),
        _share(known, said, decided & bent),
        _share(known, ~said, decided & ~bent),
        _share(known, ~decided, found_lifts),
    )


def confusion(looks: pd.DataFrame) -> pd.DataFrame:
    """Return what the machine said (rows) by what reviewers say (columns): items that were looked at.

    Rows are the verdicts, ``bend`` and ``nothing``; the counts are of items, not weighted.
    """
    known = looks[looks["answer"].notna()]
    said = known["technique"].where(known["is_found"], known["item_kind"]).fillna(Technique.INDETERMINATE)
    rows = [*map(str, Technique), "bend", "nothing"]
    columns = [str(answer) for answer in USABLE]
    return pd.crosstab(said, known["answer"]).reindex(index=rows, columns=columns, fill_value=0)


@dataclass(frozen=True)
class Calibration:
    """How often the spine bent where the machine gave a probability.

    Attributes
    ----------
    bins
        ``low``, ``high`` of the probability, ``said`` (its mean), ``n``, ``effective_n``, ``value`` (share of
        bends) with ``value_low`` and ``value_high``.
    error
        Expected calibration error: mean distance of said and seen, weighted; NaN without answers.
    by_chance
        What that would be on average if the probabilities were exactly right, for this many answers.
    """

    bins: pd.DataFrame
    error: float
    by_chance: float
    n: int


def calibration(looks: pd.DataFrame) -> Calibration:
    """Return how the probabilities of the loads that were found, and are some, agree with the answers."""
    known = looks[looks["answer"].notna()]
    known = known[known["is_found"] & known["is_lift"] & known["p_spine_bend"].notna()]
    place = np.clip(np.searchsorted(BINS, known["p_spine_bend"], side="right") - 1, 0, len(BINS) - 2)
    rows = [_bin(known, place == at, (BINS[at], BINS[at + 1])) for at in range(len(BINS) - 1)]
    bins = pd.DataFrame(rows)
    filled = bins[bins["n"] > 0]
    part = filled["weight"] / filled["weight"].sum()
    error = float((part * (filled["value"] - filled["said"]).abs()).sum()) if len(filled) else math.nan
    # The mean size of a normal error is sqrt(2 / pi) of its spread.
    spread = np.sqrt(filled["said"] * (1.0 - filled["said"]) / filled["effective_n"])
    chance = float((part * spread).sum() * math.sqrt(2.0 / math.pi)) if len(filled) else math.nan
    return Calibration(bins.drop(columns="weight"), error, chance, len(known))


def _bin(known: pd.DataFrame, inside: NDArray[np.bool_], limits: tuple[float, float]) -> dict[str, float]:
    base = pd.Series(inside, known.index)
    seen = _share(known, known["answer"] == Answer.SPINE_BEND, base)
    rows = known[base]
    said = np.average(rows["p_spine_bend"], weights=rows["weight"]) if len(rows) else math.nan
    return {
        "low": limits[0],
        "high": limits[1],
        "said": float(said),
        "n": seen.n,
        "effective_n": seen.effective_n,
        "value": seen.value,
        "value_low": seen.low,
        "value_high": seen.high,
        "weight": float(rows["weight"].sum()),
    }


def _recall(looks: pd.DataFrame, known: pd.DataFrame, precision: Weighted) -> Weighted:
    """Return the share of the loads that were found: those found, and those missed where it was not.

    What was missed is estimated for bends and for each kind of nothing on its own, so that no answer at all
    about one of them leaves the recall as open as it is.
    """
    whole = (1.0 / looks["drawn_share"]).groupby(group_of(looks)).sum()
    group = group_of(known)
    missed = [_share(known, known["is_lift"], group == name) for name in whole.index if name != FOUND]
    sizes = [float(size) for name, size in whole.items() if name != FOUND]
    lost = added([scaled(one, size) for one, size in zip(missed, sizes, strict=True)])
    found = part_of_sum(scaled(precision, float(whole.get(FOUND, 0.0))), lost)
    if precision.n == 0:
        return UNKNOWN
    lifts = int(known["is_lift"].sum())
    variance = ((found.high - found.low) / 3.92) ** 2
    effective = found.value * (1.0 - found.value) / variance if variance > 0.0 else float(lifts)
    return Weighted(found.value, found.low, found.high, lifts, min(max(effective, 1.0), lifts))


def _share(known: pd.DataFrame, hit: pd.Series, base: pd.Series) -> Weighted:
    return weighted_share(
        hit.to_numpy(dtype=bool),
        base.to_numpy(dtype=bool),
        known["weight"].to_numpy(dtype=np.float64),
        known["stratum"].to_numpy(dtype=object),
    )
