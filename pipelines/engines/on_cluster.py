"""What a worker of a cluster does with a recording: a process of its own, as on the night's own machine."""

from __future__ import annotations

import multiprocessing
import threading

from detectors.model_files import WeightsError
from pipelines.nights.claims import Taken
from pipelines.nights.job import Job, Outcome
from pipelines.nights.workers import RecordingError, Workers
from pipelines.versions import code_version, models_version

_of_thread = threading.local()


def process_here(job: Job, limit_s: float, holder: str) -> Outcome | Taken:
    """Process a recording in a child process of this worker, which is stopped at its limit.

    Raises
    ------
    PassingError
        If another try may succeed.
    RecordingError
        If it was stopped at its limit, or this worker must not process it.
    """
    if fault := unfit(job):
        raise RecordingError(fault)
    return _workers().process(job, limit_s, None, holder)


def unfit(job: Job) -> str | None:
    """Return one sentence on why this worker must not process a recording; None if it may.

    Its rows would be filed under versions that did not measure them.
    """
    if multiprocessing.current_process().daemon:
        return (
            "this worker may start no process of its own, expected one started with "
            "DASK_DISTRIBUTED__WORKER__DAEMON=False in its environment"
        )
    try:
        here = (models_version(job.pose.weights, job.pose.back, job.pose.engine), code_version(job.reading))
    except (OSError, WeightsError) as error:
        return f"this worker can't read the weights: {error}"
    asked = (job.model_version, job.code_version)
    if here != asked:
        return (
            f"this worker runs {' and '.join(here)}, expected {' and '.join(asked)} as on the night's machine"
        )
    return None


def _workers() -> Workers:
    """Return the child process of this thread, kept between recordings with the model that it has loaded."""
    if not hasattr(_of_thread, "workers"):
        _of_thread.workers = Workers(1).__enter__()
    workers: Workers = _of_thread.workers
    return workers
