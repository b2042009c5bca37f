"""EDGE: footage in an object store: what there is, and who it is."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import fsspec
from pydantic import TypeAdapter, ValidationError

from pipelines.footage.identity import stream_id
from pipelines.storage.parts import StoreError, explained
from pipelines.storage.whole_files import replace_file

Known = dict[str, tuple[int, str, str]]
"""URL to size in bytes, version in the store, and identity."""

_KNOWN: Final = TypeAdapter(Known)


@dataclass(frozen=True)
class Object:
    """A file of an object store; ``version`` (an ETag, or a time) changes with its content."""

    url: str
    size_bytes: int
    version: str


def is_remote(footage: str) -> bool:
    """Return whether a camera's pattern of files is a URL."""
    return "://" in footage


def objects(pattern: str) -> list[Object]:
    """Return the files of an object store that fit a URL with wildcards, sorted.

    Raises
    ------
    StoreError
        If the driver is missing or the store does not answer.
    """
    with explained(f"can't list {pattern}"):
        fs, path = opened(pattern)
        fs.invalidate_cache()
        found = fs.glob(path, detail=True).values()
        return sorted(
            (
                Object(fs.unstrip_protocol(info["name"]), int(info["size"]), _version(info))
                for info in found
                if info["type"] == "file"
            ),
            key=lambda one: one.url,
        )


def remote_ids(found: Iterable[Object], cache: Path | None) -> dict[str, str | OSError]:
    """Return by URL the hash of each content, or why it can't be read.

    A content is read through once to be hashed, as a local one is, and again only after its version
    in the store has changed.

    Parameters
    ----------
    cache
        JSON file that remembers identities; None does without.
    """
    known = _known(cache) if cache else {}
    before = dict(known)
    ids: dict[str, str | OSError] = {}
    for one in found:
        entry = known.get(one.url)
        if entry is None or entry[:2] != (one.size_bytes, one.version):
            try:
                fs, path = opened(one.url)
                with fs.open(path, "rb") as file:
                    entry = known[one.url] = (one.size_bytes, one.version, stream_id(file))
            except OSError as error:
                ids[one.url] = error
                continue
        ids[one.url] = entry[2]
    if cache and known != before:
        replace_file(cache, _KNOWN.dump_json(known))
    return ids


def opened(url: str) -> tuple[fsspec.AbstractFileSystem, str]:
    """Return the file system of a URL and the path in it.

    Raises
    ------
    StoreError
        If its driver is missing or can't be used.
    """
    try:
        fs, path = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError) as error:
        raise StoreError(f"can't open {url}: {error}") from error
    return fs, str(path)


def _version(info: dict[str, object]) -> str:
    return str(info.get("ETag") or info.get("etag") or info.get("LastModified") or info.get("created"))


def _known(cache: Path) -> Known:
    try:
        return _KNOWN.validate_json(cache.read_bytes())
    except (FileNotFoundError, ValidationError):
        return {}
