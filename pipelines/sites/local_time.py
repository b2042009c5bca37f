"""Local times of a zone as UTC instants, across clock changes."""

from __future__ import annotations

from bisect import bisect_left
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd


def first_instants(local: pd.DatetimeIndex, tz: ZoneInfo) -> pd.DatetimeIndex:
    """Return the first UTC instant at which the clock shows each local time or a later one.

    A repeated local time means its first occurrence; one that the clock skips means the
    first instant after the gap. The result never runs backwards while ``local`` runs
    forwards, so intervals that tile the local clock tile UTC as well.

    Parameters
    ----------
    local
        Local times without a zone, shape (n,).
    tz
        The zone whose clock they are read from.
    """
    first = np.ones(len(local), dtype=np.bool_)
    instants = local.tz_localize(tz, ambiguous=first, nonexistent="NaT").tz_convert("UTC")
    if not instants.hasnans:
        return instants
    # Not pandas' "shift_forward": where clocks change by half an hour it lands half an hour too late.
    pairs = zip(local, instants, strict=True)
    return pd.DatetimeIndex([_after_gap(time, tz) if pd.isna(utc) else utc for time, utc in pairs])


def _after_gap(skipped: datetime, tz: ZoneInfo) -> datetime:
    """Return the instant of the change that skips a local time."""
    # The offset of after the change gives an instant before it, by at most the length of the gap.
    before = skipped.replace(tzinfo=tz, fold=1).astimezone(UTC)
    after = skipped.replace(tzinfo=tz, fold=0).astimezone(UTC)
    seconds = range(int((after - before).total_seconds()))
    offset = before.astimezone(tz).utcoffset()
    wait_s = bisect_left(
        seconds, True, key=lambda s: (before + timedelta(seconds=s)).astimezone(tz).utcoffset() != offset
    )
    return before + timedelta(seconds=wait_s)


def local_day(day: date, tz: ZoneInfo) -> tuple[datetime, datetime]:
    """Return a calendar day of the zone as ``[start_utc, end_utc)``; change days are shorter or longer."""
    start, end = first_instants(pd.date_range(day, periods=2, unit="us"), tz)
    return start.to_pydatetime(), end.to_pydatetime()


def clock_change_at(at: time, tz: ZoneInfo, first: date, years: int) -> tuple[date, str] | None:
    """Return the first day on which a change skips or repeats a local time, and which of both.

    Parameters
    ----------
    at
        Local time of day.
    tz
        The zone.
    first
        First day to look at.
    years
        How many years of 365.25 days to look ahead.

    Returns
    -------
    tuple of date and str, or None
        The day and ``"skips"`` or ``"repeats"``; None if the time is plain on every day.
    """
    last = first + timedelta(days=round(365.25 * years))
    local = pd.date_range(datetime.combine(first, at), datetime.combine(last, at), unit="us")
    unplain = local[local.tz_localize(tz, ambiguous="NaT", nonexistent="NaT").isna()][:1]
    if unplain.empty:
        return None
    skipped = unplain.tz_localize(tz, ambiguous=np.ones(1, dtype=np.bool_), nonexistent="NaT").isna()[0]
    return unplain[0].date(), "skips" if skipped else "repeats"
