"""What ran in the nights: each run, what it lost and why, and how much video came from each camera."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from detectors.vocabulary import Status
from pipelines.plans.sampling import left_out

FOOTAGE_COLUMNS: Final = [
    *("camera_id", "zone", "path", "start_utc", "status", "reason", "declared_s", "analysed_s"),
    *("frames_damaged", "model_version", "code_version"),
]


class End(StrEnum):
    """How a run ended."""

    WELL = "well"
    LOSSES = "losses"
    ALL_LOST = "all_lost"
    NOTHING = "nothing"


def nights(runs: pd.DataFrame) -> pd.DataFrame:
    """Return the runs, the latest first, each with its ``end`` (`End`) and times that people read.

    Parameters
    ----------
    runs
        Rows of the runs table.

    Returns
    -------
    DataFrame
        All columns of the table but the lifts, ``end``, ``video_h``, ``elapsed_min`` and ``speed``: seconds
        of video per second of the run, NaN where it took none.
    """
    lost, found = runs["recordings_failed"], runs["recordings_found"]
    tried = found - runs["recordings_skipped"]
    conditions = [found == 0, (lost > 0) & (lost >= tried), lost + runs["recordings_partial"] > 0]
    ends = np.select(conditions, [End.NOTHING, End.ALL_LOST, End.LOSSES], End.WELL).astype(str)
    took_s = runs["elapsed_s"].where(runs["elapsed_s"] > 0.0)
    # Less the zones that are shown, the lifts of a night would be those of the zones that are not.
    told = runs.drop(columns="lifts_found", errors="ignore").assign(
        end=ends,
        video_h=runs["analysed_s"] / 3600.0,
        elapsed_min=runs["elapsed_s"] / 60.0,
        speed=runs["analysed_s"] / took_s,
    )
    return told.sort_values("started_utc", ascending=False, ignore_index=True)


def failures(runs: pd.DataFrame) -> pd.DataFrame:
    """Return what each run could not read: ``started_utc``, ``recording``, ``reason``, the latest first."""
    rows = [
        (started, *line.partition(": ")[::2])
        for started, lines in zip(runs["started_utc"], runs["failures"], strict=True)
        if isinstance(lines, str)
        for line in lines.splitlines()
    ]
    table = pd.DataFrame(rows, columns=["started_utc", "recording", "reason"])
    return table.sort_values("started_utc", ascending=False, kind="stable", ignore_index=True)


def not_whole(footage: pd.DataFrame) -> pd.DataFrame:
    """Return the recordings that were set aside, failed or were read in part, in the order of gravity."""
    gravity = {str(status): n for n, status in enumerate((Status.FAILED, Status.QUARANTINED, Status.PARTIAL))}
    rows = footage[footage["status"].isin(list(gravity)) & ~left_out(footage)]
    order = rows["status"].map(gravity)
    rows = rows.assign(gravity=order, missing_s=(rows["declared_s"] - rows["analysed_s"]).clip(lower=0.0))
    rows = rows.sort_values(["gravity", "camera_id", "path"], ignore_index=True)
    return rows[["camera_id", "path", "status", "reason", "start_utc", "missing_s"]]


def by_camera(footage: pd.DataFrame, cameras: tuple[str, ...]) -> pd.DataFrame:
    """Return what came from each camera, one row each, also of those that nothing came from.

    Returns
    -------
    DataFrame
        ``camera_id``, ``recordings``, ``not_whole`` of them, ``declared_h``, ``analysed_h``,
        ``missing_h`` and ``frames_damaged``. Where no duration is declared, what was analysed
        counts.
    """
    declared = footage["declared_s"].fillna(footage["analysed_s"]).fillna(0.0)
    rows = footage.assign(
        recordings=1,
        not_whole=((footage["status"] != Status.DONE) & ~left_out(footage)).astype("int64"),
        declared_h=declared / 3600.0,
        analysed_h=footage["analysed_s"].fillna(0.0) / 3600.0,
    )
    rows["missing_h"] = (rows["declared_h"] - rows["analysed_h"]).clip(lower=0.0)
    sums = ["recordings", "not_whole", "declared_h", "analysed_h", "missing_h", "frames_damaged"]
    known = dict.fromkeys([*cameras, *footage["camera_id"]])
    index = pd.Index(list(known), name="camera_id", dtype="str")
    table = rows.groupby("camera_id")[sums].sum().reindex(index, fill_value=0)
    return table.reset_index()


def unfinished(footage_dates: pd.Series, runs: pd.DataFrame) -> list[date]:
    """Return the dates with recordings in the store that no finished run was asked for.

    A run is written down when it ends: on such a date one is under way, or was stopped.

    Parameters
    ----------
    footage_dates
        ISO dates that recordings are filed under.
    """
    covered: set[date] = set()
    for first, last in zip(runs["first_date"], runs["last_date"], strict=True):
        begin, end = date.fromisoformat(first), date.fromisoformat(last)
        covered |= {begin + timedelta(days=n) for n in range((end - begin).days + 1)}
    return sorted({date.fromisoformat(day) for day in footage_dates.unique()} - covered)


def versions(runs: pd.DataFrame) -> pd.DataFrame:
    """Return which models, code and policy ran when: one row per set, the latest first."""
    names = ["model_version", "code_version", "policy_id"]
    spans = runs.groupby(names, sort=False)["last_date"].agg(first="min", last="max", runs="size")
    return spans.reset_index().sort_values("last", ascending=False, ignore_index=True)
