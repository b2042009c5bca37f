"""Is all well with the nights of a site? What a monitor asks, judged from facts alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from pipelines.examination.findings import Finding, Grade, fault, ok, remark

GRACE_H: Final = 0.5
"""A night that was due this short a time ago may still be starting."""

LONGEST_H: Final = 24.0
"""A night that takes longer falls into the next one."""

LEAST_FREE_BYTES: Final = 2**30


class State(StrEnum):
    """What a monitor is told in one word."""

    WELL = "well"
    ATTENTION = "attention"
    UNKNOWN = "unknown"


EXIT: Final = {State.WELL: 0, State.ATTENTION: 1, State.UNKNOWN: 2}
"""Exit status of each state."""


@dataclass(frozen=True)
class Run:
    """One run of the nightly flow, as its row in the store tells it."""

    run_id: str
    started_utc: datetime
    finished_utc: datetime
    found: int
    skipped: int
    done: int
    partial: int
    failed: int
    analysed_s: float
    elapsed_s: float


@dataclass(frozen=True)
class Facts:
    """What is known of the night that was due last.

    Attributes
    ----------
    now_utc, due_utc
        The present time, and when a night was due last; both with a time zone.
    night
        The site date that this night is about.
    run
        The latest run that covers this date; None if there is none.
    under_way_utc
        Since when a night is at work; None if none is.
    silent
        Cameras in service on that date that have no recording in the store.
    quarantined, failed
        Recordings of that date that were not measured.
    free_bytes
        Free space below the store; None where it has no disk of its own.
    """

    now_utc: datetime
    due_utc: datetime
    night: date
    run: Run | None
    under_way_utc: datetime | None
    silent: tuple[str, ...]
    quarantined: int
    failed: int
    free_bytes: int | None


def last_due(at: time, tz: ZoneInfo, now: datetime) -> tuple[datetime, date]:
    """Return when a nightly run was due last, in UTC, and the site date that it is about: the day before."""
    local = now.astimezone(tz)
    day = local.date() if local.time() >= at else local.date() - timedelta(days=1)
    return datetime.combine(day, at, tz).astimezone(UTC), day - timedelta(days=1)


def judge(facts: Facts) -> list[Finding]:
    """Return what is well and what needs a person, the night first."""
    return [*_night(facts), *_losses(facts), *_space(facts)]


def state_of(findings: list[Finding]) -> State:
    """Return the word for some findings: attention where any of them is not well."""
    well = all(finding.grade is Grade.OK for finding in findings)
    return State.WELL if well else State.ATTENTION


def document(facts: Facts, findings: list[Finding]) -> dict[str, object]:
    """Return facts and findings as plain JSON values; times are ISO 8601 in UTC."""
    plain = {name: _plain(value) for name, value in asdict(facts).items()}
    named = [{"grade": str(one.grade), "what": one.what, "todo": one.todo} for one in findings]
    return {"state": str(state_of(findings)), **plain, "findings": named}


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return value


def _night(facts: Facts) -> Iterator[Finding]:
    since, run = facts.under_way_utc, facts.run
    if since is not None:
        hours = (facts.now_utc - since).total_seconds() / 3600
        what = f"a night is at work since {since:%Y-%m-%d %H:%M} UTC, {hours:.1f} h"
        long = remark(what, "see which recording it is at; a second machine or a lower rate_hz helps")
        yield ok(what) if hours <= LONGEST_H else long
    if run is not None:
        age_h = (facts.now_utc - run.finished_utc).total_seconds() / 3600
        yield ok(f"night of {facts.night}: ended {run.finished_utc:%Y-%m-%d %H:%M} UTC, {age_h:.1f} h ago")
    elif since is None:
        yield _missed(facts)


def _missed(facts: Facts) -> Finding:
    what = f"night of {facts.night}: was due {facts.due_utc:%Y-%m-%d %H:%M} UTC and has not been run"
    if facts.now_utc < facts.due_utc + timedelta(hours=GRACE_H):
        return ok(f"{what} yet")
    return fault(what, f"look at the service, then run `hingewise nightly --date {facts.night}`")


def _losses(facts: Facts) -> Iterator[Finding]:
    run = facts.run
    if run is None:
        return
    of_night = f"night of {facts.night}"
    if run.found == 0:
        yield fault(f"{of_night}: no recordings were found at all", "see `hingewise doctor`")
        return
    counts = f"{run.done} done, {run.partial} in part, {run.failed} not, {run.skipped} known before"
    what = f"{of_night}: {run.found} recordings: {counts}"
    yield remark(what, "the digest and the page Runs say why") if run.failed else ok(what)
    if facts.quarantined or facts.failed:
        what = f"{of_night}: {facts.quarantined} recordings quarantined, {facts.failed} failed"
        yield remark(what, "mend or remove the first, run that date again for the others")
    if facts.silent:
        yield fault(f"{of_night}: no recordings of {', '.join(facts.silent)}", "look at camera and recorder")


def _space(facts: Facts) -> Iterator[Finding]:
    if facts.free_bytes is None:
        return
    what = f"{facts.free_bytes / 2**30:.1f} GiB free for the store"
    enough = facts.free_bytes >= LEAST_FREE_BYTES
    yield ok(what) if enough else fault(what, "free some space, or move the store")
