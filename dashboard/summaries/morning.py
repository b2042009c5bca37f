"""Each shift of a day against its own weeks: the figures of the day, and whether the last week was worse.

One shift alone has too few lifts for a comparison of periods, so two things are told of it. The last
seven days are compared with the four weeks before them, in whole weeks as follow-ups are, and with one
adjustment for all that are compared. And the day itself is held against the limits of the control
chart of all these shifts.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from dashboard.summaries.trends_series import CELL, DETERMINATE, followed, of_interest
from dashboard.summaries.trends_series import COLUMNS as SERIES_COLUMNS
from pipelines.exposure.before_after import compared, lifts_needed
from pipelines.exposure.clustered import clustered_rate, clustered_share
from pipelines.exposure.compare import Comparison, Tracks, across_zones
from pipelines.exposure.follow_up import AFTER_DAYS, BEFORE_DAYS
from pipelines.exposure.rates import Estimate
from pipelines.exposure.series import Measure, Point, Series
from pipelines.exposure.trend import Signal, p_chart

COLUMNS: Final = [
    *SERIES_COLUMNS, "cameras", "start_utc", "lifts_per_person_h", "lifts_per_person_h_low",
    "lifts_per_person_h_high", "spine_bend_share",
]  # fmt: skip
"""What is needed of the figures of the shifts."""

LOOKED_BACK: Final = timedelta(days=AFTER_DAYS + BEFORE_DAYS - 1)


class Standing(StrEnum):
    """Where the share of a day lies by the control chart of its shift and zone."""

    USUAL = "usual"
    ABOVE = "above"
    BELOW = "below"
    UNKNOWN = "unknown"


class Held(StrEnum):
    """Whether the last week was held against the four before it, and why not."""

    COMPARED = "compared"
    SETUP_CHANGED = "setup_changed"
    NOTHING_BEFORE = "nothing_before"
    NOTHING_NOW = "nothing_now"


@dataclass(frozen=True)
class Window:
    """The shifts of one zone and one part of the day in a window: share, rate and what they stand on."""

    share: Estimate
    rate: Estimate
    judged: int
    shifts: int


@dataclass(frozen=True)
class AgainstOwn:
    """A shift of the day and what it is held against.

    Attributes
    ----------
    row
        Its row of the figures per shift.
    before, week
        The four weeks before the last one, and the last one, which ends with the day.
    held, comparison, needed
        Whether the two were compared, the change of the share of spine bends, and the judged lifts
        that each needs to show a fall by three tenths in 80 % of cases.
    standing
        Of the day itself.
    """

    row: pd.Series = field(repr=False)
    before: Window
    week: Window
    held: Held
    comparison: Comparison | None
    needed: int | None
    standing: Standing

    @property
    def judged(self) -> int:
        """Lifts and lowerings of the shift with a verdict; 0 where that may not be told."""
        return int(self.row[DETERMINATE].sum())


def windows(day: date) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return first and last site date of the four weeks before the last one, and of that one."""
    week = day - timedelta(days=AFTER_DAYS - 1)
    days = (day - LOOKED_BACK, week - timedelta(days=1)), (week, day)
    return tuple((first.isoformat(), last.isoformat()) for first, last in days)  # type: ignore[return-value]


def against_own(metrics: pd.DataFrame, day: date, camera: str | None = None) -> list[AgainstOwn]:
    """Return every shift and zone of a day, held against its own weeks, in the order of time.

    Parameters
    ----------
    metrics
        Rows of the figures per shift with `COLUMNS`, from `LOOKED_BACK` before the day on, under one
        policy.
    day
        The site date looked at.
    camera
        Camera that is looked at; None for the zones.
    """
    rows = of_interest(metrics, camera)
    own = dict(iter(rows[[*CELL, "lifts", "observed_person_h"]].groupby(CELL[:2])))
    of_share = {(one.zone, one.shift): one for one in followed(metrics, Measure.SPINE_BEND_SHARE, camera)}
    found = []
    for _, row in rows[rows["shift_date"] == day.isoformat()].sort_values(["start_utc", "zone"]).iterrows():
        cell = (row["zone"], row["shift"])
        found.append(_held(row, own[cell], of_share.get(cell), day))
    judged = iter(across_zones([one.comparison for one in found if one.comparison]))
    return [replace(one, comparison=next(judged)) if one.comparison else one for one in found]


def _held(row: pd.Series, own: pd.DataFrame, one: Series | None, day: date) -> AgainstOwn:
    points = one.points[one.points["point"] == Point.SHOWN] if one else pd.DataFrame(columns=_POINT)
    spans = windows(day)
    old, new = (points[points["shift_date"].between(*span)] for span in spans)
    before, after = (Tracks(*rows[["events", "base"]].to_numpy(dtype=float).T) for rows in (old, new))
    held, comparison, needed = Held.COMPARED, None, None
    if not before.base.sum() > 0.0:
        held = Held.NOTHING_BEFORE
    elif not after.base.sum() > 0.0:
        held = Held.NOTHING_NOW
    elif len({*old["setup"], *new["setup"]}) > 1:
        held = Held.SETUP_CHANGED
    else:
        ratio = float(after.base.sum() / before.base.sum())
        needed = lifts_needed(Measure.SPINE_BEND_SHARE, before, ratio)
        comparison = compared(Measure.SPINE_BEND_SHARE, before, after, needed)
    base, week = (
        _window(tracks, own[own["shift_date"].isin(rows["shift_date"])])
        for tracks, rows in ((before, old), (after, new))
    )
    return AgainstOwn(row, base, week, held, comparison, needed, _standing(one, day))


def _window(tracks: Tracks, rows: pd.DataFrame) -> Window:
    share = clustered_share(tracks.events, tracks.base)
    rate = clustered_rate(*rows[["lifts", "observed_person_h"]].to_numpy(dtype=float).T)
    return Window(share, rate, int(tracks.base.sum()), int((tracks.base > 0.0).sum()))


def _standing(one: Series | None, day: date) -> Standing:
    if one is None:
        return Standing.UNKNOWN
    at = np.flatnonzero(one.points["shift_date"] == day.isoformat())
    if not len(at):
        return Standing.UNKNOWN
    chart = p_chart(one.points["events"], one.points["base"], list(one.points["setup"]))
    share, centre, signal = chart.share[at[0]], chart.centre[at[0]], chart.signals[at[0]]
    if math.isnan(share) or math.isnan(centre):
        return Standing.UNKNOWN
    if signal is not Signal.BEYOND_LIMITS:
        return Standing.USUAL
    return Standing.ABOVE if share > centre else Standing.BELOW


_POINT: Final = ["shift_date", "point", "events", "base", "setup"]
