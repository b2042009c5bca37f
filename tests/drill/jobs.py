"""What is killed: five kinds of work on a small site, and what each leaves when nobody disturbs it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from detectors.tables import FOOTAGE, JUDGEMENTS, LIFTS
from pipelines.commands import run_assess
from pipelines.reviewing.labels import Said, current, item_of_lift, labels, record, withdraw
from pipelines.reviewing.tables import Answer, Purpose
from pipelines.storage.store import Store

from .nights import DAY, make_site, run_night
from .packages import export, export_state, exportable, kept, retain, retain_state
from .works import State, Work, hashes, store_of

MORE_DAYS: Final = 5
LABELLED: Final = 9

POLICY: Final = "spine_bend_from = 0.6\nneutral_up_to = 0.2\n"


def nightly_state(folder: Path) -> State:
    """Return the lifts, and the hash of every part of the store."""
    lifts = store_of(folder).read(LIFTS)
    return {"things": sorted(lifts["lift_id"]), "files": hashes(folder)}


def judged_site(folder: Path) -> None:
    """Write a site whose night is over, and the same lifts on some more dates."""
    make_site(folder)
    run_night(folder)
    store = store_of(folder)
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
    rows = store_of(folder).read(JUDGEMENTS)
    told = rows["lift_id"] + " " + rows["policy_id"] + " " + rows["technique"]
    return {"things": sorted(told), "files": hashes(folder)}


def label(folder: Path) -> None:
    """Say of some lifts what they are, going on where one stopped; take every third back once."""
    store, now = store_of(folder), datetime(2026, 10, 7, tzinfo=UTC)
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
    rows = labels(store_of(folder), "depot")
    return {"things": sorted(rows["item_id"] + " " + rows["answer"]), "files": hashes(folder)}


def _said(answer: Answer) -> Said:
    return Said(answer, Purpose.REVIEW, "r-4f09", "trainer", 2.0, "c0a81e66d2b3")


def _labels_of(store: Store, item: dict):
    rows = labels(store, "depot", _day(item), _day(item))
    return rows[rows["item_id"] == item["item_id"]]


def _day(item: dict):
    return datetime.fromisoformat(item["date"]).date()


WORKS: Final = (
    Work("nightly", make_site, run_night, nightly_state),
    Work("assess", judged_site, assess, assess_state),
    Work("label", judged_site, label, label_state),
    Work("export", exportable, export, export_state),
    Work("retain", kept, retain, retain_state),
)
