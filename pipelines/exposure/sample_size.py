"""How many lifts a comparison needs, told before it is made: for independent lifts and 80 % power."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.optimize import brentq
from scipy.stats import binom, chi2, norm, t

from pipelines.exposure.rates import TAIL, Z

POWER: Final = 0.80
MOST: Final = 20_000

GRID: Final = 64
"""Quantiles per period by which the chance of a small variance is averaged over."""


def lifts_for_ratio(ratio: float, hours_ratio: float) -> int:
    """Return how many lifts, both periods together, show a rate ratio in 80 % of cases or more.

    For the exact conditional test, and ``hours_ratio`` of observed hours after to before.

    Raises
    ------
    ValueError
        If it takes `MOST` lifts or more.
    """
    n = np.arange(1, MOST)
    null, true = (odds / (1.0 + odds) for odds in (hours_ratio, hours_ratio * ratio))
    power = binom.cdf(binom.ppf(TAIL, n, null) - 1, n, true) + binom.sf(binom.isf(TAIL, n, null), n, true)
    enough = np.greater_equal(power, POWER)
    if not enough[-1]:
        raise ValueError(f"a rate ratio of {ratio:g} needs more than {n[-1]} lifts to be seen")
    return int(n[~enough][-1]) + 1


def lifts_for_shares(share_before: float, share_after: float, lifts_ratio: float = 1.0) -> int:
    """Return the judged lifts that the smaller period needs to show a change in 80 % of cases.

    The usual sample size of two independent shares by the normal approximation, unequal periods
    allowed for, without continuity correction (Fleiss, Tytun & Ury 1980, Biometrics 36:343).

    Parameters
    ----------
    share_before, share_after
        Shares to tell apart.
    lifts_ratio
        Judged lifts after over those before.

    Raises
    ------
    ValueError
        If the shares are equal or outside 0 to 1.
    """
    p, q, r = share_before, share_after, lifts_ratio
    if not (p != q and min(p, q) >= 0.0 and max(p, q) <= 1.0):
        raise ValueError(f"shares {p:g} and {q:g}, expected two different ones from 0 to 1")
    pooled = (p + r * q) / (1.0 + r)
    chance = Z * np.sqrt((1.0 + r) * pooled * (1.0 - pooled))
    root = chance + norm.isf(1.0 - POWER) * np.sqrt(r * p * (1.0 - p) + q * (1.0 - q))
    before = root**2 / (r * (p - q) ** 2)
    return int(np.ceil(min(before, r * before)))


def few_clusters(clusters_before: int, ratio: float) -> float:
    """Return by how much more lifts it takes as few clusters tell little of how much they differ.

    The variances that `change_intervals.Widening` takes from clusters of one size that differ alike, as
    scaled chi-square, and the quantiles of Student's t with them, give how often a change that normal
    quantiles show in 80 % of cases is shown; the square of how much larger it has to be is returned.

    Parameters
    ----------
    clusters_before
        Clusters of the period before, such as shifts; fewer than two count as two.
    ratio
        Clusters after over those before; fewer than two after count as two.
    """
    freedoms = np.maximum([clusters_before, clusters_before * ratio], 2.0) - 1.0
    parts = 1.0 / (freedoms + 1.0)
    middles = (np.arange(GRID) + 0.5) / GRID
    own = np.array(np.meshgrid(*(chi2.ppf(middles, freedom) / freedom for freedom in freedoms)))
    own_parts = own * parts[:, None, None]
    own_freedom = own_parts.sum(axis=0) ** 2 / (own_parts**2 / freedoms[:, None, None]).sum(axis=0)
    common = (own * freedoms[:, None, None]).sum(axis=0) / freedoms.sum()
    wider = np.maximum(own * t.isf(TAIL, own_freedom) ** 2, common * t.isf(TAIL, freedoms.sum()) ** 2)
    reach = np.sqrt((wider * parts[:, None, None]).sum(axis=0) / parts.sum())
    needed = brentq(lambda change: norm.cdf(change - reach).mean() - POWER, 0.0, 1.0 + reach.max())
    return float((needed / (Z + norm.isf(1.0 - POWER))) ** 2)
