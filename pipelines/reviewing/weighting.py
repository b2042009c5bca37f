"""Shares and totals from a weighted, stratified sample, each with a 95 % interval.

A share is a ratio of two weighted sums; its variance is that of its linearised values within strata
([1]_, sec. 5.7). The interval is Wilson's at the effective number of items, the one at which independent
items would vary as much ([2]_), never more than were looked at, and less by (t / z)^2 where few were
([3]_). Where all agree the sample shows no variance: then Kish's effective number, of the weights alone,
stands in. Totals of strata are added, and divided by each other, with limits as far off as theirs, not
with a normal one on either side ([4]_, [5]_).

References
----------
.. [1] Saerndal, Swensson & Wretman 1992, Model Assisted Survey Sampling.
.. [2] Dean & Pagano 2015, Journal of Survey Statistics and Methodology 3:484.
.. [3] Korn & Graubard 1998, Survey Methodology 24:193.
.. [4] Zou & Donner 2008, Statistics in Medicine 27:1693.
.. [5] Donner & Zou 2012, Statistical Methods in Medical Research 21:347.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t

from pipelines.exposure.rates import TAIL, Z, share

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEAST_N: Final = 10
"""Items below which a share is not shown: its interval would be half of everything."""


@dataclass(frozen=True)
class Weighted:
    """A share with its 95 % interval, and what it stands on; NaN where nothing was looked at.

    Attributes
    ----------
    n
        Items that it is a share of.
    effective_n
        Independent items that would tell as much.
    """

    value: float
    low: float
    high: float
    n: int
    effective_n: float

    @property
    def shown(self) -> bool:
        """Whether there are enough items to show it."""
        return self.n >= LEAST_N and math.isfinite(self.value)


@dataclass(frozen=True)
class Total:
    """A number with its limits, all of them at least 0."""

    value: float
    low: float
    high: float


UNKNOWN: Final = Weighted(math.nan, math.nan, math.nan, 0, 0.0)


def weighted_share(hit: Mask, base: Mask, weight: Array, stratum: NDArray[np.object_]) -> Weighted:
    """Return the share of hits among the base, of all that the sample was drawn from.

    Parameters
    ----------
    hit, base
        Of each item that was looked at, shape (n,); hits outside the base don't count.
    weight
        One over the probability of the item to be drawn and looked at, above 0.
    stratum
        Group that it was drawn from; one with a single item is taken together with the other such.
    """
    n = int(base.sum())
    if n == 0:
        return UNKNOWN
    inside = np.where(base, weight, 0.0)
    p = float((inside * hit).sum() / inside.sum())
    kish = float(inside.sum() ** 2 / (inside**2).sum())
    variance, freedom = _variance(inside * (hit - p) / inside.sum(), stratum, base)
    by_variance = p * (1.0 - p) / variance if variance > 0.0 else kish
    few = float((t.isf(TAIL, max(freedom, 1)) / Z) ** 2)
    effective = max(min(by_variance, n) / few, 1.0)
    limits = share(p * effective, effective)
    return Weighted(p, float(limits.low), float(limits.high), n, effective)


def scaled(found: Weighted, whole: float) -> Total:
    """Return a share of a whole as a number; where nothing was looked at it may be any part of it."""
    if found.n == 0:
        return Total(0.0, 0.0, whole)
    return Total(found.value * whole, found.low * whole, found.high * whole)


def added(parts: Sequence[Total]) -> Total:
    """Return the sum of independent numbers, with limits by the distances of theirs ([4]_)."""
    value = sum(part.value for part in parts)
    below = math.sqrt(sum((part.value - part.low) ** 2 for part in parts))
    above = math.sqrt(sum((part.high - part.value) ** 2 for part in parts))
    return Total(value, max(value - below, 0.0), value + above)


def part_of_sum(part: Total, rest: Total) -> Total:
    """Return the share that a number is of itself and an independent other, with limits ([5]_).

    NaN where both are 0.
    """
    if part.value + rest.value == 0.0:
        return Total(math.nan, math.nan, math.nan)
    # The odds of the rest: each limit is the root of (rest - odds part)^2 = d_rest^2 + (odds d_part)^2.
    both = part.value * rest.value
    low_square, low_constant = part.high * (2.0 * part.value - part.high), _constant(rest, rest.low)
    high_square, high_constant = part.low * (2.0 * part.value - part.low), _constant(rest, rest.high)
    root = math.sqrt(max(both**2 - low_square * low_constant, 0.0))
    low = low_constant / (both + root) if both + root > 0.0 else 0.0
    top = both + math.sqrt(max(both**2 - high_square * high_constant, 0.0))
    high = top / high_square if high_square > 0.0 else math.inf
    return Total(part.value / (part.value + rest.value), 1.0 / (1.0 + high), 1.0 / (1.0 + low))


def _constant(rest: Total, limit: float) -> float:
    return limit * (2.0 * rest.value - limit)


def _variance(z: Array, stratum: NDArray[np.object_], base: Mask) -> tuple[float, int]:
    """Return the variance of the sum of linearised values, and the degrees of freedom that it has."""
    _, group, counts = np.unique(stratum.astype(str), return_inverse=True, return_counts=True)
    alone = counts[group] == 1
    group = np.where(alone, len(counts), group)
    n = np.bincount(group)
    mean = np.divide(np.bincount(group, z), n, out=np.zeros(len(n)), where=n > 0)
    within = np.bincount(group, (z - mean[group]) ** 2)
    # A lone item has no spread of its own: as if drawn with another like the average of all.
    spread = np.divide(n, n - 1.0, out=np.ones(len(n)), where=n > 1) * within
    if n[-1] == 1 and alone.any():
        spread[-1] = float((z[alone] ** 2).sum())
    strata = len(np.unique(group[base]))
    return float(spread.sum()), int(base.sum()) - strata
