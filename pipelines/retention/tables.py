"""What is kept for how long, in which order it goes, and the table of receipts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from detectors.columns import Column, TableSpec, count, text, utc
from detectors.shift_table import ALL
from pipelines.audits.chain import CHAIN
from pipelines.sites.models import Retention


class Kind(StrEnum):
    """What is deleted, in the order in which it goes: nothing that is left points at something gone.

    What is made from lifts goes before them. Exposure goes before lifts: person-hours whose lifts are gone
    would look like hours without lifts. What names lifts, and is read by them only, goes last.
    """

    CLIPS = "clips"
    PACKAGES = "packages"
    ACTIONS = "actions"
    POSES = "poses"
    FOOTAGE = "footage"
    BLIND_ITEMS = "blind_items"
    LABELS = "labels"
    EXPOSURE = "exposure"
    LIFTS = "lifts"
    JUDGEMENTS = "judgements"
    EXPORTS = "exports"
    CLIP_VIEWS = "clip_views"


PERIODS: Final[dict[Kind, tuple[str, ...]]] = {
    Kind.CLIPS: ("clips_days", "lifts_days"),
    Kind.PACKAGES: ("clips_days", "lifts_days"),
    Kind.ACTIONS: ("clips_days", "lifts_days"),
    Kind.POSES: ("poses_days", "lifts_days"),
    Kind.FOOTAGE: ("footage_days",),
    Kind.BLIND_ITEMS: ("labels_days",),
    Kind.LABELS: ("labels_days",),
    Kind.EXPOSURE: ("lifts_days",),
    Kind.LIFTS: ("lifts_days",),
    Kind.JUDGEMENTS: ("lifts_days",),
    Kind.EXPORTS: ("lifts_days",),
    Kind.CLIP_VIEWS: ("lifts_days",),
}
"""Keys of ``[retention]``, the shortest of which counts: clips and poses are of no use without lifts."""


@dataclass(frozen=True)
class Period:
    """How long a kind is kept: ``rule`` as in the site file, and the first site date that is still kept."""

    rule: str
    kept_from: date


def period(retention: Retention, kind: Kind, today: date) -> Period | None:
    """Return the period of a kind as of a site date, None if it is kept for good.

    What is filed under a date is kept for so many whole days after it.
    """
    days = {key: value for key in PERIODS[kind] if (value := getattr(retention, key)) is not None}
    if not days:
        return None
    key = min(days, key=lambda name: days[name])
    return Period(f"{key} = {days[key]}", today - timedelta(days=days[key]))


class State(StrEnum):
    """What a receipt tells: what is about to be deleted, what was, or what a hold kept."""

    ANNOUNCED = "announced"
    FINISHED = "finished"
    HELD = "held"


DELETIONS: Final = TableSpec(
    "deletions",
    "deletion, state and camera",
    ("deletion_id", "state", "camera_id"),
    (
        text(
            "deletion_id", "kind, time of the run, and digits drawn by lot", "lifts-20260302T043000Z-4f09abc3"
        ),
        text("state", "about to be deleted, deleted, or kept by a hold", "finished", tuple(State)),
        text("kind", "what was deleted", "lifts", tuple(Kind)),
        text("camera_id", f"camera; {ALL!r} where the files don't tell it", "dock-2"),
        count("files", "files", 24),
        count("rows", "rows in them; 0 for videos and pictures", 512),
        Column("size_bytes", "int64", "B", "size of the files", 120332, low=0),
        text("list_digest", "SHA-256 of the list of files: path, content hash, size, rows", "9f2c4e"),
        text("files_listed", "that list as JSON; null but in an announcement", "[]").maybe(),
        text("rule", "period of the site file by which", "lifts_days = 730"),
        text("holds", "holds that kept it, joined by ', '", "4f09ab").maybe(),
        utc("written_utc", "when this row was written", "2026-03-02T04:30:00Z"),
        *CHAIN,
    ),
)
"""Filed under the site date of what was deleted; a part per deletion and state, never written again."""
