"""Delete what is past its period: announce, delete, finish; holds go before every period.

Killed at any moment, it leaves finished receipts and at most one that is announced; the next run
completes that one first.
"""

from __future__ import annotations

import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from detectors.model_files import cache_folder
from pipelines.footage.start_times import ContainerStart
from pipelines.retention import receipts as retaining_receipts
from pipelines.retention.deletion import Run, Tally, delete, settle
from pipelines.retention.footage import Footage
from pipelines.retention.receipts import Deletion
from pipelines.retention.tables import PERIODS, Kind, period
from pipelines.sites.site import Site
from pipelines.storage.store import Store, StoreError


@dataclass(frozen=True)
class Retained:
    """What a run did: tallies in the order of deletion, sentences on what stays and on what failed."""

    tallies: tuple[Tally, ...]
    remarks: tuple[str, ...]
    faults: tuple[str, ...]


def keeps_for_good(site: Site) -> bool:
    """Return whether a site file names no period at all."""
    return not any(getattr(site.retention, key) for keys in PERIODS.values() for key in keys)


def retain(
    site: Site, store: Store, container_start: ContainerStart, now: datetime, dry_run: bool = False
) -> Retained:
    """Delete what is past its period, with receipts; what can't be deleted is said and tried the next time.

    Parameters
    ----------
    container_start
        Reads the creation time of a video file, or returns None.
    now
        With a time zone; its site date decides what is past.
    dry_run
        Only say what would be deleted: nothing is written.

    Raises
    ------
    StoreError
        If another run is under way, or the holds or receipts can't be read: then nothing is deleted.
    """
    identities = cache_folder() / f"identities-{site.name}.json"
    run = Run(site, store, now, Footage(site, store, identities, container_start))
    if dry_run:
        return _retained(run, list(_passed(run, dry_run=True)))
    with _alone(site.name):
        return _retained(run, [*_completed(run), *_passed(run, dry_run=False)])


def _retained(run: Run, tallies: list[Tally]) -> Retained:
    return Retained(tuple(tallies), tuple(run.footage.remarks), tuple(dict.fromkeys(run.faults)))


def _completed(run: Run) -> Iterator[Tally]:
    """Complete what earlier runs have announced."""
    for deletion in retaining_receipts.unfinished(run.store, run.site.name):
        with run.noting():
            yield settle(run, deletion)


def _passed(run: Run, dry_run: bool) -> Iterator[Tally]:
    """Delete what is past its period, kind by kind and date by date; in a dry run only count it."""
    # What is announced already must not be announced again: it would stand in two receipts.
    announced = [] if dry_run else retaining_receipts.unfinished(run.store, run.site.name)
    open_ = {(one.kind, item.path) for one in announced for item in one.items}
    for kind in Kind:
        limit = period(run.site.retention, kind, run.today)
        if limit is None:
            continue
        with run.noting():
            for day, items in run.files(kind).due(limit.kept_from):
                name = f"{kind}-{run.now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
                left = tuple(item for item in items if (kind, item.path) not in open_)
                with run.noting():
                    yield delete(run, Deletion(name, kind, day, limit.rule, left), dry_run)


@contextmanager
def _alone(site: str) -> Iterator[None]:
    """Keep a second run on this machine out; the system lets go of the lock however this one ends."""
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"retain-{site}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StoreError(f"another run deletes what is past its period of site {site!r}") from None
        yield
