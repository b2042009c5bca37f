"""What was measured of recordings that have grown or moved since: it goes, lest it count twice."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from detectors.tables import EXPOSURE, FOOTAGE, JUDGEMENTS, LIFTS, POSES
from pipelines.footage.identity import name_id
from pipelines.nights.job import Job
from pipelines.storage.store import Store


def forget_grown(store: Store, site: str, jobs: Sequence[Job], footage: pd.DataFrame) -> None:
    """Remove what was filed of the same files with the same start, but of another content.

    Its lifts would count twice: once of what was there when a night came too early, once of all of it. A
    file of the same name that begins at another time is another recording, and stays.

    Parameters
    ----------
    footage
        Rows of the dates of the jobs.

    Raises
    ------
    StoreError
        If a part can't be removed.
    """
    now_there = {(job.camera_id, job.shown_path, job.start_utc): job for job in jobs if job.start_utc}
    for row in footage.to_dict("records"):
        job = now_there.get((row["camera_id"], row["path"], row["start_utc"]))
        if job is None or job.footage_id == row["footage_id"]:
            continue
        old = f"{row['camera_id']}-{row['footage_id']}"
        # The row that says that it was read goes last: killed before, the next night removes the rest.
        for spec in (LIFTS, JUDGEMENTS, EXPOSURE, POSES, FOOTAGE):
            for part in store.parts(spec, site, job.date, job.date):
                if part.name == old or part.name.startswith(f"{old}-"):
                    store.remove(spec, site, part.date, part.name)


def forget_moved(store: Store, site: str, jobs: Sequence[Job]) -> None:
    """Remove what earlier runs filed of the same recordings elsewhere.

    Under another date, when the start was read differently, or under a hash of the path, when
    the content could not be read.

    Raises
    ------
    StoreError
        If a part can't be removed.
    """
    dates = {job.part: job.date for job in jobs}
    unread = {f"{job.camera_id}-{name_id(job.path)}" for job in jobs} - set(dates)
    for spec in (FOOTAGE, LIFTS, JUDGEMENTS, EXPOSURE, POSES):
        for part in store.parts(spec, site):
            name = part.name if part.name in {*dates, *unread} else part.name.rpartition("-")[0]
            if name in unread or dates.get(name, part.date) != part.date:
                store.remove(spec, site, part.date, part.name)
