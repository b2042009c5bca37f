"""The tables of the exports: what stands in a package, and which packages were made."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

import pandas as pd

from detectors.columns import Column, TableSpec, text, utc
from detectors.tables import JUDGEMENTS, LIFTS
from pipelines.audits.chain import CHAIN
from pipelines.audits.writing import LINK, Place, append_rows
from pipelines.cues import Cue
from pipelines.sites.site import Site
from pipelines.storage.store import Store


class Package(StrEnum):
    """What kind of package it is."""

    CLIPS = "clips"
    TRAINER_PACK = "trainer_pack"


def _maybe(name: str, meaning: str, allowed: tuple[str, ...] = ()) -> Column:
    return Column(name, "str", "", meaning, "", nullable=True, allowed=allowed)


_FILE: Final = (
    _maybe("file", "the clip in the package; null where there is none"),
    _maybe("sha256", "SHA-256 of the clip"),
)
_VERDICT: Final = tuple(
    column if column.dtype == "float64" else _maybe(column.name, column.meaning, column.allowed)
    for column in JUDGEMENTS.columns
    if column.name not in JUDGEMENTS.key
)
_POLICY: Final = text("policy_id", "content hash of the policy in force", "c0a81e66d2b3")

MANIFEST: Final = TableSpec(
    "manifest",
    "lift that was asked for",
    ("lift_id",),
    (
        *_FILE,
        _maybe("refused", "why there is no clip, in a sentence"),
        _maybe("shift", "shift in which the lift began; null outside all"),
        _maybe("shift_date", "site date on which that shift began"),
        *_VERDICT,
        _maybe("cue", "what the cue for it points at; null where it is no spine bend", tuple(Cue)),
        _maybe("cue_text", "the cue in the language of the package"),
        _POLICY,
        *LIFTS.columns,
    ),
)
"""What stands in a package of every lift that was asked for."""

EXPORTS: Final = TableSpec(
    "exports",
    "clip in a package",
    ("export_id", "lift_id"),
    (
        text("export_id", "time of the export, and the start of its hash", "20260303T071502Z-4f09abc3"),
        text("lift_id", "the lift in the clip", "6b0d8e52c1f94a07"),
        utc("exported_utc", "when the package was made", "2026-03-03T07:15:02Z"),
        text("package", "what kind of package it is", "clips", tuple(Package)),
        text("reviewer", "name by lot of whoever made it; it tells two apart and names nobody", "r-4f09"),
        text("roles", "roles of whoever made it, joined by ', '", "trainer"),
        text("why", "what it was made for", "toolbox talk 12"),
        text("file", "the clip in the package", "clips/01_dock-1_20260302T061204_6b0d8e52.mp4"),
        text("sha256", "SHA-256 of the clip", "9f2c4e0d..."),
        _POLICY,
        *CHAIN,
    ),
)
"""Filed under the site date of the export; each export is a part of its own and is never written again."""


def record(site: Site, store: Store, rows: pd.DataFrame, now: datetime) -> None:
    """Record an export for good.

    Parameters
    ----------
    rows
        The columns of `EXPORTS` but those of its chain, of one ``export_id``.
    now
        With a time zone.

    Raises
    ------
    StoreError
        If it can't be written; then the package must not be handed out.
    """
    day, export_id = now.astimezone(site.tz).date(), str(rows["export_id"].iloc[0])
    # Its id holds the hash of its content: what bears it is this export, and has its place in a chain.
    if export_id not in {part.name for part in store.parts(EXPORTS, site.name, day, day)}:
        names = [name for name in EXPORTS.names if name not in LINK]
        told = [{str(name): row[name] for name in names} for row in rows[names].to_dict("records")]
        append_rows(store, EXPORTS, Place(site.name, day, export_id), told, now)


def exported(site: Site, store: Store) -> pd.DataFrame:
    """Return every clip in every package so far, the latest first."""
    frame = store.read(EXPORTS, site.name).drop(columns=["site", "date"])
    return frame.sort_values(["exported_utc", "export_id", "lift_id"], ascending=False, ignore_index=True)
