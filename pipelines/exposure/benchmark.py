"""How long months of lifts take to judge anew: ``python -m pipelines.exposure.benchmark --lifts 1000000``.

Makes a site with a store of lifts that nobody did, then judges them under a policy and again under
another one with the difference, as ``hingewise assess`` does, and prints seconds and peak memory.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from cyclopts import App
from numpy.typing import NDArray
from rich.console import Console

from detectors.tables import EXPOSURE, FOOTAGE, LIFTS, TableSpec
from pipelines.policy import load_policy
from pipelines.reassess import reassess, write
from pipelines.site import Site, load_site
from pipelines.store import Store, open_store

FIRST: Final = date(2026, 1, 5)
DAYS: Final = 90
ZONES: Final = ("inbound", "packing", "storage", "outbound")
CAMERAS: Final = tuple((f"camera-{n}", ZONES[n % len(ZONES)]) for n in range(8))
SHIFTS: Final = (("early", "06:00", "14:00"), ("late", "14:00", "22:00"), ("night", "22:00", "06:00"))
HEAD: Final = '[site]\nname = "benchmark"\ntime_zone = "Europe/Berlin"\n[store]\nurl = "store"\n'
DAY_S: Final = 86_400

app = App(name="pipelines.exposure.benchmark", help=__doc__)


@app.default
def benchmark(*, lifts: int = 1_000_000, out: Path = Path("benchmark")) -> None:
    """Make the store unless it is there, and time the judging.

    Parameters
    ----------
    lifts
        Lifts of the whole store, over 90 days of 8 cameras.
    out
        Folder for site file, policies and store.
    """
    site = _site(out)
    store = open_store(site.store_url)
    with _timed("made the store"):
        if len(store.parts(LIFTS)) < DAYS * len(CAMERAS):
            _make(site, store, lifts)
    built_in, other = load_policy(None), load_policy(out / "other.toml")
    span = FIRST, FIRST + timedelta(days=DAYS - 1)
    for name, policy in (("the built-in policy", built_in), ("another policy", other)):
        with _timed(f"judged under {name}, with figures and difference"):
            found = reassess(store, site, built_in, policy, span)
        with _timed("wrote judgements and figures"):
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


def _make(site: Site, store: Store, lifts: int) -> None:
    """Write one recording of a whole day per camera and day, the lifts spread evenly over all."""
    rng = np.random.default_rng(FIRST.toordinal())
    cells = [(FIRST + timedelta(days=n), *camera) for n in range(DAYS) for camera in CAMERAS]
    edges = np.linspace(0, lifts, len(cells) + 1).astype(np.int64)
    for (day, camera, zone), first, end in zip(cells, edges, edges[1:], strict=False):
        start = pd.Timestamp(day, tz=site.tz).tz_convert("UTC").as_unit("us")
        recording = {"footage_id": f"{day:%Y%m%d}-{camera}", "camera_id": camera, "zone": zone}
        tables = {
            LIFTS: _lifts(rng, np.arange(first, end), start),
            EXPOSURE: _minutes(rng, start),
            FOOTAGE: pd.DataFrame({"start_utc": [start], "end_utc": [start + pd.Timedelta(days=1)]}),
        }
        for spec, rows in tables.items():
            part = f"{camera}-{recording['footage_id']}"
            store.write(spec, _whole(spec, rows.assign(**recording)), site.name, day, part)


def _lifts(rng: np.random.Generator, number: NDArray[np.int64], start: pd.Timestamp) -> pd.DataFrame:
    n = len(number)
    after = pd.Series(pd.to_timedelta(np.sort(rng.uniform(0, DAY_S, n)), unit="s").as_unit("us"))
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


def _minutes(rng: np.random.Generator, start: pd.Timestamp) -> pd.DataFrame:
    minutes = pd.Series(pd.to_timedelta(np.arange(1440), unit="min").as_unit("us"))
    return pd.DataFrame({"minute_utc": start + minutes, "observed_person_s": rng.uniform(0, 600, 1440)})


def _whole(spec: TableSpec, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with every column of their table, those not made as in its example."""
    missing: dict[str, Any] = {c.name: c.example for c in spec.columns if c.name not in rows}
    rows = rows.assign(**missing)
    times = [column.name for column in spec.columns if column.dtype.startswith("datetime")]
    rows[times] = rows[times].apply(pd.to_datetime, utc=True)
    return rows[spec.names].astype({column.name: column.dtype for column in spec.columns})


@contextmanager
def _timed(what: str) -> Iterator[None]:
    begin = time.perf_counter()
    yield
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent_s = time.perf_counter() - begin
    Console().print(f"{what}: {spent_s:.1f} s, peak so far {peak_mb:.0f} MB", highlight=False, soft_wrap=True)


if __name__ == "__main__":
    app()
