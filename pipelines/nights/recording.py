"""Process one recording: read, measure, write. Runs in a worker process that may be stopped at any moment."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from detectors.analysis import Analysis, analyse
from detectors.back_pose import BackSource
from detectors.optimised_pose import optimised_pose
from detectors.pose import PoseSource, follow
from detectors.reading.adaptive import Read, Recording, read, with_looks_counted
from detectors.second_look import look_again
from detectors.tables import EXPOSURE, FOOTAGE, JUDGEMENTS, LIFTS, POSES
from detectors.thresholds import Gates
from detectors.video import Reader, ReadReport, VideoError, VideoInfo, probe
from detectors.vocabulary import Status
from pipelines.nights.job import Fault, Job, Outcome, PoseChoice
from pipelines.nights.reading_notes import noted, noting
from pipelines.one_line import one_line
from pipelines.storage import rows
from pipelines.storage.store import Store, open_store


class PassingError(RuntimeError):
    """A fault that may be gone at the next try, such as a file server that did not answer."""


@cache
def pose_source(choice: PoseChoice) -> PoseSource:
    """Return the pose model, made once per worker."""
    if choice.engine:
        return optimised_pose(choice.weights, choice.image_size, choice.engine)
    source: PoseSource = _named(choice.source)(choice.weights, choice.image_size, choice.device)
    return source


@cache
def back_source(choice: PoseChoice) -> BackSource | None:
    """Return the model of the back, made once per worker; None where none is chosen."""
    if choice.back is None:
        return None
    source: BackSource = _named(choice.back_source)(choice.back, choice.device)
    return source


def process(job: Job, progress_file: Path | None = None) -> Outcome:
    """Process one recording and write all its rows; the footage row last, as the seal.

    Raises
    ------
    PassingError
        If reading failed in a way that another try may not meet.
    """
    store = open_store(job.store_url)
    try:
        info = probe(job.path)
        analysis, report = measure(job, info, progress_file)
    except VideoError as error:
        if error.passing:
            raise PassingError(str(error)) from error
        return quarantine(job, str(error), store)
    first_utc = _start(job) + timedelta(seconds=report.first_s)
    tables = rows.tables(job, first_utc, analysis)
    reason = shortfall(report)
    status = Status.PARTIAL if reason else Status.DONE
    _write(store, job, tables)
    _seal(store, job, rows.footage_row(job, status, reason, info, report))
    return _outcome(job, status, reason, report.seen_s, len(tables[LIFTS.name]))


def measure(job: Job, info: VideoInfo, progress_file: Path | None) -> tuple[Analysis, ReadReport]:
    """Return what the recording shows and what was read of it the first time."""
    note = noting(progress_file)
    adaptive = read_where_needed(job, info, note)
    if adaptive:
        followed, report = adaptive.followed, adaptive.report
    else:
        reader = Reader(job.path, job.pose.rate_hz, job.masks)
        followed = follow(noted(reader, note), pose_source(job.pose), job.pose.rate_hz)
        report = reader.report
    begin = _start(job) + timedelta(seconds=report.first_s)
    offset_s = (begin - rows.minute_before(begin)).total_seconds()
    back = back_source(job.pose)
    gates = Gates().of_backs() if back else Gates()
    analysis = analyse(followed, info.width_px, info.height_px, job.pitch_deg, offset_s, gates)
    if adaptive:
        analysis = with_looks_counted(analysis, adaptive.looks_s, offset_s)
    if back:
        analysis = look_again(analysis, job.path, job.masks, report, back)
    return analysis, report


def read_where_needed(job: Job, info: VideoInfo, note: Callable[[float], None]) -> Read | None:
    """Return what was read where a lift can be; None where all of the recording is to be read."""
    if job.reading is None:
        return None
    recording = Recording(
        job.path,
        job.masks,
        job.pose.rate_hz,
        info.width_px,
        info.height_px,
        job.pitch_deg,
        backs=job.pose.back is not None,
    )
    return read(recording, pose_source(job.pose), job.reading, note)


def quarantine(job: Job, reason: str, store: Store) -> Outcome:
    """Set a recording aside that can't be read: no rows but the one that says why."""
    return _give_up(job, Status.QUARANTINED, reason, store)


def refuse(job: Job, fault: Fault, store: Store) -> Outcome:
    """Set a recording aside that can't be given to a worker, for good or until the next run."""
    return fail(job, fault.sentence, store) if fault.passing else quarantine(job, fault.sentence, store)


def fail(job: Job, reason: str, store: Store) -> Outcome:
    """Note that a recording could not be processed this time; the next run tries again.

    What another version measured of it stays: a blip after an upgrade must not erase a day.
    """
    if _measured_before(job, store):
        return lost(job, reason)
    return _give_up(job, Status.FAILED, reason, store)


def leave_out(job: Job, reason: str, store: Store, info: VideoInfo | None) -> Outcome:
    """Note that a recording was not read for want of time: what came in is known, nothing was seen of it."""
    return _give_up(job, Status.FAILED, reason, store, info)


def lost(job: Job, reason: str) -> Outcome:
    """Return the outcome of a recording whose failure is not written to its rows, only to the run."""
    return _outcome(job, Status.FAILED, one_line(reason), 0.0, 0)


def shortfall(report: ReadReport) -> str | None:
    """Return one sentence on what of the recording could not be read, None when all was."""
    faults = []
    if report.missing_s > 0:
        declared = f" of {report.declared_s:.1f} s" if report.declared_s == report.declared_s else ""
        faults.append(f"{report.missing_s:.1f} s{declared} missing")
    if damaged := report.frames_damaged + report.packets_failed:
        faults.append(f"{damaged} frames damaged")
    return ", ".join(faults) or None


def _named(source: str) -> Any:  # noqa: ANN401 - a class of any module
    """Return the class that ``module:class`` names."""
    module, _, name = source.partition(":")
    return getattr(importlib.import_module(module), name)


def _start(job: Job) -> datetime:
    if job.start_utc is None:
        raise ValueError(f"{job.shown_path}: no start time")
    return job.start_utc


def _write(store: Store, job: Job, tables: dict[str, pd.DataFrame]) -> None:
    for spec in (POSES, EXPOSURE, LIFTS):
        store.write(spec, tables[spec.name], job.site, job.date, job.part)
    store.write(JUDGEMENTS, tables[JUDGEMENTS.name], job.site, job.date, f"{job.part}-{job.policy_id}")


def _seal(store: Store, job: Job, footage: pd.DataFrame) -> None:
    store.write(FOOTAGE, footage, job.site, job.date, job.part)


def _measured_before(job: Job, store: Store) -> bool:
    footage = store.read(FOOTAGE, job.site, job.date, job.date, ["camera_id", "footage_id", "status"])
    same = (footage["camera_id"] == job.camera_id) & (footage["footage_id"] == job.footage_id)
    return bool(footage.loc[same, "status"].isin([Status.DONE, Status.PARTIAL]).any())


def _give_up(job: Job, status: Status, sentence: str, store: Store, info: VideoInfo | None = None) -> Outcome:
    # The sentence has the name of the file, which is whatever somebody gave it.
    reason = one_line(sentence)
    _write(store, job, rows.no_tables())
    _seal(store, job, rows.footage_row(job, status, reason, info))
    return _outcome(job, status, reason, 0.0, 0)


def _outcome(job: Job, status: Status, reason: str | None, analysed_s: float, lifts: int) -> Outcome:
    return Outcome(job.camera_id, job.footage_id, job.shown_path, str(status), reason, analysed_s, lifts)
