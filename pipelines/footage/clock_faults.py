"""Clocks of cameras that can't be right: recordings to come, over one another, or ahead of their files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

import pandas as pd

from detectors.tables import FOOTAGE
from pipelines.footage.finding import discover
from pipelines.footage.start_times import ContainerStart
from pipelines.sites.site import Site
from pipelines.storage.store import open_store

TOLERANCE: Final = timedelta(seconds=5)
"""Recorders close a file a moment after they open the next one, and round its start."""

FILE_SERVER: Final = timedelta(minutes=2)
"""The clocks of this machine and of the file server may differ by so much."""

AHEAD: Final = timedelta(days=366)
_COLUMNS: Final = ("camera_id", "path", "start_utc", "end_utc")


def clock_faults(
    site: Site, first: date, last: date, now: datetime, container_start: ContainerStart
) -> list[str]:
    """Return one sentence on each recording that shows that the clock of its camera is wrong.

    Found are recordings of the dates that end after ``now`` or after their file was last written, or
    that begin before the one before them ends; and files that say they begin on a date still to come. A
    clock that is slow can't be told from files that were copied later.

    Parameters
    ----------
    first, last
        Site dates, both included, whose recordings have been processed.
    now
        With a time zone.

    Raises
    ------
    StoreError
        If the store can't be read.
    """
    rows = open_store(site.store_url).read(FOOTAGE, site.name, first, last, list(_COLUMNS))
    rows = rows.dropna(subset=["start_utc", "end_utc"]).sort_values(["camera_id", "start_utc", "path"])
    return [*_ahead(site, rows, now), *_overlapping(rows), *_to_come(site, now, container_start)]


def _ahead(site: Site, rows: pd.DataFrame, now: datetime) -> Iterator[str]:
    for row in rows.to_dict("records"):
        written = _last_written(site.folder / row["path"]) or now
        early = row["end_utc"] - min(written, now)
        if early > FILE_SERVER:
            seen = "now" if written >= now else "its file was last written"
            camera = row["camera_id"]
            yield f"{row['path']} ends {_shown(early)} after {seen}, so the clock of {camera} is ahead"


def _overlapping(rows: pd.DataFrame) -> Iterator[str]:
    for before, after in pairwise(rows.to_dict("records")):
        over = before["end_utc"] - after["start_utc"]
        if before["camera_id"] == after["camera_id"] and over > TOLERANCE:
            yield (
                f"{after['path']} begins {_shown(over)} before {before['path']} ends, so the clock of "
                f"{after['camera_id']} was put back or it records twice; what both show is counted twice"
            )


def _to_come(site: Site, now: datetime, container_start: ContainerStart) -> Iterator[str]:
    today = now.astimezone(site.tz).date()
    for one in discover(site, today + timedelta(days=1), today + AHEAD, None, container_start):
        if one.start_utc is not None:
            when = f"{one.start_utc.astimezone(site.tz):%Y-%m-%d %H:%M}"
            yield (
                f"{one.path.name} says that it begins at {when}, which is still to come, so the clock of "
                f"{one.camera_id} is ahead; it is not processed before that date is over"
            )


def _last_written(path: Path) -> datetime | None:
    try:
        return datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except OSError:
        return None


def _shown(length: timedelta) -> str:
    seconds = length.total_seconds()
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
