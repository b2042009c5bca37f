"""Numbers and dates on the axes of a chart, as the reader's language writes them."""

from __future__ import annotations

from typing import Final

import altair as alt
from babel import Locale

from dashboard.wording import Words

DAYS: Final = (6, 0, 1, 2, 3, 4, 5)
"""Of the week as Babel numbers them, in the order of Vega: it begins on Sunday."""

WIDTHS: Final = ("wide", "abbreviated")
MONTHS: Final = range(1, 13)
DAY_AND_MONTH: Final = {"MMM": "%b", "d": "%-d"}
"""What Vega calls the parts of a short date."""

Drawn = alt.Chart | alt.LayerChart | alt.FacetChart


def in_language(chart: Drawn, say: Words) -> Drawn:
    """Return a chart whose axes, legends and tooltips write numbers and dates in the reader's language.

    The browser formats these, so that the language goes with the chart; what a chart says in words is
    in that language already.
    """
    located: Drawn = chart.configure(locale=alt.Locale(number=_numbers(say.locale), time=_times(say.locale)))
    return located


def day_format(say: Words) -> str:
    """Return the format of a day without its year on an axis of time, such as '5 Oct' or '5. Okt.'."""
    pattern = str(say.locale.datetime_skeletons["MMMd"].pattern)
    for part, of_vega in DAY_AND_MONTH.items():
        pattern = pattern.replace(part, of_vega)
    return pattern


def _numbers(locale: Locale) -> alt.NumberLocale:
    symbols = locale.number_symbols["latn"]
    sign = locale.percent_formats[None].pattern.partition("0")[2]
    return alt.NumberLocale(
        decimal=symbols["decimal"],
        thousands=symbols["group"],
        grouping=[3],
        currency=["", ""],
        percent=sign,
    )


def _times(locale: Locale) -> alt.TimeLocale:
    days, short_days = ([locale.days["format"][width][n] for n in DAYS] for width in WIDTHS)
    months, short_months = ([locale.months["format"][width][n] for n in MONTHS] for width in WIDTHS)
    return alt.TimeLocale(
        dateTime="%-d %B %Y %H:%M",
        date="%Y-%m-%d",
        time="%H:%M",
        periods=["AM", "PM"],
        days=days,
        shortDays=short_days,
        months=months,
        shortMonths=short_months,
    )
