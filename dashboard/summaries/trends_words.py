"""Figures with their intervals, in words of the reader's language."""

from __future__ import annotations

import math
from datetime import date
from typing import Final

import pandas as pd

from dashboard.wording import NO_DATA, Words

MINUS: Final = "\u2212"


def percent_words(say: Words, value: float, low: float, high: float) -> str:
    """Return a share with its interval, such as '32% (27% to 38%)'."""
    if math.isnan(value):
        return NO_DATA
    return say(
        "{value} ({low} to {high})", value=say.percent(value), low=say.percent(low), high=say.percent(high)
    )


def rate_words(say: Words, value: float, low: float, high: float, digits: int = 1) -> str:
    """Return a rate with its interval."""
    if math.isnan(value):
        return NO_DATA
    shown, least, most = (say.number(one, digits) for one in (value, low, high))
    return say("{value} ({low} to {high})", value=shown, low=least, high=most)


def points_words(say: Words, change: float, low: float, high: float) -> str:
    """Return the change of a share in percentage points, with its interval."""
    if math.isnan(change):
        return NO_DATA
    value, least, most = (_signed(say, 100.0 * one) for one in (change, low, high))
    return say("{value} points ({low} to {high})", value=value, low=least, high=most)


def times_words(say: Words, ratio: float, low: float, high: float) -> str:
    """Return how many times as high a rate became, with its interval."""
    if math.isnan(ratio):
        return NO_DATA
    value, least, most = (say.number(one, 2) if one < math.inf else "\u221e" for one in (ratio, low, high))
    return say("{value} times ({low} to {high})", value=value, low=least, high=most)


def slope_words(say: Words, per_week: float, low: float, high: float) -> str:
    """Return a trend of a share in percentage points per week, with its interval."""
    if math.isnan(per_week):
        return NO_DATA
    value, least, most = (_signed(say, 100.0 * one, 2) for one in (per_week, low, high))
    return say("{value} points a week ({low} to {high})", value=value, low=least, high=most)


def day_words(say: Words, day: str | None) -> str:
    """Return an ISO date with its weekday; a dash for none."""
    if day is None or pd.isna(day):
        return NO_DATA
    return say.day(date.fromisoformat(day))


def _signed(say: Words, value: float, digits: int = 1) -> str:
    sign = "+" if value > 0.0 else MINUS if value < 0.0 else ""
    return sign + say.number(abs(value), digits)
