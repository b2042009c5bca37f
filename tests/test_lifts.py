from dataclasses import replace

import numpy as np
import pytest
from scenes import (
    COMING_IN_BENT,
    COMING_UP_WITH_A_LOAD,
    EMPTY_BENDS,
    LIFTS,
    LOW_S,
    LOWERINGS,
    NOTHING,
    RISE_S,
    TWO_LOADS,
    Scene,
    observe,
    rows_of,
)
from stick_figure import CARRY, FIELD, HINGE, STAND, STOOP, Camera, film, hidden, steps, through, walking

from detectors import lifts
from detectors.bends import Bend
from detectors.lifts import find_lifts
from detectors.tables import LIFTS as LIFTS_TABLE

RATES = [5.0, 8.0, 12.5, 15.0, 25.0, 30.0, 60.0]
VIEWS = [0, 25, -45, 75]
TRUE_DEG = {"stoop": (75, 15), "hinge": (60, 40), "squat": (35, 100)}
BY_KIND = [("lift", "carried_after", name) for name in LIFTS] + [
    ("lowering", "carried_before", name) for name in LOWERINGS
]


@pytest.mark.parametrize("rate_hz", RATES)
@pytest.mark.parametrize(("kind", "reason", "name"), BY_KIND)
def test_lifts_and_lowerings_are_told_apart(kind, reason, name, rate_hz):
    scene = (LIFTS if kind == "lift" else LOWERINGS)[name]
    for yaw in VIEWS:
        for noise in (0.0, 0.02):
            rows = rows_of(scene, Camera(yaw), rate_hz, noise)
            assert [(row["kind"], row["kind_reason"]) for row in rows] == [(kind, reason)]


@pytest.mark.parametrize("rate_hz", RATES)
@pytest.mark.parametrize("noise", [0.0, 0.01, 0.03])
def test_the_grasp_lies_within_three_tenths_of_when_the_hands_are_low(noise, rate_hz):
    for name in TRUE_DEG:
        (row,) = rows_of(LIFTS[name], Camera(-20), rate_hz, noise, seed=4)
        assert LOW_S - 0.3 <= row["grasp_s"] <= RISE_S + 0.3
        assert row["start_s"] < row["grasp_s"] < row["end_s"]
        assert row["start_s"] <= row["peak_s"] < row["end_s"]


@pytest.mark.parametrize("name", NOTHING)
@pytest.mark.parametrize("rate_hz", [5.0, 15.0, 30.0])
def test_what_is_no_bend_gives_no_row(name, rate_hz):
    for yaw in (0, -45, 80):
        for noise in (0.0, 0.01):
            assert rows_of(NOTHING[name], Camera(yaw), rate_hz, noise) == []


@pytest.mark.parametrize("name", EMPTY_BENDS)
@pytest.mark.parametrize("rate_hz", [5.0, 15.0, 30.0])
def test_bends_with_empty_hands_are_bends(name, rate_hz):
    for yaw in (0, 25, -45):
        for noise in (0.0, 0.02):
            rows = rows_of(EMPTY_BENDS[name], Camera(yaw), rate_hz, noise)
            assert [row["kind"] for row in rows] == ["bend"]
            assert np.isnan(rows[0]["origin_height_stature"])


def test_a_bend_under_way_at_the_edge_is_cut_off():
    assert [(r["kind"], r["kind_reason"]) for r in rows_of(COMING_IN_BENT)] == [("bend", "cut_off")]


def test_a_load_is_lifted_also_when_the_way_down_was_not_seen():
    assert [(r["kind"], r["kind_reason"]) for r in rows_of(COMING_UP_WITH_A_LOAD)] == [
        ("lift", "carried_after")
    ]


def test_two_loads_without_standing_up_are_two_lifts():
    assert [row["kind"] for row in rows_of(TWO_LOADS)] == ["lift", "lift"]


def test_hands_not_seen_afterwards_leave_the_kind_open():
    track = film(LIFTS["hinge"].movement, steps(15.0, 6.0), Camera())
    blind = hidden(track, 3.0, 9.0, "left_wrist", "right_wrist", "left_elbow", "right_elbow")
    rows = find_lifts(observe(blind, Camera(), 15.0), [blind])
    assert [(row["kind"], row["kind_reason"]) for row in rows] == [("bend", "hands_not_seen")]


def test_a_stay_of_over_20_s_near_the_floor_is_no_lift():
    movement = through([(1.0, STAND), (2.0, HINGE), (25.0, HINGE), (26.0, replace(STAND, grip_forward=0.2))])
    rows = rows_of(Scene(movement, 28.0), rate_hz=8.0)
    assert [row["kind"] for row in rows] == ["bend"]


@pytest.mark.parametrize("facing", [1, -1])
@pytest.mark.parametrize("yaw", [0, 30, -30])
@pytest.mark.parametrize("name", TRUE_DEG)
def test_measures_of_a_lift_are_those_of_the_figure(name, yaw, facing):
    (row,) = rows_of(LIFTS[name], Camera(yaw, facing=facing))
    trunk, knee = TRUE_DEG[name]
    assert row["trunk_inclination_peak_deg"] == pytest.approx(trunk, abs=2.0)
    assert row["trunk_inclination_grasp_deg"] == pytest.approx(trunk, abs=2.0)
    assert row["knee_flexion_grasp_deg"] == pytest.approx(knee, abs=1.0)
    assert row["view_angle_deg"] == pytest.approx(abs(yaw), abs=1.0)
    assert row["facing"] == facing
    assert row["person_height_px"] == pytest.approx(300.0, rel=0.01)
    assert row["destination_height_stature"] == pytest.approx(0.56, abs=0.01)
    assert row["destination_band"] == "knuckle"
    assert row["origin_band"] == "floor"


def test_the_back_chord_is_short_where_the_spine_was_bent():
    chords = {name: rows_of(LIFTS[name])[0]["back_chord_ratio"] for name in TRUE_DEG}
    assert chords == pytest.approx({"stoop": 0.83, "hinge": 0.97, "squat": 0.97}, abs=0.01)


def test_the_stoop_squat_index_ranks_stoop_over_hinge_over_squat():
    index = {name: rows_of(LIFTS[name])[0]["stoop_squat_index"] for name in TRUE_DEG}
    assert index["stoop"] > 90.0
    assert 90.0 > index["hinge"] > 50.0
    assert index["squat"] < 30.0


@pytest.mark.parametrize("yaw", [0, 30, -60])
def test_the_mirrored_picture_gives_the_same_measures(yaw):
    (right,) = rows_of(LIFTS["hinge"], Camera(yaw))
    (left,) = rows_of(LIFTS["hinge"], Camera(yaw, facing=-1))
    assert (right.pop("facing"), left.pop("facing")) == (1.0, -1.0)
    # The low pose is held: any moment of it may come out as the peak.
    assert left.pop("peak_s") == pytest.approx(right.pop("peak_s"), abs=RISE_S - LOW_S)
    for name, value in right.items():
        assert left[name] == (pytest.approx(value, abs=1e-4) if isinstance(value, float) else value), name


def test_a_person_twice_as_large_gives_the_same_measures():
    (small,) = rows_of(LIFTS["stoop"], Camera(20))
    (large,) = rows_of(LIFTS["stoop"], Camera(20, stature_px=600.0, width_px=2560, height_px=1440))
    assert large.pop("person_height_px") == pytest.approx(2.0 * small.pop("person_height_px"))
    for name, value in small.items():
        assert large[name] == (pytest.approx(value, abs=1e-6) if isinstance(value, float) else value), name


def test_another_person_in_front_is_noticed():
    track = film(LIFTS["hinge"].movement, steps(15.0, 6.0), Camera())
    (row,) = find_lifts(observe(track, Camera(), 15.0), [track, replace(track, number=2)])
    assert row["overlap_share"] == pytest.approx(1.0)


def test_a_row_has_the_measured_columns_of_the_table():
    (row,) = rows_of(LIFTS["hinge"])
    assert set(row) - {"start_s", "grasp_s", "peak_s", "end_s"} <= set(LIFTS_TABLE.names)


def test_seconds_above_20_and_60_deg_are_those_of_the_movement():
    (row,) = rows_of(LIFTS["stoop"], rate_hz=30.0)
    fine = np.linspace(0.0, 6.0, 60001)
    trunk = LIFTS["stoop"].movement(fine)[:, 0]
    assert row["hold_above_20_s"] == pytest.approx((trunk > 20.0).mean() * 6.0, abs=0.1)
    assert row["hold_above_60_s"] == pytest.approx((trunk > 60.0).mean() * 6.0, abs=0.1)


def test_walking_along_leant_forward_is_no_bend():
    upright = walking(speed=0.7, carrying=True)

    def leant(times):
        rows = upright(times)
        rows[:, FIELD["trunk_deg"]] = 4.0 + 34.0 * (abs(times - 2.5) < 0.8)
        return rows

    assert rows_of(Scene(leant, 5.0)) == []


def test_keypoints_that_jump_for_a_moment_are_no_lift():
    later = film(through([(2.0, CARRY), (4.0, CARRY)]), steps(15.0, 4.0), Camera())
    low = film(through([(0.0, STOOP), (1.0, STOOP)]), later.time_s, Camera())
    glitch = (later.time_s > 2.0) & (later.time_s < 2.36)
    keypoints = np.where(glitch[:, None, None], low.keypoints, later.keypoints)
    jumped = replace(later, keypoints=keypoints)
    assert "lift" not in [row["kind"] for row in find_lifts(observe(jumped, Camera(), 15.0), [jumped])]


def test_a_bend_too_short_for_a_lift_is_none(monkeypatch):
    track = film(LIFTS["hinge"].movement, steps(15.0, 6.0), Camera())
    motion = observe(track, Camera(), 15.0)
    monkeypatch.setattr(lifts, "find_reaches", lambda _motion, _bends: [])
    for end, kinds in ((63, []), (66, ["lift"])):
        # From the middle of the rise: the hands still travel far enough, and carry afterwards.
        monkeypatch.setattr(lifts, "find_bends", lambda _motion, end=end: [Bend(55, end, False, False)])
        rows = lifts.find_lifts(motion, [track])
        assert [row["kind"] for row in rows if row["kind"] != "bend"] == kinds
