"""The table of the clips that were looked at: one row per view, chained so that no view can be hidden."""

from __future__ import annotations

from typing import Final

from detectors.columns import TableSpec, text, utc
from pipelines.audits.chain import CHAIN

CLIP_VIEWS: Final = TableSpec(
    "clip_views",
    "view of a clip",
    ("view_id",),
    (
        text("view_id", "time of the view, and six digits drawn by lot", "20260303T071502Z-4f09ab"),
        utc("viewed_utc", "when it was opened", "2026-03-03T07:15:02Z"),
        text("roles", "roles of whoever opened it, joined by ', '", "manager, trainer"),
        text("lift_id", "the lift in the clip", "6b0d8e52c1f94a07"),
        *CHAIN,
    ),
)
"""Filed under the site date of the view; each view is a part of its own."""
