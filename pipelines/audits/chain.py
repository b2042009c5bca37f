"""Chains of hashes that make a table tamper-evident: what was altered, taken out or put in shows.

Each process that writes keeps a chain of its own, so that several may write at once without a lock: an
entry names the one before it by hash. The first entry of a chain names every entry that nothing followed
yet, so that the chains are woven into one net; marks say how far the net went at some instant.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

import pandas as pd

from detectors.columns import count, text, utc

CHAIN: Final = (
    utc("chained_utc", "when it was written", "2026-03-03T07:15:02Z"),
    text(
        "chain_id", "start of the process that wrote it, and digits drawn by lot", "20260303T071502Z-4f09abc3"
    ),
    count("number", "place in its chain, from 0", 4),
    text(
        "parents",
        "entries that it follows as chain:number:hash, separated by spaces; the first of a chain follows "
        "all that nothing followed yet",
        "20260303T071502Z-4f09abc3:3:9f2c",
    ),
    text("entry_hash", "SHA-256 of all else in the row, of its table, site and date", "9f2c"),
)
"""Columns that a table of audited entries ends with."""

Row: TypeAlias = Mapping[str, Any]


class MarkKind(StrEnum):
    """What a mark says of its entries: they were there, their period ended, or such as ended led to them."""

    ANCHORED = "anchored"
    REMOVED = "removed"
    KEPT = "kept"


@dataclass(frozen=True)
class Mark:
    """How far a table went at some instant, or what was rightly taken out of it.

    ``tips`` are the entries that no other followed, as in ``parents``; those they follow go with them.
    """

    table: str
    kind: MarkKind
    marked_utc: datetime
    tips: str


def entry_hash(table: str, row: Row) -> str:
    """Return the SHA-256 of a row with its ``site`` and ``date``; columns that are null count for nothing.

    So an entry keeps its hash when a later version adds columns.
    """
    content = {
        name: _plain(value) for name, value in row.items() if name != "entry_hash" and not pd.isna(value)
    }
    text_of = json.dumps([table, content], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text_of.encode()).hexdigest()


def is_chained(row: Row) -> bool:
    """Return whether a row stands in a chain; one that was written by other means does not."""
    return not any(pd.isna(row[column.name]) for column in CHAIN)


def reference(row: Row) -> str:
    """Return how other entries name this one."""
    return f"{row['chain_id']}:{row['number']}:{row['entry_hash']}"


def tips(rows: Sequence[Row]) -> str:
    """Return the entries that none of the others follows, separated by spaces."""
    followed = {parent for row in rows for parent in str(row["parents"]).split()}
    return " ".join(sorted({reference(row) for row in rows} - followed))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    # Beside rows without a number pandas holds the others as floats.
    return int(value) if isinstance(value, float) and value.is_integer() else value
