"""Was it better after a change in a zone? Before against after, at set weeks from the change.

Before is the four weeks that end the day before the change; after, of week w, the seven days that
end w weeks after it. The day of the change belongs to neither. Whole weeks hold each weekday alike,
and only shifts that both windows saw are compared. The cluster is the shift: tracks lie within it,
and what a crew or a day's goods have in common is seen too; the wider of that interval and the
one for independent lifts counts. Other things may have changed with it: before and after is no
trial, and the verdict is of the zone, not of the cause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

import pandas as pd

from pipelines.exposure import before_after
from pipelines.exposure.compare import Comparison, across_zones
from pipelines.exposure.series import Measure

WEEKS: Final = (1, 4, 12)
BEFORE_DAYS: Final = 28
AFTER_DAYS: Final = 7

MEASURES: Final = (Measure.SPINE_BEND_SHARE, Measure.LOW_BENDS_PER_PERSON_H)


class Stage(StrEnum):
    """Where a follow-up stands.

    ``due`` is over but not yet analysed, ``broken`` can't be compared, ``withheld`` is of a small group.
    """

    NOT_YET = "not_yet"
    DUE = "due"
    DONE = "done"
    BROKEN = "broken"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class Change:
    """What was changed where and when; ``day`` is the site date of the change."""

    change_id: str
    zone: str
    day: date


@dataclass(frozen=True)
class FollowUp:
    """One measure before and after a change.

    Attributes
    ----------
    week
        Weeks after the change.
    before, after
        Site dates ``[first, end)`` of the windows.
    comparison
        Change with interval and verdict; None unless done.
    n_before, n_after
        Judged lifts, or low bends, so far in the windows; 0 where broken or withheld.
    hours_before, hours_after
        Observed person-hours so far in the windows; 0 where broken or withheld.
    needed
        How many of them show a fall by three tenths in 80 % of cases, told from the time before and
        widened by how alike its shifts are: for a share in each window, for a rate in both
        together. None where the time before tells nothing.
    why
        Why it is broken or withheld, else empty.
    also
        Days of other changes in the zone that the windows hold: their effects can't be told apart.
    stamp
        Versions of models and code, and policy, that the counts stand on.
    """

    change: Change
    week: int
    measure: Measure
    before: tuple[date, date]
    after: tuple[date, date]
    stage: Stage
    comparison: Comparison | None
    n_before: int
    n_after: int
    hours_before: float
    hours_after: float
    needed: int | None
    why: str
    also: tuple[date, ...]
    stamp: str


def windows(day: date, week: int) -> tuple[tuple[date, date], tuple[date, date]]:
    """Return the site dates ``[first, end)`` before a change and after it in a week."""
    end = day + timedelta(days=1 + 7 * week)
    return (day - timedelta(days=BEFORE_DAYS), day), (end - timedelta(days=AFTER_DAYS), end)


def follow_ups(
    changes: Sequence[Change],
    sums: pd.DataFrame,
    today: date,
    least_group_size: int,
    weeks: Sequence[int] = WEEKS,
) -> list[FollowUp]:
    """Return every follow-up of the changes, by week and measure, with verdicts where it is time.

    Comparisons of one week and measure are one batch: of their claims 5 % at most are expected to
    be false (Benjamini & Hochberg 1995).

    Parameters
    ----------
    changes, sums
        The changes made, and rows of `pipelines.exposure.shift_sums` of all windows.
    today
        Site date.
    least_group_size
        A follow-up with a window of fewer workers than this is withheld.
    weeks
        Weeks after the change to look at.

    Raises
    ------
    ValueError
        If a week is below 1.
    """
    if short := [week for week in weeks if week < 1]:
        raise ValueError(f"follow-up in week {short[0]}, expected a week of at least 1")
    table = sums.assign(day=pd.to_datetime(sums["shift_date"]).dt.date)
    out: list[FollowUp] = []
    for week in sorted(set(weeks)):
        for measure in MEASURES:
            batch = [_planned(change, changes, week, measure) for change in changes]
            out += _together([_looked_at(one, table, today, least_group_size) for one in batch])
    return out


def _planned(change: Change, changes: Sequence[Change], week: int, measure: Measure) -> FollowUp:
    before, after = windows(change.day, week)
    others = {other.day for other in changes if other.zone == change.zone and other != change}
    also = tuple(sorted(day for day in others if before[0] <= day < after[1]))
    return FollowUp(
        change, week, measure, before, after, Stage.NOT_YET, None, 0, 0, 0.0, 0.0, None, "", also, ""
    )


def _looked_at(plan: FollowUp, table: pd.DataFrame, today: date, least_group_size: int) -> FollowUp:
    """Return a follow-up with its counts, and with its comparison or why there is none."""
    here = table[table["zone"] == plan.change.zone]
    before, after = (
        here[(here["day"] >= first) & (here["day"] < end)] for first, end in (plan.before, plan.after)
    )
    if any(len(rows) and before_after.crew(rows) < least_group_size for rows in (before, after)):
        why = f"fewer than {least_group_size} workers a day are known"
        return replace(plan, stage=Stage.WITHHELD, why=why)
    stage = _stage(plan.after[1], table["day"].max() if len(table) else date.min, today)
    if stage is Stage.DONE and (why := before_after.why_broken(before, after)):
        return replace(plan, stage=Stage.BROKEN, why=why)
    if stage is Stage.DONE:
        shared = set(before["shift"]) & set(after["shift"])
        before, after = (rows[rows["shift"].isin(shared)] for rows in (before, after))
    old, new = (before_after.by_shift(rows, plan.measure) for rows in (before, after))
    hours = [float(rows["observed_person_h"].sum()) for rows in (before, after)]
    done = stage is Stage.DONE
    ratio = hours[1] / hours[0] if done and hours[0] > 0.0 else AFTER_DAYS / BEFORE_DAYS
    needed = before_after.lifts_needed(plan.measure, old, ratio)
    return replace(
        plan,
        stage=stage,
        comparison=before_after.compared(plan.measure, old, new, needed) if done else None,
        n_before=before_after.counted(plan.measure, old),
        n_after=before_after.counted(plan.measure, new),
        hours_before=hours[0],
        hours_after=hours[1],
        needed=needed,
        stamp=before_after.stamp_of(pd.concat([before, after])),
    )


def _stage(end: date, analysed_until: date, today: date) -> Stage:
    # The night shift of the last day ends on the day after it.
    if today <= end:
        return Stage.NOT_YET
    return Stage.DONE if analysed_until >= end - timedelta(days=1) else Stage.DUE


def _together(batch: list[FollowUp]) -> list[FollowUp]:
    """Return the follow-ups with their p-values adjusted for each other."""
    judged = iter(across_zones([one.comparison for one in batch if one.comparison]))
    return [replace(one, comparison=next(judged)) if one.comparison else one for one in batch]
