"""EDGE: one night at a time per store, by a lock that goes with its process however that ends."""

from __future__ import annotations

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from detectors.model_files import cache_folder
from pipelines.sites.site import Site
from pipelines.storage.parts import StoreError, explained

PATIENCE_S: Final = 2.0
"""How long a night waits for the lock: whoever only looks whether it is taken holds it for a moment."""


class NightUnderWayError(StoreError):
    """Another night writes into the same store; one sentence says since when."""


def lock_file(site: Site) -> Path:
    """Return the file that a night locks: in the store, for one elsewhere in the cache of this machine.

    Object stores have no locks: two machines on one bucket share the night, a recording at a time (`claims`).
    """
    if "://" not in site.store_url:
        return Path(site.store_url) / ".night.lock"
    digest = hashlib.sha256(site.store_url.encode()).hexdigest()[:12]
    return cache_folder() / f"night-{digest}.lock"


@contextmanager
def only_night(site: Site) -> Iterator[None]:
    """Keep every other night out of the store for the length of the block.

    Raises
    ------
    NightUnderWayError
        If one is at work there; it is not waited for, since its own next run finds what is left.
    StoreError
        If the file can't be made.
    """
    path = lock_file(site)
    with explained(f"can't write {path}"):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("ab")
    with file:
        if not _locked(file.fileno()):
            raise NightUnderWayError(under_way(site, _begun(file.fileno())))
        os.utime(file.fileno())
        yield


def under_way_since(site: Site) -> datetime | None:
    """Return since when a night writes into the store, None if none does.

    Raises
    ------
    StoreError
        If the file is there and can't be read.
    """
    path = lock_file(site)
    if not path.exists():
        return None
    with explained(f"can't read {path}"), path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _begun(file.fileno())
    return None


def under_way(site: Site, since: datetime) -> str:
    """Return the sentence with which a second night leaves."""
    return (
        f"another night is at work in the store {site.store_url} since {since:%Y-%m-%d %H:%M} UTC; "
        "run this one again when it is over"
    )


def _begun(descriptor: int) -> datetime:
    return datetime.fromtimestamp(os.fstat(descriptor).st_mtime, UTC)


def _locked(descriptor: int) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.1)
        else:
            return True
