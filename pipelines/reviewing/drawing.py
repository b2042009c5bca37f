"""EDGE: draw the blind looks of a night's dates and keep them.

A date is drawn anew whenever its recordings are processed again, until somebody has answered a blind look
of it; from then on never: what was answered stays in the sample, and its weights stay right for the
recordings that were there then. What is recorded or processed later is not in that date's sample.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import pandas as pd

from detectors.tables import EXPOSURE, FOOTAGE, LIFTS
from pipelines.judging.assess import judgements_of
from pipelines.judging.policy import NamedPolicy
from pipelines.reviewing.draw import draw, found_items
from pipelines.reviewing.stretches import stretches
from pipelines.reviewing.tables import BLIND_ITEMS, LABELS, Purpose
from pipelines.sites.site import Site
from pipelines.storage.store import Store, judged

PART: Final = "drawn"

_COLUMNS: Final = (
    *("lift_id", "kind", "footage_id", "camera_id", "zone", "start_s", "end_s", "start_utc"),
    *("hold_above_20_s", "model_version", "code_version"),
)


def draw_blind_items(store: Store, site: Site, policy: NamedPolicy, first: date, last: date) -> int:
    """Draw the blind looks of each date of which none was answered yet, and return how many were drawn.

    Raises
    ------
    StoreError
        If the store can't be read or written.
    """
    if not site.review.blind_per_night:
        return 0
    said = store.read(LABELS, site.name, first, last, ["purpose"])
    answered = set(said.loc[said["purpose"] == Purpose.BLIND, "date"].astype(str))
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return sum(_draw_day(store, site, policy, day) for day in days if day.isoformat() not in answered)


def _draw_day(store: Store, site: Site, policy: NamedPolicy, day: date) -> int:
    judgements = judgements_of(store, site.name, policy, day, day)
    lifts = judged(store.read(LIFTS, site.name, day, day, _COLUMNS), judgements, policy.policy_id)
    nothing = stretches(
        store.read(FOOTAGE, site.name, day, day), lifts, store.read(EXPOSURE, site.name, day, day)
    )
    found = found_items(lifts)
    parts = [part[list(nothing.columns)] for part in (found, nothing) if len(part)]
    if not parts:
        return 0
    items = draw(pd.concat(parts, ignore_index=True), site.review.blind_per_night, site.name, day.isoformat())
    items = items.assign(policy_id=policy.policy_id)
    types = {column.name: column.dtype for column in BLIND_ITEMS.columns}
    store.write(BLIND_ITEMS, items[BLIND_ITEMS.names].astype(types), site.name, day, PART)
    return len(items)
