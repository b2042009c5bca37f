"""Turn what one recording showed into rows of the tables: identities, UTC times, versions."""

from __future__ import annotations

import hashlib
import math
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd

from detectors.analysis import Analysis, poses_around
from detectors.contract import empty
from detectors.tables import EXPOSURE, FOOTAGE, JUDGEMENTS, LIFTS, POSES, TableSpec
from detectors.technique import judge
from detectors.video import ReadReport, VideoInfo
from detectors.vocabulary import Status
from pipelines.nights.job import Job

TIMES = ("start", "grasp", "peak", "end")


def track_id(job: Job, number: int) -> str:
    """Return the salted id of a track: the same within a recording, unrelated across nights and cameras."""
    digest = hashlib.blake2b(f"{job.footage_id}/{number}".encode(), key=job.track_key, digest_size=5)
    return digest.hexdigest()


def lift_id(job: Job, number: int, grasp_s: float) -> str:
    """Return the id of a lift: recording, camera, track and time of the grasp decide it."""
    content = f"{job.footage_id}/{job.camera_id}/{number}/{grasp_s:.3f}"
    return hashlib.blake2b(content.encode(), digest_size=8).hexdigest()


def footage_row(
    job: Job,
    status: Status,
    reason: str | None,
    info: VideoInfo | None = None,
    report: ReadReport | None = None,
) -> pd.DataFrame:
    """Return the one row that says what became of a recording."""
    end_s = report.first_s + report.end_s if report and math.isfinite(report.end_s) else None
    row = {
        **_recording(job),
        "path": job.shown_path,
        "start_utc": job.start_utc,
        "end_utc": job.start_utc + timedelta(seconds=end_s) if job.start_utc and end_s is not None else None,
        "frame_rate_hz": info.frame_rate_hz if info else np.nan,
        "width_px": info.width_px if info else 0,
        "height_px": info.height_px if info else 0,
        "size_bytes": job.size_bytes,
        "status": str(status),
        "reason": reason,
        "declared_s": info.declared_s if info else np.nan,
        "analysed_s": round(report.seen_s, 3) if report else 0.0,
        "frames_analysed": report.frames_kept if report else 0,
        "frames_damaged": report.frames_damaged + report.packets_failed if report else 0,
        **_versions(job),
    }
    return _typed(FOOTAGE, pd.DataFrame([row]))


def tables(job: Job, first_utc: datetime, analysis: Analysis) -> dict[str, pd.DataFrame]:
    """Return the rows of lifts, judgements, exposure and poses, by table name.

    Parameters
    ----------
    first_utc
        Time of the first frame.
    """
    lifts = _lifts(job, first_utc, analysis)
    judged = judge(lifts, job.policy).assign(policy_id=job.policy_id)
    return {
        LIFTS.name: lifts,
        JUDGEMENTS.name: _typed(JUDGEMENTS, judged),
        EXPOSURE.name: _exposure(job, first_utc, analysis),
        POSES.name: _poses(job, analysis),
    }


def no_tables() -> dict[str, pd.DataFrame]:
    """Return the tables of a recording that shows nothing."""
    return {spec.name: empty(spec) for spec in (LIFTS, JUDGEMENTS, EXPOSURE, POSES)}


def _lifts(job: Job, first_utc: datetime, analysis: Analysis) -> pd.DataFrame:
    frame = analysis.lifts
    if frame.empty:
        return empty(LIFTS)
    numbers = frame["track"]
    times = {f"{name}_utc": _utc(first_utc, frame[f"{name}_s"]) for name in TIMES}
    ids = [lift_id(job, n, s) for n, s in zip(numbers, frame["grasp_s"], strict=True)]
    fixed = {**_recording(job), **_versions(job)}
    frame = frame.drop(columns="track").assign(
        lift_id=ids, track_id=[track_id(job, n) for n in numbers], **times, **fixed
    )
    return _typed(LIFTS, frame)


def _exposure(job: Job, first_utc: datetime, analysis: Analysis) -> pd.DataFrame:
    minute = _utc(minute_before(first_utc), analysis.exposure["minute"] * 60.0)
    frame = analysis.exposure.drop(columns="minute").assign(minute_utc=minute, **_recording(job))
    return _typed(EXPOSURE, frame)


def _poses(job: Job, analysis: Analysis) -> pd.DataFrame:
    frame = poses_around(analysis)
    ids = [track_id(job, n) for n in frame["track"]]
    return _typed(POSES, frame.drop(columns="track").assign(footage_id=job.footage_id, track_id=ids))


def minute_before(first_utc: datetime) -> datetime:
    """Return the start of the clock minute in which a recording begins."""
    return first_utc.astimezone(UTC).replace(second=0, microsecond=0)


def _utc(origin: datetime, seconds: pd.Series) -> pd.Series:
    return pd.Timestamp(origin).tz_convert("UTC").as_unit("us") + pd.to_timedelta(seconds, unit="s")


def _recording(job: Job) -> dict[str, str]:
    return {"footage_id": job.footage_id, "camera_id": job.camera_id, "zone": job.zone}


def _versions(job: Job) -> dict[str, str]:
    return {"model_version": job.model_version, "code_version": job.code_version}


def _typed(spec: TableSpec, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of a table in its order and types; a column that is missing is an error."""
    return frame[spec.names].astype({column.name: column.dtype for column in spec.columns})
