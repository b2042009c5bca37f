"""Every chart goes to the page in the reader's language."""

from __future__ import annotations

from pathlib import Path

import altair as alt
import pandas as pd
import pytest

from dashboard.charts.coverage import coverage_chart
from dashboard.charts.language import day_format, in_language
from dashboard.charts.runs import KINDS, nights_chart
from dashboard.wording import words

DASHBOARD = Path(__file__).parents[1] / "dashboard"


def locale_of(language):
    chart = alt.Chart(pd.DataFrame({"x": [1.5]})).mark_point().encode(x="x:Q")
    return in_language(chart, words(language)).to_dict()["config"]["locale"]


@pytest.mark.parametrize(
    ("language", "decimal", "thousands", "percent", "sunday", "march"),
    [
        ("en", ".", ",", "%", "Sunday", "March"),
        ("de", ",", ".", "\u00a0%", "Sonntag", "März"),
        ("es", ",", ".", "\u00a0%", "domingo", "marzo"),
    ],
)
def test_a_chart_carries_its_language(language, decimal, thousands, percent, sunday, march):
    found = locale_of(language)
    number, time = found["number"], found["time"]
    assert (number["decimal"], number["thousands"], number["percent"]) == (decimal, thousands, percent)
    assert (time["days"][0], time["months"][2]) == (sunday, march)
    assert (len(time["shortDays"]), len(time["shortMonths"])) == (7, 12)


def test_a_day_on_an_axis_has_the_dots_of_its_language():
    assert [day_format(words(language)) for language in ("en", "de", "es")] == ["%-d %b", "%-d. %b", "%-d %b"]


@pytest.mark.parametrize(
    ("language", "days"),
    [("en", ["30 Sept", "5 Oct"]), ("de", ["30. Sept.", "5. Okt."]), ("es", ["30 sept", "5 oct"])],
)
def test_nights_and_shifts_of_several_days_stand_in_time_under_dates_of_the_reader(language, days):
    dates = ["2026-10-05", "2026-09-30"]
    counts = dict.fromkeys(KINDS, 1)
    nights = pd.DataFrame({"last_date": dates, "run_id": ["b", "a"], **counts})
    drawn = nights_chart(nights, words(language))
    assert list(dict.fromkeys(drawn.data["night"])) == days
    cells = pd.DataFrame(
        {"shift_date": dates[::-1], "shift": "early", "camera_id": "dock-1", "state": "complete"}
    )
    shown = coverage_chart(cells.assign(analysed_h=8.0, expected_h=8.0), words(language)).to_dict()
    (rows,) = shown["datasets"].values()
    assert [row["when"] for row in rows] == [f"{day} early" for day in days]


def test_no_page_draws_a_chart_past_its_language():
    direct = [path.name for path in DASHBOARD.rglob("*.py") if "altair_chart(" in path.read_text()]
    assert direct == ["drawing.py"]
