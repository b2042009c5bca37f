"""EDGE: the words at the head of each page that say which dates of a demo nobody filmed."""

from __future__ import annotations

from datetime import date

from dashboard import store_reading
from dashboard.context import Context


def made_up(at: Context, first: date, last: date) -> str:
    """Return which dates are made up, from the first to the last; those recorded among them are named."""
    days = [day for day in reversed(store_reading.recorded_days(at)) if first <= day <= last]
    span = {"first": at.say.day(first), "last": at.say.day(last)}
    if not days:
        return at.say(
            "Simulated data: what is shown of {first} to {last} was made up. Nobody in it exists.", **span
        )
    return at.say(
        "Simulated data: what is shown of {first} to {last} was made up, except {days}. Nobody in it exists.",
        days=", ".join(at.say.short_day(day) for day in days),
        **span,
    )
