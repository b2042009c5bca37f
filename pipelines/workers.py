"""Worker processes that may be killed: native code ignores time limits, and a crash costs one recording."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import TimeoutError as LimitReached
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from pebble import ProcessExpired, ProcessPool

from detectors.video import VideoError, VideoInfo, probe
from pipelines.job import Job, Outcome
from pipelines.recording import PassingError, process

PROBE_LIMIT_S: Final = 120.0


class RecordingError(RuntimeError):
    """A recording could not be processed, and would not be at another try; one sentence says why."""


@dataclass
class Workers:
    """A pool of spawned processes, each with its own pose model, as a context manager.

    Forking a process that has loaded torch hangs, so workers are spawned.
    """

    count: int
    _pool: ProcessPool = field(init=False)

    def __enter__(self) -> Self:
        self._pool = ProcessPool(max_workers=self.count, context=multiprocessing.get_context("spawn"))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.close() if kind is None else self._pool.stop()
        self._pool.join()

    def probe(self, path: Path) -> VideoInfo | str:
        """Return what a recording says of itself, or one sentence on why it says nothing."""
        try:
            info: VideoInfo = self._pool.schedule(probe, args=(path,), timeout=PROBE_LIMIT_S).result()
        except (VideoError, LimitReached, ProcessExpired) as error:
            return explained(error, path.name, PROBE_LIMIT_S)
        return info

    def process(self, job: Job, limit_s: float, note: Path | None) -> Outcome:
        """Process a recording in a worker and wait for it.

        Raises
        ------
        PassingError
            If another try may succeed: the worker died, or reading failed in passing.
        RecordingError
            If the worker was stopped at its limit.
        """
        future = self._pool.schedule(process, args=(job, note), timeout=limit_s)
        try:
            outcome: Outcome = future.result()
        except ProcessExpired as error:
            raise PassingError(explained(error, job.shown_path, limit_s)) from error
        except LimitReached as error:
            raise RecordingError(explained(error, job.shown_path, limit_s)) from error
        return outcome


def explained(error: Exception, name: str, limit_s: float) -> str:
    """Return one sentence on what happened to a worker."""
    if isinstance(error, ProcessExpired):
        return f"{name}: the worker process died (exit code {error.exitcode})"
    if isinstance(error, LimitReached):
        return f"{name}: stopped after {limit_s / 60:.1f} min without a result"
    return str(error)
