"""Read the audited tables of a site, and the anchors outside its store, and say what does not hold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from detectors.columns import TableSpec
from pipelines.audits.breaks import Break, breaks
from pipelines.audits.chain import Mark, MarkKind, Row
from pipelines.audits.marks import AUDIT_MARKS, AUDITED, as_instant, marks_of
from pipelines.audits.writing import rows_of
from pipelines.sites.site import Site, SiteError
from pipelines.storage.store import Store, StoreError


@dataclass(frozen=True)
class Checked:
    """What was checked of one table: how many entries, chains and marks, and what does not hold.

    ``removals`` are marks that entries were taken out since their period had ended.
    """

    table: str
    entries: int
    chains: int
    marks: int
    removals: int
    breaks: tuple[Break, ...]


def check(site: Site, store: Store) -> list[Checked]:
    """Check every audited table, and the marks themselves by those outside the store.

    Raises
    ------
    StoreError
        If the store can't be listed.
    SiteError
        If the file of anchors outside the store is named and can't be used.
    """
    outside = _outside(site)
    rows, unreadable = _rows(site, store, AUDIT_MARKS)
    marks = [*marks_of(rows), *outside]
    checked = [_checked(spec, *_rows(site, store, spec), marks) for spec in AUDITED]
    return [*checked, _checked(AUDIT_MARKS, rows, unreadable, outside)]


def _checked(spec: TableSpec, rows: list[Row], unreadable: list[Break], marks: list[Mark]) -> Checked:
    own = [mark for mark in marks if mark.table == spec.name]
    chains = {str(row["chain_id"]) for row in rows}
    found = (*unreadable, *breaks(spec.name, rows, own))
    removals = sum(mark.kind is MarkKind.REMOVED for mark in own)
    return Checked(spec.name, len(rows), len(chains), len(own), removals, found)


def _rows(site: Site, store: Store, spec: TableSpec) -> tuple[list[Row], list[Break]]:
    """Return the rows that can be read, and a break per part that can't."""
    parts = store.parts(spec, site.name)
    try:
        return rows_of(store.read_parts(spec, parts)), []
    except StoreError:
        pass
    frames: list[pd.DataFrame] = []
    unreadable = []
    for part in parts:
        try:
            frames.append(store.read_parts(spec, [part]))
        except StoreError as error:
            unreadable.append(Break(spec.name, f"{part.date}/{part.name}", f"can't be read: {error}"))
    return [row for frame in frames for row in rows_of(frame)], unreadable


def _outside(site: Site) -> list[Mark]:
    if site.nightly.audit_file is None:
        return []
    path = Path(site.nightly.audit_file)
    try:
        lines = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line]
        return [
            Mark(line["table"], MarkKind(line["kind"]), as_instant(line["marked_utc"]), line["tips"])
            for line in lines
            if line["site"] == site.name
        ]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise SiteError(f"{path}: the anchors of the audit log can't be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError) as error:
        raise SiteError(f"{path}: is no file of anchors that nightly runs wrote: {error}") from error
