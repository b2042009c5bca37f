"""The follow-ups of the changes that were made, in sentences of the reader's language."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Final

from dashboard.summaries.trends_words import points_words, times_words
from dashboard.wording import Words, mark
from pipelines.exposure.follow_up import FollowUp, Stage
from pipelines.exposure.series import Measure

MEASURES: Final = {
    Measure.SPINE_BEND_SHARE: mark("Share of spine bends"),
    Measure.LOW_BENDS_PER_PERSON_H: mark("Low bends per person-hour"),
}
BADGES: Final = {
    Stage.NOT_YET: (mark("not yet"), "gray"),
    Stage.DUE: (mark("due"), "orange"),
    Stage.BROKEN: (mark("not comparable"), "gray"),
    Stage.WITHHELD: (mark("hidden"), "gray"),
}
"""Word and colour of each stage that has no outcome."""

WAITING: Final = {
    Stage.NOT_YET: mark("Week {week}: due after {last}."),
    Stage.DUE: mark("Week {week}: due, but the recordings up to {last} are not analysed yet."),
    Stage.BROKEN: mark("Week {week}: can't be compared, for cameras, models or code differ in the windows."),
    Stage.WITHHELD: mark("Week {week}: hidden, for few people worked there."),
}


def waiting_words(one: FollowUp, say: Words) -> str:
    """Return why a follow-up has no outcome."""
    return say(WAITING[one.stage], week=one.week, last=say.day(one.after[1] - timedelta(days=1)))


def outcome_words(one: FollowUp, say: Words) -> str:
    """Return the outcome of a follow-up: the change with its interval, and what it stands on."""
    change = one.comparison
    if change is None:
        return waiting_words(one, say)
    share = one.measure is Measure.SPINE_BEND_SHARE
    if math.isnan(change.value):
        parts = [say("nothing to compare in one of the windows")]
    else:
        in_words = points_words if share else times_words
        parts = [in_words(say, change.value, change.low, change.high)]
    counts = {
        "before": say.number(one.n_before, 0),
        "after": say.number(one.n_after, 0),
        "hours": say.number(one.hours_before, 0),
        "hours_after": say.number(one.hours_after, 0),
    }
    parts.append(
        say("{before} judged lifts in {hours} person-hours before, {after} in {hours_after} after", **counts)
        if share
        else say(
            "{before} low bends in {hours} person-hours before, {after} in {hours_after} after", **counts
        )
    )
    parts += _needed(one, say)
    if one.also:
        days = ", ".join(say.day(day) for day in one.also)
        parts.append(say("not of this change alone: the zone was changed on {days}, too", days=days))
    return say("Week {week}, {measure}: {outcome}", week=one.week, measure=say(MEASURES[one.measure]),
               outcome="; ".join(parts))  # fmt: skip


def _needed(one: FollowUp, say: Words) -> list[str]:
    if one.needed is None:
        return []
    n = say.number(one.needed, 0)
    if one.measure is Measure.SPINE_BEND_SHARE:
        return [say("to see three tenths less takes {n} in each", n=n)]
    return [say("to see three tenths less takes {n} together", n=n)]
