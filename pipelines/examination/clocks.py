"""Check the clock: time zone, shifts in both clocks, clock changes and the nightly start."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from pipelines.examination.findings import Finding, ok, remark
from pipelines.nights.serving import next_start
from pipelines.sites.models import WHOLE_DAY, Weekday
from pipelines.sites.shifts import windows
from pipelines.sites.site import Site

_DAYS_AHEAD: Final = 370


def clock(site: Site, now_utc: datetime) -> Iterator[Finding]:
    """Show what a person must compare with the clock on the wall."""
    here = now_utc.astimezone(site.tz)
    yield ok(f"{site.time_zone}: it is now {here:%a %Y-%m-%d %H:%M} there, {_utc(now_utc)}")
    yield from _next_shifts(site, here.date(), now_utc)
    start = next_start(site, now_utc)
    yield ok(f"nightly run: {start.astimezone(site.tz):%a %H:%M} there, {_utc(start)}")
    change = next_change(site.tz, now_utc)
    if change is None:
        yield ok("no clock change within a year")
    else:
        before, after = (change + timedelta(seconds=s) for s in (-1, 0))
        clocks = f"{_minute_after(before, site.tz):%H:%M} becomes {after.astimezone(site.tz):%H:%M}"
        yield ok(
            f"next clock change {after.astimezone(site.tz):%a %Y-%m-%d}: {clocks}; "
            "the nightly run keeps clear of it"
        )


def next_change(tz: ZoneInfo, now_utc: datetime) -> datetime | None:
    """Return the first instant after ``now_utc`` at which the zone's offset changes, None within a year."""
    hours = (
        now_utc.replace(minute=0, second=0, microsecond=0) + timedelta(hours=h)
        for h in range(24 * _DAYS_AHEAD)
    )
    hour = now_utc
    for following in hours:
        if following.astimezone(tz).utcoffset() != hour.astimezone(tz).utcoffset() and following > now_utc:
            return _to_the_second(hour, following, tz)
        hour = following
    return None


def _to_the_second(before: datetime, after: datetime, tz: ZoneInfo) -> datetime:
    """Return the change that lies between two instants."""
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        same = middle.astimezone(tz).utcoffset() == before.astimezone(tz).utcoffset()
        before, after = (middle, after) if same else (before, middle)
    return after


def _minute_after(last_second: datetime, tz: ZoneInfo) -> datetime:
    """Return what the clock would show a second later without a change."""
    return last_second.astimezone(tz).replace(tzinfo=None) + timedelta(seconds=1)


def _next_shifts(site: Site, today: date, now_utc: datetime) -> Iterator[Finding]:
    if site.shifts == (WHOLE_DAY,):
        yield remark(
            f"no [[shifts]]: each calendar day counts as one shift named {WHOLE_DAY.name!r}",
            "name the shifts in [[shifts]] if people work in shifts",
        )
    for shift in site.shifts:
        days = (today + timedelta(days=d) for d in range(-1, 8))
        starting = (day for day in days if list(Weekday)[day.weekday()] in shift.days)
        start, end = next(span for day in starting if (span := windows(shift, day, site.tz))[1] > now_utc)
        local = f"{start.astimezone(site.tz):%a %H:%M} to {end.astimezone(site.tz):%H:%M}"
        yield ok(f"shift {shift.name}: {local} there, {start:%a %H:%M} to {end:%H:%M} UTC")


def _utc(instant: datetime) -> str:
    return f"{instant.astimezone(UTC):%a %Y-%m-%d %H:%M} UTC"
