"""EDGE: what the page Shift reads of the store, once for all its parts."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

import pandas as pd

from dashboard import store_reading
from dashboard.context import Context
from dashboard.summaries import shift_lifts, shift_places, shift_ranges
from dashboard.summaries.shift import told_cameras
from dashboard.summaries.shift_hours import bends_by_zone_and_hour, hours_of
from detectors.tables import EXPOSURE
from pipelines.exposure.bend_hours import Seen
from pipelines.sites.shifts import assign

DAY: Final = timedelta(days=1)
LIFT_COLUMNS: Final = [
    *dict.fromkeys(
        [*shift_lifts.COLUMNS, *shift_places.LIFT_COLUMNS, *shift_ranges.LIFT_COLUMNS, "start_utc"]
    )
]
MINUTE_COLUMNS: Final = ["zone", "minute_utc", "analysed_s", "observed_person_s"]


@dataclass(frozen=True)
class SeenShift:
    """One shift of the day that is looked at.

    Attributes
    ----------
    name
        Of the shift.
    metrics
        Its figures, at every level.
    row
        The one of these that the filters ask for.
    start, end
        Local times.
    lifts
        Lifts, lowerings and bends of the cameras that the filters leave and that may be told of.
    cells
        Low bends of every zone and hour, those of small groups hidden.
    """

    name: str
    metrics: pd.DataFrame
    row: pd.Series
    start: datetime
    end: datetime
    lifts: pd.DataFrame
    cells: pd.DataFrame

    @property
    def peak(self) -> datetime | None:
        """Local start of the busiest hour; None where there is none."""
        start = self.row["peak_start_utc"]
        return None if pd.isna(start) else start.tz_convert(self.start.tzinfo).to_pydatetime()

    def interval(
        self, at: Context, name: str, words: Callable[[float], str]
    ) -> tuple[str | None, str | None]:
        """Return a figure of the row and its interval in words; None where there is none."""
        value, low, high = (float(self.row[f"{name}{end}"]) for end in ("", "_low", "_high"))
        shown = told(value, words)
        limits = at.say("{low} to {high}", low=words(low), high=words(high))
        return shown, limits if shown else None


def told(value: float, words: Callable[[float], str]) -> str | None:
    """Return a number in words; None where it is unknown."""
    return None if math.isnan(value) else words(value)


def look_at(at: Context, name: str, metrics: pd.DataFrame, row: pd.Series) -> SeenShift:
    """Return a shift of the day with its lifts.

    Parameters
    ----------
    metrics
        Figures of that shift.
    row
        The one of these that is asked for.
    """
    days = around(at)
    lifts = _of_shift(at, store_reading.lifts(at, *days, LIFT_COLUMNS), "start_utc", name)
    minutes = _of_shift(at, store_reading.read(at, EXPOSURE, *days, MINUTE_COLUMNS), "minute_utc", name)
    told = told_cameras(metrics) & set(at.cameras)
    start, end = (row[which].tz_convert(at.site.tz) for which in ("start_utc", "end_utc"))
    everywhere = Seen(
        lifts.assign(hour=lifts["peak_utc"].dt.tz_convert(at.site.tz).dt.hour),
        minutes.assign(hour=minutes["minute_utc"].dt.tz_convert(at.site.tz).dt.hour),
        at.policy.figures.workers_per_shift,
    )
    cells = bends_by_zone_and_hour(everywhere, metrics, at.policy.figures, hours_of(start, end))
    here = lifts[lifts["camera_id"].isin(told)]
    return SeenShift(name, metrics, row, start.to_pydatetime(), end.to_pydatetime(), here, cells)


def around(at: Context) -> tuple[date | None, date | None]:
    """Return the dates whose recordings reach into the shifts of the day."""
    return at.day and at.day - DAY, at.day and at.day + DAY


def _of_shift(at: Context, rows: pd.DataFrame, times: str, name: str) -> pd.DataFrame:
    of = assign(rows[times], at.site)
    inside = (of["shift"] == name) & (of["shift_date"] == str(at.day))
    return rows[inside.fillna(False)].reset_index(drop=True)
