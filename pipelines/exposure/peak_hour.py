"""The busiest hour: most lifts per observed person-hour in any 60 minutes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from pipelines.exposure.rates import Array

WINDOW_S: Final = 3600.0
STEP_S: Final = 300.0
LEAST_OBSERVED_H: Final = 0.25
"""Person-hours in view below which a window is not counted: a few lifts would make any rate."""


@dataclass(frozen=True)
class PeakHour:
    """The window ``[start_s, end_s)`` with the largest rate; all NaN if none was observed enough."""

    start_s: float
    end_s: float
    lifts: float
    observed_person_h: float
    lifts_per_person_hour: float


def peak_hour(lift_start_s: ArrayLike, minute_start_s: ArrayLike, observed_person_s: ArrayLike) -> PeakHour:
    """Return the 60 minutes with the most lifts per observed person-hour, in steps of 5 minutes.

    Windows begin at full 5 minutes of the clock that the times count from, so that two zones share
    them, and lie inside the observed time unless that is shorter than an hour. Only windows with
    0.25 person-hours in view count. Of equal windows it is the first. The largest of many windows
    is high by chance too: do not put an interval around it or compare it between shifts.

    Parameters
    ----------
    lift_start_s
        When each lift starts, in seconds, any order, shape (n_lifts,).
    minute_start_s, observed_person_s
        When each minute starts and the person-seconds in view in it, shape (n_minutes,); a minute
        may stand there once per camera. Any unknown (NaN) time makes the result NaN.

    Raises
    ------
    ValueError
        If an observed time is negative, or there is not one for each minute.
    """
    lifts, minutes, observed = (
        np.asarray(values, dtype=np.float64) for values in (lift_start_s, minute_start_s, observed_person_s)
    )
    if minutes.shape != observed.shape or (observed < 0.0).any():
        raise ValueError("observed_person_s: expected one value of 0 s or more for each minute")
    unknown = PeakHour(*[float("nan")] * 5)
    if minutes.size == 0 or any(np.isnan(values).any() for values in (lifts, minutes, observed)):
        return unknown
    first_s = np.floor(minutes.min() / STEP_S) * STEP_S
    last_s = np.ceil((minutes.max() + 60.0) / STEP_S) * STEP_S - WINDOW_S
    starts_s = np.arange(first_s, max(last_s, first_s) + STEP_S / 2.0, STEP_S)
    count = _inside(lifts, np.ones_like(lifts), starts_s)
    person_h = _inside(minutes, observed, starts_s).round(3) / 3600.0  # sums of 900 s must reach 0.25 h
    rate = np.divide(count, person_h, out=np.full_like(count, -1.0), where=person_h >= LEAST_OBSERVED_H)
    best = int(rate.argmax())
    if rate[best] < 0.0:
        return unknown
    start_s = float(starts_s[best])
    return PeakHour(start_s, start_s + WINDOW_S, float(count[best]), float(person_h[best]), float(rate[best]))


def _inside(times_s: Array, amounts: Array, starts_s: Array) -> Array:
    """Return the sum of the amounts whose time lies in each window."""
    order = times_s.argsort()
    total = np.r_[0.0, amounts[order].cumsum()]
    begin, end = np.searchsorted(times_s[order], [starts_s, starts_s + WINDOW_S])
    inside: Array = total[end] - total[begin]
    return inside
