"""Do the same to many things in as many processes as there are cores."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import get_context
from typing import TypeVar

import pyarrow as pa
from pebble import ProcessExpired, ProcessPool

from pipelines.storage.parts import StoreError

T = TypeVar("T")
R = TypeVar("R")


def side_by_side(function: Callable[[T], R], things: Sequence[T]) -> Iterator[R]:
    """Yield what a function returns of each thing, in order; one thing alone is done in this process.

    Parameters
    ----------
    function, things
        The function stands in a module; things and results can be pickled.

    Raises
    ------
    StoreError
        If a process died, as for want of memory. What the function raises is raised here.
    """
    cores = min(len(os.sched_getaffinity(0)), len(things))
    if cores < 2:
        yield from map(function, things)
        return
    pool = ProcessPool(cores, initializer=_begin, context=get_context("spawn"))
    try:
        yield from pool.map(function, things).result()
    except ProcessExpired as error:
        why = f"a worker process died (exit code {error.exitcode}), expected it to have memory enough"
        raise StoreError(why) from error
    finally:
        # Either all is done, or what still runs is of no use any more.
        pool.stop()
        pool.join()


def _begin() -> None:
    # Ctrl-C reaches every process; the one that started the others ends them.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Each process has a core to itself; threads of its own would only wait for each other.
    pa.set_cpu_count(1)
