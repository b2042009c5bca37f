"""A figure with its number of lifts and its 95 % interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.evaluation import wilson

Array = NDArray[np.float64]
Statistic = Callable[[Array], float | None]

RESAMPLES: Final = 400
SEED: Final = 20
"""The same table gives the same intervals."""

LEAST_RESAMPLED: Final = 5
"""Fewer lifts say nothing of their spread."""


@dataclass(frozen=True)
class Figure:
    """A figure, the ends of its 95 % interval, and the number of lifts; NaN = not known."""

    value: float
    low: float
    high: float
    n: int


def share(hits: NDArray[np.bool_]) -> Figure:
    """Return the share of hits among all, shape (n,), with its Wilson interval."""
    value = float(hits.mean()) if len(hits) else float("nan")
    return Figure(value, *wilson(int(hits.sum()), len(hits)), len(hits))


def resampled(statistic: Statistic, rows: Array) -> Figure:
    """Return a statistic of lifts with the interval that it has when the lifts are drawn anew.

    Parameters
    ----------
    statistic
        Of an array like ``rows``; None where it can't be told.
    rows
        One lift each, shape (n, k); lifts with NaN are left out.
    """
    known = rows[np.isfinite(rows).all(axis=1)]
    value = _number(statistic(known)) if len(known) else float("nan")
    if len(known) < LEAST_RESAMPLED:
        return Figure(value, float("nan"), float("nan"), len(known))
    rng = np.random.default_rng(SEED)
    draws = rng.integers(len(known), size=(RESAMPLES, len(known)))
    values = np.array([_number(statistic(known[draw])) for draw in draws])
    values = values[np.isfinite(values)]
    low, high = np.quantile(values, [0.025, 0.975]) if len(values) else (np.nan, np.nan)
    return Figure(value, float(low), float(high), len(known))


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
