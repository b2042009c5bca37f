from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from pipelines.exposure.series import Measure, Point, described, series

FIRST = date(2026, 3, 2)


def shifts(days, camera="dock-1", **other):
    """Return the sums of a zone's early shifts: 20 judged lifts a day, of which the day's number bent."""
    rows = [
        {
            "zone": "inbound", "camera_id": camera, "shift": "early",
            "shift_date": (FIRST + timedelta(days=day)).isoformat(), "lifts": 30, "low_bends": 8,
            "spine_bends": 5, "judged": 20, "observed_person_h": 2.0, "analysed_h": 8.0, "workers": 6.0,
            "versions": "pose@a 1", "policy_id": "p1",
            "tracks": 20, "bent_bent": 5, "bent_judged": 5, "judged_judged": 20,
        } | other
        for day in days
    ]  # fmt: skip
    return pd.DataFrame(rows)


def only(*parts, measure=Measure.SPINE_BEND_SHARE):
    (found,) = series(pd.concat(parts, ignore_index=True), measure, least_group_size=5)
    return found


def test_values_are_shares_of_judged_lifts_and_events_per_person_hour():
    assert only(shifts(range(3))).points["value"].tolist() == [0.25] * 3
    assert (
        only(shifts(range(3)), measure=Measure.LOW_BENDS_PER_PERSON_H).points["value"].tolist() == [4.0] * 3
    )
    assert only(shifts(range(3)), measure=Measure.LIFTS_PER_PERSON_H).points["value"].tolist() == [15.0] * 3


def test_two_tracks_that_did_all_the_lifts_tell_less_than_twenty():
    many = only(shifts([0])).points.iloc[0]
    few = only(shifts([0], tracks=2, bent_bent=25, bent_judged=50, judged_judged=200)).points.iloc[0]
    assert (many["value"], few["value"]) == (0.25, 0.25)
    assert 0.09 < many["low"] < many["high"] < 0.50, "Wilson: 5 of 20 is .112 to .469"
    assert few["low"] < 0.05
    assert few["high"] > 0.95


def test_a_falling_share_has_its_slope_per_day():
    falling = pd.concat([shifts([day], spine_bends=20 - day) for day in range(10)])
    (trend,) = only(falling).trends
    assert trend.slope_per_day == pytest.approx(-0.05)
    assert trend.p_value < 0.001


@pytest.mark.parametrize(("days", "known"), [(7, False), (8, True)])
def test_a_trend_needs_eight_shifts(days, known):
    (trend,) = only(shifts(range(days))).trends
    assert np.isfinite(trend.slope_per_day) == known


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ({"versions": "pose@b 1"}, "from dock-1 pose@a 1 to dock-1 pose@b 1"),
        ({"versions": "pose@a 2"}, "from dock-1 pose@a 1 to dock-1 pose@a 2"),
        ({"policy_id": "p2"}, "from policy p1 to policy p2"),
        ({"camera": "dock-9"}, "from dock-1 pose@a 1 to dock-9 pose@a 1"),
    ],
    ids=["model", "code", "policy", "camera"],
)
def test_a_jump_at_a_new_setup_is_a_break_and_no_trend(new, words):
    found = only(shifts(range(10)), shifts(range(10, 20), spine_bends=18, **new))
    assert [(one.position, described(one)) for one in found.breaks] == [(10, words)]
    assert [(one.start, one.end, one.slope_per_day) for one in found.trends] == [(0, 10, 0.0), (10, 20, 0.0)]


def test_a_camera_that_joins_another_breaks_the_series():
    found = only(shifts(range(20)), shifts(range(9, 20), camera="dock-2", spine_bends=18))
    assert [(one.position, described(one)) for one in found.breaks] == [
        (9, "from nothing to dock-2 pose@a 1")
    ]


def test_shifts_in_which_one_of_two_cameras_was_out_have_no_value_and_break_nothing():
    out = [day for day in range(20) if day not in (5, 6, 7)]
    found = only(shifts(range(20)), shifts(out, camera="dock-2", spine_bends=15))
    assert found.breaks == []
    points = found.points
    assert points.loc[5:7, "point"].tolist() == [Point.CAMERA_OUT] * 3
    assert points["value"].isna().sum() == 3
    assert points["value"].dropna().unique().tolist() == [0.5]


def test_a_zone_without_data_is_no_data_on_the_days_the_site_worked_and_breaks_nothing():
    elsewhere = shifts(range(20), camera="yard", zone="yard")
    dark, light = series(
        pd.concat([elsewhere, shifts([*range(8), *range(12, 18)])], ignore_index=True),
        Measure.SPINE_BEND_SHARE,
        5,
    )
    assert (dark.zone, light.zone) == ("inbound", "yard")
    dark_days = [8, 9, 10, 11, 18, 19]
    assert np.flatnonzero(dark.points["point"] == Point.NO_DATA).tolist() == dark_days
    assert dark.points.loc[dark_days, ["value", "low", "high"]].isna().all(axis=None)
    assert dark.breaks == light.breaks == []


def test_shifts_of_a_small_group_have_no_value():
    found = only(shifts(range(9)), shifts([9], workers=4.0))
    assert found.points["point"].tolist() == [Point.SHOWN] * 9 + [Point.SMALL_GROUP]
    assert found.points.loc[9, ["events", "base", "value", "low", "high"]].isna().all()


def test_each_shift_of_the_day_is_a_series_of_its_own():
    both = pd.concat([shifts(range(9)), shifts(range(9), shift="night", spine_bends=1)], ignore_index=True)
    early, night = series(both, Measure.SPINE_BEND_SHARE, 5)
    assert (early.shift, night.shift) == ("early", "night")
    assert (early.points["value"].iloc[0], night.points["value"].iloc[0]) == (0.25, 0.05)
