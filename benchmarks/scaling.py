"""How much more several workers read at once: copies of a film, the real pose model, one thread to a worker.

Run as ``python -m benchmarks.scaling --workers 1,2``. Timed is from when all workers have loaded their model.
"""

from __future__ import annotations

import os
import struct
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from json import dumps
from pathlib import Path
from typing import Any, Final

from cyclopts import App

from benchmarks.made_night import DAY
from detectors.video import probe
from pipelines.engines.engine import Engine
from pipelines.nights.job import YOLO, Job, Outcome
from pipelines.nights.night import plan
from pipelines.sites.site import load_site

FILM: Final = Path(__file__).parents[1] / "data/sample/footage/dock-1/dock-1_20261005T061204.mp4"
LIMIT_S: Final = 3600.0
SITE: Final = """
[site]
name = "scaling"
time_zone = "UTC"
[store]
url = "store"
[nightly]
workers = {workers}
[[cameras]]
id = "dock"
zone = "dock"
footage = "footage/*.mp4"
start_time = "file_name"
file_name_pattern = "%Y%m%dT%H%M%S"
"""

app = App(name="scaling", help="Measure how much more several workers read at once.")


def make_site(folder: Path, film: Path, copies: int, workers: int) -> Path:
    """Write a site of copies of a film, each of another content, and return the site file."""
    (folder / "footage").mkdir(parents=True)
    for number in range(copies):
        # Players pass over this box; it gives each copy an identity of its own.
        box = struct.pack(">I4sQ", 16, b"free", number)
        name = f"{DAY:%Y%m%d}T{number // 60:02d}{number % 60:02d}00.mp4"
        (folder / "footage" / name).write_bytes(film.read_bytes() + box)
    site = folder / "site.toml"
    site.write_text(SITE.format(workers=workers))
    return site


def timed(site_file: Path, workers: int) -> tuple[float, int]:
    """Return the seconds that the recordings of a site took, and how many there were.

    As many as there are workers go first, untimed: with these the workers load their models.
    """
    site = load_site(site_file)
    with Engine(site.nightly) as engine, ThreadPoolExecutor(workers) as threads:
        jobs = plan(site, DAY, DAY, YOLO, engine.workers).jobs

        def run(job: Job) -> Outcome:
            return engine.process(job, LIMIT_S, None)

        list(threads.map(run, jobs[:workers]))
        begun_s = time.monotonic()
        list(threads.map(run, jobs[workers:]))
        return time.monotonic() - begun_s, len(jobs) - workers


@app.default
def main(*, workers: str = "1,2", copies: int = 8, film: Path = FILM) -> int:
    """Read copies of a film with each number of workers and print one JSON object.

    Parameters
    ----------
    workers
        Numbers of workers, with commas.
    copies
        Timed recordings, the same for all.
    film
        The film that is copied.
    """
    # Each worker takes one core, so that their number is what is measured.
    os.environ["OMP_NUM_THREADS"] = "1"
    film_s, rows = probe(film).declared_s, list[dict[str, Any]]()
    for number in map(int, workers.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            site = make_site(Path(folder) / "site", film, copies + number, number)
            wall_s, count = timed(site, number)
        per_hour = 3600.0 * count * film_s / wall_s / 3600.0
        row = {"workers": number, "wall_s": round(wall_s, 1), "film_hours_per_hour": round(per_hour, 2)}
        rows.append(
            row
            | {"times_the_first": round(per_hour / float(rows[0]["film_hours_per_hour"]), 2) if rows else 1.0}
        )
    load = round(os.getloadavg()[0], 1)
    figures = {"film_s": film_s, "recordings": copies, "cores": os.cpu_count(), "load": load, "rows": rows}
    sys.stdout.write(dumps(figures) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(app())
