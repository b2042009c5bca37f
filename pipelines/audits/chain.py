"""Chains of hashes that make a table tamper-evident: what was altered, taken out or put in shows.

Each process that writes keeps a chain of its own, so that several may write at once without a lock: an
entry names the one before it by hash. The first entry of a chain names every entry that nothing followed
yet, so that the chains are woven into one net; marks say how far the net went at some instant.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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

SLACK: Final = timedelta(minutes=5)
"""How far the clocks of two machines may lie apart."""

Row: TypeAlias = Mapping[str, Any]


class MarkKind(StrEnum):
    """What a mark says of its entries: that they were there, or that their period ended."""

    ANCHORED = "anchored"
    REMOVED = "removed"


@dataclass(frozen=True)
class Mark:
    """How far a table went at some instant, or what was rightly taken out of it.

    ``tips`` are the entries that no other followed, as in ``parents``; those they follow go with them.
    """

    table: str
    kind: MarkKind
    marked_utc: datetime
    tips: str


@dataclass(frozen=True)
class Break:
    """One thing that is not as it was written: the table, the entry, and what is wrong with it."""

    table: str
    entry: str
    what: str


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


def breaks(table: str, rows: Sequence[Row], marks: Iterable[Mark]) -> list[Break]:
    """Return all that is not as it was written; an empty list if nothing is.

    Parameters
    ----------
    rows
        All entries of the table, each with its ``site`` and ``date``.
    marks
        Those of this table, from the store and from outside it.
    """
    chained = [row for row in rows if is_chained(row)]
    marks = sorted(marks, key=lambda mark: mark.marked_utc)
    known = {reference(row): row for row in chained}
    excused = {tip for mark in marks if mark.kind is MarkKind.REMOVED for tip in mark.tips.split()}
    found = [
        Break(table, f"a row of {row['date']}", "stands in no chain") for row in rows if not is_chained(row)
    ]
    for row in chained:
        found += [Break(table, _name(row), what) for what in _faults(table, row, {*known, *excused})]
    found += _twice(table, chained) + _second_beginnings(table, chained)
    found += _beyond_anchors(table, known, excused, marks)
    return found


def _faults(table: str, row: Row, known: set[str]) -> Iterator[str]:
    if entry_hash(table, row) != row["entry_hash"]:
        yield "was changed: its content does not fit its hash"
    parents = str(row["parents"]).split()
    number = int(str(row["number"]))
    before = f"{row['chain_id']}:{number - 1}:"
    if number > 0 and (len(parents) != 1 or not parents[0].startswith(before)):
        yield f"does not follow entry {number - 1} of its chain"
    for parent in parents:
        if parent not in known:
            yield f"follows {_short(parent)}, which was removed or changed"


def _twice(table: str, rows: Sequence[Row]) -> list[Break]:
    counts = Counter(_name(row) for row in rows)
    return [Break(table, name, f"is there {n} times") for name, n in counts.items() if n > 1]


def _second_beginnings(table: str, rows: Sequence[Row]) -> list[Break]:
    """Return the chains that follow nothing although there was something to follow."""
    first = min((_time(row) for row in rows), default=None)
    alone = [row for row in rows if row["number"] == 0 and not str(row["parents"]).split()]
    late = [row for row in alone if first is not None and _time(row) > first + SLACK]
    return [Break(table, _name(row), "follows nothing, but there were entries before it") for row in late]


def _beyond_anchors(
    table: str, known: Mapping[str, Row], excused: set[str], marks: Sequence[Mark]
) -> Iterator[Break]:
    """Yield what an anchor saw and is gone, and what claims to be older than an anchor that never saw it."""
    waiting = deque(sorted(known, key=lambda name: _time(known[name])))
    reached: set[str] = set()
    missing: set[str] = set()
    for mark in (one for one in marks if one.kind is MarkKind.ANCHORED):
        seen = f"{mark.marked_utc.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        for tip in set(mark.tips.split()) - set(known) - excused - missing:
            missing.add(tip)
            yield Break(table, _short(tip), f"was there on {seen} and was removed or changed")
        _follow(mark.tips.split(), known, reached)
        while waiting and _time(known[waiting[0]]) < mark.marked_utc - SLACK:
            name = waiting.popleft()
            # What only a missing entry led to can't be told from what was put in.
            if name not in reached and not missing:
                yield Break(table, _name(known[name]), f"was put in later: it was not there on {seen}")


def _follow(names: list[str], known: Mapping[str, Row], reached: set[str]) -> None:
    """Add some entries, and all that they follow, to those that were reached."""
    todo = [name for name in names if name in known]
    while todo:
        name = todo.pop()
        if name not in reached:
            reached.add(name)
            todo += [parent for parent in str(known[name]["parents"]).split() if parent in known]


def _plain(value: object) -> object:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value


def _time(row: Row) -> datetime:
    return pd.Timestamp(str(row["chained_utc"])).to_pydatetime()


def _name(row: Row) -> str:
    return f"entry {row['number']} of chain {row['chain_id']} ({row['date']})"


def _short(reference: str) -> str:
    chain, _, number = reference.partition(":")
    return f"entry {number.partition(':')[0]} of chain {chain}"
