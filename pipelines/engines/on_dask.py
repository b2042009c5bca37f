"""EDGE: recordings on the workers of a Dask scheduler that runs elsewhere."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from distributed import CancelledError, Client, KilledWorker
from distributed.comm.core import CommClosedError

from pipelines.engines.engine import EngineError
from pipelines.engines.on_cluster import process_here
from pipelines.nights.claims import Taken
from pipelines.nights.job import Job, Outcome
from pipelines.nights.recording import PassingError

ANSWERS_WITHIN_S: Final = 30.0


@dataclass(frozen=True)
class DaskCluster:
    """The workers of one scheduler; what a worker that is lost had under way goes to another."""

    client: Client

    @property
    def slots(self) -> int:
        """How many recordings are processed at once: one by each thread of a worker."""
        threads: dict[str, int] = self.client.nthreads()
        return max(1, sum(threads.values()))

    def process(self, job: Job, limit_s: float, note: Path | None, holder: str) -> Outcome | Taken:
        """Process a recording on a worker and wait for it; how far it is can't be noted from there.

        Raises
        ------
        PassingError
            If another try may succeed: its workers died one after another, or the scheduler was lost.
        RecordingError
            If it was stopped at its limit, or the worker must not process it.
        """
        del note
        key = f"{job.part}-{secrets.token_hex(4)}"
        try:
            result: Outcome | Taken = self.client.submit(
                process_here, job, limit_s, holder, key=key, pure=False
            ).result()
        except KilledWorker as error:
            raise PassingError(f"{job.shown_path}: every worker that had it died") from error
        except (CancelledError, CommClosedError) as error:
            raise PassingError(f"{job.shown_path}: the Dask scheduler was lost") from error
        return result


@contextmanager
def dask_cluster(scheduler: str) -> Iterator[DaskCluster]:
    """Yield the cluster of a scheduler that has at least one worker.

    Raises
    ------
    EngineError
        If nothing answers there, or it has no worker.
    """
    at = f"nightly.scheduler is {scheduler!r}, but"
    try:
        client = Client(scheduler, timeout=ANSWERS_WITHIN_S, set_as_default=False)
    except (OSError, ValueError) as error:
        raise EngineError(f"{at} no Dask scheduler answers there") from error
    with client:
        try:
            client.wait_for_workers(1, timeout=ANSWERS_WITHIN_S)
        except TimeoutError as error:
            raise EngineError(f"{at} that Dask scheduler has no worker, expected at least one") from error
        yield DaskCluster(client)
