"""What a night has to do, and what it did: the plan before the work and the digest after it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd

from detectors.model_files import cache_folder
from detectors.tables import EXPOSURE, FOOTAGE, LIFTS, RUNS
from detectors.vocabulary import Status
from pipelines.footage.finding import Recording, discover
from pipelines.footage.wrong_clocks import CLOCK_FAULTS, without
from pipelines.judging.assess import assess, judgements_of, unjudged
from pipelines.judging.policy import NamedPolicy, load_policy
from pipelines.nights import ledger
from pipelines.nights.digest import Digest, digest
from pipelines.nights.job import UNDATED, YOLO, Fault, Job, Outcome
from pipelines.nights.planning import make_job, pose_choice
from pipelines.nights.superseded import forget_grown, forget_moved
from pipelines.nights.workers import Workers
from pipelines.optimising.choosing import engine_of
from pipelines.plans.sampling import turns
from pipelines.retention.tables import Kind, period
from pipelines.sites.shifts import assign
from pipelines.sites.site import Site
from pipelines.storage.store import Store, judged, open_store
from pipelines.versions import code_version, models_version


@dataclass(frozen=True)
class Night:
    """The plan of a night.

    Attributes
    ----------
    jobs
        Recordings to process, in order.
    refused
        Recordings that can't be given to a worker.
    found, skipped
        Recordings of the dates; those already done by the same model and code, copies, and those whose
        lifts would be past their period.
    notes
        Sentences on the night as a whole that the morning should know of.
    """

    site: Site
    store: Store
    policy: NamedPolicy
    first: date
    last: date
    jobs: tuple[Job, ...]
    refused: tuple[tuple[Job, Fault], ...]
    found: int
    skipped: int
    model_version: str
    code_version: str
    notes: tuple[str, ...] = ()

    @property
    def versions(self) -> tuple[str, str]:
        """Of the model and of the code."""
        return self.model_version, self.code_version


def plan(site: Site, first: date, last: date, source: str, workers: Workers) -> Night:
    """Find the recordings of the dates and say what is to be done with each."""
    policy, store = load_policy(site.policy_file), open_store(site.store_url)
    # The runs tell whether a newer hingewise wrote into this store, before this one does.
    store.read(RUNS, site.name, columns=["run_id"])
    pose = pose_choice(site, source)
    versions = models_version(pose.weights, pose.back, pose.engine), code_version(site.reading.policy())
    today = now_utc().astimezone(site.tz).date()
    recordings = without_copies(discover(site, first, last, _identities(site), workers.container_start))
    dates = [store.read(FOOTAGE, site.name, *days) for days in ((first, last), (UNDATED, UNDATED))]
    if site.nightly.finish_by is not None:
        # In this order the work may end anywhere: what was read by then is a fair sample.
        drawn = turns(recordings, site.name, site.tz)
        recordings.sort(key=lambda one: drawn.get((one.camera_id, one.footage_id), 0.0))
    pending = ledger.pending(recordings, pd.concat(dates, ignore_index=True), *versions)
    todo = [one for one in pending if not _past_period(site, one, today)]
    jobs = [(make_job(site, one, pose, versions, policy), one) for one in todo]
    forget_moved(store, site.name, [job for job, _ in jobs])
    forget_grown(store, site.name, [job for job, _ in jobs], dates[0])
    return Night(
        site=site,
        store=store,
        policy=policy,
        first=first,
        last=last,
        jobs=tuple(job for job, one in jobs if one.problem is None),
        refused=tuple((job, Fault(one.problem, one.passing)) for job, one in jobs if one.problem is not None),
        found=len(recordings),
        skipped=len(recordings) - len(todo),
        model_version=versions[0],
        code_version=versions[1],
        notes=(note,) if source == YOLO and (note := engine_of(site, pose.weights).note) else (),
    )


def without_copies(recordings: Sequence[Recording]) -> list[Recording]:
    """Return the recordings, of each content and camera the first: a copy must not count its lifts twice."""
    first: dict[tuple[str, str], Recording] = {}
    for one in recordings:
        first.setdefault((one.camera_id, one.footage_id), one)
    return list(first.values())


def _past_period(site: Site, one: Recording, today: date) -> bool:
    """Return whether the lifts of a recording would be deleted at the end of the night that found them."""
    limit = period(site.retention, Kind.LIFTS, today)
    return (
        limit is not None
        and one.start_utc is not None
        and one.start_utc.astimezone(site.tz).date() < limit.kept_from
    )


def run_row(
    night: Night, outcomes: Sequence[Outcome], started: datetime, finished: datetime
) -> tuple[str, pd.DataFrame]:
    """Return the id of a run and its row for the runs table."""
    run_id = f"{started:%Y%m%dT%H%M%SZ}-{os.getpid()}"
    counts = {status: sum(one.status == status for one in outcomes) for status in map(str, Status)}
    lost = counts[Status.QUARANTINED] + counts[Status.FAILED]
    failures = [
        f"{one.shown_path}: {one.reason}"
        for one in outcomes
        if one.status not in (Status.DONE, Status.PARTIAL)
    ]
    row = {
        "run_id": run_id,
        "started_utc": started,
        "finished_utc": finished,
        "first_date": night.first.isoformat(),
        "last_date": night.last.isoformat(),
        "recordings_found": night.found,
        "recordings_skipped": night.skipped,
        "recordings_done": counts[Status.DONE],
        "recordings_partial": counts[Status.PARTIAL],
        "recordings_failed": lost,
        "lifts_found": sum(one.lifts for one in outcomes),
        "analysed_s": float(sum(one.analysed_s for one in outcomes)),
        "elapsed_s": (finished - started).total_seconds(),
        "failures": "\n".join(failures) or None,
        "policy_id": night.policy.policy_id,
        "model_version": night.model_version,
        "code_version": night.code_version,
    }
    return run_id, pd.DataFrame([row]).astype({column.name: column.dtype for column in RUNS.columns})


def morning_digest(night: Night) -> Digest:
    """Return the digest of the night's dates from the store; lifts not judged yet are judged first."""
    site, store, days = night.site, night.store, (night.first, night.last)
    if unjudged(store, site.name, night.policy, *days):
        assess(store, site.name, night.policy, *days)
    undated = store.read(FOOTAGE, site.name, UNDATED, UNDATED)
    footage = pd.concat([store.read(FOOTAGE, site.name, *days), undated], ignore_index=True)
    judgements = judgements_of(store, site.name, night.policy, *days)
    lifts = judged(store.read(LIFTS, site.name, *days), judgements, night.policy.policy_id)
    lifts = lifts.join(assign(lifts["start_utc"], site))
    of_clocks = store.read(CLOCK_FAULTS, site.name, *days), night.policy.figures.leave_out_clocks
    lifts = without(lifts, *of_clocks)
    exposure = without(store.read(EXPOSURE, site.name, *days), *of_clocks)
    exposure = exposure.join(assign(exposure["minute_utc"], site))
    cameras = [camera.id for camera in site.cameras if camera.in_service(*days)]
    found = digest(site.name, cameras, footage, lifts, exposure, night.policy.figures)
    return replace(found, notes=(*night.notes, *found.notes))


def _identities(site: Site) -> Path:
    """Return the file that remembers content hashes; losing it costs only time."""
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"identities-{site.name}.json"


def now_utc() -> datetime:
    """Return the present time."""
    return datetime.now(UTC)
