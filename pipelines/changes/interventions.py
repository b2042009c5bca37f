"""What was changed at a site, where and when: recorded once, never altered.

Each intervention is a part of its own in the store, so that two that are recorded at the same time
don't meet, and the same one recorded twice is one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Final

import pandas as pd

from detectors.columns import TableSpec, text, utc
from pipelines.sites.near_names import did_you_mean
from pipelines.sites.site import Site, SiteError
from pipelines.storage.store import Store

LONGEST_TEXT: Final = 200


class Kind(StrEnum):
    """What sort of change it was."""

    HEIGHT = "height"
    AID = "aid"
    LOAD = "load"
    LAYOUT = "layout"
    ORGANISATION = "organisation"
    TRAINING = "training"
    OTHER = "other"


INTERVENTIONS: Final = TableSpec(
    "interventions",
    "change at a site",
    ("intervention_id",),
    (
        text("intervention_id", "hash of zone, date, kind and text", "5b0c77d1e2a49f36"),
        text("zone", "zone that was changed", "inbound"),
        text("kind", "sort of change", "height", tuple(Kind)),
        text("what", "what was changed, in words that name nobody", "pallets on stands of 40 cm"),
        text("by", "role or team that decided it; null if not said", "safety committee").maybe(),
        utc("recorded_utc", "when it was recorded", "2026-03-02T09:30:00Z"),
    ),
)
"""Filed under the site date of the change."""


@dataclass(frozen=True)
class Intervention:
    """One change; ``day`` is its site date, ``by`` a role or team."""

    zone: str
    day: date
    kind: Kind
    what: str
    by: str | None = None

    @property
    def intervention_id(self) -> str:
        """Hash of zone, date, kind and text."""
        content = "\0".join([self.zone, self.day.isoformat(), self.kind, self.what])
        return hashlib.blake2b(content.encode(), digest_size=8).hexdigest()


def record(site: Site, store: Store, change: Intervention, now: datetime) -> bool:
    """Record a change; return False where it had been recorded before, which leaves it as it was.

    Parameters
    ----------
    site
        Must have the zone.
    store
        Where to record it.
    change
        The change; its day may not lie in the future.
    now
        With a time zone.

    Raises
    ------
    SiteError
        One sentence on what is wrong with the change.
    """
    _check(site, change, now.astimezone(site.tz).date())
    known = {part.name for part in store.parts(INTERVENTIONS, site.name, change.day, change.day)}
    if change.intervention_id in known:
        return False
    row = {
        "intervention_id": change.intervention_id,
        "zone": change.zone,
        "kind": str(change.kind),
        "what": change.what,
        "by": change.by,
        "recorded_utc": now.astimezone(UTC),
    }
    types = {column.name: column.dtype for column in INTERVENTIONS.columns}
    store.write(
        INTERVENTIONS, pd.DataFrame([row]).astype(types), site.name, change.day, change.intervention_id
    )
    return True


def recorded(site: Site, store: Store) -> pd.DataFrame:
    """Return all changes of a site by date, with ``date`` as ISO text."""
    frame = store.read(INTERVENTIONS, site.name).drop(columns="site")
    return frame.sort_values(["date", "recorded_utc", "intervention_id"], ignore_index=True)


def _check(site: Site, change: Intervention, today: date) -> None:
    zones = sorted({camera.zone for camera in site.cameras})
    if change.zone not in zones:
        hint = did_you_mean(change.zone, zones) or f", expected one of {', '.join(map(repr, zones))}"
        raise SiteError(f"{site.path}: no camera watches a zone {change.zone!r}{hint}")
    if change.day > today:
        raise SiteError(
            f"--date {change.day} is in the future, expected the day on which the change was made"
        )
    for option, words in (("--what", change.what), ("--by", change.by)):
        if words is None:
            continue
        if not words.strip() or len(words) > LONGEST_TEXT or not words.isprintable():
            raise SiteError(f"{option} is {words!r}, expected one line of 1 to {LONGEST_TEXT} characters")
