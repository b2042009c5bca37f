"""What happened in the shift: the figures of the site in sentences, those of the zones in a table."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import pandas as pd

from detectors.shift_table import Shown
from pipelines.examination.crew import entry, unstated
from pipelines.reports.content import Points, Section, Table
from pipelines.reports.facts import ShiftFacts
from pipelines.reports.words import (
    MOST_ROWS,
    NO_DATA,
    Row,
    band,
    count,
    counted,
    coverage,
    decimal,
    determinate,
    hours,
    interval,
    left_out,
    number,
    percent,
    rate,
    share,
    shared,
    short_status,
    shortened,
    why_not,
)

_ZONES: Final = (
    *("zone", "coverage", "person-hours", "lifts", "lowerings", "lifts per person-hour"),
    *("spine bends", "their share", "trunk > 60\u00b0"),
)
_HEADS: Final = (
    "In brackets: 95 % interval. Coverage: share of the expected camera-hours that was analysed. Spine "
    "bends: of the determinate lifts and lowerings. Trunk > 60\u00b0: share of the person-hours."
)
_ORIGINS: Final = {
    "floor": "from below the knuckles",
    "knuckle": "from knuckle to shoulder height",
    "shoulder": "from above the shoulders",
    "unknown": "from an unknown height",
}


def what_happened(facts: ShiftFacts) -> Section:
    """Return the figures of the site in sentences, and those of the zones in a table."""
    whole = facts.whole
    reason = why_not(whole, *facts.limits)
    lines = [_coverage(whole), *([f"The site as a whole: {reason}."] if reason else _sentences(facts))]
    zones = facts.zones
    suppressed = [row for row in zones if row["status"] == Shown.SUPPRESSED]
    notes = [_HEADS, left_out(zones, "zones")]
    if suppressed:
        notes.append(f"{why_not(suppressed[0], *facts.limits).capitalize()}.")
        lines += _to_state(facts, [str(row["zone"]) for row in suppressed])
    table = Table(_ZONES, tuple(_zone(row) for row in zones[:MOST_ROWS]), " ".join(filter(None, notes)))
    return Section("What happened", (Points(tuple(lines)), table))


def _coverage(row: Row) -> str:
    dead, cameras = number(row, "cameras_without_data"), number(row, "cameras")
    none = (
        f"{count(dead)} of {counted(cameras, 'camera has', 'cameras have')} no data"
        if dead != 1.0
        else f"1 of {counted(cameras, 'camera', 'cameras')} has no data"
    )
    share = coverage(row)
    return (
        f"Coverage: {hours(number(row, 'analysed_h'))} of {hours(number(row, 'expected_h'))} expected "
        f"camera-hours were analysed{f' ({share})' if share else ''}; "
        f"{none if dead else 'every camera has data'}. {_excluded(row)}All else is of that part."
    )


def _excluded(row: Row) -> str:
    left_out_h = number(row, "excluded_h")
    if not left_out_h > 0.0:
        return ""
    return f"{hours(left_out_h)} were left out: the camera's clock was wrong. "


def _to_state(facts: ShiftFacts, zones: list[str]) -> list[str]:
    """Return how figures that are suppressed for want of a number of workers may be had."""
    missing = unstated(zones, facts.policy.figures)
    if not missing:
        return []
    return [
        f"How many people work in {', '.join(missing)} is not stated, so only those count who were in view "
        f"at once. If it is {facts.limits[0]} or more, state it in the policy file, such as "
        f"`{entry(missing[0])}` under [figures.workers_per_shift], and make the report again."
    ]


def _sentences(facts: ShiftFacts) -> Iterator[str]:
    row = facts.whole
    yield (
        f"{counted(number(row, 'lifts'), 'lift', 'lifts')}, "
        f"{counted(number(row, 'lowerings'), 'lowering', 'lowerings')} and "
        f"{counted(number(row, 'bends'), 'bend', 'bends')} without a load in "
        f"{decimal(number(row, 'observed_person_h'))} observed person-hours: "
        f"{_rated(row)}.{band(row, 'lifts_rate_band')}"
    )
    if (n := determinate(row)) > 0:
        yield (
            f"Spine bends: {count(number(row, 'spine_bends'))} of {count(n)} determinate lifts and "
            f"lowerings, {shared(row, 'spine_bend_share')}.{band(row, 'spine_bend_band')}"
        )
    else:
        yield "Spine bends: no data, for no lift could be judged."
    yield (
        f"Trunk above 20\u00b0 for {percent(number(row, 'trunk_above_20_share'))} of the observed "
        f"person-time, above 60\u00b0 for {percent(number(row, 'trunk_above_60_share'))}: "
        f"{decimal(60.0 * number(row, 'entries_above_60_per_person_min'))} times per person-hour, "
        f"{_longest(number(row, 'longest_hold_above_60_s'))}."
    )
    origins = [f"{count(number(row, f'origin_{at}'))} {words}" for at, words in _ORIGINS.items()]
    yield f"Loads were taken: {', '.join(origins)}."
    yield _busiest(facts)


def _rated(row: Row) -> str:
    value, *limits = (decimal(number(row, f"lifts_per_person_h{end}")) for end in ("", "_low", "_high"))
    return NO_DATA if value == NO_DATA else f"{value} lifts per person-hour {interval(*limits)}"


def _busiest(facts: ShiftFacts) -> str:
    row, start = facts.whole, facts.whole["peak_start_utc"]
    if not isinstance(start, pd.Timestamp) or pd.isna(start):
        return "Busiest hour: no data, for too little was seen in any hour."
    local = start.tz_convert(facts.start.tzinfo)
    return (
        f"Busiest 60 minutes: from {local:%H:%M}, {count(number(row, 'peak_lifts'))} lifts in "
        f"{decimal(number(row, 'peak_observed_person_h'))} person-hours. "
        "Some hour is the busiest by chance alone."
    )


def _longest(value: float) -> str:
    return "the longest hold is not told" if math.isnan(value) else f"the longest for {value:.1f} s"


def _zone(row: Row) -> tuple[str, ...]:
    zone = shortened(str(row["zone"]))
    if row["status"] != Shown.SHOWN:
        return (zone, coverage(row), short_status(row), *[""] * (len(_ZONES) - 3))
    return (
        zone,
        coverage(row),
        decimal(number(row, "observed_person_h")),
        count(number(row, "lifts")),
        count(number(row, "lowerings")),
        rate(row, "lifts_per_person_h"),
        f"{count(number(row, 'spine_bends'))} of {count(determinate(row))}",
        share(row, "spine_bend_share"),
        percent(number(row, "trunk_above_60_share")),
    )
