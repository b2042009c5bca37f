"""Work on what is taken away and what is deleted: exports and retention."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import exported_site
import kept_site

from pipelines.clips.cutter import Cutter
from pipelines.clips.looks import PLAIN
from pipelines.exporting.choosing import Wanted, wanted_lifts
from pipelines.exporting.making import Source, make_package
from pipelines.exporting.manifest import By
from pipelines.exporting.tables import EXPORTS
from pipelines.storage.store import StoreError

from .works import State, hashes, sha256, store_of

PERIODS: Final = {"footage_days": 14, "lifts_days": 30}


def exportable(folder: Path) -> None:
    folder.mkdir(parents=True)
    found = exported_site.depot(folder)
    for one in ("bend-sure", "bend-late"):
        exported_site.keep_square(found, one, PLAIN)


def export(folder: Path) -> int:
    """Make a package of clips, half of which must be cut first."""
    found = _depot(folder)
    Cutter.clip = exported_site.clip_by(
        lambda site, day, lift_id, look: exported_site.keep_square(found, lift_id, look)
    )
    wanted = Wanted(first=exported_site.DAY, last=exported_site.DAY)
    lifts = wanted_lifts(found.site, found.store, found.policy_id, wanted)
    by = By("r-4f09", "trainer", "toolbox talk 12", exported_site.NOW)
    source = Source(found.site, found.store, found.policy_id, PLAIN)
    return make_package(source, lifts, by, folder / "pack.zip", lambda done: None).clips


def export_state(folder: Path) -> State:
    """Return the clips that are recorded as exported, the hash of the zip, and what lies beside it."""
    rows = store_of(folder).read(EXPORTS)
    beside = [path.name for path in sorted(folder.glob(".*unfinished"))]
    files = [*hashes(folder), *beside, f"pack.zip {sha256(folder / 'pack.zip')}"]
    return {"things": sorted(rows["export_id"] + " " + rows["lift_id"]), "files": files}


def kept(folder: Path) -> None:
    """Write something of every kind that has a period, within it and past it."""
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    kept_site.fill(kept_site.kept_site(folder, dict(PERIODS)), [1, 40])


def retain(folder: Path) -> list[str]:
    """Delete what is past its period."""
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    done = kept_site.kept_site(folder, dict(PERIODS)).run()
    if done.faults:
        raise StoreError("; ".join(done.faults))
    return list(done.remarks)


def retain_state(folder: Path) -> State:
    """Return what is left, and one line for each file that a finished receipt tells of."""
    found = kept_site.kept_site(folder, dict(PERIODS))
    rows = found.receipts().query("state == 'finished' and files > 0")
    told = [
        f"gone {row['kind']} {row['date']} {row['camera_id']} {number}"
        for row in rows.to_dict("records")
        for number in range(row["files"])
    ]
    left = sorted(map(str, found.left()))
    return {"things": sorted(told) + left, "files": left}


def _depot(folder: Path) -> exported_site.Depot:
    site = exported_site.load_site(folder / "site.toml")
    return exported_site.Depot(site, store_of(folder), exported_site.load_policy(None).policy_id)
