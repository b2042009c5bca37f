"""One window of a zone against another: whether they can be compared, how, and the lifts it needs."""

from __future__ import annotations

import sys
from functools import cache
from typing import Final

import numpy as np
import pandas as pd

from pipelines.exposure.clustered import rate_design_effect, share_design_effect
from pipelines.exposure.compare import Comparison, Tracks, compare_rates, compare_shares
from pipelines.exposure.sample_size import few_clusters, lifts_for_ratio, lifts_for_shares
from pipelines.exposure.series import COUNTED, Measure

WORTHWHILE: Final = 0.7
"""The smallest change that a follow-up is planned to see: three tenths less than before."""

LEAST_HOURS_RATIO: Final = 0.01
"""Hours after over hours before, below which no comparison of rates is planned."""


def why_broken(before: pd.DataFrame, after: pd.DataFrame) -> str:
    """Return why two windows of a zone can't be compared, in words; empty if they can.

    Parameters
    ----------
    before, after
        Rows of `pipelines.exposure.shift_sums` of each window.
    """
    cameras = [set(rows["camera_id"]) for rows in (before, after)]
    if not any(cameras):
        return "neither window has data"
    for one_sided, when in ((cameras[0] - cameras[1], "before"), (cameras[1] - cameras[0], "after")):
        if one_sided:
            return f"camera {min(one_sided)} has data only {when} the change"
    both = pd.concat([before, after])
    versions = both.groupby("camera_id")["versions"].nunique()
    if changed := sorted(versions.index[versions > 1]):
        return f"the models or the code that measure camera {changed[0]} changed within the windows"
    if len(both["policy_id"].dropna().unique()) > 1:
        return "the windows were judged under different policies; run `hingewise assess` over both"
    return ""


def stamp_of(rows: pd.DataFrame) -> str:
    """Return the versions of models and code, and the policy, that some shifts were measured by."""
    policies = [f"policy {name}" for name in sorted(rows["policy_id"].dropna().unique())]
    return "; ".join([*sorted(rows["versions"].unique()), *policies])


def crew(rows: pd.DataFrame) -> float:
    """Return the most workers of any day, taking that nobody works two shifts of one."""
    of_shift = rows.groupby(["shift_date", "shift"])["workers"].max()
    return float(of_shift.groupby(level="shift_date").sum().max())


def by_shift(rows: pd.DataFrame, measure: Measure) -> Tracks:
    """Return events and base of each shift, over the cameras of the zone: the clusters of a comparison."""
    sums = rows.groupby(["shift", "shift_date"])[list(COUNTED[measure])].sum().to_numpy(dtype=np.float64)
    return Tracks(sums[:, 0], sums[:, 1])


def counted(measure: Measure, window: Tracks) -> int:
    """Return what the lifts needed are counted in: judged lifts for a share, else the events."""
    return int((window.base if measure is Measure.SPINE_BEND_SHARE else window.events).sum())


def lifts_needed(measure: Measure, before: Tracks, hours_ratio: float) -> int | None:
    """Return how many show a change to `WORTHWHILE` in 80 % of cases, given the time before.

    For a share in each window, so in the smaller one, for a rate in both together, with
    ``hours_ratio`` of observed hours after to before. Widened by the design effect, for shifts that
    differ tell less, and for how few shifts tell how much they differ, taking that those after are as
    long as those before. None where the time before saw none of them, or nothing was observed after.
    """
    events, base = before.events.sum(), before.base.sum()
    if not (events > 0 and base > 0 and hours_ratio >= LEAST_HOURS_RATIO):
        return None
    if measure is Measure.SPINE_BEND_SHARE:
        independent = lifts_for_shares(events / base, WORTHWHILE * events / base, hours_ratio)
        effect = share_design_effect(before.events, before.base)
    else:
        independent = _lifts_for_ratio(round(hours_ratio, 2))
        effect = rate_design_effect(before.events, before.base)
    return int(np.ceil(independent * effect * few_clusters(int((before.base > 0).sum()), hours_ratio)))


def compared(measure: Measure, before: Tracks, after: Tracks, needed: int | None) -> Comparison:
    """Return the comparison; without a number of lifts needed none would have sufficed."""
    compare = compare_shares if measure is Measure.SPINE_BEND_SHARE else compare_rates
    return compare(before, after, sys.maxsize if needed is None else needed)


@cache
def _lifts_for_ratio(hours_ratio: float) -> int:
    return lifts_for_ratio(WORTHWHILE, hours_ratio)
