"""Which clips were looked at: one row per view, written once and never altered."""

from __future__ import annotations

import secrets
from collections.abc import Set
from datetime import UTC, datetime
from typing import Final

import pandas as pd

from detectors.columns import TableSpec, text, utc
from pipelines.access_models import Role
from pipelines.site import Site
from pipelines.store import Store

CLIP_VIEWS: Final = TableSpec(
    "clip_views",
    "view of a clip",
    ("view_id",),
    (
        text("view_id", "time of the view, and six digits drawn by lot", "20260303T071502Z-4f09ab"),
        utc("viewed_utc", "when it was opened", "2026-03-03T07:15:02Z"),
        text("roles", "roles of whoever opened it, joined by ', '", "manager, trainer"),
        text("lift_id", "the lift in the clip", "6b0d8e52c1f94a07"),
    ),
)
"""Filed under the site date of the view; each view is a part of its own."""


def record_view(site: Site, store: Store, lift_id: str, roles: Set[Role], now: datetime) -> str:
    """Record that a clip was opened and return the id of the view; call it before the clip is shown.

    Parameters
    ----------
    site, store
        Where to record it.
    lift_id
        The lift in the clip.
    roles
        Roles of whoever opened it: the log tells by which right, and names nobody.
    now
        With a time zone.

    Raises
    ------
    StoreError
        If it can't be written; then the clip must not be shown.
    """
    viewed = now.astimezone(UTC)
    view_id = f"{viewed:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    row = {
        "view_id": view_id,
        "viewed_utc": viewed,
        "roles": ", ".join(role for role in Role if role in roles),
        "lift_id": lift_id,
    }
    types = {column.name: column.dtype for column in CLIP_VIEWS.columns}
    day = now.astimezone(site.tz).date()
    store.write(CLIP_VIEWS, pd.DataFrame([row]).astype(types), site.name, day, view_id)
    return view_id


def views(site: Site, store: Store) -> pd.DataFrame:
    """Return every view of a clip, the latest first."""
    frame = store.read(CLIP_VIEWS, site.name).drop(columns=["site", "date"])
    return frame.sort_values("viewed_utc", ascending=False, ignore_index=True)
