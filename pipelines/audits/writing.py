"""EDGE: write audited entries into the store, and mark how far they go."""

from __future__ import annotations

import json
import os
import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

import pandas as pd

from detectors.columns import TableSpec, text
from pipelines.audits.chain import CHAIN, Mark, MarkKind, Row, entry_hash, is_chained, reference, tips
from pipelines.clips.views import CLIP_VIEWS
from pipelines.sites.site import Site
from pipelines.storage.parts import explained
from pipelines.storage.store import Store

AUDIT_MARKS: Final = TableSpec(
    "audit_marks",
    "table and instant",
    ("chain_id", "number"),
    (
        text("table", "the audited table", "clip_views"),
        text("kind", "whether its entries were there, or their period ended", "anchored", tuple(MarkKind)),
        text("tips", "entries that no other followed, as in parents", "20260303T071502Z-4f09abc3:3:9f2c"),
        *CHAIN,
    ),
)
"""Filed under the site date on which it was marked; each mark is a part of its own."""

AUDITED: Final = (CLIP_VIEWS,)
"""Tables whose entries are chained; each ends with the columns of `CHAIN`."""

LINK: Final = [column.name for column in CHAIN]

LOOK_BACK: Final = timedelta(days=31)
"""How far back a new chain looks for entries that nothing followed; each night marks them anyway."""


@dataclass
class _Chain:
    """The chain that this process keeps in one table: what its next entry is numbered and follows."""

    chain_id: str
    number: int
    parents: str


_CHAINS: Final[dict[tuple[str, str, str], _Chain]] = {}
_LOCK: Final = threading.Lock()


def append(
    site: Site,
    store: Store,
    spec: TableSpec,
    row: Mapping[str, object],
    now: datetime,
    part: str | None = None,
) -> None:
    """Write one entry, chained to what stands in the table; nothing is chained to it until it is written.

    Parameters
    ----------
    spec
        A table that ends with the columns of `CHAIN`.
    row
        The other columns.
    now
        With a time zone; its site date is where the entry is filed.
    part
        Name of its part; by default its place in its chain.

    Raises
    ------
    StoreError
        If it can't be written; then whatever it tells of must not happen.
    """
    day = now.astimezone(site.tz).date()
    key = (store.root, site.name, spec.name)
    with _LOCK:
        chain = _CHAINS.get(key) or _begun(site, store, spec, now)
        link = (now.astimezone(UTC), chain.chain_id, chain.number, chain.parents, "")
        entry = {**row, **dict(zip(LINK, link, strict=True))}
        frame = pd.DataFrame([entry]).astype({column.name: column.dtype for column in spec.columns})
        # Of the row as it will be read, not as it was handed over.
        filed = rows_of(frame.assign(site=site.name, date=day.isoformat()))[0]
        frame["entry_hash"] = entry_hash(spec.name, filed)
        store.write(spec, frame, site.name, day, part or f"{chain.chain_id}-{chain.number:06d}")
        follower = reference({**entry, "entry_hash": frame["entry_hash"].iloc[0]})
        _CHAINS[key] = _Chain(chain.chain_id, chain.number + 1, follower)


def anchor(site: Site, store: Store, now: datetime) -> list[Mark]:
    """Mark how far every audited table goes, in the store and in the file outside it; return what is new.

    Raises
    ------
    StoreError
        If a mark can't be written.
    """
    marks = []
    for spec in AUDITED:
        ends = tips(recent(site, store, spec, now))
        last = [one for one in recent(site, store, AUDIT_MARKS, now) if one["table"] == spec.name]
        if ends and ends not in {one["tips"] for one in last}:
            marks.append(_mark(site, store, Mark(spec.name, MarkKind.ANCHORED, now, ends)))
    if site.nightly.audit_file is not None and marks:
        own = Mark(AUDIT_MARKS.name, MarkKind.ANCHORED, now, tips(recent(site, store, AUDIT_MARKS, now)))
        _note_outside(Path(site.nightly.audit_file), site.name, [*marks, own])
    return marks


def mark_removed(site: Site, store: Store, spec: TableSpec, before: date, now: datetime) -> None:
    """Mark that the entries of an audited table before a site date go for good; call it before they do.

    Raises
    ------
    StoreError
        If the mark can't be written; then nothing may be removed.
    """
    rows = [row for row in rows_of(store.read(spec, site.name)) if is_chained(row)]
    going = [row for row in rows if str(row["date"]) < before.isoformat()]
    if not going:
        return
    marks = marks_of(rows_of(store.read(AUDIT_MARKS, site.name)))
    staying = [str(row["parents"]) for row in rows if str(row["date"]) >= before.isoformat()]
    named = {name for names in (*staying, *(mark.tips for mark in marks)) for name in names.split()}
    ends = {*tips(going).split(), *(named & {reference(row) for row in going})}
    _mark(site, store, Mark(spec.name, MarkKind.REMOVED, now, " ".join(sorted(ends))))


def recent(site: Site, store: Store, spec: TableSpec, now: datetime) -> list[Row]:
    """Return the latest entries of an audited table that stand in a chain."""
    first = (now - LOOK_BACK).astimezone(site.tz).date()
    return [row for row in rows_of(store.read(spec, site.name, first)) if is_chained(row)]


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """Return the rows of an audited table as plain values."""
    # Beside rows without a number pandas holds the others as floats.
    numbered = frame.assign(number=frame["number"].astype("Int64").astype(object))
    return [{str(name): value for name, value in row.items()} for row in numbered.to_dict("records")]


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


def _begun(site: Site, store: Store, spec: TableSpec, now: datetime) -> _Chain:
    chain_id = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    rows = recent(site, store, spec, now) or [
        row for row in rows_of(store.read(spec, site.name)) if is_chained(row)
    ]
    return _Chain(chain_id, 0, tips(rows))


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
