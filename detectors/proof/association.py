"""How far one quantity goes along with another."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import linregress, mannwhitneyu, rankdata

Array = NDArray[np.float64]

LEAST_PEOPLE: Final = 8
"""Fewer give no correlation worth a number."""


def partial_correlation(a: Array, b: Array, given: Array) -> float | None:
    """Return the correlation of the ranks of two (n,) that the ranks of others, (n, k), don't explain."""
    if len(a) < LEAST_PEOPLE + given.shape[1]:
        return None
    others = np.column_stack([np.ones(len(a)), rankdata(given, axis=0)])
    ranks = np.column_stack([rankdata(a), rankdata(b)])
    left = ranks - others @ np.linalg.lstsq(others, ranks, rcond=None)[0]
    spread = np.linalg.norm(left, axis=0)
    # What rounding leaves of ranks that the others explain wholly is no correlation.
    if spread.min() < 1e-9 * np.linalg.norm(ranks):
        return None
    return float(left[:, 0] @ left[:, 1] / spread.prod())


def auc(more: Array, less: Array) -> float | None:
    """Return how often a value of ``more`` exceeds one of ``less``, ties half; None where one is empty."""
    if not len(more) or not len(less):
        return None
    return float(mannwhitneyu(more, less).statistic / (len(more) * len(less)))


def slope(values: Array, true: Array) -> float | None:
    """Return how much of a difference in the truth the values show; None for fewer than ``LEAST_PEOPLE``."""
    known = np.isfinite(values) & np.isfinite(true)
    if known.sum() < LEAST_PEOPLE or np.ptp(true[known]) == 0:
        return None
    return float(linregress(true[known], values[known]).slope)
