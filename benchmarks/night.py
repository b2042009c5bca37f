"""What a night costs besides reading: 20 cameras, 24 hours, real scheduling and store, people made up.

Run as ``python -m benchmarks.night --cameras 20 --hours 24``. Each recording stands for an hour of film, but
takes only a moment to read. All that this night takes is counted as overhead, these moments too, and held
against what as many hours of real film take: the shares come out too high. ``overhead_percent`` is in seconds
of the clock, ``overhead_cpu_percent`` in those of processors, which other work hardly touches.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from json import dumps
from pathlib import Path
from typing import Any

from cyclopts import App

from benchmarks.made_night import DAY, SOURCE, make_night
from detectors.tables import FOOTAGE, LIFTS
from pipelines.storage.store import open_store

app = App(name="night", help="Measure what a night costs besides reading.")


@app.default
def main(
    *,
    cameras: int = 20,
    hours: int = 24,
    workers: int = 2,
    video_hour_s: float = 230.0,
    out: Path | None = None,
) -> int:
    """Run the made-up night twice, the second time with all done, and print one JSON object.

    Parameters
    ----------
    cameras, hours
        How many recordings: one of each camera and hour.
    workers
        Recordings at the same time.
    video_hour_s
        Seconds that a worker takes for an hour of real film, from ``python -m benchmarks.reading``; 2.5 times
        what decoding alone takes is as fast as it can be hoped to be.
    out
        A new folder for the site; a temporary one where left out.
    """
    with tempfile.TemporaryDirectory() as temporary:
        site = make_night(out or Path(temporary) / "night", cameras, hours, f"workers = {workers}\n")
        wall_s, cpu_s, state = measured(site)
        again_s, *_ = measured(site)
        found = stored(site)
    reading_s = cameras * hours * video_hour_s
    figures = {
        "recordings": cameras * hours,
        "state": state,
        **found,
        "workers": workers,
        "wall_s": round(wall_s, 1),
        "cpu_s": round(cpu_s, 1),
        "again_wall_s": round(again_s, 1),
        "cpu_per_recording_s": round(cpu_s / (cameras * hours), 3),
        "reading_cpu_s": reading_s,
        "overhead_percent": round(100.0 * wall_s / (reading_s / workers), 2),
        "overhead_cpu_percent": round(100.0 * cpu_s / reading_s, 2),
        "peak_memory_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0),
    }
    sys.stdout.write(dumps(figures) + "\n")
    return 0


def measured(site: Path) -> tuple[float, float, str]:
    """Return the seconds of the clock and of processors that a night takes, and the name of its state."""
    from pipelines.nightly import nightly

    begun_s, cpu_s = time.monotonic(), processor_s()
    state = nightly(str(site), DAY, None, SOURCE, return_state=True)
    return time.monotonic() - begun_s, processor_s() - cpu_s, str(state.name)


def stored(site: Path) -> dict[str, Any]:
    """Return how many recordings of each status, and how many lifts, the store of a site holds."""
    store = open_store(str(site.parent / "store"))
    statuses = store.read(FOOTAGE, columns=["status"])["status"].value_counts().to_dict()
    return {"statuses": statuses, "lifts": len(store.read(LIFTS, columns=["lift_id"]))}


def processor_s() -> float:
    """Return the processor seconds of this process and of those of its processes that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    sys.exit(app())
