"""Worker processes that may be killed: native code ignores time limits, and a crash costs one recording."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import TimeoutError as LimitReached
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Self, TypeVar

from pebble import ProcessExpired, ProcessPool

from detectors.devices import THREADS
from detectors.video import VideoError, VideoInfo, probe
from pipelines.footage.fetching import forget_copy
from pipelines.nights.claims import Taken
from pipelines.nights.job import Job, Outcome
from pipelines.nights.once import process_once
from pipelines.nights.recording import PassingError

PROBE_LIMIT_S: Final = 120.0

R = TypeVar("R")


class RecordingError(RuntimeError):
    """A recording could not be processed, and would not be at another try; one sentence says why."""


def share_cores(workers: int) -> None:
    """Let this process compute on its share of the cores that it may use, before anything asks how many.

    Where OMP_NUM_THREADS is set, that is kept.
    """
    share = str(max(1, len(os.sched_getaffinity(0)) // workers))
    os.environ[THREADS] = os.environ.setdefault("OMP_NUM_THREADS", share)


@dataclass
class Workers:
    """A pool of spawned processes, each with its own pose model, as a context manager.

    Forking a process that has loaded torch hangs, so workers are spawned.
    """

    count: int
    _pool: ProcessPool = field(init=False)

    def __enter__(self) -> Self:
        self._pool = ProcessPool(
            max_workers=self.count,
            context=multiprocessing.get_context("spawn"),
            initializer=share_cores,
            initargs=[self.count],
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.close() if kind is None else self._pool.stop()
        self._pool.join()

    @property
    def slots(self) -> int:
        """How many recordings are processed at once."""
        return self.count

    def probe(self, path: Path) -> VideoInfo | str:
        """Return what a recording says of itself, or one sentence on why it says nothing."""
        try:
            info: VideoInfo = self._pool.schedule(probe, args=(path,), timeout=PROBE_LIMIT_S).result()
        except (VideoError, LimitReached, ProcessExpired, MemoryError) as error:
            return explained(error, path.name, PROBE_LIMIT_S)
        return info

    def each(self, work: Callable[[Job], R], jobs: Sequence[Job], limit_s: float) -> list[R | str]:
        """Return what some work gives for each job, or one sentence on why it gave nothing."""
        futures = [self._pool.schedule(work, args=(job,), timeout=limit_s) for job in jobs]
        answers: list[R | str] = []
        for job, future in zip(jobs, futures, strict=True):
            try:
                answers.append(future.result())
            except (VideoError, LimitReached, ProcessExpired, MemoryError) as error:
                answers.append(explained(error, job.shown_path, limit_s))
        return answers

    def container_start(self, path: Path) -> datetime | None:
        """Return the creation time that a recording declares, None if it has none.

        Raises
        ------
        ValueError
            If it says nothing; one sentence says why.
        """
        info = self.probe(path)
        if isinstance(info, VideoInfo):
            return info.start_utc
        raise ValueError(info)

    def process(self, job: Job, limit_s: float, note: Path | None, holder: str) -> Outcome | Taken:
        """Process a recording in a worker and wait for it, unless another night has it.

        Parameters
        ----------
        holder
            The night that claims it.

        Raises
        ------
        PassingError
            If another try may succeed: the worker died or ran out of memory, or reading failed in passing.
        RecordingError
            If the worker was stopped at its limit.
        """
        future = self._pool.schedule(process_once, args=(job, holder, note), timeout=limit_s)
        try:
            result: Outcome | Taken = future.result()
        except (ProcessExpired, MemoryError) as error:
            raise PassingError(explained(error, job.shown_path, limit_s)) from error
        except LimitReached as error:
            raise RecordingError(explained(error, job.shown_path, limit_s)) from error
        finally:
            forget_copy(job)
        return result


def explained(error: Exception, name: str, limit_s: float) -> str:
    """Return one sentence on what happened to a worker."""
    if isinstance(error, ProcessExpired):
        return f"{name}: the worker process died (exit code {error.exitcode})"
    if isinstance(error, MemoryError):
        return f"{name}: the worker ran out of memory"
    if isinstance(error, LimitReached):
        return f"{name}: stopped after {limit_s / 60:.1f} min without a result"
    return str(error)
