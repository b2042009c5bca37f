"""The files of the store that a deletion is about: which are past a date, their content, their removal."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Final, Protocol

from detectors.columns import TableSpec
from detectors.shift_table import ALL
from pipelines.nights.job import UNDATED
from pipelines.storage.parts import explained
from pipelines.storage.store import Part, Store

_OF_RECORDING: Final = re.compile(r"(?P<camera>.+)-[0-9a-f]{16}(-[0-9a-f]{12})?")
_OF_DATE: Final = re.compile(r"(?:date=(\d{4}-\d\d-\d\d)/|(\d{4}-\d\d-\d\d)-)[^/]+")


@dataclass(frozen=True)
class Item:
    """One file: ``camera_id`` is ``ALL`` where its name tells none, ``digest`` a hash of its content.

    ``path`` is relative to the store, that of a recording to the site file where it lies below it.
    """

    camera_id: str
    path: str
    digest: str
    size_bytes: int
    rows: int


class Files(Protocol):
    """Files of one kind."""

    def due(self, kept_from: date) -> Iterator[tuple[date, list[Item]]]:
        """Yield the site dates before ``kept_from``, in order, with the files filed under each."""

    def digest(self, item: Item) -> str | None:
        """Return the hash of what a file holds now, None if it is gone."""

    def remove(self, item: Item) -> None:
        """Remove a file."""


@dataclass(frozen=True)
class _Stored:
    store: Store
    site: str

    def digest(self, item: Item) -> str | None:
        """Return the SHA-256 of what a file holds now, None if it is gone."""
        content = self._content(item.path)
        return None if content is None else hashlib.sha256(content).hexdigest()

    def remove(self, item: Item) -> None:
        """Remove a file; that it isn't there is no fault."""
        with explained(f"can't remove {item.path}"), suppress(FileNotFoundError):
            self.store.fs.rm_file(f"{self.store.root}/{item.path}")

    def _content(self, path: str) -> bytes | None:
        with explained(f"can't read {path}"), suppress(FileNotFoundError):
            return bytes(self.store.fs.cat_file(f"{self.store.root}/{path}"))
        return None

    def _item(self, path: str, camera_id: str, rows: int) -> Item | None:
        """Return a file below the store, None if it went in the meantime."""
        content = self._content(path)
        if content is None:
            return None
        return Item(camera_id, path, hashlib.sha256(content).hexdigest(), len(content), rows)


@dataclass(frozen=True)
class StoredParts(_Stored):
    """The parts of a table."""

    spec: TableSpec

    def due(self, kept_from: date) -> Iterator[tuple[date, list[Item]]]:
        """Yield the dates with their parts; what has no date is left out, for its age is not known."""
        first, last = UNDATED + timedelta(days=1), kept_from - timedelta(days=1)
        parts = sorted(self.store.parts(self.spec, self.site, first, last), key=lambda part: part.date)
        for day, of_day in groupby(parts, key=lambda part: part.date):
            yield day, [item for part in of_day if (item := self._of_part(part)) is not None]

    def _of_part(self, part: Part) -> Item | None:
        rows = len(self.store.read_parts(self.spec, [part], [self.spec.key[0]]))
        return self._item(part.path.removeprefix(f"{self.store.root}/"), camera_of(part.name), rows)


@dataclass(frozen=True)
class StoredFiles(_Stored):
    """Files that are no tables, whose names tell no camera.

    Below ``<folder>/site=<site>`` they are ``date=<YYYY-MM-DD>/<name>`` or ``<YYYY-MM-DD>-<name>``.

    Attributes
    ----------
    in_use
        So long after its date a file is of use: its age counts from then on.
    """

    folder: str
    in_use: timedelta = timedelta(0)

    def due(self, kept_from: date) -> Iterator[tuple[date, list[Item]]]:
        """Yield the dates with their files."""
        top = f"{self.folder}/site={self.site}"
        found: dict[date, list[str]] = {}
        with explained(f"can't list {top}"):
            self.store.fs.invalidate_cache()
            paths = sorted(self.store.fs.find(f"{self.store.root}/{top}"))
        for path in paths:
            below = path.removeprefix(f"{self.store.root}/")
            match = _OF_DATE.fullmatch(below.removeprefix(f"{top}/"))
            if match and (day := date.fromisoformat(match[1] or match[2]) + self.in_use) < kept_from:
                found.setdefault(day, []).append(below)
        for day, below_root in sorted(found.items()):
            yield day, [item for path in below_root if (item := self._item(path, ALL, 0)) is not None]


def camera_of(part: str) -> str:
    """Return the camera that the name of a part tells, ``ALL`` where it tells none."""
    match = _OF_RECORDING.fullmatch(part)
    return match["camera"] if match else ALL
