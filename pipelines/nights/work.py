"""The work of a night: each recording in a task of its own, until all are done or time is up."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import Any, Final

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.futures import PrefectFuture

from detectors.tables import FOOTAGE
from detectors.video import VideoInfo
from detectors.vocabulary import Status
from pipelines.engines.engine import Engine
from pipelines.nights import notes as night_notes
from pipelines.nights import recording
from pipelines.nights.deadline import Pace, Work, deadline_utc, lengths, seconds_left
from pipelines.nights.job import Job, Outcome
from pipelines.nights.night import Night, now_utc
from pipelines.nights.planning import limit_s
from pipelines.nights.recording import PassingError
from pipelines.nights.workers import Workers
from pipelines.plans import speeds
from pipelines.plans.sampling import LEFT_OUT, TOO_LONG
from pipelines.progress import NightProgress, watched
from pipelines.sites.models import Nightly
from pipelines.storage.store import StoreError

PROCESSED: Final = [str(Status.DONE), str(Status.PARTIAL)]
_SEALED: Final = ["camera_id", "footage_id", "status"]

Infos = Mapping[str, VideoInfo | None]
"""What each part's recording says of itself; None where it would not say, or lies in an object store."""


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
def process_recording(job: Job, limit: float, note: Path, settings: Nightly) -> Outcome:
    """Process one recording in a worker process that is stopped at its limit."""
    return shared_engine(settings).process(job, limit, note)


@cache
def shared_engine(settings: Nightly) -> Engine:
    """Return the engine of this process, made at the first call."""
    return Engine(settings)


@contextmanager
def running_engine(settings: Nightly) -> Iterator[Engine]:
    """Run the engine of this process for the length of the block."""
    try:
        with shared_engine(settings) as engine:
            yield engine
    finally:
        shared_engine.cache_clear()


def process_all(night: Night, engine: Engine) -> list[Outcome]:
    """Process the recordings of a night; whatever goes wrong with one, the rest goes on.

    Where the night must be over at some time, recordings are begun in the order of their turns, and none
    is begun any more from the first that would not be done in time: to pass over a long or busy one for a
    shorter one would make the sample unfair.
    """
    outcomes = [recording.refuse(job, fault, night.store) for job, fault in night.refused]
    infos = {job.part: info_of(job, engine.workers) for job in night.jobs}
    declared_s = {part: info.declared_s if info else float("nan") for part, info in infos.items()}
    with watched(declared_s) as progress:
        work = _Work(night, declared_s, progress, pace_of(night))
        jobs, too_long = work.that_can_fit()
        rest = work.through(jobs, outcomes, engine.slots if night.site.nightly.finish_by else len(jobs))
    leave_out(too_long, TOO_LONG, infos, night)
    leave_out(rest, LEFT_OUT, infos, night)
    speeds.remember(night.site.name, night.versions, outcomes)
    order = {job.part: i for i, job in enumerate(night.jobs)}
    return sorted(outcomes, key=lambda one: order.get(f"{one.camera_id}-{one.footage_id}", -1))


@dataclass(frozen=True)
class _Work:
    """What the recordings of a night are begun, and settled, with."""

    night: Night
    declared_s: Mapping[str, float]
    progress: NightProgress
    pace: Pace

    def that_can_fit(self) -> tuple[list[Job], list[Job]]:
        """Return the jobs that may fit into the night, and those that would not even if they came first."""
        works, begins_s, jobs = self._works(), now_utc().timestamp(), self.night.jobs
        fit = {part for part, work in works.items() if self.pace.could_fit(work, begins_s)}
        # Where none does the night is too short, rather than a recording too long.
        fit = fit or set(works)
        return [job for job in jobs if job.part in fit], [job for job in jobs if job.part not in fit]

    def through(self, jobs: Sequence[Job], outcomes: list[Outcome], at_once: int) -> list[Job]:
        """Process jobs while they fit, add what became of them, and return those that were not begun."""
        works, waiting, finished = self._works(), deque(jobs), SimpleQueue[PrefectFuture[Outcome]]()
        under_way: dict[PrefectFuture[Outcome], Job] = {}
        while waiting or under_way:
            while waiting and len(under_way) < at_once and self._fits(works[waiting[0].part]):
                job = waiting.popleft()
                self.pace.begin(works[job.part], now_utc().timestamp())
                under_way[future := self._submitted(job)] = job
                future.add_done_callback(finished.put)
            if not under_way:
                break
            job = under_way.pop(future := finished.get())
            self.pace.finish(job.part, now_utc().timestamp())
            result = future.result(raise_on_failure=False)
            outcomes.append(night_notes.settled(settled(job, result, self.night)))
            self.progress.finish(job.part)
        return list(waiting)

    def _works(self) -> dict[str, Work]:
        video_s = lengths(self.declared_s)
        return {job.part: Work(job.part, job.camera_id, video_s[job.part]) for job in self.night.jobs}

    def _fits(self, work: Work) -> bool:
        return self.pace.fits(work, now_utc().timestamp())

    def _submitted(self, job: Job) -> PrefectFuture[Any]:
        settings = self.night.site.nightly
        limit = limit_s(self.declared_s[job.part], settings)
        return process_recording.submit(job, limit, self.progress.note(job.part), settings)


def pace_of(night: Night) -> Pace:
    """Return the pace that a night must keep: none where it may take as long as it takes."""
    site, known = night.site, speeds.known_speeds(night.site.name, night.versions)
    if site.nightly.finish_by is None:
        return Pace(float("inf"), known)
    now = now_utc()
    until = deadline_utc(site.nightly.finish_by, site.tz, now)
    return Pace(now.timestamp() + seconds_left(until, now), known)


def info_of(job: Job, workers: Workers) -> VideoInfo | None:
    """Return what a recording says of itself; None where it would not say, or lies in an object store.

    What it answers instead is no verdict: the worker that processes it finds out why, and
    whether another try may help.
    """
    info = workers.probe(job.path) if job.url is None else None
    return info if isinstance(info, VideoInfo) else None


def leave_out(jobs: Sequence[Job], reason: str, infos: Infos, night: Night) -> None:
    """Note in the store which recordings were not read for want of time; what was measured before stays."""
    if not jobs:
        return
    footage = night.store.read(FOOTAGE, night.site.name, night.first, night.last, _SEALED)
    read = footage[footage["status"].isin(PROCESSED)]
    measured = set(zip(read["camera_id"], read["footage_id"], strict=True))
    for job in jobs:
        if (job.camera_id, job.footage_id) not in measured:
            recording.leave_out(job, reason, night.store, infos[job.part])


def settled(job: Job, result: object, night: Night) -> Outcome:
    """Return what became of a recording, noting a failure in the store where that can be written."""
    if isinstance(result, Outcome):
        return result
    reason = (str(result).splitlines() or [type(result).__name__])[0]
    try:
        return recording.fail(job, reason, night.store)
    except StoreError as error:
        return recording.lost(job, f"{reason}; {error}")
