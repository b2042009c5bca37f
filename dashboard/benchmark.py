"""EDGE: how long the page Morning takes on three years of figures: ``python -m dashboard.benchmark``.

Makes the tables that the page reads at their true size: the figures of 20 cameras, their zones and the
site in three shifts a day, and the ledger; but no lifts. A store with lifts, such as that of
``pipelines.exposure.benchmark``, is named by its site file; the list of what to do is kept first, as a
night does. It prints processor seconds and seconds of the page, with nothing read before and again. The
first page of a process takes longer, for it brings in the libraries that only pages use. Then it starts the
dashboard as it is served, lets several readers open the page over their WebSockets and keep it open, lets
all of them ask for it at once, and prints their seconds and the memory of the server at its most.
"""

from __future__ import annotations

import os
import re
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import streamlit as st
from cyclopts import App
from rich.console import Console
from streamlit import config
from streamlit.testing.v1 import AppTest

from dashboard import app as dashboard_app
from dashboard.served import started
from dashboard.visitor import Visitor
from detectors.shift_table import ALL, Level
from detectors.tables import RUNS, SHIFT_METRICS
from pipelines.changes.kept_actions import keep_lists
from pipelines.demo.rows import stored
from pipelines.judging.policy import load_policy
from pipelines.sites.site import Site, load_site
from pipelines.storage.store import open_store

FIRST: Final = date(2024, 1, 1)
ZONES: Final = ("inbound", "outbound", "packing", "storage")
CAMERAS: Final = tuple((f"camera-{n}", ZONES[n % len(ZONES)]) for n in range(20))
SHIFTS: Final = (("early", 6, 14), ("late", 14, 22), ("night", 22, 6))
SEED: Final = 20260302
HEAD: Final = '[site]\nname = "benchmark"\ntime_zone = "Europe/Berlin"\n[store]\nurl = "store"\n'
COUNTS: Final = {"lifts": 60.0, "lowerings": 55.0, "spine_bends": 20.0, "hip_hinges": 30.0, "squats": 5.0}

app = App(name="dashboard.benchmark", help=__doc__)


@app.default
def run(*, days: int = 1095, sessions: int = 20, site: Path | None = None) -> None:
    """Make the store in a temporary folder, unless one is named, and serve the page from it.

    Parameters
    ----------
    days
        Dates with figures, where the store is made.
    sessions
        Readers that open the page one after the other, keep it open, and then ask for it all at once.
    site
        Site file of a store that is there already.
    """
    console = Console(highlight=False)
    with tempfile.TemporaryDirectory() as folder:
        if site is None:
            at = load_site(_site_file(Path(folder)))
            rows = _write(at, days)
            console.print(f"{rows:,} figures of {days:,} dates, {len(CAMERAS)} cameras in {len(ZONES)} zones")
        else:
            at = load_site(site)
            console.print(f"list of what to do kept:  {_timed(lambda: _keep_list(at))}")
        os.environ[dashboard_app.SITE_FILE] = str(at.path)
        config.set_option("server.address", "127.0.0.1")
        page = AppTest.from_file(dashboard_app.__file__, default_timeout=120)
        console.print(f"first page of a process: {_timed(page.run)}")
        st.cache_data.clear()
        console.print(f"nothing read before:     {_timed(page.run)}")
        console.print(f"again:                   {min(_timed(page.run) for _ in range(5))}")
        if failed := [one.value for one in (*page.exception, *page.error)]:
            raise SystemExit(f"the page failed: {failed[0]}")
        _read_by(at, sessions, Path(folder) / "server.log", console)


def _read_by(site: Site, sessions: int, log: Path, console: Console) -> None:
    """Serve the site to so many readers; print what they wait and what the server takes."""
    with started(site, log) as (url, process), ExitStack() as leaving:
        readers = [leaving.enter_context(closing(Visitor(url).open())) for _ in range(sessions)]
        first, *others = [_waited_s(reader) for reader in readers]
        began_s = _processor_s(process)
        with ThreadPoolExecutor(sessions) as pool:
            at_once = list(pool.map(_waited_s, readers))
        each_s = (_processor_s(process) - began_s) / sessions
        console.print(
            f"served: {first:.2f} s to the first reader, {np.median(others):.2f} s to each of the others "
            f"({max(others):.2f} s at most), {max(at_once):.2f} s to the last of {sessions} at once, "
            f"{each_s:.2f} s of the processor each",
            soft_wrap=True,
        )
        peak = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
        if peak is not None:
            console.print(f"{sessions} readers: {int(peak[1]) / 1e6:.2f} GB of memory at most")


def _processor_s(process: int) -> float:
    # The second field is a name in brackets; after it, user and system time are the 12th and the 13th.
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _waited_s(reader: Visitor) -> float:
    began = time.perf_counter()
    shown = reader.run()
    if shown.of("exception"):
        raise SystemExit(f"the page failed: {shown.of('exception')[0].message}")
    return time.perf_counter() - began


def _keep_list(site: Site) -> None:
    store, policy = open_store(site.store_url), load_policy(site.policy_file)
    last = max(part.date for part in store.parts(SHIFT_METRICS, site.name))
    keep_lists(site, store, policy, last)


def _timed(work: Callable[[], object]) -> str:
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return f"{time.process_time() - cpu:.2f} s of the processor, {time.perf_counter() - wall:.2f} s"


def _site_file(folder: Path) -> Path:
    cameras = [
        f'[[cameras]]\nid = "{name}"\nzone = "{zone}"\nfootage = "{name}/*.mp4"\nstart_time = "file_name"\n'
        f'file_name_pattern = "{name}_%Y%m%dT%H%M%S"\n'
        for name, zone in CAMERAS
    ]
    shifts = [
        f'[[shifts]]\nname = "{name}"\nstart = "{start:02}:00"\nend = "{end:02}:00"\n'
        for name, start, end in SHIFTS
    ]
    path = folder / "site.toml"
    path.write_text("\n".join([HEAD, *cameras, *shifts]))
    return path


def _write(site: Site, days: int) -> int:
    """Write the figures and the ledger; return the rows of figures."""
    store, policy = open_store(site.store_url), load_policy(site.policy_file).policy_id
    dates = [(FIRST + timedelta(days=n)).isoformat() for n in range(days)]
    figures = stored(_figures(dates, policy), SHIFT_METRICS)
    where = pd.DataFrame({"date": figures["shift_date"], "part": policy})
    store.write_parts(SHIFT_METRICS, figures, site.name, where)
    nights = pd.DataFrame(
        {"run_id": [f"run-{day}" for day in dates], "first_date": dates, "last_date": dates}
    )
    started = pd.to_datetime(nights["first_date"], utc=True).dt.as_unit("us") + pd.Timedelta(hours=28)
    nights = nights.assign(started_utc=started, finished_utc=started, policy_id=policy)
    ledger = stored(nights.astype({"run_id": "str", "policy_id": "str"}), RUNS)
    store.write_parts(RUNS, ledger, site.name, pd.DataFrame({"date": dates, "part": nights["run_id"]}))
    return len(figures)


def _figures(dates: list[str], policy: str) -> pd.DataFrame:
    """Return counts that nobody made, of each camera, zone and the site in every shift."""
    places = [(Level.CAMERA, zone, name) for name, zone in CAMERAS]
    places += [*((Level.ZONE, zone, ALL) for zone in ZONES), (Level.SITE, ALL, ALL)]
    seats = pd.DataFrame(places, columns=["level", "zone", "camera_id"], dtype="str")
    watched = {Level.CAMERA: 1, Level.ZONE: len(CAMERAS) // len(ZONES), Level.SITE: len(CAMERAS)}
    seats["cameras"] = seats["level"].map({str(level): n for level, n in watched.items()})
    shifts = pd.DataFrame([(name, start) for name, start, _ in SHIFTS], columns=["shift", "hour"])
    table = (
        pd.DataFrame({"shift_date": dates}, dtype="str").merge(shifts, how="cross").merge(seats, how="cross")
    )
    start = pd.to_datetime(table["shift_date"], utc=True).dt.as_unit("us")
    start += pd.to_timedelta(table["hour"], unit="h").dt.as_unit("us")
    rng = np.random.default_rng(SEED)
    counts = {name: rng.poisson(mean * table["cameras"]).astype(float) for name, mean in COUNTS.items()}
    hours = dict.fromkeys(
        ["expected_h", "received_h", "analysed_h", "observed_person_h"], 8.0 * table["cameras"]
    )
    return table.drop(columns="hour").assign(
        policy_id=policy, status="shown", cameras_without_data=0, start_utc=start,
        end_utc=start + pd.Timedelta(hours=8), **counts, **hours,
    )  # fmt: skip


if __name__ == "__main__":
    app()
