"""Find where chained entries are not as they were written: altered, taken out, put in or doubled."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import pandas as pd

from pipelines.audits.chain import Mark, MarkKind, Row, entry_hash, is_chained, reference

SLACK: Final = timedelta(minutes=5)
"""How far the clocks of two machines may lie apart."""


@dataclass(frozen=True)
class Break:
    """One thing that is not as it was written: the table, the entry, and what is wrong with it."""

    table: str
    entry: str
    what: str


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
    for mark in (one for one in marks if one.kind is MarkKind.KEPT):
        # Older anchors saw them through what has since been taken out.
        _follow(mark.tips.split(), known, reached)
    for mark in (one for one in marks if one.kind is not MarkKind.REMOVED):
        seen = f"{mark.marked_utc.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
        for tip in set(mark.tips.split()) - set(known) - excused - missing:
            missing.add(tip)
            yield Break(table, _short(tip), f"was there on {seen} and was removed or changed")
        if mark.kind is MarkKind.KEPT:
            continue
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


def _time(row: Row) -> datetime:
    return pd.Timestamp(str(row["chained_utc"])).to_pydatetime()


def _name(row: Row) -> str:
    return f"entry {row['number']} of chain {row['chain_id']} ({row['date']})"


def _short(reference: str) -> str:
    chain, _, number = reference.partition(":")
    return f"entry {number.partition(':')[0]} of chain {chain}"
