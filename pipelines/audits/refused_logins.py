"""Logins without a role at the site: one row each, chained; when, and never who."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Final

from detectors.columns import TableSpec, text, utc
from pipelines.audits.chain import CHAIN
from pipelines.audits.writing import append
from pipelines.sites.site import Site
from pipelines.storage.store import Store

REFUSED_LOGINS: Final = TableSpec(
    "refused_logins",
    "login without a role",
    ("refusal_id",),
    (
        text("refusal_id", "time of the refusal, and six digits drawn by lot", "20260303T071502Z-4f09ab"),
        utc("refused_utc", "when somebody logged in who has no role at the site", "2026-03-03T07:15:02Z"),
        *CHAIN,
    ),
)
"""Filed under the site date of the refusal; each is a part of its own and is never written again."""


def record_refusal(site: Site, store: Store, now: datetime) -> str:
    """Record that somebody logged in who has no role, and return the id of the refusal.

    Raises
    ------
    StoreError
        If it can't be written; whoever it is about is refused all the same.
    """
    refused = now.astimezone(UTC)
    refusal_id = f"{refused:%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"
    append(site, store, REFUSED_LOGINS, {"refusal_id": refusal_id, "refused_utc": refused}, now, refusal_id)
    return refusal_id
