"""The reports that a night makes: of the shifts that it completed, and of those that it changed."""

from __future__ import annotations

import inspect
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from prefect import task
from prefect.blocks.abstract import NotificationBlock
from prefect.blocks.core import Block
from prefect.cache_policies import NO_CACHE
from prefect.utilities.asyncutils import run_coro_as_sync

from pipelines.commands import site_policy
from pipelines.judging.shift_figures import instances
from pipelines.nights.night import now_utc
from pipelines.reports.shift_report import ShiftOfDay, report_paths, write_report
from pipelines.sites.local_time import local_day
from pipelines.sites.site import Site, load_site
from pipelines.storage.store import open_store

_INSTANCE: Final = ("shift", "start_utc", "end_utc")


def due(site: Site, first: date, last: date, folder: Path, now: datetime) -> list[ShiftOfDay]:
    """Return the shifts whose report the recordings of some site dates make due, in order.

    Due are those that ended within these dates, and, since a night may be run again, those that these
    recordings reach into and that have a report already.

    Parameters
    ----------
    first, last
        Site dates, both included.
    folder
        Where the reports lie.
    now
        A shift that is not over has no report.
    """
    begin, end = local_day(first, site.tz)[0], local_day(last, site.tz)[1]
    found = []
    for days in range(-1, (last - first).days + 1):
        day = first + timedelta(days=days)
        shifts = instances(site, day)
        for name, start_utc, end_utc in zip(*(shifts[c] for c in _INSTANCE), strict=True):
            one = ShiftOfDay(day, name)
            touched = start_utc < end and begin < end_utc <= now
            known = any(path.exists() for path in report_paths(site, one, folder))
            if touched and (end_utc <= end or known):
                found.append(one)
    return found


def make_reports(site_file: str, first: date, last: date) -> list[str]:
    """Write the reports that are due and hand them over; return a sentence per one that failed.

    Whatever goes wrong with a report or with telling of it, the night goes on.
    """
    site = load_site(Path(site_file))
    if site.report.folder is None:
        return []
    faults = []
    for one in due(site, first, last, Path(site.report.folder), now_utc()):
        written = report_shift(site_file, one, return_state=True)
        if written.is_failed():
            faults.append(f"report of {one.day} {one.shift}: {written.message}")
        elif site.report.notify is not None:
            told = tell(site.report.notify, *written.result(), return_state=True)
            if told.is_failed():
                faults.append(f"report of {one.day} {one.shift}: nobody was told: {told.message}")
    return faults


@task(name="report-shift", cache_policy=NO_CACHE, persist_result=False)
def report_shift(site_file: str, one: ShiftOfDay) -> tuple[str, str]:
    """Write the report of a shift; return the subject and the text of the message on it."""
    site = load_site(Path(site_file))
    folder = Path(str(site.report.folder))
    content, paths = write_report(
        site, open_store(site.store_url), site_policy(site, None), one, folder, now_utc()
    )
    return content.title, "\n".join([content.digest, *(f"Report: {path}" for path in paths)])


@task(name="tell", cache_policy=NO_CACHE, persist_result=False)
def tell(block: str, subject: str, body: str) -> None:
    """Hand a message to a notification block of Prefect."""
    loaded = Block.load(block)
    if not isinstance(loaded, NotificationBlock):
        raise TypeError(f"{block!r} is no notification block of Prefect")
    sent = loaded.notify(body, subject)
    # Prefect's own blocks have sent it by now, those of others may be plain coroutines.
    if inspect.iscoroutine(sent):
        run_coro_as_sync(sent)
