"""Which clips were looked at: one row per view, written once, chained and never altered."""

from __future__ import annotations

import secrets
from collections.abc import Set
from datetime import UTC, datetime

import pandas as pd

from pipelines.audits.writing import append
from pipelines.clips.views import CLIP_VIEWS
from pipelines.sites.access import Role
from pipelines.sites.site import Site
from pipelines.storage.store import Store

__all__ = ["CLIP_VIEWS", "record_view", "views"]


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
    append(site, store, CLIP_VIEWS, row, now, view_id)
    return view_id


def views(site: Site, store: Store) -> pd.DataFrame:
    """Return every view of a clip, the latest first."""
    frame = store.read(CLIP_VIEWS, site.name).drop(columns=["site", "date"])
    return frame.sort_values("viewed_utc", ascending=False, ignore_index=True)
