"""Process a recording once: claim it, see whether another night has done it, have it at hand, process it."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from detectors.tables import FOOTAGE
from pipelines.footage.fetching import at_hand
from pipelines.nights.claims import Taken, claimed
from pipelines.nights.job import Job, Outcome
from pipelines.nights.ledger import done
from pipelines.nights.recording import process
from pipelines.storage.store import Store, open_store


def process_once(job: Job, holder: str, note: Path | None = None) -> Outcome | Taken:
    """Process a recording that no other night has, or return until when another has it.

    What another night has done since this one was planned is not done again.

    Raises
    ------
    PassingError
        If it could not be fetched or read in a way that another try may not meet.
    StoreError
        If the store can't be read or written.
    """
    begun_s, store = time.monotonic(), open_store(job.store_url)
    with claimed(store, job.site, job.part, holder) as taken:
        if taken is not None:
            return taken
        before = done_before(job, store)
        if before is not None:
            return before
        with at_hand(job) as local:
            outcome = process(local, note)
        return replace(outcome, elapsed_s=time.monotonic() - begun_s)


def done_before(job: Job, store: Store) -> Outcome | None:
    """Return what became of a recording that the same model and code have dealt with, None if they haven't.

    Its lifts and seconds are counted by the night that did it.
    """
    parts = [part for part in store.parts(FOOTAGE, job.site, job.date, job.date) if part.name == job.part]
    if not parts:
        return None
    footage = store.read_parts(FOOTAGE, parts)
    if not done(footage, job.model_version, job.code_version):
        return None
    row = footage.iloc[0]
    reason = None if row.isna()["reason"] else str(row["reason"])
    return Outcome(job.camera_id, job.footage_id, job.shown_path, str(row["status"]), reason, 0.0, 0)
