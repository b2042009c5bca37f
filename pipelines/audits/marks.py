"""EDGE: mark how far the audited tables go, in the store and outside it, and what is rightly taken out."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Final

import pandas as pd

from detectors.columns import TableSpec, text
from pipelines.audits.chain import CHAIN, Mark, MarkKind, Row, is_chained, reference, tips
from pipelines.audits.refused_logins import REFUSED_LOGINS
from pipelines.audits.writing import append, recent, rows_of
from pipelines.clips.views import CLIP_VIEWS
from pipelines.exporting.tables import EXPORTS
from pipelines.retention.holds import HOLDS
from pipelines.retention.tables import DELETIONS
from pipelines.reviewing.tables import LABELS
from pipelines.sites.site import Site
from pipelines.storage.parts import explained
from pipelines.storage.store import Store

AUDITED: Final = (CLIP_VIEWS, EXPORTS, LABELS, HOLDS, DELETIONS, REFUSED_LOGINS)
"""Tables whose entries are chained; each ends with the columns of `CHAIN`."""

AUDIT_MARKS: Final = TableSpec(
    "audit_marks",
    "table and instant",
    ("chain_id", "number"),
    (
        text("table", "the audited table", "clip_views"),
        text(
            "kind",
            "its entries were there, their period ended, or such led to them",
            "anchored",
            tuple(MarkKind),
        ),
        text("tips", "entries that no other followed, as in parents", "20260303T071502Z-4f09abc3:3:9f2c"),
        *CHAIN,
    ),
)
"""Filed under the site date on which it was marked; each mark is a part of its own."""


def anchor(site: Site, store: Store, now: datetime) -> list[Mark]:
    """Mark how far every audited table goes, in the store and in the file outside it; return what is new.

    Raises
    ------
    StoreError
        If a mark can't be written.
    """
    marks = []
    for spec in AUDITED:
        ends = tips(recent(store, spec, site.name, now))
        last = [one for one in recent(store, AUDIT_MARKS, site.name, now) if one["table"] == spec.name]
        if ends and ends not in {one["tips"] for one in last}:
            marks.append(_mark(site, store, Mark(spec.name, MarkKind.ANCHORED, now, ends)))
    if site.nightly.audit_file is not None and marks:
        own = Mark(AUDIT_MARKS.name, MarkKind.ANCHORED, now, tips(recent(store, AUDIT_MARKS, site.name, now)))
        _note_outside(Path(site.nightly.audit_file), site.name, [*marks, own])
    return marks


def mark_removed(site: Site, store: Store, spec: TableSpec, dates: tuple[date, date], now: datetime) -> None:
    """Mark that the entries of an audited table go for good; call it before they do.

    Parameters
    ----------
    dates
        First and last site date, both included, under which what goes is filed.

    Raises
    ------
    StoreError
        If the mark can't be written; then nothing may be removed.
    """
    rows = [row for row in rows_of(store.read(spec, site.name)) if is_chained(row)]
    first, last = (day.isoformat() for day in dates)
    going = [row for row in rows if first <= str(row["date"]) <= last]
    if not going:
        return
    staying = [row for row in rows if not first <= str(row["date"]) <= last]
    kept = _followed(going) & {reference(row) for row in staying}
    if kept:
        _mark(site, store, Mark(spec.name, MarkKind.KEPT, now, " ".join(sorted(kept))))
    marks = marks_of(rows_of(store.read(AUDIT_MARKS, site.name)))
    named = _followed(staying).union(*(mark.tips.split() for mark in marks))
    ends = {*tips(going).split(), *(named & {reference(row) for row in going})}
    _mark(site, store, Mark(spec.name, MarkKind.REMOVED, now, " ".join(sorted(ends))))


def marks_of(rows: Sequence[Row]) -> list[Mark]:
    """Return the marks that stand in the store."""
    return [
        Mark(str(row["table"]), MarkKind(str(row["kind"])), as_instant(row["chained_utc"]), str(row["tips"]))
        for row in rows
        if is_chained(row) and row["kind"] in set(MarkKind)
    ]


def as_instant(value: object) -> datetime:
    """Return an instant as it stands in a table, or in ISO 8601."""
    return pd.Timestamp(str(value)).to_pydatetime()


def _followed(rows: Sequence[Row]) -> set[str]:
    return {parent for row in rows for parent in str(row["parents"]).split()}


def _mark(site: Site, store: Store, mark: Mark) -> Mark:
    row = {"table": mark.table, "kind": str(mark.kind), "tips": mark.tips}
    append(site, store, AUDIT_MARKS, row, mark.marked_utc)
    return mark


def _note_outside(path: Path, site: str, marks: list[Mark]) -> None:
    lines = [{"site": site, **asdict(mark), "marked_utc": mark.marked_utc.isoformat()} for mark in marks]
    with explained(f"audit log: can't add to {path}"), path.open("a", encoding="utf-8") as file:
        file.write("".join(json.dumps(line) + "\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())
