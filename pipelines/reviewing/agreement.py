"""How far reviewers agree beyond chance: kappa of Cohen for two, of Fleiss for more, with 95 % intervals.

Where reviewers disagree much, no accuracy that is measured by them can be told closely.

References
----------
.. [1] Cohen 1960, Educational and Psychological Measurement 20:37.
.. [2] Fleiss 1971, Psychological Bulletin 76:378; items with other numbers of answers as in Fleiss & Cuzick
   1979, Applied Psychological Measurement 3:537.
.. [3] The intervals are by the jackknife over items: Efron & Stein 1981, Annals of Statistics 9:586.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t

from pipelines.exposure.rates import TAIL
from pipelines.reviewing.tables import Answer

Array = NDArray[np.float64]

LEAST_ITEMS: Final = 10
"""Items with two answers or more below which no kappa is shown."""


@dataclass(frozen=True)
class Kappa:
    """Agreement beyond chance: 1 is perfect, 0 what chance gives.

    Attributes
    ----------
    value, low, high
        NaN where there are too few items, or where all answers are the same.
    agreed
        Share of pairs of answers to the same item that agree.
    items, reviewers
        Items with at least two answers, and who gave these.
    """

    value: float
    low: float
    high: float
    agreed: float
    items: int
    reviewers: int


def agreement(labels: pd.DataFrame) -> Kappa:
    """Return how far reviewers agree on the items that two or more of them have answered.

    Parameters
    ----------
    labels
        One answer per ``item_id`` and ``reviewer``, none taken back. 'Cannot tell' is an answer too.
    """
    labels = labels[labels["answer"] != Answer.WITHDRAWN]
    several = labels[labels.groupby("item_id")["reviewer"].transform("nunique") > 1]
    reviewers, items = several["reviewer"].nunique(), several["item_id"].nunique()
    if items < LEAST_ITEMS:
        return Kappa(math.nan, math.nan, math.nan, math.nan, items, reviewers)
    categories = sorted(several["answer"].unique())
    counts = pd.crosstab(several["item_id"], several["answer"])[categories].to_numpy(dtype=np.float64)
    if reviewers == 2:
        wide = several.pivot_table(index="item_id", columns="reviewer", values="answer", aggfunc="first")
        codes = np.column_stack([pd.Categorical(wide[who], categories).codes for who in wide])
        pairs = codes.astype(np.int64)
        value, low, high = _with_interval(pairs, lambda rows: cohen(_square(rows, len(categories))))
    else:
        value, low, high = _with_interval(counts, fleiss)
    return Kappa(value, low, high, float(_item_agreement(counts).mean()), items, reviewers)


def cohen(table: Array) -> float:
    """Return Cohen's kappa of a table of one reviewer's answers by another's, shape (k, k) ([1]_)."""
    p = table / table.sum()
    return _beyond(float(np.trace(p)), float(p.sum(axis=0) @ p.sum(axis=1)))


def fleiss(counts: Array) -> float:
    """Return Fleiss' kappa of how many reviewers gave each answer, shape (n_items, n_answers) ([2]_).

    Each item has two answers or more; their number may differ.
    """
    by_chance = float(((counts.sum(axis=0) / counts.sum()) ** 2).sum())
    return _beyond(float(_item_agreement(counts).mean()), by_chance)


def _item_agreement(counts: Array) -> Array:
    n = counts.sum(axis=1)
    return np.asarray((counts * (counts - 1.0)).sum(axis=1) / (n * (n - 1.0)))


def _beyond(agreed: float, by_chance: float) -> float:
    return (agreed - by_chance) / (1.0 - by_chance) if by_chance < 1.0 else math.nan


def _square(pairs: NDArray[np.int64], size: int) -> Array:
    cells = np.bincount(pairs[:, 0] * size + pairs[:, 1], minlength=size * size)
    return cells.reshape(size, size).astype(np.float64)


def _with_interval(
    rows: NDArray[np.int64] | Array, kappa: Callable[..., float]
) -> tuple[float, float, float]:
    """Return kappa of the rows with its limits by leaving out each of them in turn ([3]_)."""
    n, value = len(rows), kappa(rows)
    without = np.array([kappa(np.delete(rows, at, axis=0)) for at in range(n)])
    spread = math.sqrt((n - 1.0) / n * float(((without - without.mean()) ** 2).sum()))
    half = float(t.isf(TAIL, n - 1)) * spread
    return value, max(value - half, -1.0), min(value + half, 1.0)
