"""Run one way of reading in a process of its own: ``python -m benchmarks.contender NAME VIDEO STRETCHES``.

It prints one JSON object: seconds of the clock and of the processor, peak memory and the lifts found.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.own import decode, every_fifth, exhaustive, exhaustive_torch, ours
from benchmarks.rivals import gym, track
from benchmarks.task import Contender, Task

CONTENDERS: Final[dict[str, Callable[[Task], Contender]]] = {
    "ours": ours,
    "exhaustive": exhaustive,
    "exhaustive_torch": exhaustive_torch,
    "track": track,
    "aigym": gym,
    "every_fifth": every_fifth,
    "decode": decode,
}


def measured(name: str, task: Task) -> dict[str, object]:
    """Return what a way of reading took and found; making its models is not counted."""
    reader = CONTENDERS[name](task)
    clock_s, processor_s = time.perf_counter(), time.process_time()
    lifts = reader.run()
    return {
        "name": name,
        "wall_s": time.perf_counter() - clock_s,
        "cpu_s": time.process_time() - processor_s,
        "timed_s": reader.timed_s,
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0,
        "notes": reader.notes,
        "lifts": json.loads(lifts.to_json(orient="records")),
    }


def main(name: str, video: str, stretches: str) -> None:
    """Print what one way of reading took and found."""
    task = Task(Path(video), np.array(json.loads(stretches), dtype=float).reshape(-1, 2))
    sys.stdout.write(json.dumps(measured(name, task)) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
