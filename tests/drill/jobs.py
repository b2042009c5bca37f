"""What is killed: five kinds of work on a small site, and what each leaves when nobody disturbs it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import exported_site
import kept_site

from detectors.tables import FOOTAGE, JUDGEMENTS, LIFTS
from pipelines.clips.cutter import Cutter
from pipelines.clips.looks import PLAIN
from pipelines.commands import run_assess
from pipelines.exporting.choosing import Wanted, wanted_lifts
from pipelines.exporting.making import Source, make_package
from pipelines.exporting.manifest import By
from pipelines.exporting.tables import EXPORTS
from pipelines.reviewing.labels import Said, current, item_of_lift, labels, record, withdraw
from pipelines.reviewing.tables import Answer, Purpose
from pipelines.storage.store import Store, StoreError, open_store

from .nights import DAY, make_site, run_night

State = dict[str, list[str]]
"""``things``: one text per row that may be lost or doubled; ``files``: paths with the hashes of them."""

MORE_DAYS: Final = 5
LABELLED: Final = 9
OF_NO_RUN: Final = ("runs", "claims", "labels", "exports")
"""What tells of the runs themselves, or is named or chained by lot."""

POLICY: Final = "spine_bend_from = 0.6\nneutral_up_to = 0.2\n"
PERIODS: Final = {"footage_days": 14, "lifts_days": 30}


@dataclass(frozen=True)
class Work:
    """One kind of work.

    Attributes
    ----------
    make
        Writes what it works on into a new folder.
    run
        Does it to the end; what it returns is only told.
    state
        What it left.
    """

    name: str
    make: Callable[[Path], object]
    run: Callable[[Path], object]
    state: Callable[[Path], State]


def nightly_state(folder: Path) -> State:
    """Return the lifts, and the hash of every part of the store."""
    lifts = _store(folder).read(LIFTS)
    return {"things": sorted(lifts["lift_id"]), "files": hashes(folder)}


def judged_site(folder: Path) -> None:
    """Write a site whose night is over, and the same lifts on some more dates."""
    make_site(folder)
    run_night(folder)
    store = _store(folder)
    for spec in (FOOTAGE, LIFTS):
        for part in store.parts(spec, "depot", DAY, DAY):
            rows = store.read_parts(spec, [part]).drop(columns=["site", "date"])
            for days in range(1, MORE_DAYS + 1):
                back = timedelta(days=days)
                earlier = rows.assign(**{name: rows[name] - back for name in rows if name.endswith("_utc")})
                if spec is LIFTS:
                    earlier["lift_id"] += f"-{days}"
                store.write(spec, earlier, "depot", DAY - back, part.name)
    (folder / "policy.toml").write_text(POLICY)


def assess(folder: Path) -> int:
    """Judge all lifts under another policy."""
    return run_assess(folder / "site.toml", folder / "policy.toml", None, None, dry_run=False)


def assess_state(folder: Path) -> State:
    """Return the judgements, and the hash of every part of the store."""
    rows = _store(folder).read(JUDGEMENTS)
    told = rows["lift_id"] + " " + rows["policy_id"] + " " + rows["technique"]
    return {"things": sorted(told), "files": hashes(folder)}


def label(folder: Path) -> None:
    """Say of some lifts what they are, going on where one stopped; take every third back once."""
    store, now = _store(folder), datetime(2026, 10, 7, tzinfo=UTC)
    lifts = store.read(LIFTS, "depot").sort_values(["date", "lift_id"])
    for number, row in enumerate(lifts.tail(LABELLED).to_dict("records")):
        item = item_of_lift(row)
        mine = _labels_of(store, item)
        wrong = number % 3 == 0
        if wrong and mine.empty:
            record(store, "depot", _day(item), item, _said(Answer.HIP_HINGE), now)
            mine = _labels_of(store, item)
        if wrong and len(mine) == 1 and len(current(mine)):
            withdraw(store, "depot", mine.iloc[0].to_dict(), 1.0, now)
            mine = _labels_of(store, item)
        if current(mine).empty:
            record(store, "depot", _day(item), item, _said(Answer.SPINE_BEND), now + timedelta(seconds=1))


def label_state(folder: Path) -> State:
    """Return every label, those taken back too, without its name by lot."""
    rows = labels(_store(folder), "depot")
    return {"things": sorted(rows["item_id"] + " " + rows["answer"]), "files": hashes(folder)}


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
    rows = _store(folder).read(EXPORTS)
    beside = [path.name for path in sorted(folder.glob(".*unfinished"))]
    files = [*hashes(folder), *beside, f"pack.zip {_sha256(folder / 'pack.zip')}"]
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
    return exported_site.Depot(site, _store(folder), exported_site.load_policy(None).policy_id)


def _exportable(folder: Path) -> None:
    folder.mkdir(parents=True)
    found = exported_site.depot(folder)
    for one in ("bend-sure", "bend-late"):
        exported_site.keep_square(found, one, PLAIN)


def _said(answer: Answer) -> Said:
    return Said(answer, Purpose.REVIEW, "r-4f09", "trainer", 2.0, "c0a81e66d2b3")


def _labels_of(store: Store, item: dict):
    rows = labels(store, "depot", _day(item), _day(item))
    return rows[rows["item_id"] == item["item_id"]]


def _day(item: dict):
    return datetime.fromisoformat(item["date"]).date()


def _store(folder: Path) -> Store:
    return open_store(str(folder / "store"))


def hashes(folder: Path) -> list[str]:
    """Return path and hash of every part of the store that the same work writes with the same bytes."""
    store = folder / "store"
    parts = (path.relative_to(store) for path in sorted(store.rglob("*.parquet")))
    return [f"{part} {_sha256(store / part)}" for part in parts if part.parts[0] not in OF_NO_RUN]


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "missing"


WORKS: Final = (
    Work("nightly", make_site, run_night, nightly_state),
    Work("assess", judged_site, assess, assess_state),
    Work("label", judged_site, label, label_state),
    Work("export", _exportable, export, export_state),
    Work("retain", kept, retain, retain_state),
)
