"""Shift after shift: control charts, trends, and what came of the changes that were made."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd

from dashboard.summaries.trends_series import COLUMNS, followed, shift_sums
from pipelines.exposure.compare import Comparison
from pipelines.exposure.follow_up import BEFORE_DAYS, Change, FollowUp, follow_ups
from pipelines.exposure.series import Measure, Point, Series
from pipelines.exposure.trend import Chart, Signal, Trend, p_chart

__all__ = ["COLUMNS", "LOOKED_BACK", "Line", "as_table", "follow_up_table", "followed_up", "lines"]

LOOKED_BACK: Final = timedelta(days=26 * 7)
"""How much of the past is drawn; longer, the shifts of a chart can't be told apart."""

WEEK_DAYS: Final = 7


@dataclass(frozen=True)
class Line:
    """One zone and shift of the day over time: the share of spine bends, its chart, and low bends."""

    share: Series
    chart: Chart
    low_bends: Series

    @property
    def name(self) -> tuple[str, str]:
        """Shift and zone."""
        return self.share.shift, self.share.zone

    @property
    def signals(self) -> list[tuple[str, Signal]]:
        """Site date and kind of each signal, in order."""
        dates = self.share.points["shift_date"]
        return [
            (str(day), kind)
            for day, kind in zip(dates, self.chart.signals, strict=True)
            if kind is not Signal.NONE
        ]

    @property
    def shown(self) -> int:
        """Shifts with a value."""
        return int((self.share.points["point"] == Point.SHOWN).sum())

    @property
    def changes_of_setup(self) -> list[tuple[str, str, str]]:
        """Of each break the site date, what was left and what came: cameras with their versions."""
        dates = self.share.points["shift_date"]
        return [(str(dates.iloc[one.position]), *_left_and_came(one.setup_before, one.setup_after))
                for one in self.share.breaks]  # fmt: skip


def lines(metrics: pd.DataFrame, camera: str | None = None) -> list[Line]:
    """Return every zone and shift over time; those first that have most signals of late.

    Parameters
    ----------
    metrics
        Rows of the figures per shift with `COLUMNS`, under one policy.
    camera
        Camera that is looked at; None for the zones.
    """
    low = {(one.zone, one.shift): one for one in followed(metrics, Measure.LOW_BENDS_PER_PERSON_H, camera)}
    found = []
    for one in followed(metrics, Measure.SPINE_BEND_SHARE, camera):
        chart = p_chart(one.points["events"], one.points["base"], list(one.points["setup"]))
        found.append(Line(one, chart, low[one.zone, one.shift]))
    latest = metrics["shift_date"].max() if len(metrics) else ""
    return sorted(found, key=lambda line: (-_of_late(line, latest), line.share.zone, line.share.shift))


def as_table(found: Sequence[Line]) -> pd.DataFrame:
    """Return one row per zone and shift: signals, and the trend under the latest setup by week.

    Trends are null from fewer than 8 shifts; those of shares are differences of shares.
    """
    rows = []
    for line in found:
        signals = line.signals
        rows.append(
            {
                "zone": line.share.zone,
                "shift": line.share.shift,
                "shifts": line.shown,
                "centre": _last_known(line.chart.centre),
                "signals": len(signals),
                "last_signal": signals[-1][0] if signals else None,
                **_by_week("spine_bend_share", line.share.trends[-1]),
                **_by_week("low_bends_per_person_h", line.low_bends.trends[-1]),
                "setups": len(line.share.trends),
            }
        )
    return pd.DataFrame(rows)


def followed_up(
    metrics: pd.DataFrame, interventions: pd.DataFrame, as_of: date, weeks: Sequence[int]
) -> list[FollowUp]:
    """Return the follow-ups of the changes whose time before lies within the figures.

    The rule for small groups was kept when the figures were made, so none is applied again.

    Parameters
    ----------
    metrics
        Rows of the figures per shift with `COLUMNS`.
    interventions
        Rows of the recorded changes.
    as_of
        Site date on which it is looked at.
    weeks
        Weeks after a change at which it is looked at again.
    """
    if metrics.empty:
        return []
    first = date.fromisoformat(metrics["shift_date"].min())
    found = [
        Change(str(row.intervention_id), str(row.zone), date.fromisoformat(str(row.date)))
        for row in interventions.itertuples()
    ]
    # A window that began before the first figures would be compared in part.
    told = [one for one in found if first + timedelta(days=BEFORE_DAYS) <= one.day <= as_of]
    return follow_ups(told, shift_sums(metrics), as_of, 1, weeks)


def follow_up_table(found: Sequence[FollowUp]) -> pd.DataFrame:
    """Return one row per follow-up, with what it stands on."""
    return pd.DataFrame([_follow_up(one) for one in found])


def _follow_up(one: FollowUp) -> dict[str, object]:
    change: Comparison | None = one.comparison
    return {
        "zone": one.change.zone,
        "change_date": one.change.day.isoformat(),
        "week": one.week,
        "measure": str(one.measure),
        "after_first": one.after[0].isoformat(),
        "after_last": (one.after[1] - timedelta(days=1)).isoformat(),
        "stage": str(one.stage),
        "verdict": str(change.verdict) if change else None,
        "change": change.value if change else math.nan,
        "change_low": change.low if change else math.nan,
        "change_high": change.high if change else math.nan,
        "adjusted_p": change.adjusted_p if change else math.nan,
        "n_before": one.n_before,
        "n_after": one.n_after,
        "needed": one.needed if one.needed is not None else math.nan,
        "observed_person_h_before": one.hours_before,
        "observed_person_h_after": one.hours_after,
        "why": one.why or None,
        "other_changes": ", ".join(map(str, one.also)) or None,
    }


def _by_week(name: str, trend: Trend) -> dict[str, float]:
    slopes = {"": trend.slope_per_day, "_low": trend.slope_low, "_high": trend.slope_high}
    by_week = {f"{name}_per_week{end}": WEEK_DAYS * slope for end, slope in slopes.items()}
    return {**by_week, f"{name}_trend_p": trend.p_value}


def _last_known(values: np.ndarray) -> float:
    known = values[~np.isnan(values)]
    return float(known[-1]) if len(known) else math.nan


def _of_late(line: Line, latest: str) -> int:
    """Return the signals of the last four weeks."""
    since = (date.fromisoformat(latest) - timedelta(days=BEFORE_DAYS)).isoformat()
    return sum(day > since for day, _ in line.signals)


def _left_and_came(before: str, after: str) -> tuple[str, str]:
    old, new = (setup.split("; ") for setup in (before, after))
    return "; ".join(p for p in old if p not in new), "; ".join(p for p in new if p not in old)
