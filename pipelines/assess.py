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


def judge_lifts(lifts: pd.DataFrame, policy: NamedPolicy) -> pd.DataFrame:
    """Return the judgements of lifts, one row per row of ``lifts``, same order."""
    judged = judge(lifts, policy.policy).assign(policy_id=policy.policy_id)
    return conform(JUDGEMENTS, judged[JUDGEMENTS.names].astype({"policy_id": "str"}))


def write_day(store: Store, site: str, day: date, recordings: pd.DataFrame, judged: pd.DataFrame) -> None:
    """Write the judgements of a date, one part per recording.

    Parameters
    ----------
    recordings
        ``camera_id`` and ``footage_id`` of each row of ``judged``, which are of one policy.
    """
    keys = [recordings["camera_id"].to_numpy(), recordings["footage_id"].to_numpy()]
    for (camera, footage), rows in judged.groupby(keys, sort=True, observed=True):
        store.write(JUDGEMENTS, rows, site, day, f"{camera}-{footage}-{rows['policy_id'].iloc[0]}")


def _assess_day(store: Store, site: str, policy: NamedPolicy, day: date) -> pd.DataFrame:
    lifts = store.read(LIFTS, site, day, day)
    judged = judge_lifts(lifts, policy)
    write_day(store, site, day, lifts, judged)
    return judged
