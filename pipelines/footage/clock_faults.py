"""Clocks of cameras that can't be right: recordings to come, over one another, or slipping."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from detectors.columns import RECORDING
from detectors.tables import FOOTAGE
from detectors.vocabulary import Status
from pipelines.footage.clock_drift import slip_s
from pipelines.footage.finding import discover
from pipelines.footage.start_times import ContainerStart
from pipelines.footage.wrong_clocks import CLOCK_FAULTS, PART, ClockFault
from pipelines.sites.site import Site
from pipelines.storage.store import Store, open_store

TOLERANCE: Final = timedelta(seconds=5)
"""Recorders close a file a moment after they open the next one, and round its start."""

FILE_SERVER: Final = timedelta(minutes=2)
"""The clocks of this machine and of the file server may differ by so much."""

AHEAD: Final = timedelta(days=366)
DAY: Final = timedelta(days=1)
_COLUMNS: Final = (*(column.name for column in RECORDING), "path", "start_utc", "end_utc", "status")
_READ: Final = [str(Status.DONE), str(Status.PARTIAL)]

Row = dict[Any, Any]


@dataclass(frozen=True)
class Wrong:
    """One thing that shows a wrong clock: the rows of the recordings, by how much, and a sentence on it."""

    rows: tuple[Row, ...]
    fault: ClockFault
    by_s: float
    sentence: str


def clock_faults(
    site: Site, first: date, last: date, now: datetime, container_start: ContainerStart
) -> list[str]:
    """Write down which recordings show that their camera's clock is wrong, and return a sentence on each.

    Found are recordings of the dates that end after ``now`` or after their file was last written, that
    begin before the one before them ends, or whose clock slips; and files that say they begin on a date
    still to come. A clock that is slow all day can't be told from files that were copied later.

    Parameters
    ----------
    first, last
        Site dates, both included, whose recordings have been processed.
    now
        With a time zone.

    Raises
    ------
    StoreError
        If the store can't be read or written.
    """
    store = open_store(site.store_url)
    # What began the day before may reach into the first date.
    rows = store.read(FOOTAGE, site.name, first - DAY, last, list(_COLUMNS))
    rows = rows[rows["status"].isin(_READ)].dropna(subset=["start_utc", "end_utc"])
    rows = rows.sort_values(["camera_id", "start_utc", "path"], ignore_index=True)
    written = [_last_written(site.folder / path) for path in rows["path"]]
    rows = rows.assign(written_utc=pd.Series(written, dtype="datetime64[us, UTC]", index=rows.index))
    asked = {(first + n * DAY).isoformat() for n in range((last - first).days + 1)}
    found = [
        one
        for one in (*_ahead(rows, now), *_overlapping(rows), *_slipping(rows))
        if one.rows[0]["date"] in asked
    ]
    _write(site, store, found, asked)
    return [*(one.sentence for one in found), *_to_come(site, now, container_start)]


def _ahead(rows: pd.DataFrame, now: datetime) -> Iterator[Wrong]:
    for row in rows.to_dict("records"):
        written = now if pd.isna(row["written_utc"]) else row["written_utc"]
        early = row["end_utc"] - min(written, now)
        if early > FILE_SERVER:
            seen = "now" if written >= now else "its file was last written"
            sentence = f"{row['path']} ends {_shown(early)} after {seen}, so the clock of {row['camera_id']} "
            yield Wrong((row,), ClockFault.FUTURE, early.total_seconds(), f"{sentence}is ahead")


def _overlapping(rows: pd.DataFrame) -> Iterator[Wrong]:
    for camera, mine in rows.groupby("camera_id"):
        before: Row | None = None
        for row in mine.to_dict("records"):
            over = before["end_utc"] - row["start_utc"] if before else timedelta(0)
            if before and over > TOLERANCE:
                # The one before stays: what both show is then counted once.
                sentence = (
                    f"{row['path']} begins {_shown(over)} before {before['path']} ends, so the clock of "
                    f"{camera} was put back or it records twice"
                )
                yield Wrong((row,), ClockFault.OVERLAP, over.total_seconds(), sentence)
            else:
                before = row


def _slipping(rows: pd.DataFrame) -> Iterator[Wrong]:
    for (camera, day), mine in rows.groupby(["camera_id", "date"], observed=True):
        slip = slip_s(mine)
        if not np.isnan(slip):
            way = "loses" if slip > 0 else "records twice"
            sentence = (
                f"the clock of {camera} {'gains' if slip > 0 else 'loses'} {abs(slip):.0f} s over its "
                f"recordings of {day}, or the recorder {way} a moment at each file"
            )
            yield Wrong(tuple(mine.to_dict("records")), ClockFault.DRIFT, slip, sentence)


def _write(site: Site, store: Store, found: list[Wrong], asked: set[str]) -> None:
    """Replace what is known of the dates; a date without a fault has no part."""
    names = [column.name for column in RECORDING]
    rows = [
        {name: row[name] for name in (*names, "date")} | {"fault": str(one.fault), "by_s": one.by_s}
        for one in found
        for row in one.rows
    ]
    known = {part.date.isoformat() for part in store.parts(CLOCK_FAULTS, site.name)}
    for day in sorted(asked):
        mine = [row for row in rows if row["date"] == day]
        types = {column.name: column.dtype for column in CLOCK_FAULTS.columns}
        if mine:
            frame = pd.DataFrame(mine)[CLOCK_FAULTS.names].astype(types)
            store.write(CLOCK_FAULTS, frame, site.name, date.fromisoformat(day), PART)
        elif day in known:
            store.remove(CLOCK_FAULTS, site.name, date.fromisoformat(day), PART)


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
