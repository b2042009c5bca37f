"""The list of what to change first, worked out by the night so that no reader waits for it.

It reads every lift of four weeks. What was worked out is kept beside the tables with the version of
those that it came from, and holds as long as they stay as they are; without it, or where it no longer
holds, the list is worked out anew. It can be deleted at any time.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

from fsspec.implementations.local import LocalFileSystem

from detectors.tables import EXPOSURE, JUDGEMENTS, LIFTS
from pipelines.changes.redesigning import actions_of
from pipelines.exposure.redesign import Action
from pipelines.judging.policy import NamedPolicy
from pipelines.reports.shift_report import whole_weeks
from pipelines.sites.site import Site
from pipelines.storage.parts import explained
from pipelines.storage.store import Store
from pipelines.storage.versions import version
from pipelines.storage.whole_files import replace_file

FOLDER: Final = "kept/actions"
SHOWN_FOR: Final = timedelta(days=7)
"""So long after its last date a list is shown: until the next Sunday ends the weeks of another."""

SHOWN_LIFTS: Final = 5
"""Evidence lifts that are linked; the most typical come first."""


@dataclass(frozen=True)
class WhatToDo:
    """At most three origins to raise, and the date under which each lift shown for them is filed."""

    actions: tuple[Action, ...]
    filed: dict[str, date]


def what_to_do(site: Site, store: Store, policy: NamedPolicy, dates: tuple[date, date]) -> WhatToDo:
    """Return the list of the recordings of some dates, both included: the kept one, or worked out now.

    Raises
    ------
    StoreError
        If the store can't be read.
    """
    kept = _read(store, _path(site, store, policy, dates[1]), made_from(site, store, policy, dates))
    return kept or _worked_out(site, store, policy, dates)


def keep_lists(site: Site, store: Store, policy: NamedPolicy, last: date) -> None:
    """Keep the lists that are shown on a date and on the day after it, where they don't hold already.

    Raises
    ------
    StoreError
        If the store can't be read or written.
    """
    for dates in dict.fromkeys(whole_weeks(day) for day in (last, last + timedelta(days=1))):
        path, made = _path(site, store, policy, dates[1]), made_from(site, store, policy, dates)
        if _read(store, path, made) is None:
            _write(store, path, made, _worked_out(site, store, policy, dates))


def made_from(site: Site, store: Store, policy: NamedPolicy, dates: tuple[date, date]) -> str:
    """Return what changes whenever the list of some dates might."""
    seen = [version(store, spec, site.name, *dates) for spec in (LIFTS, JUDGEMENTS, EXPOSURE)]
    return " ".join([policy.policy_id, site.time_zone, *map(str, dates), *seen])


def _worked_out(site: Site, store: Store, policy: NamedPolicy, dates: tuple[date, date]) -> WhatToDo:
    found = tuple(actions_of(site, store, policy, *dates))
    shown = {lift for action in found for lift in action.evidence[:SHOWN_LIFTS]}
    if not shown:
        return WhatToDo(found, {})
    rows = store.read(LIFTS, site.name, *dates, ["lift_id"])
    rows = rows[rows["lift_id"].isin(shown)]
    pairs = zip(rows["lift_id"].astype(str), rows["date"].astype(str), strict=True)
    return WhatToDo(found, {lift: date.fromisoformat(day) for lift, day in pairs})


def _path(site: Site, store: Store, policy: NamedPolicy, last: date) -> str:
    return f"{store.root}/{FOLDER}/site={site.name}/{last}-{policy.policy_id}.json"


def _read(store: Store, path: str, made: str) -> WhatToDo | None:
    """Return a kept list, None if there is none that was made from what is there now."""
    with explained(f"can't read {path}"):
        if not store.fs.exists(path):
            return None
        content = store.fs.cat_file(path)
    try:
        kept = json.loads(content)
        if kept["made_from"] != made:
            return None
        actions = [Action(**{**one, "evidence": tuple(one["evidence"])}) for one in kept["actions"]]
        filed = {lift: date.fromisoformat(day) for lift, day in kept["filed"].items()}
    except (ValueError, TypeError, KeyError):  # of an older release, or spoilt: it is only a copy
        return None
    return WhatToDo(tuple(actions), filed)


def _write(store: Store, path: str, made: str, one: WhatToDo) -> None:
    filed = {lift: day.isoformat() for lift, day in one.filed.items()}
    kept = {"made_from": made, "actions": [asdict(action) for action in one.actions], "filed": filed}
    content = json.dumps(kept, sort_keys=True).encode()
    with explained(f"can't write {path}"):
        if isinstance(store.fs, LocalFileSystem):
            replace_file(Path(path), content)
        else:
            store.fs.pipe_file(path, content)
