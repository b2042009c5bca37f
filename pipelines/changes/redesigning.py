"""The redesigns of a site, from its stored tables."""

from __future__ import annotations

from datetime import date
from typing import Final

from detectors.tables import EXPOSURE, JUDGEMENTS, LIFTS
from pipelines.exposure.bend_hours import Seen
from pipelines.exposure.redesign import Action, actions
from pipelines.exposure.shift_cells import LEAST_WIDTH
from pipelines.exposure.small_groups import Rule
from pipelines.judging.policy import NamedPolicy
from pipelines.sites.site import Site
from pipelines.storage.store import Store, judged

LIFT_COLUMNS: Final = [
    "lift_id", "footage_id", "zone", "track_id", "kind", "peak_utc", "origin_band",
    "trunk_inclination_peak_deg", "origin_height_stature", "knee_flexion_grasp_deg",
]  # fmt: skip
MINUTE_COLUMNS: Final = ["zone", "minute_utc", "analysed_s", "observed_person_s"]


def actions_of(site: Site, store: Store, policy: NamedPolicy, first: date, last: date) -> list[Action]:
    """Return at most three origins to raise, from the recordings of some dates, both included."""
    lifts = store.read(LIFTS, site.name, first, last, LIFT_COLUMNS).drop(columns=["site", "date"])
    if lifts.empty:
        return []
    lifts = judged(lifts, store.read(JUDGEMENTS, site.name, first, last), policy.policy_id)
    minutes = store.read(EXPOSURE, site.name, first, last, MINUTE_COLUMNS)
    figures = policy.figures
    seen = Seen(
        lifts.assign(hour=lifts["peak_utc"].dt.tz_convert(site.tz).dt.hour),
        minutes.assign(hour=minutes["minute_utc"].dt.tz_convert(site.tz).dt.hour),
        figures.workers_per_shift,
    )
    return actions(seen, Rule(figures.least_group_size, figures.least_observed_h, LEAST_WIDTH))
