"""What a store holds, for how long, and who looked: tables for whoever oversees it."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Final

import pandas as pd

from detectors.columns import TableSpec
from detectors.tables import TABLES
from pipelines.audits.marks import AUDIT_MARKS
from pipelines.audits.refused_logins import REFUSED_LOGINS
from pipelines.changes.interventions import INTERVENTIONS
from pipelines.clips.views import CLIP_VIEWS
from pipelines.demo.days import SIMULATED
from pipelines.exporting.tables import EXPORTS, exported
from pipelines.footage.wrong_clocks import CLOCK_FAULTS
from pipelines.retention.deletion import TABLE_OF
from pipelines.retention.holds import HOLDS, recorded
from pipelines.retention.tables import DELETIONS, PERIODS, Kind, State, period
from pipelines.reviewing.tables import BLIND_ITEMS, LABELS
from pipelines.sites.site import Site
from pipelines.storage.parts import explained
from pipelines.storage.store import Store

HELD: Final[tuple[TableSpec, ...]] = (
    *TABLES.values(),
    *(LABELS, BLIND_ITEMS, CLIP_VIEWS, EXPORTS, REFUSED_LOGINS, AUDIT_MARKS),
    *(HOLDS, DELETIONS, INTERVENTIONS, SIMULATED, CLOCK_FAULTS),
)
"""Every table that a store may hold."""

PIXELS: Final = {
    "clips": "pictures of lifts, every head covered, and of empty places",
    "kept": "what to do, made of the figures per shift",
    "claims": "which machine is at work on a recording",
}
"""Folders of a store that are no tables, and what lies there."""


def tables(site: Site, store: Store) -> pd.DataFrame:
    """Return a row per table: what a row stands for, rows, files, first and last date, and its period."""
    kinds = {spec.name: kind for kind, spec in TABLE_OF.items()}
    rows = []
    for spec in HELD:
        parts = store.parts(spec, site.name)
        days = [part.date for part in parts]
        found = store.read(spec, site.name, columns=[spec.key[0]])
        rows.append(
            {
                "table": spec.name,
                "one_row_per": spec.one_row_per,
                "rows": len(found),
                "files": len(parts),
                "first_date": min(days, default=None),
                "last_date": max(days, default=None),
                "kept": _kept(site, kinds.get(spec.name)),
            }
        )
    return pd.DataFrame(rows)


def columns() -> pd.DataFrame:
    """Return a row per column of every table: its unit, what it means, and the words that it may hold."""
    return pd.DataFrame(
        {
            "table": spec.name,
            "column": column.name,
            "unit": column.unit,
            "meaning": column.meaning,
            "words": ", ".join(column.allowed),
        }
        for spec in HELD
        for column in spec.columns
    )


def other_files(store: Store) -> pd.DataFrame:
    """Return a row per folder of the store that is no table: files, bytes, and what lies there.

    One that nobody described is told of as such: nothing in a store may be left out.
    """
    counted: defaultdict[str, list[int]] = defaultdict(list)
    with explained(f"can't list {store.root}"):
        for path, about in store.fs.find(store.root, detail=True).items():
            folder, slash, _ = str(path).removeprefix(store.root).lstrip("/").partition("/")
            counted[folder if slash else "."].append(int(about["size"]))
    known = {spec.name for spec in HELD}
    rows = [
        {
            "folder": folder,
            "files": len(sizes),
            "size_bytes": sum(sizes),
            "holds": "locks and the like" if folder == "." else PIXELS.get(folder, "NOT DESCRIBED"),
        }
        for folder, sizes in sorted(counted.items())
        if folder not in known
    ]
    return pd.DataFrame(rows, columns=["folder", "files", "size_bytes", "holds"])


def periods(site: Site, now: datetime) -> pd.DataFrame:
    """Return a row per kind that has a period or could: the rule, and the first date that is still kept."""
    today = now.astimezone(site.tz).date()
    limits = {kind: period(site.retention, kind, today) for kind in Kind}
    return pd.DataFrame(
        {
            "what": str(kind),
            "rule": limit.rule if limit else f"kept for good: no {' or '.join(PERIODS[kind])}",
            "kept_from": limit.kept_from if limit else None,
        }
        for kind, limit in limits.items()
    )


def overdue(site: Site, store: Store, now: datetime) -> dict[str, date]:
    """Return the first date of each table that is past its period, held dates included.

    What became so today goes tonight, and counts from tomorrow on.
    """
    today, late = now.astimezone(site.tz).date(), {}
    for kind, spec in TABLE_OF.items():
        limit = period(site.retention, kind, today)
        days = [part.date for part in store.parts(spec, site.name)]
        if limit and days and min(days) < limit.kept_from - timedelta(days=1):
            late[spec.name] = min(days)
    return late


def receipts(site: Site, store: Store) -> pd.DataFrame:
    """Return what was deleted and what holds kept, without the lists of files."""
    rows = store.read(DELETIONS, site.name).drop(columns=["site", "files_listed"])
    rows = rows[rows["state"] != State.ANNOUNCED]
    return rows.sort_values(["written_utc", "deletion_id", "camera_id"], ignore_index=True)


def accesses(site: Site, store: Store) -> pd.DataFrame:
    """Return who looked at clips and who took them away, by role: when, what, and why where it was asked."""
    seen = store.read(CLIP_VIEWS, site.name)[["viewed_utc", "roles", "lift_id"]]
    taken = exported(site, store)[["exported_utc", "roles", "lift_id", "why"]]
    both = [
        seen.rename(columns={"viewed_utc": "when_utc"}).assign(what="clip viewed", why=""),
        taken.rename(columns={"exported_utc": "when_utc"}).assign(what="clip exported"),
    ]
    order = ["when_utc", "what", "roles", "lift_id", "why"]
    return pd.concat(both, ignore_index=True)[order].sort_values(order[:4], ignore_index=True)


def holds(site: Site, store: Store) -> pd.DataFrame:
    """Return every row on holds, the earliest first."""
    return recorded(site, store)


def _kept(site: Site, kind: Kind | None) -> str:
    if kind is None:
        return "for good"
    limit = period(site.retention, kind, date.max)
    return limit.rule if limit else "for good"
