"""Whether the memory of a reading stays flat: a film over and over, read as a night of this machine reads it.

Run as ``python -m benchmarks.memory --film footage/rendered_7_5percent_10min.mp4 --hours 8``.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from json import dumps
from pathlib import Path
from typing import Annotated, Final

import numpy as np
from cyclopts import App, Parameter
from numpy.typing import NDArray
from rich.console import Console

from benchmarks.looped import looped
from benchmarks.own import ours
from benchmarks.task import Task

Array = NDArray[np.float64]

EVERY_S: Final = 0.5
PARTS: Final = 8
"""The time of the reading in so many equal parts; memory that is not flat grows from one to the next."""

app = App(name="memory", help="Watch the memory of one long reading.")


class Watch:
    """The resident memory of this process, looked at twice a second on a thread of its own."""

    def __init__(self) -> None:
        self._seen: list[tuple[float, float]] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._note()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def seen(self) -> Array:
        """What was seen, shape (n, 2): seconds of the clock and MiB."""
        return np.array(self._seen, dtype=float).reshape(-1, 2)

    def _look(self) -> None:
        while not self._over.wait(EVERY_S):
            self._note()
        self._note()

    def _note(self) -> None:
        self._seen.append((time.perf_counter(), resident_mib()))


def resident_mib() -> float:
    """Return the resident memory of this process."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def peaks(seen: Array, parts: int) -> Array:
    """Return the most memory in each of equal parts of the time, NaN where a part was not looked at.

    Parameters
    ----------
    seen
        Shape (n, 2): increasing times and memory.
    """
    edges = np.linspace(seen[0, 0], seen[-1, 0], parts + 1)
    part = np.clip(np.searchsorted(edges, seen[:, 0], side="right") - 1, 0, parts - 1)
    each = [seen[part == one, 1] for one in range(parts)]
    return np.array([one.max() if len(one) else np.nan for one in each])


@app.default
def memory(
    film: Path, hours: float, *, as_json: Annotated[bool, Parameter(name="--json", negative="")] = False
) -> None:
    """Read a film that was made long, and print the peaks of memory.

    Parameters
    ----------
    film
        What is played over and over.
    hours
        Length of the recording that is made of it.
    as_json
        Print one JSON object instead of sentences.
    """
    with tempfile.TemporaryDirectory() as folder:
        long = Path(folder) / f"long{film.suffix}"
        times = looped(film, long, hours * 3600.0)
        reader = ours(Task(long, np.zeros((0, 2))))
        with Watch() as watch:
            lifts = reader.run()
        seen = watch.seen
    told = {
        "hours": reader.timed_s / 3600.0,
        "turns": times,
        "wall_s": float(seen[-1, 0] - seen[0, 0]),
        "lifts": len(lifts),
        "notes": reader.notes,
        "peak_mib": float(seen[:, 1].max()),
        "peaks_mib": peaks(seen, PARTS).round(1).tolist(),
    }
    console = Console()
    if as_json:
        console.print(dumps(told), soft_wrap=True, highlight=False, markup=False)
        return
    console.print(
        f"{told['hours']:.2f} h of film read in {told['wall_s']:.0f} s, {told['lifts']} lifts found"
    )
    console.print(f"most memory in each eighth of that time, MiB: {told['peaks_mib']}", highlight=False)


if __name__ == "__main__":
    app()
