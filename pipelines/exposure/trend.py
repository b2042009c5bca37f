"""Change over many shifts of one kind and zone: Theil-Sen with Mann-Kendall, and Laney's p'-chart.

A camera that was moved or a new model measures differently, so a series is split where its setup
changes. No trend and no limit crosses such a break, and every break is returned to be shown.
Shifts are taken as independent given the trend.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import kendalltau, theilslopes

from detectors.intervals import Intervals, from_mask
from pipelines.exposure.rates import Array, divide, not_negative

FEWEST_SHIFTS: Final = 8
"""Fewer known shifts under one setup give no trend and no limits."""

LONGEST_RUN: Final = 7
"""More points in a row on one side of the centre are a signal (Western Electric, rule 4)."""

MEAN_RANGE_SD: Final = 1.128
"""Mean range of two normal values in standard deviations, d2 of the control-chart tables."""


class Signal(StrEnum):
    """Why a shift stands out from the others under its setup."""

    NONE = "none"
    BEYOND_LIMITS = "beyond_limits"
    RUN = "run"


@dataclass(frozen=True)
class Break:
    """Where a setup ends: position of the first shift under the next one."""

    position: int
    setup_before: str
    setup_after: str


@dataclass(frozen=True)
class Trend:
    """Trend under one setup, over the shifts at positions ``[start, end)``.

    Slope with 95 % limits, Kendall's tau-b and two-sided p-value; NaN from fewer than 8 known shifts.
    """

    start: int
    end: int
    setup: str
    slope_per_day: float
    slope_low: float
    slope_high: float
    tau: float
    p_value: float


@dataclass(frozen=True)
class Chart:
    """Laney's p'-chart, all of shape (n_shifts,).

    Attributes
    ----------
    share, centre, low, high
        Share of a shift, mean share under its setup and limits at three standard deviations;
        limits are NaN where there are none.
    sigma_z
        Spread between shifts over that of the binomial; 1 if lifts of a shift are independent.
    signals
        `Signal` of each shift.
    """

    share: Array
    centre: Array
    low: Array
    high: Array
    sigma_z: Array
    signals: tuple[Signal, ...]


def breaks(setups: Sequence[str]) -> list[Break]:
    """Return where the setup, such as camera and model version, changes from one shift to the next."""
    return [Break(at, old, new) for at, (old, new) in enumerate(pairwise(setups), start=1) if old != new]


def trends(days: ArrayLike, values: ArrayLike, setups: Sequence[str]) -> list[Trend]:
    """Return one trend per setup: Theil-Sen slope (Sen 1968) and Mann-Kendall test.

    Parameters
    ----------
    days, values
        Time of each shift in days, ascending, and its rate or share; shape (n_shifts,). Shifts with
        an unknown value (NaN) are left out.
    setups
        Setup of each shift.

    Raises
    ------
    ValueError
        If the days do not ascend or the lengths differ.
    """
    x, y = np.asarray(days, dtype=np.float64), np.asarray(values, dtype=np.float64)
    if not (x.shape == y.shape == (len(setups),) and (np.diff(x) > 0).all()):
        found = f"{x.size} days, {y.size} values and {len(setups)} setups"
        raise ValueError(f"{found}, expected as many of each, by ascending day")
    return [_trend(x, y, start, end, setups[start]) for start, end in _segments(setups).tolist()]


def p_chart(spine_bends: ArrayLike, judged: ArrayLike, setups: Sequence[str]) -> Chart:
    """Return the p'-chart of Laney (2002) of the share of spine bends in successive shifts.

    Each setup has its own centre and limits: p +- 3 sigma_p sigma_z, with sigma_z the mean moving
    range of z over 1.128, so that large shifts are not called out only for being large. Signals
    are points beyond the limits, and points of a run of 8 or more on one side of the centre.

    Parameters
    ----------
    spine_bends, judged
        Counts of each shift in order, shape (n_shifts,). Shifts without judged lifts, or NaN, are
        left out.
    setups
        Setup of each shift.

    Raises
    ------
    ValueError
        If a count is negative.
    """
    found, n = not_negative(spine_bends=spine_bends, judged=judged)
    share = divide(found, n)
    centre, sd, sigma_z = (np.full_like(share, np.nan) for _ in range(3))
    run = np.zeros(share.shape, dtype=np.bool_)
    for start, end in _segments(setups):
        known = start + np.flatnonzero(~np.isnan(share[start:end]))
        if len(known) < FEWEST_SHIFTS:
            continue
        centre[known] = mean = found[known].sum() / n[known].sum()
        sd[known] = np.sqrt(mean * (1.0 - mean) / n[known])
        z = divide(share[known] - mean, sd[known])
        sigma_z[known] = np.abs(np.diff(z)).mean() / MEAN_RANGE_SD
        run[known] = _in_long_run(share[known] - mean)
    low, high = (np.clip(centre + side * sd * sigma_z, 0.0, 1.0) for side in (-3.0, 3.0))
    beyond = (share < low) | (share > high)
    names = np.select([beyond, run], [Signal.BEYOND_LIMITS, Signal.RUN], Signal.NONE)
    return Chart(share, centre, low, high, sigma_z, tuple(Signal(name) for name in names))


def _segments(setups: Sequence[str]) -> Intervals:
    edges = [0, *(found.position for found in breaks(setups)), len(setups)]
    return np.column_stack([edges[:-1], edges[1:]]) if len(setups) else np.empty((0, 2), dtype=np.int64)


def _trend(x: Array, y: Array, start: int, end: int, setup: str) -> Trend:
    known = start + np.flatnonzero(~np.isnan(y[start:end]))
    if len(known) < FEWEST_SHIFTS:
        return Trend(start, end, setup, *[float("nan")] * 5)
    slope, _, low, high = theilslopes(y[known], x[known], alpha=0.95)
    if np.ptp(y[known]) == 0.0:
        return Trend(start, end, setup, 0.0, 0.0, 0.0, 0.0, 1.0)
    tau, p_value = kendalltau(x[known], y[known])
    return Trend(start, end, setup, float(slope), float(low), float(high), float(tau), float(p_value))


def _in_long_run(deviation: Array) -> NDArray[np.bool_]:
    out = np.zeros(deviation.shape, dtype=np.bool_)
    for side in (deviation > 0.0, deviation < 0.0):
        for start, end in from_mask(side):
            out[start:end] |= end - start > LONGEST_RUN
    return out
