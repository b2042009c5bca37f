"""Lifts per hour, or the share of spine bends, compared between two periods.

Lifts of one track, or of one shift, are not independent. Counts and bases are divided by how many
times their clusters widen the variance, as in `pipelines.exposure.clustered`, before the usual interval
is taken: the exact conditional one for rates, Newcombe's for shares. Each cluster is held against the
others of its period, which for few and unequal ones comes nearer to the truth, and a period whose own
clusters happen to look alike is taken to differ as much as those of both periods do. The quantile is that
of Student's t. The interval is never narrower than for independent lifts, and the p-value belongs to it.
It leaves out the truth in at most about 2.5 % of cases on either side, in fewer where one period is much
shorter than the other. A track is not a person: what the broken tracks of one worker share is not seen,
and with few workers the interval may be too narrow.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr
from scipy.stats import false_discovery_control

from pipelines.exposure.change_intervals import (
    Period,
    rate_period,
    rate_ratio,
    share_difference,
    share_period,
    widening,
)
from pipelines.exposure.rates import TAIL, Array, Estimate, Z

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
    pair = rate_period(after.events, after.base), rate_period(before.events, before.base)
    enough = pair[0].events + pair[1].events >= lifts_needed
    return _compared(pair, rate_ratio, RATIO, enough)


def compare_shares(before: Tracks, after: Tracks, lifts_needed: int) -> Comparison:
    """Compare the share of spine bends among judged lifts; the change is a difference, 0 for none.

    ``lifts_needed`` in each period, as `sample_size.lifts_for_shares` told beforehand.
    """
    pair = share_period(after.events, after.base), share_period(before.events, before.base)
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


def _compared(
    pair: tuple[Period, Period], interval: Callable[..., Estimate], scale: Limits, enough: bool
) -> Comparison:
    """Return the comparison of the period after with the one before."""
    least, none, largest = scale
    found = interval(pair[0].events, pair[0].base, pair[1].events, pair[1].base)
    value, low, high, p_value = float(found.value), least, largest, 1.0
    if np.isnan(value):
        low = high = np.nan
    elif min(one.clusters for one in pair) > 1:
        wider = widening(*pair)

        def at(z: float) -> Estimate:
            sums = [(one.events / by, one.base / by) for one, by in zip(pair, wider.divisors(z), strict=True)]
            return interval(*sums[0], *sums[1], z)

        limits = at(Z)
        low, high = float(limits.low), float(limits.high)
        p_value = _p_value(at, value, none)
    verdict = Verdict.NO_EVIDENCE if enough else Verdict.TOO_FEW_LIFTS
    if high < none:
        verdict = Verdict.IMPROVED
    elif low > none:
        verdict = Verdict.WORSE
    return Comparison(value, low, high, p_value, verdict)


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
