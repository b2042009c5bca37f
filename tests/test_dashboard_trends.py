"""Control charts, breaks and follow-ups, and the page that shows them."""

from __future__ import annotations

import math
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from dashboard_pages import demo_site, opened  # noqa: F401
from shift_rows import FIRST, day, shift_rows

from dashboard.charts.trend import control_chart
from dashboard.summaries.trends import as_table, follow_up_table, followed_up, lines
from dashboard.summaries.trends_follow_ups import outcome_words, waiting_words
from dashboard.summaries.trends_series import followed, shift_sums
from dashboard.summaries.trends_table import shown_table, trend_words
from dashboard.wording import words
from detectors.tables import SHIFT_METRICS
from pipelines.exposure.compare import Verdict
from pipelines.exposure.follow_up import Stage
from pipelines.exposure.series import Measure, Point
from pipelines.exposure.trend import Signal
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

EN = words("en")


def weeks(*parts):
    return pd.concat(parts, ignore_index=True)


def wavering(days, bends=12.0, **other):
    """Return shifts that are a little off each other, as work is, with 40 judged lifts each."""
    off = {n: n % 3 - 1.0 for n in days}
    return weeks(
        *(
            shift_rows([n], spine_bends=bends + off[n], hip_hinges=36.0 - bends - off[n], **other)
            for n in days
        )
    )


def only(metrics, camera=None):
    (found,) = lines(metrics, camera)
    return found


def test_sums_are_those_of_the_zone_however_many_cameras_watch_it():
    sums = shift_sums(shift_rows([0], cameras=("a", "b", "c")))
    assert len(sums) == 3
    assert sums[["spine_bends", "judged", "lifts", "low_bends"]].sum().tolist() == [12.0, 40.0, 100.0, 20.0]
    assert sums["observed_person_h"].sum() == 10.0


def test_a_share_keeps_its_stored_interval():
    (one,) = followed(shift_rows(range(2)), Measure.SPINE_BEND_SHARE)
    assert one.points[["value", "low", "high"]].to_numpy().tolist() == [[0.3, 0.18, 0.45]] * 2


def test_low_bends_are_counted_per_person_hour():
    (one,) = followed(shift_rows(range(2)), Measure.LOW_BENDS_PER_PERSON_H)
    assert one.points["value"].tolist() == [2.0, 2.0]


def test_what_is_hidden_out_or_dead_has_no_value_and_says_why():
    two = {"cameras": ("dock-1", "yard")}
    hidden = dict.fromkeys(["spine_bends", "hip_hinges", "squats", "lifts"], None)
    metrics = weeks(
        shift_rows([0, 4], **two),
        shift_rows([1], dead=("yard",), **two),
        shift_rows([2], dead=("dock-1", "yard"), **two),
        shift_rows([3], status="suppressed", **hidden, **two),
        shift_rows(range(5), zone="packing"),
    )
    one = next(one for one in followed(metrics, Measure.SPINE_BEND_SHARE) if one.zone == "inbound")
    assert one.points["point"].tolist() == [
        Point.SHOWN, Point.CAMERA_OUT, Point.NO_DATA, Point.SMALL_GROUP, Point.SHOWN,
    ]  # fmt: skip
    assert one.points["value"].notna().tolist() == [True, False, False, False, True]
    assert one.breaks == [], "a camera that is out for a while breaks nothing"


@pytest.mark.parametrize(("days", "known"), [(7, False), (8, True)])
def test_trend_and_limits_begin_with_the_eighth_shift(days, known):
    line = only(wavering(range(days)))
    assert np.isfinite(line.chart.high).all() == known
    assert ("No trend yet" in trend_words(line, EN)) is not known


def test_a_shift_far_off_the_others_is_a_signal_and_leads_the_page():
    odd = shift_rows([19], spine_bends=38.0, hip_hinges=2.0, squats=0.0, zone="packing")
    packing = weeks(wavering(range(19), zone="packing"), odd)
    found = lines(weeks(wavering(range(20)), packing))
    assert [line.name for line in found] == [("early", "packing"), ("early", "inbound")]
    assert (day(19), Signal.BEYOND_LIMITS) in found[0].signals
    assert found[1].signals == []


def test_the_series_breaks_at_a_new_model_and_no_trend_goes_across():
    metrics = weeks(wavering(range(10)), wavering(range(10, 20), bends=24.0, model_version="pose@b"))
    line = only(metrics)
    assert line.changes_of_setup == [(day(10), "dock-1 pose@a 1", "dock-1 pose@b 1")]
    assert [round(trend.slope_per_day, 2) for trend in line.share.trends] == [0.0, 0.0]
    assert set(np.round(line.chart.centre, 1)) == {0.3, 0.6}
    assert set(line.chart.signals) == {Signal.NONE}


def test_a_falling_share_has_its_slope_a_week():
    metrics = weeks(
        *(shift_rows([n], spine_bends=20.0 - n, hip_hinges=20.0 + n, squats=0.0) for n in range(12))
    )
    (row,) = as_table([only(metrics)]).to_dict("records")
    assert row["spine_bend_share_per_week"] == pytest.approx(-7 / 40)
    assert row["spine_bend_share_per_week_high"] < 0.0
    assert "\u221217.50 points a week" in shown_table(pd.DataFrame([row]), EN)["Trend of the share"][0]


def test_the_chart_ends_its_lines_at_a_break_and_names_the_change():
    metrics = weeks(wavering(range(10)), wavering(range(10, 20), model_version="pose@b"))
    spec = control_chart(only(metrics), {day(5): "stands"}, 30, EN).to_dict()
    rows = [row for rows in spec["datasets"].values() for row in rows]
    assert {row["setup"] for row in rows if "setup" in row} == {"0", "1"}
    assert [row["short"] for row in rows if "short" in row] == ["stands", ""]


def test_a_shift_without_a_value_stands_in_the_chart():
    two = {"cameras": ("dock-1", "yard")}
    metrics = weeks(shift_rows([0, 2], **two), shift_rows([1], dead=("yard",), **two))
    spec = control_chart(only(metrics), {}, 30, EN).to_dict()
    (rows,) = spec["datasets"].values()
    assert [row["mark"] for row in rows] == ["within its limits", "a camera was out", "within its limits"]
    assert rows[1]["value"] is None


def made(n, zone="inbound"):
    return pd.DataFrame([{"intervention_id": "i1", "zone": zone, "date": day(n), "what": "stands"}])


def after_a_change(bends, as_of, days=60):
    metrics = weeks(wavering(range(30)), wavering(range(30, days), bends=bends))
    return followed_up(metrics, made(30), FIRST + timedelta(days=as_of), (1, 4))


def test_a_week_after_a_change_that_helped_it_is_improved_with_what_it_takes():
    week1 = after_a_change(4.0, as_of=39)[0]
    assert (week1.week, week1.stage) == (1, Stage.DONE)
    assert week1.comparison.verdict is Verdict.IMPROVED
    assert (week1.n_before, week1.n_after) == (28 * 40, 7 * 40)
    said = outcome_words(week1, EN)
    assert "Week 1, Share of spine bends: \u221220" in said
    assert f"takes {week1.needed:,} in each" in said


def test_a_change_that_did_nothing_is_no_improvement():
    assert after_a_change(12.0, as_of=39)[0].comparison.verdict in (
        Verdict.NO_EVIDENCE,
        Verdict.TOO_FEW_LIFTS,
    )


def test_what_is_not_over_yet_is_waited_for_and_what_is_not_analysed_is_due():
    stages = {one.week: one.stage for one in after_a_change(4.0, as_of=34, days=35)}
    assert stages == {1: Stage.NOT_YET, 4: Stage.NOT_YET}
    late = {one.week: one for one in after_a_change(4.0, as_of=80, days=40)}
    assert (late[1].stage, late[4].stage) == (Stage.DONE, Stage.DUE)
    assert waiting_words(late[4], EN).startswith("Week 4: due, but the recordings up to Wed, 29 Apr")


def test_a_new_camera_makes_the_windows_not_comparable():
    metrics = weeks(wavering(range(30)), wavering(range(30, 45), cameras=("dock-1", "new")))
    found = followed_up(metrics, made(30), FIRST + timedelta(days=44), (1,))
    assert {one.stage for one in found} == {Stage.BROKEN}


def test_a_change_without_four_weeks_before_it_in_view_is_left_out():
    assert followed_up(wavering(range(40)), made(10), FIRST + timedelta(days=60), (1,)) == []


def test_the_table_of_follow_ups_tells_what_they_stand_on():
    table = follow_up_table(after_a_change(4.0, as_of=39))
    assert table["measure"].unique().tolist() == ["spine_bend_share", "low_bends_per_person_h"]
    waiting = table[table["stage"] == "not_yet"]
    assert len(waiting) == 2
    assert waiting["change"].map(math.isnan).all()


@pytest.fixture(scope="module")
def page(demo_site):  # noqa: F811
    return opened(demo_site, "trends", zone="packing")


def test_the_page_tells_of_changes_first(page):
    assert not page.exception
    assert [one.value for one in page.subheader] == [
        "What came of the changes",
        "Shift after shift",
        "All of them",
    ]


def test_the_change_of_the_demo_is_told_with_its_follow_ups(page):
    said = " ".join(one.value for one in page.markdown)
    assert "pallets on stands of 40 cm" in said
    assert "improved] Week 1, Share of spine bends" in said
    assert "Week 4: due" in said


def test_the_counts_on_the_page_are_those_of_the_store(demo_site, page):  # noqa: F811
    site = load_site(demo_site)
    change = date(2026, 9, 7)
    rows = open_store(site.store_url).read(
        SHIFT_METRICS, site.name, change - timedelta(days=28), change - timedelta(days=1)
    )
    zone = rows[(rows["level"] == "zone") & (rows["zone"] == "packing")]
    judged = int(zone[["spine_bends", "hip_hinges", "squats"]].sum().sum())
    assert any(f"{judged:,} judged lifts in" in one.value for one in page.markdown)


def test_a_zone_without_changes_says_what_to_do(demo_site):  # noqa: F811
    page = opened(demo_site, "trends", zone="storage", shift="late")
    assert not page.exception
    assert any("intervention add" in one.value for one in page.info)
