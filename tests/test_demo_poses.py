"""Made-up positions: each movement has one, inside the picture, and nobody can be drawn from it."""

from __future__ import annotations

from datetime import date

import pytest
from simulated_site import Plan, Zone, simulate

from dashboard.summaries.lift_posture import picture
from dashboard.summaries.shift_places import LIFT_COLUMNS, POSE_COLUMNS, pictures, places
from detectors.contract import conform
from detectors.keypoints import STORED
from detectors.tables import FOOTAGE, LIFTS, POSES
from pipelines.demo.rows import demo_tables

PLAN = Plan((Zone("inbound", ("dock-1", "dock-2"), 20.0),), date(2026, 8, 10), 2, people=0.9)


@pytest.fixture(scope="module")
def tables():
    return demo_tables(simulate(PLAN, 7), PLAN, 7, "policy").frames


def test_each_low_bend_has_its_place_and_places_are_where_people_work(tables):
    conform(POSES, tables[POSES.name])
    conform(LIFTS, tables[LIFTS.name])
    sizes = pictures(tables[FOOTAGE.name])
    for camera, rows in tables[LIFTS.name].groupby("camera_id"):
        found = places(rows[LIFT_COLUMNS], tables[POSES.name][POSE_COLUMNS], sizes[camera])
        assert found.unplaced == 0
        assert found.n == (rows["trunk_inclination_peak_deg"] > 60.0).sum() > 20
        # Were they anywhere, 24 by 14 cells would share them.
        assert found.cells["n"].nlargest(24).sum() > 0.5 * found.n


def test_nothing_is_there_to_be_drawn_as_a_person(tables):
    poses = tables[POSES.name]
    assert poses[[f"{name}_confidence" for name in STORED]].isna().all(axis=None)
    lift = tables[LIFTS.name].iloc[0]
    drawn = picture(poses[poses["track_id"] == lift["track_id"]], lift["grasp_s"])
    assert drawn.bones.empty
    assert drawn.back.empty


def test_times_into_the_recording_are_those_of_the_clock(tables):
    footage = tables[FOOTAGE.name].set_index("footage_id")
    lifts = tables[LIFTS.name]
    length_s = lifts["footage_id"].map(footage["declared_s"])
    assert lifts["peak_s"].between(0.0, length_s).all()
    assert (lifts["start_s"] <= lifts["peak_s"]).all()
    assert (lifts["end_s"] > lifts["peak_s"]).all()
