"""How long months of lifts take to judge anew: ``python -m pipelines.exposure.benchmark --lifts 1000000``.

Makes a site with a store of lifts that nobody did, 20 cameras and 10 000 lifts a day, then judges them
under a policy and again under another one with the difference, as ``hingewise assess`` does. It prints
seconds, processor seconds and memory, and what each recording costs, for other sites are cut otherwise.
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from typing import Any, Final

import numpy as np
import pandas as pd
from cyclopts import App
from numpy.typing import NDArray
from rich.console import Console

from detectors.tables import EXPOSURE, FOOTAGE, LIFTS, TableSpec
from pipelines.judging.policy import load_policy
from pipelines.judging.reassess import reassess, write
from pipelines.judging.side_by_side import side_by_side
from pipelines.sites.site import Site, load_site
from pipelines.storage.store import Store, open_store

FIRST: Final = date(2024, 1, 1)
LIFTS_PER_DAY: Final = 10_000
ZONES: Final = ("inbound", "packing", "storage", "outbound")
CAMERAS: Final = tuple((f"camera-{n}", ZONES[n % len(ZONES)]) for n in range(20))
SHIFTS: Final = (("early", "06:00", "14:00"), ("late", "14:00", "22:00"), ("night", "22:00", "06:00"))
HEAD: Final = '[site]\nname = "benchmark"\ntime_zone = "Europe/Berlin"\n[store]\nurl = "store"\n'

app = App(name="pipelines.exposure.benchmark", help=__doc__)


@dataclass(frozen=True)
class Layout:
    """A site's recordings: so many days, and hours in each recording; ``lifts`` in all."""

    lifts: int
    days: int
    recording_h: int

    @property
    def recordings(self) -> int:
        """How many there are of all cameras."""
        return self.days * len(CAMERAS) * (24 // self.recording_h)

    def __str__(self) -> str:
        return (
            f"{self.lifts:,} lifts, {self.days:,} dates, {self.recordings:,} recordings of "
            f"{self.recording_h} h each, {len(CAMERAS)} cameras"
        )


@app.default
def benchmark(*, lifts: int = 10_000_000, recording_h: int = 8, out: Path = Path("benchmark")) -> None:
    """Make the store unless it is there, and time the judging.

    Parameters
    ----------
    lifts
        Lifts of the whole store, 10 000 for each date.
    recording_h
        Hours of a recording, a divisor of 24. The store has a file of each table for each recording.
    out
        Folder for site file, policies and store.
    """
    layout = Layout(lifts, math.ceil(lifts / LIFTS_PER_DAY), recording_h)
    say(f"{layout}; {len(os.sched_getaffinity(0))} cores")
    site = _site(out)
    store = open_store(site.store_url)
    span = FIRST, FIRST + timedelta(days=layout.days - 1)
    with _timed("made the store", layout):
        if len(store.parts(LIFTS)) < layout.recordings:
            for _ in side_by_side(partial(_make, site, store, layout), range(layout.days)):
                pass
    built_in, other = load_policy(None), load_policy(out / "other.toml")
    for name, policy in (("the built-in policy", built_in), ("another policy", other)):
        with _timed(f"judged under {name}, with figures and difference", layout):
            found = reassess(store, site, built_in, policy, span)
        with _timed("wrote judgements and figures", layout):
            write(store, site, found)


def _site(out: Path) -> Site:
    out.mkdir(parents=True, exist_ok=True)
    cameras = [
        f'[[cameras]]\nid = "{name}"\nzone = "{zone}"\nfootage = "{name}/*"\nstart_time = "container"\n'
        for name, zone in CAMERAS
    ]
    shifts = [
        f'[[shifts]]\nname = "{name}"\nstart = "{start}"\nend = "{end}"\n' for name, start, end in SHIFTS
    ]
    (out / "site.toml").write_text("".join([HEAD, *cameras, *shifts]))
    (out / "other.toml").write_text("spine_bend_from = 0.7\n")
    return load_site(out / "site.toml")


def _make(site: Site, store: Store, layout: Layout, number: int) -> None:
    """Write the recordings of a date, the lifts spread evenly over all."""
    rng = np.random.default_rng(number)
    day = FIRST + timedelta(days=number)
    starts_h = range(0, 24, layout.recording_h)
    cells = [(hour, camera, zone) for hour in starts_h for camera, zone in CAMERAS]
    first, last = (layout.lifts * n // layout.days for n in (number, number + 1))
    edges = np.linspace(first, last, len(cells) + 1).astype(np.int64)
    tables: dict[str, list[pd.DataFrame]] = {spec.name: [] for spec in (LIFTS, EXPOSURE, FOOTAGE)}
    for (hour, camera, zone), begin, end in zip(cells, edges, edges[1:], strict=False):
        start = pd.Timestamp(day, tz="UTC").as_unit("us") + pd.Timedelta(hours=hour)
        recording = {"footage_id": f"{start:%Y%m%d%H}-{camera}", "camera_id": camera, "zone": zone}
        span = pd.DataFrame(
            {"start_utc": [start], "end_utc": [start + pd.Timedelta(hours=layout.recording_h)]}
        )
        span["declared_s"] = 3600.0 * layout.recording_h
        made = (
            (LIFTS, _lifts(rng, np.arange(begin, end), start, layout.recording_h)),
            (EXPOSURE, _minutes(rng, start, layout.recording_h)),
            (FOOTAGE, span),
        )
        for spec, rows in made:
            tables[spec.name].append(rows.assign(**recording))
    for spec in (LIFTS, EXPOSURE, FOOTAGE):
        whole = _whole(spec, pd.concat(tables[spec.name], ignore_index=True))
        parts = whole["camera_id"] + "-" + whole["footage_id"]
        store.write_parts(spec, whole, site.name, pd.DataFrame({"date": day.isoformat(), "part": parts}))


def _lifts(
    rng: np.random.Generator, number: NDArray[np.int64], start: pd.Timestamp, hours: int
) -> pd.DataFrame:
    n = len(number)
    after = pd.Series(pd.to_timedelta(np.sort(rng.uniform(0, 3600 * hours, n)), unit="s").as_unit("us"))
    seen = rng.random(n) < 0.7
    return pd.DataFrame(
        {
            "lift_id": [f"{one:016x}" for one in number],
            "track_id": [f"{one:x}" for one in rng.integers(0, 200, n)],
            "start_utc": start + after,
            "view_angle_deg": rng.uniform(0.0, 70.0, n),
            "trunk_inclination_peak_deg": rng.normal(50.0, 20.0, n).clip(5.0, 120.0),
            "back_chord_ratio": rng.normal(0.9, 0.06, n),
            "back_chord_ratio_se": rng.uniform(0.01, 0.05, n),
            "spine_flexion_deg": np.where(seen, rng.normal(30.0, 15.0, n), np.nan),
            "spine_flexion_se_deg": np.where(seen, rng.uniform(2.0, 12.0, n), np.nan),
        }
    )


def _minutes(rng: np.random.Generator, start: pd.Timestamp, hours: int) -> pd.DataFrame:
    minutes = pd.Series(pd.to_timedelta(np.arange(60 * hours), unit="min").as_unit("us"))
    return pd.DataFrame({"minute_utc": start + minutes, "observed_person_s": rng.uniform(0, 600, 60 * hours)})


def _whole(spec: TableSpec, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with every column of their table, those not made as in its example."""
    missing: dict[str, Any] = {c.name: c.example for c in spec.columns if c.name not in rows}
    rows = rows.assign(**missing)
    times = [column.name for column in spec.columns if column.dtype.startswith("datetime")]
    rows[times] = rows[times].apply(pd.to_datetime, utc=True)
    return rows[spec.names].astype({column.name: column.dtype for column in spec.columns})


@contextmanager
def _timed(what: str, layout: Layout) -> Iterator[None]:
    begin, used_s = time.perf_counter(), _processor_s()
    yield
    spent_s, used_s = time.perf_counter() - begin, _processor_s() - used_s
    # Of the other processes the largest is known, and all may be as large at once.
    own, other = (getrusage(who).ru_maxrss / 1024 for who in (RUSAGE_SELF, RUSAGE_CHILDREN))
    peak_mb = own + other * len(os.sched_getaffinity(0))
    say(
        f"{what}: {spent_s:.1f} s, {used_s:.1f} processor seconds, {used_s / layout.recordings * 1e3:.2f} ms "
        f"of these per recording and {used_s / layout.lifts * 1e6:.1f} us per lift; "
        f"peak so far at most {peak_mb:.0f} MB in all processes"
    )


def _processor_s() -> float:
    return sum(one.ru_utime + one.ru_stime for one in map(getrusage, (RUSAGE_SELF, RUSAGE_CHILDREN)))


def say(sentence: str) -> None:
    """Print a sentence as it is."""
    Console().print(sentence, highlight=False, soft_wrap=True)


if __name__ == "__main__":
    app()
