"""Refuse what a newer hingewise wrote: its columns may mean something else by now."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import fsspec
from fsspec.implementations.local import LocalFileSystem

from detectors.tables import SCHEMA_VERSION
from pipelines.storage.parts import StoreError

VERSION_KEY: Final = "schema_version"
"""Name under which each part tells its schema, as Parquet metadata."""

READERS: Final = 16
"""Threads that look into parts far away: each waits for its answer most of its time."""

FOOTER_BYTES: Final = 2**16
"""Enough for the footer of any table here; one that is longer is read again as a whole."""

# A pair of key and value as Parquet's footer holds it: each a field of text, its length before it.
_TOLD: Final = re.compile(b"\\x18\\x0e" + VERSION_KEY.encode() + b"\\x18([\\x00-\\x7f])", re.DOTALL)


def refuse_newer(fs: fsspec.AbstractFileSystem, paths: Sequence[str]) -> None:
    """Refuse parts of a schema that this code does not know; those that tell none are taken as they are.

    Only the end of each file is looked at, and not through Arrow: it would keep the footer, which would not
    fit the rows of a part that is replaced before they are read.

    Raises
    ------
    StoreError
        At the first such part; one sentence says which and what to do.
    OSError
        If a part can't be read.
    """
    if isinstance(fs, LocalFileSystem):
        for path in paths:
            _refuse(fs, path)
        return
    with ThreadPoolExecutor(READERS) as pool:
        list(pool.map(lambda path: _refuse(fs, path), paths))


def _refuse(fs: fsspec.AbstractFileSystem, path: str) -> None:
    told = _told(_footer(fs, path))
    if told is None or (told.isdigit() and int(told) <= SCHEMA_VERSION):
        return
    shown = told[:20].decode(errors="replace")
    raise StoreError(
        f"{path} was written by a newer hingewise (schema {shown}, this one knows up to "
        f"{SCHEMA_VERSION}); upgrade this one, or name another store"
    )


def _footer(fs: fsspec.AbstractFileSystem, path: str) -> bytes:
    end = _end(fs, path, FOOTER_BYTES)
    size = int.from_bytes(end[-8:-4], "little") + 8
    return end if size <= len(end) else _end(fs, path, size)


def _end(fs: fsspec.AbstractFileSystem, path: str, size: int) -> bytes:
    if not isinstance(fs, LocalFileSystem):
        return bytes(fs.tail(path, size))
    with Path(path).open("rb") as file:
        file.seek(max(0, file.seek(0, 2) - size))
        return file.read()


def _told(footer: bytes) -> bytes | None:
    """Return the version that a footer tells, None if it tells none."""
    match = _TOLD.search(footer)
    return None if match is None else footer[match.end() : match.end() + match[1][0]]
