"""The identity of a recording: a hash of its content, remembered between runs."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from functools import partial
from io import BufferedIOBase
from pathlib import Path
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

_blake2b = partial(hashlib.blake2b, digest_size=8)
# Path to size in bytes, time of the last change in ns, and identity.
Known = dict[str, tuple[int, int, Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]]]
_KNOWN: TypeAdapter[Known] = TypeAdapter(Known)


def content_id(path: Path) -> str:
    """Return the BLAKE2b hash of a file's whole content, 16 hexadecimal digits."""
    with path.open("rb") as file:
        return stream_id(file)


def stream_id(file: BufferedIOBase) -> str:
    """Return the same hash of what a file that is open for reading holds from here on."""
    return hashlib.file_digest(file, _blake2b).hexdigest()


def name_id(path: Path) -> str:
    """Return an identity of the same form for a file whose content can't be read: its path's hash."""
    return _blake2b(os.fsencode(path)).hexdigest()


def content_ids(paths: Iterable[Path], cache: Path | None) -> dict[Path, str | OSError]:
    """Return the identity of each file, or why it can't be read.

    Parameters
    ----------
    paths
        Files to identify.
    cache
        JSON file that remembers identities by path, size and time of change, so that a file
        is read again only after a change. A missing or broken one is rebuilt; None does without.
    """
    known = _read(cache) if cache else {}
    before = dict(known)
    found: dict[Path, str | OSError] = {}
    for path in paths:
        try:
            found[path] = _remembered(path, known)
        except OSError as error:
            found[path] = error
    if cache and known != before:
        _write(cache, known)
    return found


def _remembered(path: Path, known: Known) -> str:
    status = path.stat()
    entry = known.get(str(path))
    if entry is None or entry[:2] != (status.st_size, status.st_mtime_ns):
        entry = (status.st_size, status.st_mtime_ns, content_id(path))
        known[str(path)] = entry
    return entry[2]


def _read(cache: Path) -> Known:
    try:
        return _KNOWN.validate_json(cache.read_bytes())
    except (FileNotFoundError, ValidationError):
        return {}


def _write(cache: Path, known: Known) -> None:
    cache.parent.mkdir(parents=True, exist_ok=True)
    # A reader or a second run sees the old file or the new one, never half of one.
    with tempfile.NamedTemporaryFile(dir=cache.parent, prefix=f".{cache.name}.", delete=False) as file:
        file.write(_KNOWN.dump_json(known))
    Path(file.name).replace(cache)
