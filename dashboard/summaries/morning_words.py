"""What a morning tells, in sentences of the reader's language; names are given to ``plain`` first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from dashboard.summaries.morning import AgainstOwn, Held, Standing
from dashboard.summaries.morning_changes import Happened, Kind
from dashboard.summaries.trends_words import percent_words, points_words
from dashboard.wording import Words, mark
from detectors.shift_table import Shown
from pipelines.exposure.compare import Verdict

Plain = Callable[[str], str]

NOT_JUDGED: Final = mark("no lift could be judged")
WHY_NOT: Final = {
    Shown.SUPPRESSED: mark("hidden: few people worked there, or the figure would tell of them"),
    Shown.NO_DATA: mark("no video was analysed"),
    Shown.NOBODY_SEEN: mark("nobody was in view"),
}
NOT_HELD: Final = {
    Held.SETUP_CHANGED: mark("Not compared, for the cameras, models or code changed within these weeks"),
    Held.NOTHING_BEFORE: mark("Not compared, for there is nothing to compare with in the four weeks before"),
    Held.NOTHING_NOW: mark("Not compared, for the last seven days have no complete shift with judged lifts"),
}
CHANGED: Final = {
    Kind.INTERVENTION: mark("{day}: changed in {where}: {after}"),
    Kind.CAMERA_NEW: mark("{day}: first data of camera {where} in these weeks"),
    Kind.CAMERA_OUT: mark("{day}: no more data of camera {where}"),
    Kind.VERSION: mark("{day}: another model or code measures {where}: {after} instead of {before}"),
    Kind.POLICY: mark("{day}: the nights are judged by policy {after} instead of {before}"),
}


def name_of(one: AgainstOwn) -> str:
    """Return the shift with its zone, such as 'early · inbound'."""
    return f"{one.row['shift']} \u00b7 {one.row['zone']}"


def verdict_lines(found: Sequence[AgainstOwn], say: Words, plain: Plain) -> Iterator[tuple[Verdict, str]]:
    """Yield each verdict with what it stands on: those that changed one by one, worse ones first."""
    of = {verdict: [one for one in found if _verdict(one) is verdict] for verdict in Verdict}
    for verdict in (Verdict.WORSE, Verdict.IMPROVED):
        for one in of[verdict]:
            yield verdict, _changed(one, say, plain)
    if of[Verdict.NO_EVIDENCE]:
        yield Verdict.NO_EVIDENCE, ", ".join(plain(name_of(one)) for one in of[Verdict.NO_EVIDENCE])
    if of[Verdict.TOO_FEW_LIFTS]:
        yield Verdict.TOO_FEW_LIFTS, ", ".join(_needs(one, say, plain) for one in of[Verdict.TOO_FEW_LIFTS])


def day_notes(found: Sequence[AgainstOwn], say: Words, plain: Plain) -> Iterator[str]:
    """Yield what else is to be known of the day: shares beyond their limits, and what was not compared."""
    for one in found:
        name, share = plain(name_of(one)), say.percent(float(one.row["spine_bend_share"]))
        if one.standing is Standing.ABOVE:
            yield say("\u25b2 {name}: the {share} of this day lie above the limits of its control chart.",
                      name=name, share=share)  # fmt: skip
        if one.standing is Standing.BELOW:
            yield say("\u25bc {name}: the {share} of this day lie below the limits of its control chart.",
                      name=name, share=share)  # fmt: skip
    for held, words in NOT_HELD.items():
        if names := [plain(name_of(one)) for one in found if one.held is held]:
            yield f"{say(words)}: {', '.join(names)}."
    if out := ", ".join(plain(name_of(one)) for one in found if one.row["cameras_without_data"] > 0):
        yield say("A camera was out, so this day is left out of the comparison: {names}.", names=out)


def change_words(one: Happened, say: Words, plain: Plain) -> str:
    """Return what changed in one sentence."""
    return say(
        CHANGED[one.kind],
        day=say.day(one.day),
        where=plain(one.where),
        before=plain(one.before),
        after=plain(one.after),
    )


def _verdict(one: AgainstOwn) -> Verdict | None:
    return one.comparison.verdict if one.comparison else None


def _changed(one: AgainstOwn, say: Words, plain: Plain) -> str:
    change = one.comparison
    if change is None:
        return plain(name_of(one))
    week, before = one.week.share, one.before.share
    return say(
        "{name}: {week} of {n} in the last 7 days, {before} of {n_before} in the four weeks before; "
        "change {change}",
        name=plain(name_of(one)),
        week=say.percent(float(week.value)),
        n=say.number(one.week.judged, 0),
        before=percent_words(say, float(before.value), float(before.low), float(before.high)),
        n_before=say.number(one.before.judged, 0),
        change=points_words(say, change.value, change.low, change.high),
    )


def _needs(one: AgainstOwn, say: Words, plain: Plain) -> str:
    fewer = min(one.week.judged, one.before.judged)
    if one.needed is None:
        return plain(name_of(one))
    return say(
        "{name} ({n} of {needed} needed)",
        name=plain(name_of(one)),
        n=say.number(fewer, 0),
        needed=say.number(one.needed, 0),
    )
