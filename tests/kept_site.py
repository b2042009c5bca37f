"""A site with something of every kind that is kept for a period, of known ages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd

from detectors.contract import empty
from detectors.tables import EXPOSURE, FOOTAGE, JUDGEMENTS, LIFTS, POSES, SHIFT_METRICS
from pipelines.clips.views import CLIP_VIEWS
from pipelines.exporting.tables import EXPORTS
from pipelines.footage.identity import content_id
from pipelines.retention.retaining import retain
from pipelines.retention.tables import DELETIONS
from pipelines.reviewing.tables import BLIND_ITEMS, LABELS
from pipelines.sites.site import Site, load_site
from pipelines.storage.store import Store, open_store

NOW = datetime(2026, 10, 20, 9, tzinfo=UTC)
TODAY = date(2026, 10, 20)
CAMERAS = ("dock", "dock-2")
A_WEEK = timedelta(days=7)
"""So long a list of what to do is shown after the weeks that it is made of."""

POLICY = "c0a81e66d2b3"
OF_RECORDING = {"poses": POSES, "exposure": EXPOSURE, "lifts": LIFTS, "judgements": JUDGEMENTS}
OF_PEOPLE = {"labels": LABELS, "blind_items": BLIND_ITEMS, "clip_views": CLIP_VIEWS, "exports": EXPORTS}
HEAD = """
[site]
name = "depot"
time_zone = "Europe/Berlin"
[store]
url = "store"
[clips]
nightly_folder = "taken"
"""
CAMERA = """
[[cameras]]
id = "{camera}"
zone = "inbound"
footage = "footage/{camera}/{pattern}"
start_time = "file_name"
file_name_pattern = "*_%Y%m%dT%H%M%S"
"""


@dataclass(frozen=True)
class Kept:
    """A site with its store."""

    site: Site
    store: Store

    def left(self) -> set[tuple[str, int, str]]:
        """Return kind, age in days and camera ('all' where there is none) of all that is still there."""
        found = {
            (kind, _age(part.date), part.name.partition(f"-{_hash(part.date)}")[0])
            for kind, spec in OF_RECORDING.items()
            for part in self.store.parts(spec, "depot")
        }
        for kind, spec in OF_PEOPLE.items():
            found |= {(kind, _age(part.date), "all") for part in self.store.parts(spec, "depot")}
        for path in Path(self.store.root).glob("clips/site=depot/date=*/*"):
            found.add(("clips", _age(date.fromisoformat(path.parent.name[5:])), "all"))
        for path in Path(self.store.root).glob("kept/actions/site=depot/*"):
            found.add(("actions", _age(date.fromisoformat(path.name[:10]) + A_WEEK), "all"))
        for path in self.site.folder.glob("taken/*.zip"):
            found.add(("packages", _age(date.fromisoformat(path.name.split("_")[2])), "all"))
        for path in self.site.folder.glob("footage/*/*.mp4"):
            day = datetime.strptime(path.stem.split("_")[1], "%Y%m%dT%H%M%S").date()
            found.add(("footage", _age(day), path.parent.name))
        return found

    def run(self, **options):
        return retain(self.site, self.store, lambda path: None, NOW, **options)

    def receipts(self) -> pd.DataFrame:
        return self.store.read(DELETIONS, "depot")


def kept_site(folder: Path, periods: dict[str, int | None], pattern: str = "*.mp4") -> Kept:
    """Return a site whose file names these periods; nothing is in its store."""
    lines = [f"{key} = {days}" for key, days in periods.items() if days is not None]
    text = HEAD + "[retention]\n" + "\n".join(lines)
    text += "".join(CAMERA.format(camera=camera, pattern=pattern) for camera in CAMERAS)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "site.toml").write_text(text)
    site = load_site(folder / "site.toml")
    return Kept(site, open_store(site.store_url))


def fill(kept: Kept, ages: list[int], status: str = "done") -> set[tuple[str, int, str]]:
    """Put something of every kind and camera under the dates of these ages, and return what that is."""
    store = kept.store
    for age in ages:
        day = TODAY - timedelta(days=age)
        for camera in CAMERAS:
            add_recording(kept, camera, day, status)
            for kind, spec in OF_RECORDING.items():
                part = f"{camera}-{_hash(day)}" + (f"-{POLICY}" if kind == "judgements" else "")
                store.write(spec, empty(spec), "depot", day, part)
        for spec in OF_PEOPLE.values():
            store.write(spec, empty(spec), "depot", day, f"{day:%Y%m%d}T071502Z-4f09ab")
        store.write(SHIFT_METRICS, empty(SHIFT_METRICS), "depot", day, POLICY)
        for file in (
            f"{store.root}/clips/site=depot/date={day}/6b0d8e52c1f94a07-3c1f.mp4",
            f"{store.root}/kept/actions/site=depot/{day - A_WEEK}-{POLICY}.json",
            f"{kept.site.folder}/taken/clips_depot_{day}_early%2Fone.zip",
        ):
            Path(file).parent.mkdir(parents=True, exist_ok=True)
            Path(file).write_bytes(b"made of lifts")
    kinds = [(kind, camera) for kind in (*OF_RECORDING, "footage") for camera in CAMERAS]
    kinds += [(kind, "all") for kind in (*OF_PEOPLE, "clips", "packages", "actions")]
    return {(kind, age, camera) for age in ages for kind, camera in kinds}


def add_recording(kept: Kept, camera: str, day: date, status: str = "done", name: str = "") -> Path:
    """Write a file that stands for a recording, and its row; the hash of its content is made to fit."""
    path = kept.site.folder / "footage" / camera / f"{name or camera}_{day:%Y%m%d}T090000.mp4"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(f"{camera} {day}".encode())
    example = {column.name: column.example for column in FOOTAGE.columns}
    identity = content_id(path)
    said = {"footage_id": identity, "camera_id": camera, "status": status, "path": str(path)}
    row = pd.DataFrame([{**example, **said}]).astype({c.name: c.dtype for c in FOOTAGE.columns})
    kept.store.write(FOOTAGE, row, "depot", day, f"{camera}-{identity}")
    return path


def _age(day: date) -> int:
    return (TODAY - day).days


def _hash(day: date) -> str:
    return hashlib.sha256(day.isoformat().encode()).hexdigest()[:16]
