"""Judge stored lifts under a policy: months in minutes, no video."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import pandas as pd

from detectors.contract import conform
from detectors.tables import JUDGEMENTS, LIFTS
from detectors.technique import judge
from detectors.vocabulary import Technique
from pipelines.judging.policy import NamedPolicy
from pipelines.storage.store import Store

MEASURES: Final = (
    *("lift_id", "person_height_px", "seen_share", "overlap_share", "frames_around_peak", "view_angle_deg"),
    *("trunk_inclination_peak_deg", "knee_flexion_grasp_deg", "stoop_squat_index", "standing_reference_s"),
    *("back_chord_ratio", "back_chord_ratio_se", "standing_windows"),
    *("spine_flexion_deg", "spine_flexion_se_deg"),
)
"""What a judgement looks at of a lift, and its id: a fifth of the table, so that reading is quick."""

RECORDING: Final = ("camera_id", "footage_id")
"""What names the part of a lift's judgement, beside the policy."""


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
    store: Store,
    site: str,
    policy: NamedPolicy,
    first: date | None,
    last: date | None,
    columns: Sequence[str] = tuple(JUDGEMENTS.names),
) -> pd.DataFrame:
    """Return the stored judgements of one policy, whose parts end in its id; only the named columns."""
    ending = f"-{policy.policy_id}"
    parts = [part for part in store.parts(JUDGEMENTS, site, first, last) if part.name.endswith(ending)]
    frame = store.read_parts(JUDGEMENTS, parts, [*dict.fromkeys([*columns, "policy_id"])])
    return frame.loc[frame["policy_id"] == policy.policy_id, list(columns)].reset_index(drop=True)


def unjudged(store: Store, site: str, policy: NamedPolicy, first: date, last: date) -> int:
    """Return how many stored lifts of the dates the policy has not judged."""
    lifts = store.read(LIFTS, site, first, last, columns=["lift_id"])
    known = judgements_of(store, site, policy, first, last, ["lift_id"])
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
    judged = judge(lifts, policy.policy)
    judged["policy_id"] = pd.Series(policy.policy_id, judged.index, dtype="str")
    return conform(JUDGEMENTS, judged[JUDGEMENTS.names])


def write_day(store: Store, site: str, day: date, recordings: pd.DataFrame, judged: pd.DataFrame) -> None:
    """Write the judgements of a date, one part per recording.

    Parameters
    ----------
    recordings
        ``camera_id`` and ``footage_id`` of each row of ``judged``, which are of one policy.
    """
    keys = recordings.reset_index(drop=True)
    parts = keys["camera_id"] + "-" + keys["footage_id"] + "-" + judged["policy_id"].reset_index(drop=True)
    store.write_parts(JUDGEMENTS, judged, site, pd.DataFrame({"date": day.isoformat(), "part": parts}))


def _assess_day(store: Store, site: str, policy: NamedPolicy, day: date) -> pd.DataFrame:
    lifts = store.read(LIFTS, site, day, day, [*MEASURES, *RECORDING])
    judged = judge_lifts(lifts, policy)
    write_day(store, site, day, lifts, judged)
    return judged
