"""Judge stored lifts under a policy: months in minutes, no video."""

from __future__ import annotations

from datetime import date

import pandas as pd

from detectors.contract import conform
from detectors.tables import JUDGEMENTS, LIFTS
from detectors.technique import judge
from detectors.vocabulary import Technique
from pipelines.policy import NamedPolicy
from pipelines.store import Store

PARTITIONS = ["site", "date"]


def assess(
    store: Store, site: str, policy: NamedPolicy, first: date | None, last: date | None
) -> pd.DataFrame:
    """Write the judgements of a policy for all stored lifts of the dates and return them.

    What other policies said stays. Judging twice writes the same rows.

    Parameters
    ----------
    first, last
        Site dates, both included; None for all.
    """
    days = sorted({part.date for part in store.parts(LIFTS, site, first, last)})
    parts = [_assess_day(store, site, policy, day) for day in days]
    return pd.concat(parts, ignore_index=True) if parts else judgements_of(store, site, policy, first, last)


def judgements_of(
    store: Store, site: str, policy: NamedPolicy, first: date | None, last: date | None
) -> pd.DataFrame:
    """Return the stored judgements of one policy."""
    frame = store.read(JUDGEMENTS, site, first, last).drop(columns=PARTITIONS)
    return frame[frame["policy_id"] == policy.policy_id].reset_index(drop=True)


def unjudged(store: Store, site: str, policy: NamedPolicy, first: date, last: date) -> int:
    """Return how many stored lifts of the dates the policy has not judged."""
    lifts = store.read(LIFTS, site, first, last, columns=["lift_id"])
    known = judgements_of(store, site, policy, first, last)
    return int((~lifts["lift_id"].isin(known["lift_id"])).sum())


def changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Return how many lifts moved from which verdict to which, shape (verdicts, verdicts).

    Parameters
    ----------
    before, after
        Judgements of the same lifts; a lift that was not judged before counts as ``not_judged``.
    """
    both = after[["lift_id", "technique"]].merge(
        before[["lift_id", "technique"]], on="lift_id", how="left", suffixes=("", "_before")
    )
    table = pd.crosstab(both["technique_before"].fillna("not_judged"), both["technique"])
    rows = [*map(str, Technique), *(["not_judged"] if "not_judged" in table.index else [])]
    return table.reindex(index=rows, columns=[*map(str, Technique)], fill_value=0)


def _assess_day(store: Store, site: str, policy: NamedPolicy, day: date) -> pd.DataFrame:
    lifts = store.read(LIFTS, site, day, day)
    judged = judge(lifts, policy.policy).assign(policy_id=policy.policy_id)
    judged = conform(JUDGEMENTS, judged[JUDGEMENTS.names].astype({"policy_id": "str"}))
    for (camera, footage), rows in lifts.groupby(["camera_id", "footage_id"], sort=True):
        part = f"{camera}-{footage}-{policy.policy_id}"
        store.write(JUDGEMENTS, judged.loc[rows.index], site, day, part)
    return judged
