"""A follow-up in words."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Final

from pipelines.exposure.compare import Verdict
from pipelines.exposure.follow_up import FollowUp, Stage
from pipelines.exposure.series import Measure

VERDICTS: Final = {
    Verdict.IMPROVED: "improved",
    Verdict.WORSE: "worse",
    Verdict.NO_EVIDENCE: "no evidence of a change",
    Verdict.TOO_FEW_LIFTS: "too few lifts",
}
MEASURES: Final = {
    Measure.SPINE_BEND_SHARE: "share of spine bends",
    Measure.LOW_BENDS_PER_PERSON_H: "low bends per person-hour",
    Measure.LIFTS_PER_PERSON_H: "lifts per person-hour",
}
WAITING: Final = {
    Stage.NOT_YET: "not yet",
    Stage.DUE: "due: the recordings are not analysed yet",
    Stage.BROKEN: "can't be compared: ",
    Stage.WITHHELD: "not shown: ",
}


def line(one: FollowUp) -> str:
    """Return a follow-up in one line: when, what, outcome, interval and the lifts it stands on."""
    last = one.after[1] - timedelta(days=1)
    begin = f"week {one.week} ({one.after[0]} to {last}), {MEASURES[one.measure]}: "
    interval, words = outcome(one)
    return begin + "; ".join(filter(None, [words, interval, _counts(one)]))


def outcome(one: FollowUp) -> tuple[str, str]:
    """Return the change with its 95 % interval, empty if there is none, and the outcome in words."""
    if one.comparison is None:
        return "", WAITING[one.stage] + one.why
    found = one.comparison
    words = VERDICTS[found.verdict]
    if one.also:
        days = ", ".join(str(day) for day in one.also)
        words += f", not of this change alone: the zone was changed on {days} too"
    if math.isnan(found.value):
        return "", words
    if one.measure is Measure.SPINE_BEND_SHARE:
        low, value, high = (100.0 * limit for limit in (found.low, found.value, found.high))
        return f"{value:+.1f} points (95 % interval {low:+.1f} to {high:+.1f})", words
    return f"{found.value:.2f} times (95 % interval {found.low:.2f} to {found.high:.2f})", words


def _counts(one: FollowUp) -> str:
    if one.stage in (Stage.BROKEN, Stage.WITHHELD):
        return ""
    share = one.measure is Measure.SPINE_BEND_SHARE
    what, where = ("judged lifts", "in each") if share else ("low bends", "together")
    needed = f", {one.needed} needed {where}" if one.needed is not None else ""
    before, after = (
        f"{n} in {hours:.0f} observed person-hours"
        for n, hours in ((one.n_before, one.hours_before), (one.n_after, one.hours_after))
    )
    return f"{what}: {before} before, {after} after{needed}; {one.stamp or 'no data'}"
