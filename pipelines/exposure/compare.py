"""Lifts per hour, or the share of spine bends, compared between two periods.

Lifts of one track are not independent: tracks are resampled whole, and the outer limits of that
and of the interval for independent lifts count. A track is not a person: what the broken tracks
of one worker share is not seen, and with few workers the interval may be too narrow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.stats import beta, binom, false_discovery_control, norm, t

from pipelines.exposure.rates import TAIL, Array, Estimate, Z, divide, not_negative, share, wilson_limits

POWER: Final = 0.80
RESAMPLES: Final = 2000
SEED: Final = 20260302
Limits = tuple[float, float, float]
RATIO: Final = (0.0, 1.0, np.inf)  # least, no change, largest
DIFFERENCE: Final = (-1.0, 0.0, 1.0)


class Verdict(StrEnum):
    """What a comparison tells; fewer lifts per hour or spine bends per lift is an improvement."""

    IMPROVED = "improved"
    WORSE = "worse"
    NO_EVIDENCE = "no_evidence"
    TOO_FEW_LIFTS = "too_few_lifts"


@dataclass(frozen=True)
class Tracks:
    """Per track, shape (n_tracks,): lifts and observed person-hours, or spine bends and judged lifts."""

    events: Array
    base: Array


@dataclass(frozen=True)
class Comparison:
    """Change from before to after with its 95 % interval, two-sided p-value and verdict.

    The verdict is ``improved`` or ``worse`` where the interval leaves out no change; else it tells
    whether the lifts would have sufficed. Value and interval are NaN, and p is 1, where a period
    saw nothing. ``adjusted_p`` is NaN until `across_zones` sets it.
    """

    value: float
    low: float
    high: float
    p_value: float
    verdict: Verdict
    adjusted_p: float = float("nan")


def rate_ratio(
    lifts: ArrayLike, hours: ArrayLike, lifts_before: ArrayLike, hours_before: ArrayLike
) -> Estimate:
    """Return the ratio of two rates, exact: given their sum, the lifts after are binomial.

    Clopper-Pearson limits p become p / (1 - p) * hours_before / hours, observed person-hours.
    Conservative: covers in at least 95 % of cases. Inputs broadcast; NaN without hours or any lift.
    """
    a, h, b, h0 = not_negative(lifts=lifts, hours=hours, lifts_before=lifts_before, hours_before=hours_before)
    known = np.where((a + b > 0) & (h > 0) & (h0 > 0), 1.0, np.nan)
    low = np.where(a == 0, 0.0, beta.ppf(TAIL, a, b + 1))
    high = np.where(b == 0, 1.0, beta.isf(TAIL, a + 1, b))
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


def compare_rates(before: Tracks, after: Tracks, lifts_needed: int) -> Comparison:
    """Compare lifts per observed person-hour; the change is a ratio, 1 if there is none.

    ``lifts_needed`` in both periods together, as `lifts_for_ratio` told beforehand.
    """
    (a, h), (b, h0) = _sums(after), _sums(before)
    chance = h / (h + h0) if h + h0 > 0 else np.nan
    tail = min(binom.cdf(a, a + b, chance), binom.sf(a - 1.0, a + b, chance))
    with np.errstate(divide="ignore", invalid="ignore"):  # 0 / 0 stays NaN and widens the interval
        draws = _draws(after, 0) / _draws(before, 1)
    by_track = _by_track(draws, RATIO, min(len(before.base), len(after.base)))
    return _outer(rate_ratio(a, h, b, h0), min(2.0 * tail, 1.0), by_track, RATIO, a + b >= lifts_needed)


def compare_shares(before: Tracks, after: Tracks, lifts_needed: int) -> Comparison:
    """Compare the share of spine bends among judged lifts; the change is a difference, 0 for none.

    ``lifts_needed`` in each period, as `lifts_for_shares` told beforehand.
    """
    new, old = _sums(after), _sums(before)
    estimate = share_difference(*new, *old)
    draws = _draws(after, 0) - _draws(before, 1)
    by_track = _by_track(draws, DIFFERENCE, min(len(before.base), len(after.base)))

    def nearest(z: float) -> float:
        limits = share_difference(*new, *old, z)
        return float(limits.low if estimate.value > 0 else -limits.high)

    # The p-value of an interval: one less the confidence at which it just reaches no change.
    z = brentq(nearest, 0.0, 1e4) if abs(estimate.value) > 0 else 0.0 * float(estimate.value)
    return _outer(estimate, 2.0 * norm.sf(z), by_track, DIFFERENCE, min(new[1], old[1]) >= lifts_needed)


def across_zones(comparisons: list[Comparison]) -> list[Comparison]:
    """Return comparisons of several zones with p-values adjusted by Benjamini & Hochberg (1995).

    Of the claims that something changed, 5 % at most are expected to be false; those that do not
    stand at that become ``no_evidence``.
    """
    adjusted = false_discovery_control([one.p_value for one in comparisons]).tolist() if comparisons else []
    fallen = {Verdict.IMPROVED: Verdict.NO_EVIDENCE, Verdict.WORSE: Verdict.NO_EVIDENCE}
    return [
        replace(
            one, adjusted_p=p, verdict=fallen.get(one.verdict, one.verdict) if p > 2.0 * TAIL else one.verdict
        )
        for one, p in zip(comparisons, adjusted, strict=True)
    ]


def lifts_for_ratio(ratio: float, hours_ratio: float) -> int:
    """Return how many lifts, both periods together, show a rate ratio in 80 % of cases or more.

    For the exact test, independent lifts, and ``hours_ratio`` of observed hours after to before.
    """
    n = np.arange(1, 20_000)
    null, true = (odds / (1.0 + odds) for odds in (hours_ratio, hours_ratio * ratio))
    power = binom.cdf(binom.ppf(TAIL, n, null) - 1, n, true) + binom.sf(binom.isf(TAIL, n, null), n, true)
    enough = np.greater_equal(power, POWER)
    if not enough[-1]:
        raise ValueError(f"a rate ratio of {ratio:g} needs more than {n[-1]} lifts to be seen")
    return int(n[~enough][-1]) + 1


def lifts_for_shares(share_before: float, share_after: float) -> int:
    """Return the judged lifts each period needs to show a change in 80 % of cases (Fleiss 1981)."""
    p, q = share_before, share_after
    if not (p != q and min(p, q) >= 0.0 and max(p, q) <= 1.0):
        raise ValueError(f"shares {p:g} and {q:g}, expected two different ones from 0 to 1")
    root = Z * np.sqrt((p + q) * (2 - p - q) / 2) + norm.ppf(POWER) * np.sqrt(p * (1 - p) + q * (1 - q))
    return int(np.ceil((root / (p - q)) ** 2))


def _sums(tracks: Tracks) -> tuple[float, float]:
    events, base = not_negative(events=tracks.events, base=tracks.base)
    return float(events.sum()), float(base.sum())


def _draws(tracks: Tracks, stream: int) -> Array:
    """Return the quotient of the sums of tracks drawn with replacement, shape (RESAMPLES,)."""
    n = len(tracks.base)
    picked = np.random.default_rng([SEED, stream]).integers(max(n, 1), size=(RESAMPLES, n))
    return divide(tracks.events[picked].sum(axis=1), tracks.base[picked].sum(axis=1))


def _by_track(draws: Array, scale: Limits, n_tracks: int) -> Limits:
    """Return low, high and p-value of the expanded percentile bootstrap (Hesterberg 2015)."""
    if n_tracks < 2:
        return scale[0], scale[2], 1.0
    # Plain percentiles are too narrow for few tracks: by sqrt((n - 1) / n), and as normal is to t.
    widening = np.sqrt(n_tracks / (n_tracks - 1.0))
    left_out = norm.sf(t.isf(TAIL, n_tracks - 1) * widening)
    low = np.sort(np.where(np.isnan(draws), scale[0], draws))[int(left_out * RESAMPLES)]
    high = np.sort(np.where(np.isnan(draws), scale[2], draws))[-1 - int(left_out * RESAMPLES)]
    across = min((~(draws > scale[1])).mean(), (~(draws < scale[1])).mean())
    z = norm.isf(np.clip(across, 1.0 / RESAMPLES, 0.5))
    return float(low), float(high), float(2.0 * t.sf(z / widening, n_tracks - 1))


def _outer(own: Estimate, own_p: float, by_track: Limits, scale: Limits, enough: bool) -> Comparison:
    low, high = float(np.minimum(own.low, by_track[0])), float(np.maximum(own.high, by_track[1]))
    verdict = Verdict.NO_EVIDENCE if enough else Verdict.TOO_FEW_LIFTS
    if high < scale[1]:
        verdict = Verdict.IMPROVED
    elif low > scale[1]:
        verdict = Verdict.WORSE
    return Comparison(float(own.value), low, high, float(np.fmax(own_p, by_track[2])), verdict)
