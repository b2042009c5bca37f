"""How figures read in a report: each with its interval and what it stands on, or why there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

from detectors.shift_table import Shown

NO_DATA: Final = "no data"
LONGEST_NAME: Final = 26
PERCENT: Final = "\u00a0%"
"""No line is broken before the sign."""

MOST_ROWS: Final = 8
"""Zones or cameras that leave room for the rest of a page; what is left out is said."""

Row = Mapping[str, object]
"""A row of the figures per shift, by column."""


def number(row: Row, name: str) -> float:
    """Return a figure; NaN where it is null."""
    value = row[name]
    return float(value) if isinstance(value, int | float) else math.nan


def count(value: float) -> str:
    """Return a whole number with spaces between thousands."""
    return NO_DATA if math.isnan(value) else f"{value:,.0f}".replace(",", "\u202f")


def counted(value: float, one: str, many: str) -> str:
    """Return a whole number with its noun."""
    return f"{count(value)} {one if value == 1.0 else many}"


def coverage(row: Row) -> str:
    """Return the share of the expected camera-hours that was analysed; empty where none was expected."""
    expected = number(row, "expected_h")
    return percent(number(row, "analysed_h") / expected) if expected > 0.0 else ""


def decimal(value: float) -> str:
    """Return a number with one decimal, two below one."""
    return (
        NO_DATA if math.isnan(value) else f"{value:.1f}" if value >= 1.0 or value == 0.0 else f"{value:.2f}"
    )


def hours(value: float) -> str:
    """Return hours with one decimal."""
    return NO_DATA if math.isnan(value) else f"{value:.1f} h"


def percent(value: float) -> str:
    """Return a share in percent, with one decimal below a tenth so that little is not nothing."""
    if math.isnan(value):
        return NO_DATA
    return f"{100.0 * value:.{int(0.0 < value < 0.0995)}f}{PERCENT}"


def span(low: str, high: str) -> str:
    """Return a range, its unit said once."""
    return f"{low.removesuffix(PERCENT)} to {high}"


def interval(low: str, high: str) -> str:
    """Return a 95 % interval in brackets, called by its name."""
    return f"(95{PERCENT} interval {span(low, high)})"


def rate(row: Row, name: str) -> str:
    """Return a rate with its interval, such as ``19.1 (17.3 to 21.0)``."""
    value, low, high = (decimal(number(row, name + ending)) for ending in ("", "_low", "_high"))
    return NO_DATA if value == NO_DATA else f"{value} ({span(low, high)})"


def share(row: Row, name: str) -> str:
    """Return a share with its interval, such as ``29 % (24 to 34 %)``."""
    value, low, high = (percent(number(row, name + ending)) for ending in ("", "_low", "_high"))
    return NO_DATA if value == NO_DATA else f"{value} ({span(low, high)})"


def determinate(row: Row) -> float:
    """Return how many lifts and lowerings have a verdict."""
    return sum(number(row, name) for name in ("spine_bends", "hip_hinges", "squats"))


def band(row: Row, name: str) -> str:
    """Return the band of a figure, or those of its limits where these differ; empty if it has none."""
    if not isinstance(row[name], str):
        return ""
    low, high = (str(row[name + ending]).replace("_", " ") for ending in ("_low", "_high"))
    return f" Band of the policy: '{low}'." if low == high else f" Band of the policy: '{low}' to '{high}'."


def why_not(row: Row, least_group_size: int, least_observed_h: float) -> str:
    """Return why a row has no figures, in a sentence without its full stop; empty where it has some."""
    return {
        Shown.NO_DATA: "no data: nothing of it was recorded and analysed",
        Shown.NOBODY_SEEN: f"nobody seen in {hours(number(row, 'analysed_h'))} of video",
        Shown.SUPPRESSED: f"suppressed: fewer than {least_group_size} workers or {least_observed_h:g} "
        "person-hours in view, or it would give such a group away",
    }.get(Shown(str(row["status"])), "")


def short_status(row: Row) -> str:
    """Return the status of a row without figures in a word or two."""
    return str(row["status"]).replace("_", " ")


def shortened(text: str) -> str:
    """Return a name that fits into a table; its end stays, for there names differ."""
    half = LONGEST_NAME // 2
    return text if len(text) <= LONGEST_NAME else f"{text[:half]}\u2026{text[1 - half :]}"


def shared(row: Row, name: str) -> str:
    """Return a share with its interval called by its name, for a sentence."""
    value, *limits = (percent(number(row, f"{name}{end}")) for end in ("", "_low", "_high"))
    return f"{value} {interval(*limits)}"


def left_out(rows: Sequence[Row], what: str) -> str:
    """Return how many rows are left out of a table, in a sentence; empty if none is."""
    more = len(rows) - MOST_ROWS
    return f"{more} more {what} stand in shift_metrics." if more > 0 else ""
