"""What it gains to show the optimised model several pictures at once, on one thread.

Run as ``python -m benchmarks.batches``.
"""

from __future__ import annotations

import os
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np
from cyclopts import App
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from benchmarks.engine import optimised, prepare
from benchmarks.footage import SAMPLE
from benchmarks.task import IMAGE_SIZE, weights
from detectors.openvino_network import Network
from detectors.optimised import MODEL, optimised_folder
from detectors.raw_pose import Fitting
from detectors.video import Reader

AT_ONCE: Final = (1, 2, 4, 8)
PICTURES: Final = 48
RATE_HZ: Final = 2.0

app = App(name="batches", help="Time the optimised model on several pictures at once.")


def pictures(end_to_end: bool) -> NDArray[np.uint8]:
    """Return pictures of the demo as the model sees them, shape (n, height, width, 3)."""
    fitting = Fitting(IMAGE_SIZE, end_to_end)
    frames = (frame for clip in sorted(SAMPLE.glob("*.mp4")) for frame in Reader(clip, RATE_HZ))
    return np.stack([fitting.fitted(frame.image) for frame in islice(frames, PICTURES)])


def picture_ms(network: Network, shown: NDArray[np.uint8], at_once: int) -> float:
    """Return the processor time for one picture, the median over calls; the first makes the network ready."""
    groups = [shown[start : start + at_once] for start in range(0, len(shown) - at_once + 1, at_once)]
    network(groups[0])
    seconds = []
    for group in groups:
        begin_s = time.process_time()
        network(group)
        seconds.append((time.process_time() - begin_s) / at_once)
    return 1000.0 * float(np.median(seconds))


@app.default
def main(*, out: Path = Path("footage")) -> int:
    """Print the processor time of a picture by how many are shown at once.

    Parameters
    ----------
    out
        Where a model is made if this machine has none.
    """
    os.environ["OMP_NUM_THREADS"] = "1"
    prepare(sorted(SAMPLE.glob("*.mp4")), out)
    record = optimised()
    if record is None:
        Console(stderr=True).print("there is no optimised model here, expected one to time", style="red")
        return 1
    network = Network(optimised_folder(weights()) / MODEL, record.precision)
    shown = pictures(record.end_to_end)
    table = Table("pictures at once", "ms per picture", title=record.name, box=None)
    for at_once in AT_ONCE:
        table.add_row(str(at_once), f"{picture_ms(network, shown, at_once):.1f}")
    Console().print(table)
    return 0


if __name__ == "__main__":
    sys.exit(app())
