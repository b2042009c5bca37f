"""EDGE: write audited entries into the store, each chained to the one before it."""

from __future__ import annotations

import re
import secrets
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pandas as pd

from detectors.columns import TableSpec
from pipelines.audits.chain import CHAIN, Row, entry_hash, is_chained, reference, tips
from pipelines.sites.site import Site
from pipelines.storage.store import Part, Store

LINK: Final = [column.name for column in CHAIN]

LOOK_BACK: Final = timedelta(days=31)
"""How far back a new chain looks for entries that nothing followed; each night marks them anyway."""

_STAMP: Final = re.compile(r"(20\d\d)([01]\d)([0-3]\d)T\d{6}Z")
_NOT_YET: Final = ""


@dataclass(frozen=True)
class Place:
    """Where entries are filed: site, site date, and name of their part.

    Without a name it is the place of the first of them in its chain.
    """

    site: str
    day: date
    part: str | None = None


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
    """Write one entry under the site date of ``now``, as `append_rows` does."""
    day = now.astimezone(site.tz).date()
    append_rows(store, spec, Place(site.name, day, part), [row], now)


def append_rows(
    store: Store, spec: TableSpec, place: Place, rows: Sequence[Mapping[str, object]], now: datetime
) -> None:
    """Write entries as one part, chained to what stands in the table; nothing follows what was not written.

    Parameters
    ----------
    spec
        A table that ends with the columns of `CHAIN`.
    rows
        The other columns; at least one row.
    now
        With a time zone.

    Raises
    ------
    StoreError
        If they can't be written; then whatever they tell of must not happen.
    """
    key = (store.root, place.site, spec.name)
    with _LOCK:
        chain = _CHAINS.get(key) or _begun(store, spec, place.site, now)
        part = place.part or f"{chain.chain_id}-{chain.number:06d}"
        entries = []
        for row in rows:
            link = (now.astimezone(UTC), chain.chain_id, chain.number, chain.parents, _NOT_YET)
            entry = _hashed(spec, place, {**row, **dict(zip(LINK, link, strict=True))})
            entries.append(entry)
            chain = _Chain(chain.chain_id, chain.number + 1, reference(entry))
        store.write(spec, _frame(spec, entries), place.site, place.day, part)
        _CHAINS[key] = chain


def recent(store: Store, spec: TableSpec, site: str, now: datetime) -> list[Row]:
    """Return the latest entries of an audited table that stand in a chain."""
    first = (now - LOOK_BACK).astimezone(UTC).date()
    parts = [part for part in store.parts(spec, site) if _written(part) >= first]
    return [row for row in rows_of(store.read_parts(spec, parts)) if is_chained(row)]


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """Return the rows of an audited table as plain values."""
    # Beside rows without a number pandas holds the others as floats.
    numbered = frame.assign(number=frame["number"].astype("Int64").astype(object))
    return [{str(name): value for name, value in row.items()} for row in numbered.to_dict("records")]


def _begun(store: Store, spec: TableSpec, site: str, now: datetime) -> _Chain:
    chain_id = f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    rows = recent(store, spec, site, now) or [
        row for row in rows_of(store.read(spec, site)) if is_chained(row)
    ]
    return _Chain(chain_id, 0, tips(rows))


def _hashed(spec: TableSpec, place: Place, entry: Mapping[str, object]) -> dict[str, object]:
    # Of the row as it will be read, not as it was handed over.
    filed = rows_of(_frame(spec, [entry]).assign(site=place.site, date=place.day.isoformat()))[0]
    return {**entry, "entry_hash": entry_hash(spec.name, filed)}


def _frame(spec: TableSpec, entries: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    return pd.DataFrame(entries)[spec.names].astype({column.name: column.dtype for column in spec.columns})


def _written(part: Part) -> date:
    """Return the date on which a part was written, as its name tells; what tells none is taken for new.

    Labels and receipts of deletions are filed under the date of what they tell of, which may be long past.
    """
    stamp = _STAMP.search(part.name)
    try:
        told = date(*map(int, stamp.groups())) if stamp else date.max
    except ValueError:
        told = date.max
    return max(part.date, told)
