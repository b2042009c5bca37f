"""UTC instants to shifts and back, correct across clock changes."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.sites.local_time import first_instants
from pipelines.sites.models import Shift, Weekday
from pipelines.sites.site import Site

_WEEKDAYS = np.array(list(Weekday))


def windows(shift: Shift, day: date, tz: ZoneInfo) -> tuple[datetime, datetime]:
    """Return one instance of a shift as ``[start_utc, end_utc)``.

    Both ends follow the rule of `first_instants`, whichever end they are: a repeated local
    time means its first occurrence, a skipped one the first instant after the gap. So where
    one shift ends at the local time at which the next begins, the two touch without gap or
    overlap on change days as well. A shift that lies within a gap is empty.

    Parameters
    ----------
    shift
        The shift; its days are not asked.
    day
        Local date on which it starts.
    tz
        Zone of its clock.
    """
    start, end = _windows(shift, pd.DatetimeIndex([pd.Timestamp(day)]), tz)
    return start[0].to_pydatetime(), end[0].to_pydatetime()


def assign(times_utc: pd.Series, site: Site) -> pd.DataFrame:
    """Return the shift that covers each instant and the local date on which that shift started.

    Parameters
    ----------
    times_utc
        Instants with a time zone; NaT is covered by no shift.
    site
        Gives shifts and time zone.

    Returns
    -------
    DataFrame
        Columns ``shift`` and ``shift_date`` (ISO date), both str and null where no shift covers
        the instant, with the index of ``times_utc``.

    Raises
    ------
    TypeError
        If the times have no time zone.
    """
    if not isinstance(times_utc.dtype, pd.DatetimeTZDtype):
        raise TypeError(f"times have dtype {times_utc.dtype}, expected instants with a time zone")
    times = _plain(pd.DatetimeIndex(times_utc))
    instances = _instances(_days_around(times), site)
    position = np.searchsorted(instances["start"].to_numpy(), times, side="right") - 1
    # Times before the first instance meet NaT, which is later than nothing.
    ends = np.r_[np.array(["NaT"], dtype="datetime64[us]"), instances["end"].to_numpy()]
    position = np.where(times < ends[position + 1], position, -1)
    taken = {name: instances[name].array.take(position, allow_fill=True) for name in ("shift", "shift_date")}
    return pd.DataFrame(taken, index=times_utc.index)


def planned(site: Site) -> pd.DataFrame:
    """Return the cameras of a site: ``zone``, ``camera_id``, ``since`` and ``until`` (ISO dates or null)."""
    rows = [
        (one.zone, one.id, *(day and day.isoformat() for day in (one.since, one.until)))
        for one in site.cameras
    ]
    return pd.DataFrame(rows, columns=["zone", "camera_id", "since", "until"], dtype="str")


def _windows(shift: Shift, days: pd.DatetimeIndex, tz: ZoneInfo) -> tuple[pd.DatetimeIndex, pd.DatetimeIndex]:
    crosses_midnight = pd.Timedelta(days=int(shift.end <= shift.start))
    start = days + pd.Timedelta(hours=shift.start.hour, minutes=shift.start.minute)
    end = days + pd.Timedelta(hours=shift.end.hour, minutes=shift.end.minute) + crosses_midnight
    return first_instants(start, tz), first_instants(end, tz)


def _days_around(times: NDArray[np.datetime64]) -> pd.DatetimeIndex:
    """Return the local dates on which a shift that covers one of the times can start."""
    days = np.unique(times[~np.isnat(times)].astype("datetime64[D]"))
    # A day each way for the zone, and one before for shifts that cross midnight.
    around = np.unique(days[:, None] + np.arange(-2, 2))
    return pd.DatetimeIndex(around.astype("datetime64[us]"))


def _instances(days: pd.DatetimeIndex, site: Site) -> pd.DataFrame:
    """Return the shifts that start on the days, by start: shift, shift_date, start and end (naive UTC)."""
    tables = [_empty_instances()]
    for shift in site.shifts:
        of_shift = days[np.isin(_WEEKDAYS[days.day_of_week], list(shift.days))]
        start, end = _windows(shift, of_shift, site.tz)
        dates = pd.Series(of_shift.strftime("%Y-%m-%d"), dtype="str")
        table = pd.DataFrame({"shift_date": dates, "start": _plain(start), "end": _plain(end)})
        tables.append(table.assign(shift=pd.Series(shift.name, index=table.index, dtype="str")))
    instances = pd.concat(tables, ignore_index=True)
    return instances[instances["start"] < instances["end"]].sort_values("start", ignore_index=True)


def _empty_instances() -> pd.DataFrame:
    dtypes = {"shift": "str", "shift_date": "str", "start": "datetime64[us]", "end": "datetime64[us]"}
    return pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in dtypes.items()})


def _plain(instants: pd.DatetimeIndex) -> NDArray[np.datetime64]:
    return instants.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]")
