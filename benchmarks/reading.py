"""What reading costs and what it misses: ours beside the usual ways, on footage of known presence.

Run as ``python -m benchmarks.reading --presence 5 --minutes 10 --json``.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from json import dumps, loads
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from cyclopts import App
from numpy.typing import NDArray
from rich.console import Console

from benchmarks.engine import optimised, prepare
from benchmarks.footage import Footage, Order, made
from benchmarks.scores import WHOLE, against_all_digits, summary, table
from detectors.video import probe

Array = NDArray[np.float64]

AROUND_S: Final = 2.0
"""Slow readers see so much of the empty place before and after each visit."""

NAMES: Final = ("ours", "exhaustive", "exhaustive_torch", "track", "aigym", "every_fifth", "decode")
NEEDED: Final = {"aigym": "shapely"}
"""Packages that hingewise does without and a way of reading does not."""

RIVALS_S: Final = 40.0
"""The rivals are timed on so much of the visits: they take many times as long as the film."""

app = App(name="reading", help="Hold ways of reading against each other.")


def parts(visits: Sequence[tuple[float, float]], end_s: float, most_s: float) -> Array:
    """Return the visits with a little around them, up to a total length, shape (n, 2), seconds.

    Where there are none it is the start of the film.
    """
    wide = [(max(0.0, start_s - AROUND_S), min(end_s, last_s + AROUND_S)) for start_s, last_s in visits]
    kept: list[tuple[float, float]] = []
    left_s = most_s
    for start_s, last_s in wide or [(0.0, end_s)]:
        if left_s > 0.0:
            kept.append((start_s, min(last_s, start_s + left_s)))
            left_s -= last_s - start_s
    return np.array(kept, dtype=float)


def run(name: str, video: Path, stretches: Array) -> dict[str, Any]:
    """Return what one way of reading took and found, in a process of its own on one thread.

    Raises
    ------
    RuntimeError
        With what it said last, if it fails.
    """
    command = [sys.executable, "-m", "benchmarks.contender", name, str(video), dumps(stretches.tolist())]
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=one_thread, check=False)
    if done.returncode:
        said = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise RuntimeError(f"{name}: ended with status {done.returncode}, expected 0; it said: {said}")
    return dict(loads(done.stdout.splitlines()[-1]))


def runnable() -> list[str]:
    """Return the ways of reading whose packages are installed; what is left out is said.

    Where PyTorch runs the pose model of the nights, the exhaustive reading is by PyTorch already.
    """
    missing = {name: package for name, package in NEEDED.items() if find_spec(package) is None}
    for name, package in missing.items():
        Console(stderr=True).print(f"{name} is left out: it needs {package}, which is not installed")
    known = {"exhaustive_torch"} if optimised() is None else set()
    return [name for name in NAMES if name not in missing and name not in known]


def compared(footage: Footage) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the rows of all ways of reading a film, and the figures that are asked for.

    The exhaustive reading and the rivals see only the visits, and the rivals only some of them: nobody is
    in view elsewhere, and each of their frames costs the same. Their cost per hour is reckoned from that.
    """
    end_s = probe(footage.video).declared_s
    visits, some = (parts(footage.visits, end_s, most_s) for most_s in (end_s, RIVALS_S))
    results = [run(name, footage.video, visits if name in WHOLE else some) for name in runnable()]
    rows = table(results, some)
    timed = {
        f"{row.name_}_timed_s": row.timed_s for row in rows.rename(columns={"name": "name_"}).itertuples()
    }
    figures = {**summary(rows), **against_all_digits(results)}
    return rows, {**figures, "lifts_true": len(footage.lifts), "video_s": end_s, **timed}


@app.default
def main(
    *,
    presence: float,
    minutes: float,
    json: bool = False,
    mesh: Path | None = None,
    out: Path = Path("footage"),
    real: Path | None = None,
) -> int:
    """Make the footage where it is not there yet, read it in each way and print the comparison.

    Parameters
    ----------
    presence
        Percent of the time with somebody in view.
    minutes
        Length of the recording.
    json
        Print one JSON object instead of a table.
    mesh
        Folder with the base mesh of the people whose visits are rendered.
    out
        Where the footage is kept.
    real
        Folder of clips that take the place of rendered visits; with neither, the clips of the demo do.
    """
    try:
        footage = made(Order(presence, minutes, out, mesh, real))
        prepare(footage.clips, out)
        rows, figures = compared(footage)
    except (OSError, RuntimeError, ValueError) as error:
        Console(stderr=True).print(f"{error}", style="red", soft_wrap=True, markup=False)
        return 1
    # JSON has no NaN: what is not known is null.
    known = {name: None if pd.isna(value) else value for name, value in figures.items()}
    if json:
        sys.stdout.write(dumps(known) + "\n")
        return 0
    sys.stdout.write(f"{rows.to_string(index=False, float_format='%.2f')}\n{dumps(known, indent=1)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(app())
