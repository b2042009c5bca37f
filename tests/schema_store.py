"""Make a small store of a released schema, to be kept for good: ``python tests/schema_store.py FOLDER``.

Run it once for each schema that is released, by the code of that release. Later code must read what it
left and find the figures of ``figures.json`` in it.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import barcode

from detectors.tables import RUNS, SCHEMA_VERSION, TABLES
from pipelines.judging.shift_figures import rebuild
from pipelines.nights.night import morning_digest, plan, run_row
from pipelines.nights.recording import process
from pipelines.nights.workers import Workers
from pipelines.sites.site import Site, load_site
from pipelines.storage.store import Store, open_store

DAY = date(2026, 10, 5)
SITE = """
[site]
name = "depot"
time_zone = "Europe/Berlin"
[store]
url = "{store}"
[pose]
weights = "fake.pt"
back = false
[[cameras]]
id = "dock"
zone = "inbound"
footage = "footage/dock/*"
start_time = "file_name"
file_name_pattern = "*_%Y%m%dT%H%M%S"
[[shifts]]
name = "day"
start = "06:00"
end = "22:00"
"""


def site_of(folder: Path, store: Path) -> Site:
    """Write a site file for a store and return the site."""
    (folder / "fake.pt").write_bytes(b"weights")
    (folder / "site.toml").write_text(SITE.format(store=store))
    return load_site(folder / "site.toml")


def figures(store: Store) -> dict[str, object]:
    """Return what must be found again: rows of each table, and the sums of each column of numbers."""
    found: dict[str, object] = {}
    for name, spec in TABLES.items():
        frame = store.read(spec)
        numbers = frame.select_dtypes("number").sum().round(6)
        named = [column for column in ("technique", "kind", "status", "zone") if column in frame]
        texts = {column: sorted(set(frame[column].dropna())) for column in named}
        found[name] = {"rows": len(frame), "sums": numbers.to_dict(), "texts": texts}
    return found


def make(folder: Path) -> None:
    """Write the store of one night with two recordings, and its figures beside it."""
    with TemporaryDirectory() as temporary:
        site = site_of(Path(temporary), folder.absolute())
        barcode.write_clip(site.folder / "footage/dock/a_20261005T100000.mp4", barcode.LIFT)
        barcode.write_clip(site.folder / "footage/dock/c_20261005T110000.mp4", barcode.SET_DOWN)
        with Workers(1) as workers:
            night = plan(site, DAY, DAY, "barcode:BarcodePose", workers)
        outcomes = [process(job) for job in night.jobs]
        started = datetime(2026, 10, 6, 2, 30, tzinfo=UTC)
        run_id, row = run_row(night, outcomes, started, started.replace(minute=31))
        night.store.write(RUNS, row, site.name, DAY, run_id)
        morning_digest(night)
        rebuild(night.store, site, night.policy, DAY, DAY)
    told = {"schema": SCHEMA_VERSION, "tables": figures(open_store(str(folder)))}
    (folder / "figures.json").write_text(json.dumps(told, indent=1, sort_keys=True) + "\n")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
