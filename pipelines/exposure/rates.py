"""Rates and shares of lifts with 95 % intervals: exact Poisson, Wilson, Rogan-Gladen.

All counts are of what the cameras saw: a rate is per observed person-hour and says nothing
about hours out of view. The intervals take lifts as independent; lifts of one track, or of one shift,
are not. `pipelines.exposure.clustered` and `compare` widen for that where the base of each cluster is
known; how long each track of a shift was in view is not, so the rate of a single shift stays with the
Poisson interval, and the report says what it leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import chi2, norm

from pipelines.exposure.inputs import within

Array = NDArray[np.float64]

TAIL: Final = 0.025
"""What a 95 % interval leaves out on each side."""

Z: Final = float(norm.isf(TAIL))


@dataclass(frozen=True)
class Estimate:
    """A value with its 95 % interval, arrays of one shape; all three are NaN where it is unknown."""

    value: Array
    low: Array
    high: Array


@dataclass(frozen=True)
class ShareBounds:
    """Share of spine bends, and what it could be at least and at most.

    Attributes
    ----------
    judged
        Share among the lifts with a verdict.
    lowest, highest
        Share among all lifts if no indeterminate one were a spine bend, or every one. From
        ``lowest.low`` to ``highest.high`` both kinds of ignorance are allowed for.
    indeterminate
        Share of lifts without a verdict.
    """

    judged: Estimate
    lowest: Estimate
    highest: Estimate
    indeterminate: Array


@dataclass(frozen=True)
class Validation:
    """How verdicts agreed with reviewers, counted on lifts of the same site that both judged.

    Attributes
    ----------
    spine_bends, spine_bends_found
        Lifts that reviewers call spine bends, and how many of them the verdict calls so too.
    others, others_found
        Lifts that reviewers call otherwise, and how many of them the verdict calls otherwise too.
    """

    spine_bends: int
    spine_bends_found: int
    others: int
    others_found: int

    def __post_init__(self) -> None:
        if not (0 <= self.spine_bends_found <= self.spine_bends and 0 <= self.others_found <= self.others):
            raise ValueError(f"{self}: expected counts from 0, those found at most as many as there are")


@dataclass(frozen=True)
class CorrectedShare:
    """A share as observed, and corrected for the errors of the verdict; show both."""

    raw: Estimate
    corrected: Estimate


def not_negative(**values: ArrayLike) -> tuple[Array, ...]:
    """Return the values as float arrays of one shape.

    Raises
    ------
    ValueError
        If one is below 0; the message names it.
    """
    return tuple(np.broadcast_arrays(*(within(name, value) for name, value in values.items())))


def divide(numerator: Array, denominator: Array) -> Array:
    """Return the quotient; NaN where the denominator is 0, for nothing was observed there."""
    out: Array = np.full(np.broadcast(numerator, denominator).shape, np.nan)
    return np.divide(numerator, denominator, out=out, where=np.asarray(denominator) > 0)


def per_person_hour(events: ArrayLike, observed_person_h: ArrayLike) -> Estimate:
    """Return events per observed person-hour with the exact Poisson interval of Garwood (1936).

    The limits are half the chi-square quantiles at 2n and 2n + 2 degrees of freedom. The interval
    is conservative: it covers in at least 95 % of cases, in more when events are few.

    Parameters
    ----------
    events, observed_person_h
        Counts and person-hours in view, broadcast together; NaN or no hours give NaN.

    Raises
    ------
    ValueError
        If a count or time is negative.
    """
    count, hours = not_negative(events=events, observed_person_h=observed_person_h)
    low = np.where(count == 0.0, 0.0, chi2.ppf(TAIL, 2.0 * count) / 2.0)
    high = np.asarray(chi2.isf(TAIL, 2.0 * count + 2.0) / 2.0)
    return Estimate(divide(count, hours), divide(low, hours), divide(high, hours))


def share(successes: ArrayLike, trials: ArrayLike) -> Estimate:
    """Return a share with Wilson's score interval (Wilson 1927; method 3 of Newcombe 1998).

    It covers in 95 % of cases on average over shares, a little less or more at any one. NaN or
    no trials give NaN.

    Raises
    ------
    ValueError
        If a count is negative, or successes exceed trials.
    """
    low, high = wilson_limits(successes, trials, Z)
    return Estimate(divide(*not_negative(successes=successes, trials=trials)), low, high)


def wilson_limits(successes: ArrayLike, trials: ArrayLike, z: float) -> tuple[Array, Array]:
    """Return the limits of Wilson's interval for a normal quantile ``z``; as `share`."""
    found, n = not_negative(successes=successes, trials=trials)
    if (found > n).any():
        raise ValueError(f"{int((found > n).sum())} of {n.size} counts of successes exceed their trials")
    p, room = divide(found, n), divide(np.full_like(n, z * z), n)
    centre = (p + room / 2.0) / (1.0 + room)
    half = np.sqrt(room * (p * (1.0 - p) + room / 4.0)) / (1.0 + room)
    # At the ends the limit is 0 or 1 exactly; rounding must not put the share outside.
    return np.where(found == 0.0, 0.0 * p, centre - half), np.where(found == n, p, centre + half)


def spine_bend_bounds(spine_bends: ArrayLike, others: ArrayLike, indeterminate: ArrayLike) -> ShareBounds:
    """Return the share of spine bends and the bounds that the indeterminate lifts allow.

    Counts are broadcast together; ``others`` are the determinate lifts that are no spine bends, which are
    hip hinges and squats. Each share has Wilson's interval. NaN, or no lifts, give NaN.
    """
    bent, other, unknown = not_negative(spine_bends=spine_bends, others=others, indeterminate=indeterminate)
    every = bent + other + unknown
    return ShareBounds(
        share(bent, bent + other), share(bent, every), share(bent + unknown, every), divide(unknown, every)
    )


def corrected_share(spine_bends: ArrayLike, judged: ArrayLike, validation: Validation) -> CorrectedShare:
    """Return the share of spine bends, raw and corrected for the verdict's own errors.

    The estimate is (p + Sp - 1) / (Se + Sp - 1) (Rogan & Gladen 1978), clamped to 0..1. Its
    interval is the adjusted delta-method one of Lang & Reiczigel (2014), as in ``prevSeSp`` of the R
    package asht; few reviewed lifts give a wide one. NaN where the reviews leave the
    verdict no better than chance (Se + Sp <= 1, raw or adjusted), or there are none.
    """
    found, n = not_negative(spine_bends=spine_bends, judged=judged)
    raw = share(found, n)
    reviewed = np.array([validation.spine_bends, validation.others], dtype=np.float64)
    agreed = np.array([validation.spine_bends_found, validation.others_found], dtype=np.float64)
    se, sp = divide(agreed, reviewed)
    (less_se, less_sp), (n_se, n_sp) = (agreed + 1.0) / (reviewed + 2.0), reviewed + 2.0
    if not (se + sp > 1.0 and less_se + less_sp > 1.0):
        unknown = np.full_like(raw.value, np.nan)
        return CorrectedShare(raw, Estimate(unknown, unknown, unknown))
    value = np.clip((raw.value + sp - 1.0) / (se + sp - 1.0), 0.0, 1.0)
    se, sp = less_se, less_sp
    n_observed = np.where(n > 0.0, n + Z * Z, np.nan)
    p = (found + Z * Z / 2.0) / n_observed
    adjusted = (p + sp - 1.0) / (se + sp - 1.0)
    from_se, from_sp = se * (1.0 - se) / n_se, sp * (1.0 - sp) / n_sp
    centre = adjusted + 2.0 * Z * Z * (adjusted * from_se - (1.0 - adjusted) * from_sp)
    variance = p * (1.0 - p) / n_observed + adjusted**2 * from_se + (1.0 - adjusted) ** 2 * from_sp
    half = Z * np.sqrt(variance) / (se + sp - 1.0)
    low = np.minimum(np.clip(centre - half, 0.0, 1.0), value)
    return CorrectedShare(raw, Estimate(value, low, np.maximum(np.clip(centre + half, 0.0, 1.0), value)))
