"""Legal holds: dates of which nothing is deleted, put on and lifted, each time by a row that stays."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Final

import pandas as pd

from detectors.columns import TableSpec, text, utc
from detectors.tables import FOOTAGE
from pipelines.audits.chain import CHAIN
from pipelines.audits.writing import append
from pipelines.sites.near_names import did_you_mean
from pipelines.sites.site import Site, SiteError
from pipelines.storage.store import Store

LONGEST_TEXT: Final = 200
_DAY: Final = timedelta(days=1)


class Action(StrEnum):
    """What a row says: the hold is put on, or it is over."""

    ADDED = "added"
    LIFTED = "lifted"


HOLDS: Final = TableSpec(
    "holds",
    "hold put on or lifted",
    ("hold_id", "action"),
    (
        text("hold_id", "six digits drawn by lot", "4f09ab"),
        text("action", "put on or lifted", "added", tuple(Action)),
        text("first_date", "first site date that is held", "2026-03-02"),
        text("last_date", "last site date that is held", "2026-03-06"),
        text("camera_id", "the one camera that is held; null for all", "dock-2").maybe(),
        text("why", "what it is held for, in words that name nobody", "claim 2026-17"),
        utc("recorded_utc", "when this row was written", "2026-03-09T10:02:11Z"),
        *CHAIN,
    ),
)
"""Filed under the site date of the row; each row is a part of its own and is never written again."""


@dataclass(frozen=True)
class Hold:
    """Site dates first to last, both included, of one camera or (None) of all."""

    hold_id: str
    first: date
    last: date
    camera_id: str | None
    why: str

    def covers(self, first: date, last: date, camera_id: str | None) -> bool:
        """Return whether it keeps something of some dates; what tells no camera (None) may be of any."""
        mine = camera_id is None or self.camera_id in (None, camera_id)
        return mine and self.first <= last and first <= self.last


def held(holds: Iterable[Hold], dates: tuple[date, date], camera_id: str | None) -> list[str]:
    """Return the ids of the holds that keep something of dates, both included, and a camera (None: any)."""
    return [hold.hold_id for hold in holds if hold.covers(*dates, camera_id)]


def add(
    site: Site, store: Store, dates: tuple[date, date], camera_id: str | None, why: str, now: datetime
) -> Hold:
    """Put a hold on site dates, both included, and return it.

    Parameters
    ----------
    camera_id
        Must be of the site file, or have recordings of these dates; None holds every camera.
    now
        With a time zone.

    Raises
    ------
    SiteError
        One sentence on what is wrong with it.
    """
    _check(site, store, dates, camera_id, why)
    hold = Hold(secrets.token_hex(3), *dates, camera_id, why)
    _write(site, store, hold, Action.ADDED, now)
    return hold


def lift(site: Site, store: Store, hold_id: str, now: datetime) -> Hold:
    """Lift a hold and return it.

    Raises
    ------
    SiteError
        If no such hold is in force.
    """
    known = {hold.hold_id: hold for hold in in_force(site, store)}
    if hold_id not in known:
        hint = did_you_mean(hold_id, known) or "; see `hingewise hold list`"
        raise SiteError(f"{site.path}: no hold {hold_id!r} is in force{hint}")
    _write(site, store, known[hold_id], Action.LIFTED, now)
    return known[hold_id]


def in_force(site: Site, store: Store) -> list[Hold]:
    """Return the holds that are not lifted, by their dates.

    Raises
    ------
    StoreError
        If they can't be read; then nothing may be deleted.
    """
    rows = recorded(site, store)
    rows["camera_id"] = rows["camera_id"].astype(object).where(rows["camera_id"].notna(), None)
    over = set(rows.loc[rows["action"] == Action.LIFTED, "hold_id"])
    added = rows[(rows["action"] == Action.ADDED) & ~rows["hold_id"].isin(over)]
    columns = [added[name] for name in ("hold_id", "first_date", "last_date", "camera_id", "why")]
    holds = [
        Hold(hold_id, date.fromisoformat(first), date.fromisoformat(last), camera_id, why)
        for hold_id, first, last, camera_id, why in zip(*columns, strict=True)
    ]
    return sorted(holds, key=lambda hold: (hold.first, hold.last, hold.hold_id))


def recorded(site: Site, store: Store) -> pd.DataFrame:
    """Return every row on holds, the earliest first."""
    rows = store.read(HOLDS, site.name).drop(columns=["site", "date"])
    return rows.sort_values(["recorded_utc", "hold_id"], ignore_index=True)


def _check(site: Site, store: Store, dates: tuple[date, date], camera_id: str | None, why: str) -> None:
    first, last = dates
    if last < first:
        raise SiteError(f"--from {first} is later than --to {last}")
    if not why.strip() or len(why) > LONGEST_TEXT or not why.isprintable():
        raise SiteError(f"--why is {why!r}, expected one line of 1 to {LONGEST_TEXT} characters")
    known = {camera.id for camera in site.cameras}
    # A name that nothing is filed under would hold nothing.
    if camera_id is not None and camera_id not in known:
        known |= set(store.read(FOOTAGE, site.name, first - _DAY, last + _DAY, ["camera_id"])["camera_id"])
        if camera_id not in known:
            expected = f", expected one of {', '.join(map(repr, sorted(known)))}"
            hint = did_you_mean(camera_id, known) or expected
            raise SiteError(f"{site.path}: --camera is {camera_id!r}, which is no camera{hint}")


def _write(site: Site, store: Store, hold: Hold, action: Action, now: datetime) -> None:
    row = {
        "hold_id": hold.hold_id,
        "action": str(action),
        "first_date": hold.first.isoformat(),
        "last_date": hold.last.isoformat(),
        "camera_id": hold.camera_id,
        "why": hold.why,
        "recorded_utc": now.astimezone(UTC),
    }
    append(site, store, HOLDS, row, now, f"{hold.hold_id}-{action}")
