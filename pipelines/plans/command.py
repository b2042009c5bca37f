"""The command plan: how long the night will take, told before it begins."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Final

from rich.console import Console, RenderableType
from rich.table import Table

from pipelines.commands import local_time
from pipelines.nights.deadline import Work, deadline_utc, lengths
from pipelines.nights.job import YOLO, Job
from pipelines.nights.night import Night, now_utc
from pipelines.nights.night import plan as plan_recordings
from pipelines.nights.planning import day_before, over_by
from pipelines.nights.serving import next_start
from pipelines.nights.work import info_of
from pipelines.nights.workers import Workers
from pipelines.plans import speeds
from pipelines.plans.night import NightPlan, Speeds, plan_night
from pipelines.plans.probe import probe_speeds
from pipelines.sites.site import Site, load_site

SITE: Final = Path("site.toml")
CLOCK: Final = "%d %b %H:%M"


def plan(*, site: Path = SITE, date: dt.date | None = None, finish_by: str | None = None) -> int:
    """Say how long the night will take, by earlier nights and a short probe of each camera; write no results.

    Parameters
    ----------
    site
        The site file.
    date
        Site date; yesterday if nothing is said.
    finish_by
        Local time as HH:MM at which the night must be over, in place of the one in the site file.
    """
    over_at = local_time(finish_by)
    at = load_site(site)
    at = over_by(at, over_at) if over_at else at
    now, console = now_utc(), Console()
    planned, faults = planned_night(at, date or day_before(at, now), next_start(at, now), YOLO)
    for part in told(planned, at):
        console.print(part, soft_wrap=True, highlight=False)
    for fault in faults:
        console.print(f"! {fault}", soft_wrap=True, markup=False, highlight=False)
    return 0


def planned_night(
    site: Site, day: dt.date, begins_utc: dt.datetime, source: str
) -> tuple[NightPlan, list[str]]:
    """Return what the night of a site date will take, and a sentence on each camera that gave no speed.

    Cameras that no night has read with this code and these models are probed, and what that tells is
    remembered: the next night with a deadline reckons with it.
    """
    with Workers(site.nightly.workers) as workers:
        night = plan_recordings(site, day, day, source, workers)
        earlier = speeds.known_speeds(site.name, night.versions)
        infos = {job.part: info_of(job, workers) for job in night.jobs}
        probed, faults = probe_speeds(to_probe(night, earlier), workers)
    speeds.remember_probes(site.name, night.versions, probed)
    video_s = lengths({part: info.declared_s if info else float("nan") for part, info in infos.items()})
    works = [Work(job.part, job.camera_id, video_s[job.part]) for job in night.jobs]
    finish_by = site.nightly.finish_by
    finish_utc = deadline_utc(finish_by, site.tz, begins_utc) if finish_by else None
    known = Speeds(earlier, probed)
    return plan_night(works, known, site.nightly.workers, begins_utc, finish_utc), faults


def to_probe(night: Night, earlier: dict[str, float]) -> list[Job]:
    """Return the newest local recording of each camera whose speed is not known."""
    newest: dict[str, Job] = {}
    for job in sorted(night.jobs, key=lambda job: str(job.start_utc)):
        if job.url is None and job.camera_id not in earlier:
            newest[job.camera_id] = job
    return list(newest.values())


def told(planned: NightPlan, site: Site) -> list[RenderableType]:
    """Return the plan for the terminal."""
    if not planned.cameras:
        return ["nothing to read: no recordings of that date, or all are done"]
    table = Table(box=None, padding=(0, 2, 0, 0))
    heads = ("camera", "recordings", "video h", "min per video-hour", "known from", "work h", "read")
    for head in heads:
        table.add_column(head, justify="left" if head in ("camera", "known from") else "right")
    for one in planned.cameras:
        numbers = (str(one.recordings), f"{one.video_h:.1f}", f"{60.0 * one.speed:.1f}")
        share = f"{100.0 * one.read / one.recordings:.0f} %"
        table.add_row(one.camera_id, *numbers, str(one.known), f"{one.work_h:.1f}", share)
    begins, over, ends = (
        f"{instant.astimezone(site.tz):{CLOCK}}"
        for instant in (planned.begins_utc, planned.over_utc, planned.ends_utc)
    )
    lines = [f"{site.nightly.workers} workers; begun {begins}, everything would be read by {over}"]
    if planned.finish_utc is not None:
        finish = f"{planned.finish_utc.astimezone(site.tz):{CLOCK}}"
        lines.append(
            f"over by {finish}: everything is read, by about {ends}"
            if planned.share_read == 1.0
            else f"over by {finish}: about {100.0 * planned.share_read:.0f} % of the recordings of each "
            f"camera and hour are read, drawn by lot, by about {ends}; the rest is left out, and said to be"
        )
    return [table, *lines]
