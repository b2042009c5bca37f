"""Delete the files of one kind and site date: what holds keep stays, what goes is announced before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from detectors.columns import TableSpec
from detectors.shift_table import ALL
from detectors.tables import EXPOSURE, JUDGEMENTS, LIFTS, POSES
from pipelines.audits.marks import AUDITED, mark_removed
from pipelines.changes.kept_actions import FOLDER as ACTIONS
from pipelines.changes.kept_actions import SHOWN_FOR
from pipelines.clips.kept import FOLDER as CLIPS
from pipelines.clips.views import CLIP_VIEWS
from pipelines.exporting.tables import EXPORTS
from pipelines.reports.shift_report import LOOKED_AT_DAYS
from pipelines.retention import receipts as retaining_receipts
from pipelines.retention.footage import Footage
from pipelines.retention.found import Files, Item, StoredFiles, StoredParts
from pipelines.retention.holds import Hold, held, in_force
from pipelines.retention.packages import Packages
from pipelines.retention.receipts import Deletion
from pipelines.retention.tables import Kind, period
from pipelines.reviewing.tables import BLIND_ITEMS, LABELS
from pipelines.sites.site import Site
from pipelines.storage.store import Store, StoreError

TABLE_OF: Final[dict[Kind, TableSpec]] = {
    Kind.POSES: POSES,
    Kind.BLIND_ITEMS: BLIND_ITEMS,
    Kind.LABELS: LABELS,
    Kind.EXPOSURE: EXPOSURE,
    Kind.LIFTS: LIFTS,
    Kind.JUDGEMENTS: JUDGEMENTS,
    Kind.EXPORTS: EXPORTS,
    Kind.CLIP_VIEWS: CLIP_VIEWS,
}
AFTERWARDS: Final = (Kind.EXPORTS, Kind.CLIP_VIEWS)
"""What is filed under the date on which somebody did it, the date of the lift or a later one."""

TELLS_OF: Final = {
    # A shift may lie in recordings that are filed under the date before or after.
    Kind.PACKAGES: (timedelta(days=1), timedelta(days=1)),
    Kind.ACTIONS: (SHOWN_FOR + timedelta(days=LOOKED_AT_DAYS - 1), timedelta(0)),
}
"""So long before and after its date lies what a file is made of, where that is not its date alone."""


@dataclass(frozen=True)
class Tally:
    """Files of one kind and site date: deleted (in a dry run: due), and held back; sizes in bytes."""

    kind: Kind
    day: date
    rule: str
    files: int
    rows: int
    size_bytes: int
    held: int


@dataclass(frozen=True)
class Run:
    """One run on the store of a site; ``now`` decides what is past its period, ``faults`` grows."""

    site: Site
    store: Store
    now: datetime
    footage: Footage
    faults: list[str] = field(default_factory=list)

    def files(self, kind: Kind) -> Files:
        """Return the files of a kind."""
        if kind is Kind.FOOTAGE:
            return self.footage
        if kind is Kind.CLIPS:
            return StoredFiles(self.store, self.site.name, CLIPS)
        if kind is Kind.PACKAGES:
            return Packages(self.site)
        if kind is Kind.ACTIONS:
            return StoredFiles(self.store, self.site.name, ACTIONS, SHOWN_FOR)
        return StoredParts(self.store, self.site.name, TABLE_OF[kind])

    @property
    def today(self) -> date:
        """The site date."""
        return self.now.astimezone(self.site.tz).date()

    @contextmanager
    def noting(self) -> Iterator[None]:
        """Note what the block could not do, and go on after it."""
        try:
            yield
        except StoreError as error:
            self.faults.append(str(error))


def delete(run: Run, due: Deletion, dry_run: bool) -> Tally:
    """Delete what no hold keeps; in a dry run only count it."""
    by = _holds_of(due, in_force(run.site, run.store))
    kept = tuple(item for item in due.items if by[item])
    free = replace(due, items=tuple(item for item in due.items if not by[item]))
    if dry_run:
        return _tally(due, free.items, len(kept))
    if kept:
        holds = [name for item in kept for name in by[item]]
        retaining_receipts.note_held(run.store, run.site.name, replace(due, items=kept), holds, run.now)
    if not free.items:
        return _tally(due, (), len(kept))
    table = TABLE_OF.get(due.kind)
    if table in AUDITED:
        # Told beforehand, the audit log does not take them for removed by stealth.
        mark_removed(run.site, run.store, table, (due.day, due.day), run.now)
    retaining_receipts.announce(run.store, run.site.name, free, run.now)
    return replace(settle(run, free), held=len(kept))


def settle(run: Run, announced: Deletion) -> Tally:
    """Delete what was announced and is still to go, then finish the receipt.

    Spared is what a hold or a longer period keeps by now, and what holds something else than it did.
    """
    limit = period(run.site.retention, announced.kind, run.today)
    due = limit is not None and announced.day < limit.kept_from
    by = _holds_of(announced, in_force(run.site, run.store))
    files = run.files(announced.kind)
    known, deleted = len(run.faults), []
    for item in announced.items:
        with run.noting():
            found = files.digest(item)
            if found == item.digest and due and not by[item]:
                files.remove(item)
                found = None
            if found is None:
                deleted.append(item)
    # Left open, the next run tries again what could not be deleted.
    if len(run.faults) == known:
        retaining_receipts.finish(run.store, run.site.name, announced, deleted, run.now)
    return _tally(announced, deleted, sum(map(bool, by.values())))


def _holds_of(deletion: Deletion, holds: Sequence[Hold]) -> dict[Item, list[str]]:
    """Return the holds that keep each file.

    Of what was done with lifts all is kept from the first held date on: it may be about held lifts, and a
    chain of audited entries must not lose some in its middle.
    """
    if deletion.kind in AFTERWARDS:
        names = [hold.hold_id for hold in holds if hold.first <= deletion.day]
        return dict.fromkeys(deletion.items, names)
    before, after = TELLS_OF.get(deletion.kind, (timedelta(0), timedelta(0)))
    dates = deletion.day - before, deletion.day + after
    return {
        item: held(holds, dates, None if item.camera_id == ALL else item.camera_id) for item in deletion.items
    }


def _tally(of: Deletion, items: Sequence[Item], held: int) -> Tally:
    rows, size_bytes = sum(one.rows for one in items), sum(one.size_bytes for one in items)
    return Tally(of.kind, of.day, of.rule, len(items), rows, size_bytes, held)
