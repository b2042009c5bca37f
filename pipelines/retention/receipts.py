"""Receipts of deletions: announced before the first file goes, finished after the last one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from pipelines.audits.writing import Place, append_rows
from pipelines.retention.found import Item
from pipelines.retention.tables import DELETIONS, Kind, State
from pipelines.storage.store import Part, Store


@dataclass(frozen=True)
class Deletion:
    """What is to be deleted of one kind and site date, and by which rule."""

    deletion_id: str
    kind: Kind
    day: date
    rule: str
    items: tuple[Item, ...]


def announce(store: Store, site: str, deletion: Deletion, now: datetime) -> None:
    """Write down what is about to be deleted, with the list of files."""
    _write(store, site, deletion, _rows(deletion, deletion.items, State.ANNOUNCED, now), now)


def finish(store: Store, site: str, deletion: Deletion, deleted: Sequence[Item], now: datetime) -> None:
    """Write down what of an announced deletion is gone; the rest of it was spared."""
    _write(store, site, deletion, _rows(deletion, deleted, State.FINISHED, now), now)


def note_held(store: Store, site: str, deletion: Deletion, holds: Iterable[str], now: datetime) -> None:
    """Write down, once, what holds keep of a kind and date although its period is over."""
    names = sorted(set(holds))
    of_holds = Deletion(
        f"{deletion.kind}-{deletion.day:%Y%m%d}-{'+'.join(names)}",
        deletion.kind,
        deletion.day,
        deletion.rule,
        deletion.items,
    )
    known = {part.name for part in store.parts(DELETIONS, site, deletion.day, deletion.day)}
    if _part(of_holds, State.HELD) not in known:
        rows = _rows(of_holds, of_holds.items, State.HELD, now)
        _write(store, site, of_holds, [row | {"holds": ", ".join(names)} for row in rows], now)


def unfinished(store: Store, site: str) -> list[Deletion]:
    """Return the deletions that were announced and not finished, the earliest date first."""
    parts = {part.name: part for part in store.parts(DELETIONS, site)}
    ends = {name.removesuffix(State.FINISHED) for name in parts if name.endswith(State.FINISHED)}
    open_ = [
        part
        for name, part in parts.items()
        if name.endswith(State.ANNOUNCED) and name.removesuffix(State.ANNOUNCED) not in ends
    ]
    return [_read(store, part) for part in sorted(open_, key=lambda part: (part.date, part.name))]


def incomplete(store: Store, site: str, first: date, last: date) -> set[date]:
    """Return the dates, both included, whose exposure or lifts were deleted, in part at least."""
    measured = (f"{Kind.EXPOSURE}-", f"{Kind.LIFTS}-")
    parts = store.parts(DELETIONS, site, first, last)
    return {
        part.date for part in parts if part.name.startswith(measured) and not part.name.endswith(State.HELD)
    }


def _read(store: Store, part: Part) -> Deletion:
    rows = store.read_parts(DELETIONS, [part])
    items = [
        Item(str(row.camera_id), *fields)
        for row in rows.itertuples()
        for fields in json.loads(str(row.files_listed))
    ]
    first = rows.iloc[0]
    return Deletion(first["deletion_id"], Kind(first["kind"]), part.date, first["rule"], tuple(items))


def _rows(deletion: Deletion, items: Sequence[Item], state: State, now: datetime) -> list[dict[str, object]]:
    """Return a row for each camera that the deletion has files of."""
    rows: list[dict[str, object]] = []
    for camera in sorted({item.camera_id for item in deletion.items}):
        mine = [item for item in items if item.camera_id == camera]
        listed = json.dumps([[one.path, one.digest, one.size_bytes, one.rows] for one in mine])
        rows.append(
            {
                "deletion_id": deletion.deletion_id,
                "state": str(state),
                "kind": str(deletion.kind),
                "camera_id": camera,
                "files": len(mine),
                "rows": sum(one.rows for one in mine),
                "size_bytes": sum(one.size_bytes for one in mine),
                "list_digest": hashlib.sha256(listed.encode()).hexdigest(),
                "files_listed": listed if state is State.ANNOUNCED else None,
                "rule": deletion.rule,
                "holds": None,
                "written_utc": now.astimezone(UTC),
            }
        )
    return rows


def _write(
    store: Store, site: str, deletion: Deletion, rows: Sequence[Mapping[str, object]], now: datetime
) -> None:
    place = Place(site, deletion.day, _part(deletion, State(str(rows[0]["state"]))))
    append_rows(store, DELETIONS, place, rows, now)


def _part(deletion: Deletion, state: State) -> str:
    return f"{deletion.deletion_id}-{state}"
