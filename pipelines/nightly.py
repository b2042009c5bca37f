"""The nightly flow: each new recording in a task of its own, then digest, figures and reports."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from prefect import flow, runtime, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture, as_completed
from prefect.states import Completed, Failed
from prefect.task_runners import TaskRunner, ThreadPoolTaskRunner
from rich.console import Console

from detectors.tables import RUNS
from detectors.video import VideoInfo
from detectors.vocabulary import Status
from pipelines import recording
from pipelines.job import YOLO, Job, Outcome
from pipelines.kept_actions import keep_lists
from pipelines.night import Night, morning_digest, now_utc, plan, run_row
from pipelines.night_reports import make_reports
from pipelines.planning import limit_s
from pipelines.progress import NightProgress, watched
from pipelines.recording import PassingError
from pipelines.shift_figures import rebuild
from pipelines.site import Site, load_site
from pipelines.store import StoreError
from pipelines.workers import Workers

RUNNER: TaskRunner[Any] = ThreadPoolTaskRunner(max_workers=16)
"""Threads that wait for the worker processes, whose number bounds the work."""

WITH_LOSSES: Final = "CompletedWithLosses"
ALL_LOST: Final = "AllRecordingsLost"
NOTHING_FOUND: Final = "NothingFound"
"""Names of the final states of a night that went through, but not well."""


def passing(_task: object, _run: object, state: State) -> bool:
    """Return whether another try may help: a bad file stays bad, a blip of the file server does not."""
    error = state.result(raise_on_failure=False)
    return isinstance(error, PassingError | StoreError)


@task(
    name="process-recording",
    task_run_name="{job.shown_path}",
    retries=2,
    retry_delay_seconds=[2, 10],
    retry_condition_fn=passing,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def process_recording(job: Job, limit: float, note: Path, workers: int) -> Outcome:
    """Process one recording in a worker process that is stopped at its limit."""
    return shared_workers(workers).process(job, limit, note)


@cache
def shared_workers(count: int) -> Workers:
    """Return this process's worker processes, made at the first call."""
    return Workers(count)


@contextmanager
def worker_processes(count: int) -> Iterator[Workers]:
    """Run the worker processes of this process for the length of the block."""
    try:
        with shared_workers(count) as workers:
            yield workers
    finally:
        shared_workers.cache_clear()


@flow(name="nightly", flow_run_name="nightly {site_file}", task_runner=RUNNER)
def nightly(site_file: str, first: date | None = None, last: date | None = None, source: str = YOLO) -> State:
    """Process the recordings of the site dates ``first`` to ``last``; by default of the day before the run.

    Parameters
    ----------
    site_file
        Path of the site file.
    source
        The class that finds people in a picture, as ``module:class``.
    """
    keep_off_console("prefect.task_runs", "prefect.flow_runs")
    site, started = load_site(Path(site_file)), now_utc()
    first = first or last or day_before(site, runtime.flow_run.scheduled_start_time or started)
    with worker_processes(site.nightly.workers) as workers:
        night = plan(site, first, last or first, source, workers)
        outcomes = process_all(night, workers)
    run_id, row = run_row(night, outcomes, started, now_utc())
    night.store.write(RUNS, row, site.name, night.last, run_id)
    digest = morning_digest(night)
    create_markdown_artifact(
        digest.markdown(), key="morning-digest", description=f"{site.name}, {night.last}"
    )
    console = Console()
    for table in digest.tables():
        console.print(table)
    rebuild(night.store, site, night.policy, night.first, night.last)
    keep_lists(site, night.store, night.policy, night.last)
    for fault in make_reports(site_file, night.first, night.last):
        console.print(f"! {fault}", soft_wrap=True, markup=False, highlight=False)
    return closing_state(night, outcomes)


def keep_off_console(*names: str) -> None:
    """Keep the records of these loggers off the console; the Prefect server still gets them.

    Each loss stands in the digest as one sentence; its traceback would bury that.
    """
    for handler in logging.getLogger().handlers + logging.getLogger("prefect").handlers:
        handler.addFilter(lambda record: not record.name.startswith(names))


def process_all(night: Night, workers: Workers) -> list[Outcome]:
    """Process every recording of a night; whatever goes wrong with one, the rest goes on."""
    outcomes = [recording.refuse(job, fault, night.store) for job, fault in night.refused]
    declared_s = {job.part: declared(workers.probe(job.path)) for job in night.jobs}
    with watched(declared_s) as progress:
        futures = {submitted(job, declared_s[job.part], night, progress): job for job in night.jobs}
        for future in as_completed(list(futures)):
            job = futures[future]
            outcomes.append(settled(job, future.result(raise_on_failure=False), night))
            progress.finish(job.part)
    order = {job.part: i for i, job in enumerate(night.jobs)}
    return sorted(outcomes, key=lambda one: order.get(f"{one.camera_id}-{one.footage_id}", -1))


def declared(info: VideoInfo | str) -> float:
    """Return the declared seconds of a probed recording; NaN where it would not say.

    What it answers instead is no verdict: the worker that processes it finds out why, and
    whether another try may help.
    """
    return info.declared_s if isinstance(info, VideoInfo) else float("nan")


def submitted(job: Job, declared_s: float, night: Night, progress: NightProgress) -> PrefectFuture[Outcome]:
    """Return the future of a recording's task."""
    settings = night.site.nightly
    return process_recording.submit(
        job, limit_s(declared_s, settings), progress.note(job.part), settings.workers
    )


def settled(job: Job, result: object, night: Night) -> Outcome:
    """Return what became of a recording, noting a failure in the store where that can be written."""
    if isinstance(result, Outcome):
        return result
    reason = (str(result).splitlines() or [type(result).__name__])[0]
    try:
        return recording.fail(job, reason, night.store)
    except StoreError as error:
        return recording.lost(job, f"{reason}; {error}")


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


def day_before(site: Site, start_utc: datetime) -> date:
    """Return the site date before the scheduled start of a run: a late start must not shift the night."""
    return start_utc.astimezone(site.tz).date() - timedelta(days=1)
