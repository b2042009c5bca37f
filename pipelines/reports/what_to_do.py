"""What to do: the origins to raise, the cameras to mend, and how earlier changes turned out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Final

from detectors.shift_table import Level, Shown
from pipelines.exposure.follow_up import FollowUp, Stage
from pipelines.exposure.follow_up_text import MEASURES, outcome
from pipelines.exposure.redesign import FEWEST_COMPARED, Action
from pipelines.exposure.series import Measure
from pipelines.exposure.shift_sums import LOW_BEND_DEG
from pipelines.reports.content import Points, Section, Table
from pipelines.reports.facts import ShiftFacts
from pipelines.reports.words import PERCENT, number, shortened

MOST_EVIDENCE: Final = 5
MOST_FOLLOW_UPS: Final = 8
MOST_DEAD: Final = 4

_FOLLOW_UPS: Final = ("change", "week", "until", "measure", "outcome", "difference", "before", "after")
_COUNTS: Final = (
    "Before, the four weeks before the change, and after, the week: judged lifts for a share, low bends for "
    "a rate, in observed person-hours. Difference: of a share in percentage points, of a rate how many times "
    "as high. Needed to see three tenths less in about 80 % of cases: for a share in each of the two, for "
    "a rate in both together."
)


def what_to_do(facts: ShiftFacts) -> Section:
    """Return the origins to raise with their evidence, the cameras to mend and the follow-ups."""
    first, last = facts.looked_at
    redesigns = [_action(one) for one in facts.actions]
    none = (
        f"No origin to raise stands out in the recordings of {first} to {last}: low bends were nowhere "
        "surely more frequent from the floor than from knuckle height, among groups that are not small "
        f"and with {FEWEST_COMPARED} lifts or more from knuckle height."
    )
    source = (
        f"From the recordings of {first} to {last}, the surest gain first; a low bend exceeds "
        f"{LOW_BEND_DEG:.0f}\u00b0 of trunk inclination."
    )
    lines = [*redesigns, source] if redesigns else [none]
    return Section("What to do", (Points((*lines, *_cameras(facts))), *_followed(facts)))


def _action(one: Action) -> str:
    shown = ", ".join(one.evidence[:MOST_EVIDENCE])
    return f"{one.sentence} Evidence: {shown} (the most typical of {len(one.evidence)} lifts)."


def _cameras(facts: ShiftFacts) -> Iterator[str]:
    dead = [row for row in facts.rows(Level.CAMERA) if row["status"] == Shown.NO_DATA]
    for row in dead[:MOST_DEAD]:
        missing = "nothing came in" if number(row, "received_h") == 0.0 else "nothing could be analysed"
        yield f"Look at camera {row['camera_id']} ({row['zone']}): no data, {missing}."
    if len(dead) > MOST_DEAD:
        yield f"Look at {len(dead) - MOST_DEAD} more cameras without data."


def _followed(facts: ShiftFacts) -> tuple[Table | Points, ...]:
    if not facts.follow_ups:
        return (Points(("No change is recorded yet; `hingewise intervention add` records one.",)),)
    # The news first: what was compared lately, then what comes next.
    waiting = [one for one in facts.follow_ups if one.stage is Stage.NOT_YET]
    told = [one for one in facts.follow_ups if one.stage is not Stage.NOT_YET]
    order = sorted(told, key=lambda one: one.after[1], reverse=True)
    order += sorted(waiting, key=lambda one: one.after[1])
    left_out = len(order) - MOST_FOLLOW_UPS
    more = [f"{left_out} more: `hingewise intervention list`."] if left_out > 0 else []
    shown = order[:MOST_FOLLOW_UPS]
    names = [_name(one, facts) for one in shown]
    # A change is named once for the rows that follow each other.
    repeats = [False, *(name == before for before, name in pairwise(names))]
    rows = tuple(
        ("" if repeated else name, *_follow_up(one))
        for name, repeated, one in zip(names, repeats, shown, strict=True)
    )
    return (Table(_FOLLOW_UPS, rows, " ".join([_COUNTS, *more])),)


def _name(one: FollowUp, facts: ShiftFacts) -> str:
    what = facts.changes.get(one.change.change_id, one.change.change_id)
    return f"{one.change.day} {shortened(one.change.zone)}: {shortened(what)}"


def _follow_up(one: FollowUp) -> tuple[str, ...]:
    interval, words = outcome(one)
    last = one.after[1] - timedelta(days=1)
    told = one.comparison is not None
    counts = [
        f"{n} in {hours:.0f} h" if told else ""
        for n, hours in ((one.n_before, one.hours_before), (one.n_after, one.hours_after))
    ]
    if told and one.measure is Measure.SPINE_BEND_SHARE and one.n_before + one.n_after == 0:
        words = "no lift is judged; if the policy is new, run `hingewise assess`"
    what = "judged lifts" if one.measure is Measure.SPINE_BEND_SHARE else "low bends"
    needed = f" ({one.needed} {what} needed)" if one.needed is not None and one.comparison is None else ""
    return (
        str(one.week),
        str(last),
        MEASURES[one.measure],
        f"{words}{needed}",
        interval.replace(" %", PERCENT),
        *counts,
    )
