"""What happened in the shift: the figures of the site in sentences, those of the zones in a table."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import pandas as pd

from detectors.shift_table import Shown
from pipelines.reports.content import Points, Section, Table
from pipelines.reports.facts import ShiftFacts
from pipelines.reports.words import (
    MOST_ROWS,
    NO_DATA,
    Row,
    band,
    count,
    decimal,
    determinate,
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
    *("zone", "person-hours", "lifts", "lowerings", "lifts per person-hour (95 %)"),
    *("spine bends", "share (95 %)", "trunk > 60\u00b0"),
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
    lines = [f"The site as a whole: {reason}."] if reason else list(_sentences(facts))
    zones = facts.zones
    hidden = any(row["status"] == Shown.SUPPRESSED for row in zones)
    notes = [left_out(zones, "zones")]
    if hidden:
        suppressed = next(row for row in zones if row["status"] == Shown.SUPPRESSED)
        notes.append(f"{why_not(suppressed, *facts.limits).capitalize()}.")
    table = Table(_ZONES, tuple(_zone(row) for row in zones[:MOST_ROWS]), " ".join(filter(None, notes)))
    return Section("What happened", (Points(tuple(lines)), table))


def _sentences(facts: ShiftFacts) -> Iterator[str]:
    row = facts.whole
    yield (
        f"{count(number(row, 'lifts'))} lifts, {count(number(row, 'lowerings'))} lowerings and "
        f"{count(number(row, 'bends'))} bends without a load in "
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
        f"person-time, above 60\u00b0 for {percent(number(row, 'trunk_above_60_share'))}; "
        f"{decimal(number(row, 'entries_above_60_per_person_min'))} entries above 60\u00b0 per "
        f"person-minute, the longest hold {_seconds(number(row, 'longest_hold_above_60_s'))}."
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
        "The busiest of many is high by chance too."
    )


def _seconds(value: float) -> str:
    return "not told" if math.isnan(value) else f"{value:.1f} s"


def _zone(row: Row) -> tuple[str, ...]:
    zone = shortened(str(row["zone"]))
    if row["status"] != Shown.SHOWN:
        return (zone, short_status(row), *[""] * (len(_ZONES) - 2))
    return (
        zone,
        decimal(number(row, "observed_person_h")),
        count(number(row, "lifts")),
        count(number(row, "lowerings")),
        rate(row, "lifts_per_person_h"),
        f"{count(number(row, 'spine_bends'))} of {count(determinate(row))}",
        share(row, "spine_bend_share"),
        percent(number(row, "trunk_above_60_share")),
    )
