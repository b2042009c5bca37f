"""What a kind of work is, and what tells one of its ends from another."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pipelines.storage.store import Store, open_store

State = dict[str, list[str]]
"""``things``: one text per row that may be lost or doubled; ``files``: paths with the hashes of them."""

OF_NO_RUN: Final = ("runs", "claims", "labels", "exports")
"""What tells of the runs themselves, or is named or chained by lot."""


@dataclass(frozen=True)
class Work:
    """One kind of work.

    Attributes
    ----------
    make
        Writes what it works on into a new folder.
    run
        Does it to the end; what it returns is only told.
    state
        What it left.
    """

    name: str
    make: Callable[[Path], object]
    run: Callable[[Path], object]
    state: Callable[[Path], State]


def store_of(folder: Path) -> Store:
    return open_store(str(folder / "store"))


def hashes(folder: Path) -> list[str]:
    """Return path and hash of every part of the store that the same work writes with the same bytes."""
    store = folder / "store"
    parts = (path.relative_to(store) for path in sorted(store.rglob("*.parquet")))
    return [f"{part} {sha256(store / part)}" for part in parts if part.parts[0] not in OF_NO_RUN]


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "missing"
