"""What tells that a table of the store has changed, at the cost of one look at each folder of a date."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from fsspec.implementations.local import LocalFileSystem

from detectors.columns import TableSpec
from pipelines.storage.store import Store

FEW_DAYS: Final = timedelta(days=400)
"""Dates up to which each folder is looked at by its name: the others need not be listed."""

Day = date | None


def version(store: Store, spec: TableSpec, site: str, first: Day, last: Day) -> str:
    """Return what changes whenever a part of some dates of a table is written, replaced or removed."""
    if isinstance(store.fs, LocalFileSystem):
        # A part is renamed into the folder of its date, which changes the time of the folder.
        folders = _folders(Path(f"{store.root}/{spec.name}/site={site}"), first, last)
        seen = [f"{folder.name} {folder.stat().st_mtime_ns}" for folder in folders if folder.exists()]
    else:
        parts = store.parts(spec, site, first, last)
        seen = [f"{part.path} {sorted(store.fs.info(part.path).items(), key=str)}" for part in parts]
    return hashlib.blake2b("\n".join([spec.name, *seen]).encode(), digest_size=12).hexdigest()


def _folders(top: Path, first: Day, last: Day) -> list[Path]:
    if first is not None and last is not None and last - first < FEW_DAYS:
        return [top / f"date={first + timedelta(days=n)}" for n in range((last - first).days + 1)]
    low, high = f"date={first or date.min}", f"date={last or date.max}"
    return sorted(folder for folder in top.glob("date=*") if low <= folder.name <= high)
