"""Judge months of stored lifts under a policy, say what that changes, and only then write it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import pandas as pd

from detectors.shift_table import Level, Shown
from detectors.tables import FOOTAGE, JUDGEMENTS, LIFTS
from pipelines import shift_figures
from pipelines.assess import changes, judge_lifts, judgements_of, write_day
from pipelines.job import UNDATED
from pipelines.policy import NamedPolicy
from pipelines.site import Site
from pipelines.store import Store

COUNTS: Final = ["spine_bends", "hip_hinges", "squats", "indeterminate"]
NOT_JUDGED: Final = "not_judged"
_RECORDING: Final = ["camera_id", "footage_id"]
_WORDS: Final = ["policy_id", "technique", "reason", "leg_pattern", *_RECORDING]


@dataclass(frozen=True)
class Reassessment:
    """What a policy says of the stored lifts, not written yet.

    Attributes
    ----------
    judged
        By site date: the judgements with ``camera_id`` and ``footage_id``.
    figures
        By site date: the figures per shift.
    moved
        How many lifts moved from which verdict to which, shape (verdicts, verdicts).
    shares
        One row per zone: ``shifts`` that both policies show, and the sums of `COUNTS` over these, with
        the ending ``_before`` for the policy in force. What is suppressed is not in them.
    """

    policy: NamedPolicy
    judged: dict[date, pd.DataFrame]
    figures: dict[date, pd.DataFrame]
    moved: pd.DataFrame
    shares: pd.DataFrame


def reassess(
    store: Store, site: Site, in_force: NamedPolicy, policy: NamedPolicy, span: tuple[date, date]
) -> Reassessment:
    """Judge the stored lifts of the dates, both included, and write nothing.

    Before is what is stored of the policy in force, or indeterminate where nothing is.
    """
    first, last = span
    kept: dict[date, pd.DataFrame] = {}
    moved = changes(*[pd.DataFrame({"lift_id": [], "technique": []}, dtype="str")] * 2)

    def before(day: date) -> pd.DataFrame:
        columns = ["lift_id", *(c for c in shift_figures.LIFT_COLUMNS if c not in ("technique", "reason"))]
        lifts = store.read(LIFTS, site.name, day, day, columns)
        known = judgements_of(store, site.name, in_force, day, day)[["lift_id", "technique", "reason"]]
        return lifts.merge(known, on="lift_id", how="left")

    def after(day: date) -> pd.DataFrame:
        nonlocal moved
        lifts = store.read(LIFTS, site.name, day, day)
        judged = judge_lifts(lifts, policy)
        if first <= day <= last:
            # As categories, ten million judgements fit into memory until all is said.
            kept[day] = judged.join(lifts[_RECORDING]).astype(dict.fromkeys(_WORDS, "category"))
            known = judgements_of(store, site.name, in_force, day, day)
            moved = moved.add(changes(known, judged), fill_value=0).astype("int64")
        return lifts.assign(technique=judged["technique"], reason=judged["reason"])

    old = [rows for _, rows in shift_figures.of_dates(store, site, in_force, first, last, before)]
    new = dict(shift_figures.of_dates(store, site, policy, first, last, after))
    return Reassessment(policy, kept, new, moved, _shares(pd.concat(old), pd.concat(new.values())))


def write(store: Store, site: Site, found: Reassessment) -> None:
    """Write the judgements and then the figures, each part whole; writing twice writes the same."""
    for day, rows in found.judged.items():
        judged = rows[JUDGEMENTS.names].astype({c.name: c.dtype for c in JUDGEMENTS.columns})
        write_day(store, site.name, day, rows[_RECORDING], judged)
    for day, figures in found.figures.items():
        if site.shifts:
            shift_figures.write(store, site, day, found.policy, figures)


def stored_span(store: Store, site: Site, first: date | None, last: date | None) -> tuple[date, date] | None:
    """Return the first and last date asked for that have recordings or lifts; None if none has."""
    parts = [
        part.date
        for spec in (FOOTAGE, LIFTS)
        for part in store.parts(spec, site.name, first or UNDATED + timedelta(days=1), last)
    ]
    return (min(parts), max(parts)) if parts else None


def _shares(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    key = ["shift_date", "shift", "zone"]
    shown = [
        rows[(rows["level"] == Level.ZONE) & (rows["status"] == Shown.SHOWN)][[*key, *COUNTS]]
        for rows in (new, old)
    ]
    both = shown[0].merge(shown[1], on=key, suffixes=("", "_before")).assign(shifts=1)
    columns = ["shifts", *COUNTS, *(f"{name}_before" for name in COUNTS)]
    return both.groupby("zone")[columns].sum().reset_index()
