"""What changed at a site in the weeks that a morning looks back on: cameras, versions, policy, work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

import pandas as pd

from dashboard.summaries.trends_series import versions
from detectors.shift_table import Level

COLUMNS: Final = [
    "shift_date", "shift", "level", "zone", "camera_id", "start_utc", "expected_h", "analysed_h",
    "model_version", "code_version",
]  # fmt: skip
"""What is needed of the figures of the shifts."""


class Kind(StrEnum):
    """What sort of change it was."""

    INTERVENTION = "intervention"
    CAMERA_NEW = "camera_new"
    CAMERA_OUT = "camera_out"
    VERSION = "version"
    POLICY = "policy"


@dataclass(frozen=True)
class Happened:
    """One change: the site date from which it held, the cameras or the zone, and what was and came."""

    day: date
    kind: Kind
    where: str
    before: str = ""
    after: str = ""


def changes(
    metrics: pd.DataFrame, runs: pd.DataFrame, interventions: pd.DataFrame, span: tuple[date, date]
) -> list[Happened]:
    """Return what changed, the latest first.

    Parameters
    ----------
    metrics
        Rows of the figures per shift with `COLUMNS`, of the dates looked back on.
    runs
        Rows of the runs table of these dates, with ``started_utc``, its ``day`` at the site, ``policy_id``.
    interventions
        Rows of the recorded changes.
    span
        First and last date looked at, both included.
    """
    cameras = metrics[metrics["level"] == Level.CAMERA].sort_values("start_utc")
    cameras = cameras.assign(versions=versions(cameras))
    found = [
        *_cameras(cameras),
        *_versions(cameras[cameras["analysed_h"] > 0.0]),
        *_policies(runs.sort_values("started_utc")),
        *_interventions(interventions, span),
    ]
    return sorted(found, key=lambda one: (one.day, one.kind, one.where), reverse=True)


def _cameras(rows: pd.DataFrame) -> Iterator[Happened]:
    seen = rows[rows["analysed_h"] > 0.0]
    if seen.empty:
        return
    begun = seen["shift_date"].iloc[0]
    last_shift = rows.groupby("camera_id").tail(1).set_index("camera_id")
    for camera, of_camera in seen.groupby("camera_id"):
        days = of_camera["shift_date"]
        if days.iloc[0] > begun:
            yield Happened(date.fromisoformat(days.iloc[0]), Kind.CAMERA_NEW, str(camera))
        last = last_shift.loc[camera]
        if last["expected_h"] > 0.0 and not last["analysed_h"] > 0.0:
            after = rows["start_utc"] > of_camera["start_utc"].iloc[-1]
            missed = rows[after & (rows["camera_id"] == camera)]
            yield Happened(date.fromisoformat(missed["shift_date"].iloc[0]), Kind.CAMERA_OUT, str(camera))


def _versions(seen: pd.DataFrame) -> Iterator[Happened]:
    before = seen.groupby("camera_id")["versions"].shift()
    changed = seen.assign(before=before)[before.notna() & (before != seen["versions"])]
    for (day, old, new), rows in changed.groupby(["shift_date", "before", "versions"]):
        cameras = ", ".join(sorted(rows["camera_id"].unique()))
        yield Happened(date.fromisoformat(str(day)), Kind.VERSION, cameras, str(old), str(new))


def _policies(runs: pd.DataFrame) -> Iterator[Happened]:
    before = runs["policy_id"].shift()
    changed = runs.assign(before=before)[before.notna() & (before != runs["policy_id"])]
    for day, old, new in zip(changed["day"], changed["before"], changed["policy_id"], strict=True):
        yield Happened(day, Kind.POLICY, "", str(old), str(new))


def _interventions(recorded: pd.DataFrame, span: tuple[date, date]) -> Iterator[Happened]:
    for row in recorded.itertuples():
        day = date.fromisoformat(str(row.date))
        if span[0] <= day <= span[1]:
            yield Happened(day, Kind.INTERVENTION, str(row.zone), after=str(row.what))
