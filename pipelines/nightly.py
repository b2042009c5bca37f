"""The nightly flow: each new recording in a task of its own, then digest, figures and reports."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Any, Final

from prefect import flow, runtime
from prefect.artifacts import create_markdown_artifact
from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from rich.console import Console

from detectors.tables import RUNS
from detectors.vocabulary import Status
from pipelines.changes.kept_actions import keep_lists
from pipelines.exporting.nightly_folder import export_shifts
from pipelines.footage.clock_faults import clock_faults
from pipelines.judging.shift_figures import rebuild
from pipelines.nights import notes as night_notes
from pipelines.nights.console import keep_off_console
from pipelines.nights.job import YOLO, Outcome
from pipelines.nights.lock import only_night
from pipelines.nights.night import Night, morning_digest, now_utc, plan, run_row
from pipelines.nights.planning import day_before, over_by, read_whole
from pipelines.nights.reports import make_reports
from pipelines.nights.track_keys import destroy_track_key
from pipelines.nights.work import process_all, running_engine
from pipelines.retention.night import delete_old
from pipelines.reviewing.drawing import draw_blind_items
from pipelines.sites.site import Site, load_site

RUNNER: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=128)
"""Threads that wait for the workers, here or on a cluster, whose number bounds the work."""

WITH_LOSSES: Final = "CompletedWithLosses"
ALL_LOST: Final = "AllRecordingsLost"
NOTHING_FOUND: Final = "NothingFound"
"""Names of the final states of a night that went through, but not well."""


@flow(name="nightly", flow_run_name="nightly {site_file}", task_runner=RUNNER)
def nightly(
    site_file: str,
    first: date | None = None,
    last: date | None = None,
    source: str = YOLO,
    exhaustive: bool = False,
    finish_by: time | None = None,
) -> State:
    """Process the recordings of the site dates ``first`` to ``last``; by default of the day before the run.

    Parameters
    ----------
    site_file
        Path of the site file.
    source
        The class that finds people in a picture, as ``module:class``.
    exhaustive
        Look at every picture, whatever the site file says.
    finish_by
        Local time at which the night must be over, in place of the one in the site file.
    """
    keep_off_console("prefect.task_runs", "prefect.flow_runs")
    site = load_site(Path(site_file))
    site = read_whole(site) if exhaustive else site
    site = over_by(site, finish_by) if finish_by else site
    first = first or last or day_before(site, runtime.flow_run.scheduled_start_time or now_utc())
    with only_night(site):
        return run_dates(site, first, last or first, source)


def run_dates(site: Site, first: date, last: date, source: str) -> State:
    """Process, judge and report the recordings of some site dates."""
    started = now_utc()
    with running_engine(site.nightly) as engine:
        night = plan(site, first, last, source, engine.workers)
        night_notes.begun(night)
        outcomes = process_all(night, engine)
    destroy_track_key(site)
    run_id, row = run_row(night, outcomes, started, now_utc())
    night.store.write(RUNS, row, site.name, night.last, run_id)
    clocks = clock_faults(site, first, last, now_utc(), lambda _: None)
    digest = morning_digest(night)
    create_markdown_artifact(
        digest.markdown(), key="morning-digest", description=f"{site.name}, {night.last}"
    )
    console = Console()
    for table in digest.tables():
        console.print(table)
    draw_blind_items(night.store, site, night.policy, night.first, night.last)
    rebuild(night.store, site, night.policy, night.first, night.last)
    keep_lists(site, night.store, night.policy, night.last)
    said = make_reports(str(site.path), night.first, night.last)
    said += export_shifts(str(site.path), night.first, night.last)
    said += delete_old(str(site.path))
    said += clocks
    for fault in said:
        console.print(f"! {fault}", soft_wrap=True, markup=False, highlight=False)
    for fault in night_notes.over(night, row, now_utc()):
        console.print(f"! {fault}", soft_wrap=True, markup=False, highlight=False)
    return closing_state(night, outcomes)


def closing_state(night: Night, outcomes: list[Outcome]) -> State:
    """Return the final state of a run; a night of nothing but losses, or of no recordings, has failed."""
    if not night.found:
        dates = f"{night.first}" if night.first == night.last else f"{night.first} to {night.last}"
        why = f"no camera has recordings of {dates}; see `hingewise doctor`"
        return Failed(name=NOTHING_FOUND, message=why)
    losses = [one for one in outcomes if one.status in (Status.QUARANTINED, Status.FAILED)]
    if not losses:
        return Completed(message=f"{len(outcomes)} recordings processed")
    first = (
        f"{len(losses)} of {len(outcomes)} recordings lost, first: {losses[0].shown_path}: {losses[0].reason}"
    )
    if len(losses) == len(outcomes):
        return Failed(name=ALL_LOST, message=first)
    return Completed(name=WITH_LOSSES, message=first)
