"""Make the report of a shift from the store, and write it as PDF and HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import quote

from pipelines.changes.following_up import follow_ups_of
from pipelines.changes.interventions import recorded
from pipelines.changes.redesigning import actions_of
from pipelines.judging.policy import NamedPolicy
from pipelines.judging.shift_figures import ShiftDays, instances, judged_by
from pipelines.reports.build import report_content
from pipelines.reports.content import ReportContent
from pipelines.reports.facts import ShiftFacts
from pipelines.reports.html import as_html
from pipelines.reports.pdf import as_pdf
from pipelines.sites.near_names import did_you_mean
from pipelines.sites.shifts import windows
from pipelines.sites.site import Site, SiteError
from pipelines.storage.store import Store
from pipelines.storage.whole_files import replace_file

LOOKED_AT_DAYS: Final = 28
"""Days whose recordings the redesigns stand on: one shift has too few lifts."""


@dataclass(frozen=True)
class ShiftOfDay:
    """One shift: the site date on which it started, and its name."""

    day: date
    shift: str


def facts_of(site: Site, store: Store, policy: NamedPolicy, one: ShiftOfDay, now: datetime) -> ShiftFacts:
    """Return all that is told of a shift, from what the store holds now.

    The figures are those that `shift_figures.rebuild` writes. Follow-ups are as of the day after the
    shift ended, so that a report made again later differs only by what was recorded or analysed since.

    Raises
    ------
    SiteError
        If the site has no such shift or no camera on that day, or the shift has not ended yet.
    """
    start, end = _times(site, one, now)
    if not any(camera.in_service(one.day, one.day) for camera in site.cameras):
        raise SiteError(f"{site.path}: no camera is in service on {one.day}, as since and until say")
    metrics = ShiftDays(store, site).figures(one.day, judged_by(store, site, policy), policy)
    looked_at = whole_weeks(one.day)
    changes = recorded(site, store)
    changes = changes[changes["date"] <= one.day.isoformat()]
    return ShiftFacts(
        site=site.name,
        day=one.day,
        shift=one.shift,
        start=start,
        end=end,
        metrics=metrics[metrics["shift"] == one.shift],
        policy=policy,
        actions=tuple(actions_of(site, store, policy, *looked_at)),
        looked_at=looked_at,
        follow_ups=tuple(follow_ups_of(site, store, policy, changes, end.date() + timedelta(days=1))),
        changes=dict(zip(changes["intervention_id"], changes["what"], strict=True)),
    )


def write_report(
    site: Site, store: Store, policy: NamedPolicy, one: ShiftOfDay, folder: Path, now: datetime
) -> tuple[ReportContent, list[Path]]:
    """Write the report of a shift, an earlier one of it replaced, and return it with its files.

    Raises
    ------
    SiteError
        As for `facts_of`, or if the folder can't be written.
    """
    content = report_content(facts_of(site, store, policy, one, now))
    paths = report_paths(site, one, folder)
    try:
        for path, drawn in zip(paths, (as_pdf(content), as_html(content)), strict=True):
            replace_file(path, drawn)
    except OSError as error:
        raise SiteError(f"{folder}: the report can't be written: {error.strerror}") from error
    return content, paths


def report_paths(site: Site, one: ShiftOfDay, folder: Path) -> list[Path]:
    """Return the PDF and the HTML file of a shift's report; odd characters of its name are encoded."""
    stem = f"report_{site.name}_{one.day}_{quote(one.shift, safe='')}"
    return [folder / f"{stem}.pdf", folder / f"{stem}.html"]


def whole_weeks(day: date) -> tuple[date, date]:
    """Return the first and last of `LOOKED_AT_DAYS` that end with the last Sunday before a date.

    Whole weeks hold each weekday alike, and a list that changes once a week can't be set off against
    that of the day before, which would tell of a single shift.
    """
    last = day - timedelta(days=day.weekday() + 1)
    return last - timedelta(days=LOOKED_AT_DAYS - 1), last


def _times(site: Site, one: ShiftOfDay, now: datetime) -> tuple[datetime, datetime]:
    """Return local start and end of a shift that the site worked and that is over."""
    by_name = {shift.name: shift for shift in site.shifts}
    if one.shift not in by_name:
        names = ", ".join(map(repr, by_name))
        hint = did_you_mean(one.shift, by_name) or f", expected one of {names}"
        raise SiteError(f"{site.path}: no shift {one.shift!r}{hint}")
    if one.shift not in set(instances(site, one.day)["shift"]):
        raise SiteError(f"{site.path}: shift {one.shift!r} does not start on {one.day}, a {one.day:%A}")
    start, end = windows(by_name[one.shift], one.day, site.tz)
    if now < end:
        raise SiteError(
            f"--date {one.day}: shift {one.shift!r} ends {end.astimezone(site.tz):%Y-%m-%d %H:%M}, "
            "expected one that is over"
        )
    return start.astimezone(site.tz), end.astimezone(site.tz)
