"""EDGE: recordings on the machines of a Ray cluster."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ray
from ray.exceptions import RayError, RayTaskError

from pipelines.engines.engine import EngineError
from pipelines.engines.on_cluster import process_here
from pipelines.nights.claims import Taken
from pipelines.nights.job import Job, Outcome
from pipelines.nights.recording import PassingError


@dataclass(frozen=True)
class RayCluster:
    """The machines of a cluster; what one that is lost had under way goes to another."""

    remote: Any

    @property
    def slots(self) -> int:
        """How many recordings are processed at once: one by each processor."""
        return max(1, int(ray.cluster_resources().get("CPU", 1.0)))

    def process(self, job: Job, limit_s: float, note: Path | None, holder: str) -> Outcome | Taken:
        """Process a recording on a worker and wait for it; how far it is can't be noted from there.

        Raises
        ------
        PassingError
            If another try may succeed: its workers died one after another, or the cluster was lost.
        RecordingError
            If it was stopped at its limit, or the worker must not process it.
        """
        del note
        try:
            result: Outcome | Taken = ray.get(self.remote.remote(job, limit_s, holder))
        except RayTaskError as error:
            raise error.cause from None
        except RayError as error:
            raise PassingError(f"{job.shown_path}: every worker that had it died") from error
        return result


@contextmanager
def ray_cluster(address: str) -> Iterator[RayCluster]:
    """Yield the cluster at an address.

    Raises
    ------
    EngineError
        If none answers there.
    """
    try:
        ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR)
    except (OSError, ValueError, RuntimeError) as error:
        reason = str(error).partition("\n")[0]
        at = f"nightly.address is {address!r}, but"
        raise EngineError(f"{at} no Ray cluster answers there: {reason}") from error
    try:
        yield RayCluster(ray.remote(num_cpus=1, max_retries=3)(process_here))
    finally:
        ray.shutdown()
