"""The change between two periods: its interval for independent lifts, and how clusters widen it.

Few clusters tell little of how much they differ, and where shares are small they tell least when it
matters most: shifts that happen to hold none of the rare full ones have too low a share and look alike
as well, so an interval from their own variance misses the truth on one side. How alike lifts of one
cluster are is therefore told in two ways, and the one that widens more counts, each with Student's t
at its own degrees of freedom. One is the period's own variance, as the periods may differ in it. The
other is common to both ([1]_): the intra-cluster correlation of shares, the squared coefficient of
variation between clusters of rates ([2]_), so a week borrows from the four before it.

References
----------
.. [1] Donner & Klar 1993, Journal of Clinical Epidemiology 46:123.
.. [2] Hayes & Bennett 1999, International Journal of Epidemiology 28:319.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainccinv, betaincinv, ndtr, stdtrit

from pipelines.exposure.clustered import held_against_others
from pipelines.exposure.rates import Array, Estimate, Z, divide, not_negative, share, wilson_limits

LEAST_EFFECT: Final = 1e-9
"""Clusters that are all alike leave no variance to weigh; what little is put in decides nothing."""


def rate_ratio(
    lifts: ArrayLike, hours: ArrayLike, lifts_before: ArrayLike, hours_before: ArrayLike, z: float = Z
) -> Estimate:
    """Return the ratio of two rates, exact: given their sum, the lifts after are binomial.

    Clopper-Pearson limits p become p / (1 - p) * hours_before / hours, observed person-hours.
    Conservative: covers in at least 95 % of cases at the default normal quantile ``z``. Inputs
    broadcast; NaN without hours or any lift.
    """
    a, h, b, h0 = not_negative(lifts=lifts, hours=hours, lifts_before=lifts_before, hours_before=hours_before)
    known = np.where((a + b > 0) & (h > 0) & (h0 > 0), 1.0, np.nan)
    tail = ndtr(-z)
    low = np.where(a == 0, 0.0, betaincinv(a, b + 1, tail))
    high = np.where(b == 0, 1.0, betainccinv(a + 1, b, tail))
    with np.errstate(divide="ignore"):  # no lifts before: no ratio is too large
        return Estimate(*(known * p / (1 - p) * divide(h0, h) for p in (divide(a, a + b), low, high)))


def share_difference(
    found: ArrayLike, n: ArrayLike, found_before: ArrayLike, n_before: ArrayLike, z: float = Z
) -> Estimate:
    """Return the difference of two shares with Newcombe's hybrid interval (1998, method 10).

    Covers in about 95 % of cases at the default normal quantile ``z``. Inputs broadcast; NaN
    without lifts in either period.
    """
    p, p0 = share(found, n).value, share(found_before, n_before).value
    (low, high), (low0, high0) = wilson_limits(found, n, z), wilson_limits(found_before, n_before, z)
    return Estimate(p - p0, p - p0 - np.hypot(p - low, high0 - p0), p - p0 + np.hypot(high - p, p0 - low0))


@dataclass(frozen=True)
class Period:
    """Sums over the clusters of a period, and what they tell of its variance.

    Attributes
    ----------
    events, base
        Lifts and observed person-hours, or spine bends and judged lifts.
    clusters
        Those with a base.
    effect
        How many times the clusters widen the variance; NaN where it is unknown.
    size
        How much the effect exceeds 1 per unit of what the clusters have in common.
    spread
        Variance of the compared value for independent lifts; NaN without a base.
    """

    events: float
    base: float
    clusters: int
    effect: float
    size: float
    spread: float


def rate_period(lifts: Array, hours: Array) -> Period:
    """Return the sums of lifts and observed person-hours of each cluster, shape (n_clusters,).

    Raises
    ------
    ValueError
        If a value is negative.
    """
    events, base, total, whole = _with_base(lifts, hours)
    if not len(base):
        return _NOTHING
    rate, size = total / whole, float((base**2).sum()) / whole
    # Of the logarithm, as the ratio is compared on its scale.
    return Period(
        total, whole, len(base), held_against_others(events, base, rate), rate * size, 1.0 / (total + 0.5)
    )


def share_period(found: Array, n: Array) -> Period:
    """Return the sums of spine bends and judged lifts of each cluster, shape (n_clusters,).

    Raises
    ------
    ValueError
        If a value is negative.
    """
    events, base, total, whole = _with_base(found, n)
    if not len(base):
        return _NOTHING
    p, inside = total / whole, (total + 0.5) / (whole + 1.0)  # none or all found leave a variance too
    effect = held_against_others(events, base, p * (1.0 - p))
    size = float((base**2).sum()) / whole - 1.0
    return Period(total, whole, len(base), effect, size, inside * (1.0 - inside) / whole)


@dataclass(frozen=True)
class Widening:
    """How many times clusters widen the variance of each of two periods, told in two ways.

    ``own`` from each period alone, ``common`` from what the clusters of both have in common, each with
    the degrees of freedom that it is known by.
    """

    own: Array
    own_freedom: float
    common: Array
    common_freedom: float

    def divisors(self, z: float) -> Array:
        """Return by what counts and bases are divided for a normal quantile ``z``, 1 at least, shape (2,)."""
        tail = float(ndtr(-z))
        few_own, few_common = ((stdtrit(by, tail) / z) ** 2 for by in (self.own_freedom, self.common_freedom))
        return np.maximum(np.maximum(self.own * few_own, self.common * few_common), 1.0)


def widening(one: Period, other: Period) -> Widening:
    """Return how the clusters of two periods, with at least two of them each, widen their variances."""
    effects, sizes, spreads, freedoms = np.array(
        [(of.effect, of.size, of.spread, of.clusters - 1.0) for of in (one, other)]
    ).T
    # An effect that none or all found hide is taken from the other period.
    own = np.where(np.isnan(effects), effects[::-1], effects)
    own = np.maximum(np.nan_to_num(own, nan=1.0), LEAST_EFFECT)
    parts = own * spreads
    welch_satterthwaite = parts.sum() ** 2 / (parts**2 / freedoms).sum()
    weights = np.where(np.isnan(effects), 0.0, freedoms * sizes)
    if not weights.sum() > 0.0:
        return Widening(own, float(welch_satterthwaite), own, float(welch_satterthwaite))
    alike = float((np.nan_to_num(effects - 1.0) * freedoms * (weights > 0.0)).sum() / weights.sum())
    common = np.maximum(1.0 + sizes * alike, LEAST_EFFECT)
    known_by = weights.sum() ** 2 / (weights**2 / freedoms).sum()
    return Widening(own, float(welch_satterthwaite), common, float(known_by))


_NOTHING: Final = Period(0.0, 0.0, 0, np.nan, 0.0, np.nan)


def _with_base(events: Array, base: Array) -> tuple[Array, Array, float, float]:
    counts, whole = not_negative(events=events, base=base)
    counts, whole = counts[whole > 0], whole[whole > 0]
    return counts, whole, float(counts.sum()), float(whole.sum())
