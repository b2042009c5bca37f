"""EDGE: a copy of a recording at hand while it is processed: video needs seeking, object stores have none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from detectors.model_files import cache_folder
from pipelines.footage.identity import content_id
from pipelines.footage.remote import opened
from pipelines.nights.job import Job
from pipelines.nights.recording import PassingError


@contextmanager
def at_hand(job: Job) -> Iterator[Job]:
    """Yield the job of a local file: of a copy, kept for the length of the block, where it is elsewhere.

    Raises
    ------
    PassingError
        If it can't be fetched, or is not what it was when the night was planned.
    """
    if job.url is None:
        yield job
        return
    copy = _copy(job)
    try:
        _fetch(job.url, copy)
        if content_id(copy) != job.footage_id:
            raise PassingError(f"{job.url} has changed since this night was planned; the next one reads it")
        yield replace(job, path=copy, url=None)
    finally:
        forget_copy(job)


def forget_copy(job: Job) -> None:
    """Remove the copy of a recording, where one was left behind by a process that was killed."""
    if job.url is not None:
        with suppress(OSError):
            _copy(job).unlink(missing_ok=True)


def _fetch(url: str, copy: Path) -> None:
    try:
        fs, path = opened(url)
        copy.parent.mkdir(parents=True, exist_ok=True)
        fs.get_file(path, str(copy))
    except OSError as error:
        reason = getattr(error, "strerror", None) or str(error).partition("\n")[0]
        raise PassingError(f"{url} can't be fetched: {reason}") from error


def _copy(job: Job) -> Path:
    # One process has a recording at a time, so that its copy needs no name of its own.
    return cache_folder() / "fetched" / f"{job.part}{job.path.suffix}"
