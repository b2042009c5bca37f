"""Lifts per hour, or the share of spine bends, compared between two periods.

Lifts of one track, or of one shift, are not independent. Counts and bases are divided by how many
times their clusters widen the variance, as in `pipelines.exposure.clustered`, before the usual interval
is taken: the exact conditional one for rates, Newcombe's for shares. Each cluster is held against the
others of its period, which for few and unequal ones comes nearer to the truth, and the quantile is that
of Student's t at the degrees of freedom of Welch and Satterthwaite. The interval is never narrower than
for independent lifts, and the p-value belongs to it. A track is not a person: what the broken tracks of
one worker share is not seen, and with few workers the interval may be too narrow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, stdtrit
from scipy.stats import false_discovery_control

from pipelines.exposure.change_intervals import rate_ratio, share_difference
from pipelines.exposure.clustered import held_against_others
from pipelines.exposure.rates import TAIL, Array, Estimate, Z, not_negative

FARTHEST_Z: Final = 8.0
"""Normal quantile beyond which a p-value, below 1e-14, is not told apart from others."""

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


def compare_rates(before: Tracks, after: Tracks, lifts_needed: int) -> Comparison:
    """Compare lifts per observed person-hour; the change is a ratio, 1 if there is none.

    ``lifts_needed`` in both periods together, as `sample_size.lifts_for_ratio` told beforehand.
    """
    pair = _summed(after, _rate_variance), _summed(before, _rate_variance)
    enough = pair[0].events + pair[1].events >= lifts_needed
    return _compared(pair, rate_ratio, RATIO, enough)


def compare_shares(before: Tracks, after: Tracks, lifts_needed: int) -> Comparison:
    """Compare the share of spine bends among judged lifts; the change is a difference, 0 for none.

    ``lifts_needed`` in each period, as `sample_size.lifts_for_shares` told beforehand.
    """
    pair = _summed(after, _share_variance), _summed(before, _share_variance)
    return _compared(pair, share_difference, DIFFERENCE, min(pair[0].base, pair[1].base) >= lifts_needed)


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


@dataclass(frozen=True)
class _Period:
    """Sums over the clusters of a period; ``effect`` is how many times these widen the variance.

    It is NaN where it is unknown; ``spread`` is the variance of the compared value for independent lifts.
    """

    events: float
    base: float
    clusters: int
    effect: float
    spread: float


def _rate_variance(events: float, base: float) -> tuple[float, float]:
    """Return the variance of one hour's events, and that of the logarithm of the rate."""
    return events / base, 1.0 / (events + 0.5)


def _share_variance(found: float, n: float) -> tuple[float, float]:
    """Return the variance of one lift, and that of the share, which none or all found leave above 0."""
    p, inside = found / n, (found + 0.5) / (n + 1.0)
    return p * (1.0 - p), inside * (1.0 - inside) / n


def _summed(tracks: Tracks, variance: Callable[[float, float], tuple[float, float]]) -> _Period:
    events, base = not_negative(events=tracks.events, base=tracks.base)
    events, base = events[base > 0], base[base > 0]
    if not len(base):
        return _Period(0.0, 0.0, 0, np.nan, np.nan)
    sums = float(events.sum()), float(base.sum())
    of_one, spread = variance(*sums)
    return _Period(*sums, len(base), held_against_others(events, base, of_one), spread)


def _compared(
    pair: tuple[_Period, _Period], interval: Callable[..., Estimate], scale: Limits, enough: bool
) -> Comparison:
    """Return the comparison of the period after with the one before."""
    least, none, largest = scale
    effects = _effects(pair)
    freedom = _freedom(pair, effects)

    def at(z: float) -> Estimate:
        few_clusters = (stdtrit(freedom, float(ndtr(-z))) / z) ** 2
        divisors = [max(effect * few_clusters, 1.0) for effect in effects]
        sums = [(one.events / by, one.base / by) for one, by in zip(pair, divisors, strict=True)]
        return interval(*sums[0], *sums[1], z)

    found = interval(pair[0].events, pair[0].base, pair[1].events, pair[1].base)
    value, low, high, p_value = float(found.value), least, largest, 1.0
    if np.isnan(value):
        low = high = np.nan
    elif not np.isnan(freedom):
        limits = at(Z)
        low, high = float(limits.low), float(limits.high)
        p_value = _p_value(at, value, none)
    verdict = Verdict.NO_EVIDENCE if enough else Verdict.TOO_FEW_LIFTS
    if high < none:
        verdict = Verdict.IMPROVED
    elif low > none:
        verdict = Verdict.WORSE
    return Comparison(value, low, high, p_value, verdict)


def _effects(pair: tuple[_Period, _Period]) -> tuple[float, float]:
    """Return the effect of each period; one that none or all found hides is taken from the other."""
    after, before = (one.effect for one in pair)
    either = float(np.nan_to_num(np.fmax(after, before), nan=1.0))
    return (either if np.isnan(after) else after), (either if np.isnan(before) else before)


def _freedom(pair: tuple[_Period, _Period], effects: tuple[float, float]) -> float:
    """Return the degrees of freedom of Welch and Satterthwaite; NaN if a period has one cluster alone."""
    if min(one.clusters for one in pair) < 2:
        return float("nan")
    # Clusters that are all alike leave no variance to weigh; what little is put in decides nothing.
    parts = [max(effect, 1e-9) * one.spread for one, effect in zip(pair, effects, strict=True)]
    by_period = [part**2 / (one.clusters - 1.0) for one, part in zip(pair, parts, strict=True)]
    return float(sum(parts) ** 2 / sum(by_period))


def _p_value(at: Callable[[float], Estimate], value: float, none: float) -> float:
    """Return one less the confidence at which the interval just reaches no change, two-sided."""

    def clear_of_none(z: float) -> float:
        limits = at(z)
        return float(limits.low) - none if value > none else none - float(limits.high)

    nearest = 1e-3
    if not clear_of_none(nearest) > 0.0:
        return 1.0
    if clear_of_none(FARTHEST_Z) > 0.0:
        return float(2.0 * ndtr(-FARTHEST_Z))
    return float(2.0 * ndtr(-float(brentq(clear_of_none, nearest, FARTHEST_Z, xtol=1e-6))))
