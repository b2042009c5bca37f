"""The change between two periods of independent lifts: a ratio of rates, a difference of shares."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import betainccinv, betaincinv, ndtr

from pipelines.exposure.rates import Estimate, Z, divide, not_negative, share, wilson_limits


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
