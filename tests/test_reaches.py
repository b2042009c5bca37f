from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scenes import LIFTS, NOTHING, SHELF_LIFT, SHELF_LOWERING, Scene, held, observe, rows_of
from stick_figure import CARRY, FIELD, STAND, STOOP, Camera, Pose, film, hidden, steps, through, walking

from detectors.lifts import find_lifts
from detectors.reaches import find_reaches
from detectors.technique import judge

SHELF = [(SHELF_LIFT, "lift"), (SHELF_LOWERING, "lowering")]


@pytest.mark.parametrize("rate_hz", [5.0, 8.0, 15.0, 30.0, 60.0])
@pytest.mark.parametrize("yaw", [0, 30, -45, 70])
@pytest.mark.parametrize(("scene", "kind"), SHELF, ids=["up", "down"])
def test_a_load_moved_between_shelves_while_standing_counts(scene, kind, yaw, rate_hz):
    for noise in (0.0, 0.01):
        rows = rows_of(scene, Camera(yaw), rate_hz, noise)
        assert [(row["kind"], row["kind_reason"]) for row in rows] == [(kind, "reached")]


@pytest.mark.parametrize(("scene", "heights"), [(SHELF_LIFT, (0.62, 0.95)), (SHELF_LOWERING, (0.95, 0.56))])
def test_times_and_heights_are_those_of_the_hands(scene, heights):
    for facing in (1, -1):
        (row,) = rows_of(scene, Camera(facing=facing), 30.0)
        assert (row["start_s"], row["end_s"]) == pytest.approx((2.5, 3.5), abs=0.25)
        found = (row["origin_height_stature"], row["destination_height_stature"])
        assert found == pytest.approx(heights, abs=0.04)
        assert row["facing"] == facing


def test_no_technique_is_told_for_an_upright_trunk():
    lifts = pd.DataFrame(rows_of(SHELF_LIFT)).assign(lift_id="a")
    judged = judge(lifts).iloc[0]
    assert (judged["technique"], judged["reason"]) == ("indeterminate", "upright")


def test_a_bend_and_a_reach_stand_in_time_order():
    keys = [(1.0, STAND), (2.0, STOOP), (2.3, STOOP), (3.5, CARRY), (4.8, CARRY), (5.8, held(0.25, 0.9))]
    rows = rows_of(Scene(through([*keys, (8.0, held(0.25, 0.9))]), 8.0))
    assert [row["kind_reason"] for row in rows] == ["carried_after", "reached"]


def _moved(before, after, lasts_s=1.0, hold_s=2.0):
    keys = [
        (0.5, STAND),
        (1.5, before),
        (2.5, before),
        (2.5 + lasts_s, after),
        (2.5 + lasts_s + hold_s, after),
    ]
    return Scene(through([*keys, (3.3 + lasts_s + hold_s, STAND)]), 4.5 + lasts_s + hold_s)


HALF_DOWN = Pose(25, 35, -0.08, grip_forward=0.20, grip_height=0.36, grip_half=0.09)
"""Knees and trunk bent too little for a bend."""


def _there_and_back(low, high):
    return Scene(through([(0.5, STAND), (1.5, low), (2.5, low), (3.0, high), (3.5, low), (5.0, low)]))


@pytest.mark.parametrize(
    "scene",
    [
        pytest.param(_moved(STAND, replace(held(0.15, 0.70), grip_half=0.03)), id="telephone, both hands"),
        pytest.param(_moved(STAND, replace(STAND, grip_height=0.62, grip_split_height=0.19)), id="telephone"),
        pytest.param(_moved(held(0.25, 0.60), held(0.25, 0.70)), id="ten hundredths of stature"),
        pytest.param(_moved(held(0.25, 0.50), held(0.25, 0.98), lasts_s=6.0), id="too slow"),
        pytest.param(_there_and_back(held(0.25, 0.60), held(0.25, 0.90)), id="not held"),
        pytest.param(_moved(held(0.2, 0.6), replace(held(0.2, 0.8), grip_split_height=0.2)), id="far hand"),
        pytest.param(_moved(held(0.2, 0.6), replace(held(0.2, 0.8), grip_split_height=-0.2)), id="near hand"),
        pytest.param(_moved(replace(STAND, grip_height=0.44), STAND), id="arms let sink"),
        pytest.param(_moved(HALF_DOWN, held(0.20, 0.60)), id="from below the knuckles"),
    ],
)
def test_hands_that_move_without_a_load_do_not(scene):
    for yaw in (0, -30, 80):
        assert rows_of(scene, Camera(yaw), noise=0.005) == []


def test_hands_raised_with_a_bent_trunk_belong_to_the_bend():
    rows = rows_of(_moved(held(0.25, 0.60), replace(held(0.40, 0.85), trunk_deg=45.0)))
    assert "reached" not in [row["kind_reason"] for row in rows]


@pytest.mark.parametrize("name", NOTHING)
def test_what_is_no_lift_is_no_reach(name):
    for yaw in (0, 45, -80):
        track = film(NOTHING[name].movement, steps(15.0, NOTHING[name].until_s), Camera(yaw), 0.02)
        assert find_reaches(observe(track, Camera(yaw), 15.0), []) == []


def test_a_box_raised_while_walking_is_no_reach():
    def move(times):
        rows = walking(0.6, carrying=True)(times)
        rows[:, FIELD["grip_height"]] += 0.3 * np.clip(times - 2.5, 0.0, 1.0)
        return rows

    def on_the_spot(times):
        rows = move(times)
        rows[:, FIELD["travel"]] = 0.0
        return rows

    far = Camera(stature_px=150.0)
    assert rows_of(Scene(move), far) == []
    assert [row["kind_reason"] for row in rows_of(Scene(on_the_spot), far)] == ["reached"]


@pytest.mark.parametrize("name", LIFTS)
def test_the_rise_out_of_a_bend_is_not_counted_twice(name):
    assert len(rows_of(LIFTS[name])) == 1


def test_a_hand_out_of_sight_leaves_no_reach():
    track = film(SHELF_LIFT.movement, steps(15.0, 5.5), Camera())
    blind = hidden(track, 2.0, 5.0, "left_wrist")
    assert find_lifts(observe(blind, Camera(), 15.0), [blind]) == []
