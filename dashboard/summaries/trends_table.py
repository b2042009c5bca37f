"""The trends of all zones and shifts, in words of the reader's language."""

from __future__ import annotations

import math

import pandas as pd

from dashboard.summaries.trends import WEEK_DAYS, Line
from dashboard.summaries.trends_words import day_words, rate_words, slope_words
from dashboard.wording import Words
from pipelines.exposure.trend import FEWEST_SHIFTS


def shown_table(table: pd.DataFrame, say: Words) -> pd.DataFrame:
    """Return the table of `trends.as_table` in words, each trend with its interval."""
    slopes, rates = (
        table[[f"{name}_per_week{end}" for end in ("", "_low", "_high")]].itertuples(index=False)
        for name in ("spine_bend_share", "low_bends_per_person_h")
    )
    return pd.DataFrame(
        {
            say("Shift"): table["shift"],
            say("Zone"): table["zone"],
            say("Shifts"): table["shifts"],
            say("Mean share"): [say.percent(value) for value in table["centre"]],
            say("Signals"): table["signals"],
            say("Last signal"): [day_words(say, day) for day in table["last_signal"]],
            say("Trend of the share"): [slope_words(say, *row) for row in slopes],
            say("Trend of low bends per person-hour, a week"): [
                rate_words(say, slope, low, high, 2) for slope, low, high in rates
            ],
            say("Setups"): table["setups"],
        }
    )


def trend_words(line: Line, say: Words) -> str:
    """Return trend and signals of a zone and shift in one sentence each."""
    trend = line.share.trends[-1]
    if math.isnan(trend.slope_per_day):
        sentences = [
            say("No trend yet: it takes {n} shifts under one setup.", n=FEWEST_SHIFTS),
        ]
    else:
        slopes = (WEEK_DAYS * one for one in (trend.slope_per_day, trend.slope_low, trend.slope_high))
        sentences = [
            say("Trend under the latest setup: {slope}, p = {p}.", slope=slope_words(say, *slopes),
                p=say.number(trend.p_value, 3))
        ]  # fmt: skip
    sentences.append(say.several("{n} shift is shown.", "{n} shifts are shown.", line.shown))
    if line.signals:
        last = day_words(say, line.signals[-1][0])
        sentences.append(say("Last signal on {day}.", day=last))
    return " ".join(sentences)
