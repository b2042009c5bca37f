"""EDGE: read from the store, and from the disk below it, what the status of a site is judged from."""

from __future__ import annotations

import shutil
from datetime import date, datetime
from pathlib import Path

import pandas as pd
from fsspec.implementations.local import LocalFileSystem

from detectors.tables import FOOTAGE, RUNS
from detectors.vocabulary import Status
from pipelines.monitoring.status import Facts, Run, last_due
from pipelines.nights.lock import under_way_since
from pipelines.plans.sampling import left_out
from pipelines.sites.site import Site
from pipelines.storage.parts import explained
from pipelines.storage.store import Store


def read_facts(site: Site, store: Store, now: datetime) -> Facts:
    """Return what is known of the night that was due last.

    Raises
    ------
    StoreError
        If the store can't be read: then nothing can be said.
    """
    due_utc, night = last_due(site.nightly.at, site.tz, now)
    return facts_of(site, store, (due_utc, night), run_of(site, store, night), now)


def facts_of(site: Site, store: Store, due: tuple[datetime, date], run: Run | None, now: datetime) -> Facts:
    """Return the facts of one night.

    Parameters
    ----------
    due
        When it was due, and its site date.
    """
    night = due[1]
    footage = store.read(FOOTAGE, site.name, night, night, ["camera_id", "status", "reason"])
    expected = {camera.id for camera in site.cameras if camera.in_service(night, night)}
    counts = footage.loc[~left_out(footage), "status"].value_counts()
    return Facts(
        now_utc=now,
        due_utc=due[0],
        night=night,
        run=run,
        under_way_utc=under_way_since(site),
        silent=tuple(sorted(expected - set(footage["camera_id"]))),
        quarantined=int(counts.get(Status.QUARANTINED, 0)),
        failed=int(counts.get(Status.FAILED, 0)),
        free_bytes=_free_bytes(store),
    )


def run_of(site: Site, store: Store, night: date) -> Run | None:
    """Return the latest run that covers a site date, None if there is none."""
    # A run is filed under the last of its dates, so that those of earlier dates can't cover this one.
    runs = store.read(RUNS, site.name, first=night)
    covering = runs[runs["first_date"] <= night.isoformat()]
    return None if covering.empty else as_run(covering.sort_values("started_utc").iloc[-1])


def as_run(row: pd.Series) -> Run:
    """Return a row of the runs table as what a monitor is told."""
    return Run(
        run_id=str(row["run_id"]),
        started_utc=row["started_utc"].to_pydatetime(),
        finished_utc=row["finished_utc"].to_pydatetime(),
        found=int(row["recordings_found"]),
        skipped=int(row["recordings_skipped"]),
        done=int(row["recordings_done"]),
        partial=int(row["recordings_partial"]),
        failed=int(row["recordings_failed"]),
        analysed_s=float(row["analysed_s"]),
        elapsed_s=float(row["elapsed_s"]),
    )


def _free_bytes(store: Store) -> int | None:
    if not isinstance(store.fs, LocalFileSystem):
        return None
    root = Path(store.root)
    with explained(f"can't look at the disk of {root}"):
        return shutil.disk_usage(next(one for one in (root, *root.parents) if one.exists())).free
