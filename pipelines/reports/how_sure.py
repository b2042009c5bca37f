"""How sure the figures are: what the share of spine bends could be, and how much of the shift was seen."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

from detectors.shift_table import Level, Shown
from pipelines.reports.content import Bar, Bars, Points, Section, Table
from pipelines.reports.facts import ShiftFacts
from pipelines.reports.words import (
    MOST_ROWS,
    Row,
    counted,
    decimal,
    hours,
    left_out,
    number,
    percent,
    shared,
    short_status,
    shortened,
    span,
)

_CAMERAS: Final = ("camera", "zone", "expected", "received", "analysed", "person-hours", "judgeable")


def how_sure(facts: ShiftFacts) -> Section:
    """Return the bars of the zones' shares, what widens them, and how much of each camera was seen."""
    zones = facts.zones
    bars = [_bar(facts.whole, "whole site"), *(_bar(row, str(row["zone"])) for row in zones[:MOST_ROWS])]
    note = (
        "Share of spine bends among the determinate lifts and lowerings: mark and thick bar are the share "
        "and its 95 % interval, the thin bar is what the indeterminate ones allow."
    )
    cameras = sorted(facts.rows(Level.CAMERA), key=lambda row: number(row, "analysed_h"))
    table = Table(
        _CAMERAS,
        tuple(_camera(row) for row in cameras[:MOST_ROWS]),
        left_out(cameras, "cameras, of which no less was analysed,"),
    )
    doubts = tuple(_doubts(facts))
    return Section("How sure", (Bars(tuple(bars), note), *([Points(doubts)] if doubts else []), table))


def _bar(row: Row, label: str) -> Bar:
    value = number(row, "spine_bend_share")
    lowest, highest = number(row, "spine_bend_share_lowest"), number(row, "spine_bend_share_highest")
    words = short_status(row) if row["status"] != Shown.SHOWN else "no lift could be judged"
    if not math.isnan(value):
        words = f"{percent(value)}, {span(percent(lowest), percent(highest))} possible"
    low, high = (number(row, f"spine_bend_share_{end}") for end in ("low", "high"))
    return Bar(shortened(label), words, value, low, high, lowest, highest)


def _doubts(facts: ShiftFacts) -> Iterator[str]:
    row = facts.whole
    unknown, open_share = number(row, "indeterminate"), number(row, "indeterminate_share")
    if unknown > 0:
        limits = [percent(number(row, f"spine_bend_share_{end}")) for end in ("lowest", "highest")]
        outer = [percent(number(row, f"spine_bend_share_outer_{end}")) for end in ("low", "high")]
        yield (
            f"{counted(unknown, 'lift or lowering', 'lifts and lowerings')} ({percent(open_share)}) could "
            f"not be judged (indeterminate). If none of these or all of them were spine bends, the share "
            f"would be {span(*limits)}; with chance, and lifts of one track being alike, {span(*outer)}."
        )
    for zone in facts.rows(Level.ZONE):
        if not math.isnan(number(zone, "corrected_spine_bend_share")):
            yield (
                f"{zone['zone']}: {shared(zone, 'spine_bend_share')} as judged, "
                f"{shared(zone, 'corrected_spine_bend_share')} corrected for the errors that "
                "reviews of it found."
            )


def _camera(row: Row) -> tuple[str, ...]:
    people, judgeable = number(row, "observed_person_h"), number(row, "judgeable_person_h")
    shown = row["status"] == Shown.SHOWN
    return (
        shortened(str(row["camera_id"])),
        shortened(str(row["zone"])),
        *(hours(number(row, f"{what}_h")) for what in ("expected", "received", "analysed")),
        decimal(people) if shown else short_status(row),
        percent(judgeable / people) if shown and people > 0 else "",
    )
