"""Intervals of one rate or share when events come in clusters, such as the lifts of a track or shift.

Lifts of one track resemble each other, so n of them tell less than n independent ones. Count and
base are divided by the design effect, the clustered variance over the independent one, before the
usual interval is taken ([1]_, [2]_), and by (t / z)^2, for few clusters tell little of their own
variance ([3]_). Both together count as 1 at least, so the interval is never narrower than for
independent lifts. Clusters must be independent of each other: take whole shifts where a crew or a
day's goods are shared by tracks.

References
----------
.. [1] Rao & Scott 1992, Biometrics 48:577 (shares).
.. [2] Rao & Scott 1999, Statistics in Medicine 18:1373 (counts).
.. [3] Korn & Graubard 1998, Survey Methodology 24:193.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.stats import t

from pipelines.exposure.rates import TAIL, Array, Estimate, Z, divide, not_negative, per_person_hour, share


def clustered_share(found: ArrayLike, n: ArrayLike) -> Estimate:
    """Return the share over all clusters with Wilson's interval at the effective number of lifts.

    Parameters
    ----------
    found, n
        Spine bends and judged lifts of each cluster, shape (n_clusters,). Clusters without lifts
        count for nothing; no lifts at all give NaN, one cluster alone an interval of 0 to 1.

    Raises
    ------
    ValueError
        If a count is negative, or more are found than there are.
    """
    found, n = _with_base(found, n)
    if len(n) < 2:
        value = share(found.sum(), n.sum()).value
        return Estimate(value, 0.0 * value, 0.0 * value + 1.0)
    p = found.sum() / n.sum()
    divisor = max(_design_effect(found, n, p * (1.0 - p)) * _few_clusters(len(n)), 1.0)
    whole = share(found.sum(), n.sum())
    limits = share(found.sum() / divisor, n.sum() / divisor)
    return Estimate(whole.value, limits.low, limits.high)


@dataclass(frozen=True)
class Moments:
    """Sums over the clusters of several groups, each of shape (n_groups,); those of groups add up.

    Of spine bends ``found`` among ``n`` judged lifts per cluster: the number of clusters with judged
    lifts, and the sums of both, of their squares and of their product.
    """

    clusters: Array
    found: Array
    n: Array
    found_found: Array
    found_n: Array
    n_n: Array


def share_of_moments(moments: Moments) -> Estimate:
    """Return for each group what `clustered_share` returns for its clusters."""
    p = divide(moments.found, moments.n)
    off = moments.found_found - 2.0 * p * moments.found_n + p**2 * moments.n_n
    freedom = np.maximum(moments.clusters - 1.0, 1.0)
    between = divide(moments.clusters * np.maximum(off, 0.0), freedom * moments.n)
    effect = divide(between, p * (1.0 - p))
    effect[np.isnan(effect)] = 1.0
    divisor = np.maximum(effect * (t.isf(TAIL, freedom) / Z) ** 2, 1.0)
    limits = share(moments.found / divisor, moments.n / divisor)
    alone = moments.clusters < 2
    return Estimate(p, np.where(alone, 0.0 * p, limits.low), np.where(alone, 0.0 * p + 1.0, limits.high))


def clustered_rate(events: ArrayLike, observed_person_h: ArrayLike) -> Estimate:
    """Return events per person-hour with the exact Poisson interval at the effective count.

    Parameters
    ----------
    events, observed_person_h
        Events and observed person-hours of each cluster, shape (n_clusters,). Clusters without
        hours count for nothing; no hours give NaN, one cluster alone an interval of 0 to infinity.

    Raises
    ------
    ValueError
        If a count or time is negative.
    """
    events, hours = _with_base(events, observed_person_h)
    if len(hours) < 2:
        value = per_person_hour(events.sum(), hours.sum()).value
        return Estimate(value, 0.0 * value, 0.0 * value + np.inf)
    effect = _design_effect(events, hours, events.sum() / hours.sum())
    divisor = max(effect * _few_clusters(len(hours)), 1.0)
    limits = per_person_hour(events.sum() / divisor, hours.sum() / divisor)
    return Estimate(per_person_hour(events.sum(), hours.sum()).value, limits.low, limits.high)


def share_design_effect(found: ArrayLike, n: ArrayLike) -> float:
    """Return how many times the clusters widen the variance of a share; 1 at least, and if unknown."""
    events, base = _with_base(found, n)
    p = events.sum() / base.sum() if base.sum() > 0 else np.nan
    return max(_design_effect(events, base, p * (1.0 - p)), 1.0)


def rate_design_effect(events: ArrayLike, observed_person_h: ArrayLike) -> float:
    """Return how many times the clusters widen the variance of a rate; 1 at least, and if unknown."""
    counts, hours = _with_base(events, observed_person_h)
    rate = counts.sum() / hours.sum() if hours.sum() > 0 else np.nan
    return max(_design_effect(counts, hours, rate), 1.0)


def held_against_others(events: Array, base: Array, variance: float) -> float:
    """Return the design effect where each cluster is held against the value of all the others.

    That is the jackknife: a large cluster can't hide by pulling the common value towards itself.

    Parameters
    ----------
    events, base
        Of each cluster, shape (n_clusters,), all with a base above 0.
    variance
        Variance of one lift, or of one hour's events, if they were independent.

    Returns
    -------
    float
        NaN from fewer than two clusters, or where the variance is 0.
    """
    clusters = len(base)
    if clusters < 2 or not variance > 0.0:
        return float("nan")
    off = (events - events.sum() / base.sum() * base) / (1.0 - base / base.sum())
    return float((clusters - 1.0) / clusters * (off**2).sum() / base.sum() / variance)


def _design_effect(events: Array, base: Array, variance: float) -> float:
    """Return the variance between clusters over that of independent events; 1 where it is unknown."""
    clusters = len(base)
    if clusters < 2 or not variance > 0.0:
        return 1.0
    off = events - events.sum() / base.sum() * base
    between = clusters / (clusters - 1.0) * (off**2).sum() / base.sum()
    return float(between / variance)


def _few_clusters(clusters: int) -> float:
    return float((t.isf(TAIL, clusters - 1) / Z) ** 2)


def _with_base(events: ArrayLike, base: ArrayLike) -> tuple[Array, Array]:
    counts, whole = not_negative(events=events, base=base)
    return counts[whole > 0], whole[whole > 0]
