"""Where the recordings of a night are processed: in processes of this machine, on Dask, or on Ray.

The flow and its tasks stay in one process on every engine, so that a cluster's workers need reach
neither Prefect nor each other. A task waits for its recording, wherever that is.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

from pipelines.nights.claims import Taken, this_night
from pipelines.nights.job import Job, Outcome
from pipelines.nights.workers import Workers
from pipelines.sites.models import EngineName, Nightly
from pipelines.sites.site import SiteError

ASKED_AGAIN_S: Final = 10.0
"""How often a recording of another night is asked for: it may be done before its claim ends."""

_log: Final = logging.getLogger(__name__)


class EngineError(SiteError):
    """The engine that the site file names can't be used; the message is one sentence."""


class Processor(Protocol):
    """What processes recordings, several at a time."""

    @property
    def slots(self) -> int:
        """How many recordings are processed at once."""

    def process(self, job: Job, limit_s: float, note: Path | None, holder: str) -> Outcome | Taken:
        """Process a recording in a process that is stopped at its limit, and wait for it."""


@dataclass
class Engine:
    """The engine of a site for the length of a night, as a context manager.

    Attributes
    ----------
    workers
        Processes of this machine, which look at the recordings when the night is planned.
    """

    settings: Nightly
    workers: Workers = field(init=False)
    _processor: Processor = field(init=False)
    _stack: ExitStack = field(init=False)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.workers = stack.enter_context(Workers(self.settings.workers))
            self._processor = stack.enter_context(_processor(self.settings, self.workers))
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    @property
    def slots(self) -> int:
        """How many recordings are processed at once, as things are."""
        return self._processor.slots

    def process(self, job: Job, limit_s: float, note: Path | None) -> Outcome:
        """Process a recording once; while another night holds it, wait for that night.

        Raises
        ------
        PassingError
            If another try may succeed.
        RecordingError
            If another try would not.
        """
        holder, waits = this_night(), False
        while isinstance(result := self._processor.process(job, limit_s, note, holder), Taken):
            if not waits:
                _log.warning("%s: another night is at work on it; waiting", job.shown_path)
            waits = True
            left_s = (result.until - datetime.now(UTC)).total_seconds()
            time.sleep(min(max(left_s, 1.0), ASKED_AGAIN_S))
        return result


@contextmanager
def _processor(settings: Nightly, workers: Workers) -> Iterator[Processor]:
    if settings.engine is EngineName.PROCESSES:
        yield workers
        return
    with _cluster(settings) as cluster:
        yield cluster


def _cluster(settings: Nightly) -> AbstractContextManager[Processor]:
    try:
        if settings.engine is EngineName.DASK:
            from pipelines.engines.on_dask import dask_cluster

            return dask_cluster(str(settings.scheduler))
        from pipelines.engines.on_ray import ray_cluster

        return ray_cluster(str(settings.address))
    except ImportError as error:
        name = settings.engine
        raise EngineError(
            f"nightly.engine is '{name}', but {error.name} is not installed: pip install 'hingewise[{name}]'"
        ) from error
