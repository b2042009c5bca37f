"""The follow-ups of a site's interventions, from its stored tables."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import pandas as pd

from detectors.tables import EXPOSURE, FOOTAGE, JUDGEMENTS, LIFTS
from pipelines.exposure.follow_up import BEFORE_DAYS, Change, FollowUp, follow_ups
from pipelines.exposure.shift_sums import shift_sums
from pipelines.footage.wrong_clocks import CLOCK_FAULTS, without
from pipelines.judging.policy import NamedPolicy
from pipelines.nights.digest_text import OUTSIDE
from pipelines.sites.shifts import assign
from pipelines.sites.site import Site
from pipelines.storage.store import Store, judged

LIFT_COLUMNS: Final = [
    "lift_id", "footage_id", "camera_id", "zone", "track_id", "kind", "start_utc",
    "trunk_inclination_peak_deg",
]  # fmt: skip
MINUTE_COLUMNS: Final = [
    "footage_id", "camera_id", "zone", "minute_utc", "analysed_s", "observed_person_s",
]  # fmt: skip
VERSION_COLUMNS: Final = ["footage_id", "camera_id", "model_version", "code_version"]


def follow_ups_of(
    site: Site, store: Store, policy: NamedPolicy, changes: pd.DataFrame, today: date
) -> list[FollowUp]:
    """Return the follow-ups of the recorded changes at the weeks that the policy names.

    Parameters
    ----------
    changes
        Rows of `pipelines.changes.interventions.recorded`.
    today
        Site date.
    """
    if changes.empty:
        return []
    found = [
        Change(str(row.intervention_id), str(row.zone), date.fromisoformat(str(row.date)))
        for row in changes.itertuples()
    ]
    first = min(change.day for change in found) - timedelta(days=BEFORE_DAYS)
    sums = sums_of(site, store, policy, first, today)
    figures = policy.figures
    return follow_ups(found, sums, today, figures.least_group_size, figures.follow_up_weeks)


def sums_of(site: Site, store: Store, policy: NamedPolicy, first: date, last: date) -> pd.DataFrame:
    """Return the sums of the shifts of some site dates, both included, judged by one policy."""
    # A recording that began the day before is filed under it, and may reach into the first shifts.
    first -= timedelta(days=1)
    lifts = store.read(LIFTS, site.name, first, last, LIFT_COLUMNS).drop(columns=["site", "date"])
    judgements = store.read(JUDGEMENTS, site.name, first, last)
    exposure = store.read(EXPOSURE, site.name, first, last, MINUTE_COLUMNS).drop(columns=["site", "date"])
    footage = store.read(FOOTAGE, site.name, first, last, VERSION_COLUMNS)
    of_clocks = store.read(CLOCK_FAULTS, site.name, first, last), policy.figures.leave_out_clocks
    lifts, exposure = without(lifts, *of_clocks), without(exposure, *of_clocks)
    lifts = _in_shifts(judged(lifts, judgements, policy.policy_id), "start_utc", site)
    exposure = _in_shifts(exposure, "minute_utc", site)
    return shift_sums(lifts, exposure, footage, policy.figures.workers_per_shift)


def _in_shifts(frame: pd.DataFrame, times: str, site: Site) -> pd.DataFrame:
    """Return the rows with their shift; those outside every shift under the local date and one name."""
    of = assign(frame[times], site)
    local_date = frame[times].dt.tz_convert(site.tz).dt.strftime("%Y-%m-%d").astype("str")
    return frame.assign(shift=of["shift"].fillna(OUTSIDE), shift_date=of["shift_date"].fillna(local_date))
