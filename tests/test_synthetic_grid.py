"""The grid of single lifts: every view its share, the flexion uniform and alone, all of it exactly known."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import kstest, spearmanr

from detectors.synthetic import grid_items
from detectors.synthetic.camera_rig import project
from detectors.synthetic.candidates import LUMBAR_DEG, THORACIC_DEG
from detectors.synthetic.cast import acted
from detectors.synthetic.grid_items import (
    CHANGE_DEG,
    ELEVATION_DEG,
    OFF_SIDE_DEG,
    draw_item,
    draw_spine_of,
    draw_standing_within,
)
from detectors.vocabulary import Technique


def test_each_view_meets_each_elevation_equally_often():
    numbers = range(2 * len(OFF_SIDE_DEG) * len(ELEVATION_DEG))
    pairs = [(OFF_SIDE_DEG[n % len(OFF_SIDE_DEG)], ELEVATION_DEG[n % len(ELEVATION_DEG)]) for n in numbers]
    counts = {pair: pairs.count(pair) for pair in pairs}
    assert len(counts) == 33
    assert set(counts.values()) == {2}
    assert {abs(off) for off in OFF_SIDE_DEG} == {0.0, 15.0, 30.0, 45.0, 60.0, 90.0}


def test_every_change_of_flexion_is_possible_for_everybody_who_stands():
    rng = np.random.default_rng(1)
    for _ in range(500):
        standing = draw_standing_within(rng)
        for change_deg in (*CHANGE_DEG, 30.0):
            spine = draw_spine_of(rng, standing, change_deg)
            assert LUMBAR_DEG[0] - 1e-9 <= spine.lumbar_deg <= LUMBAR_DEG[1] + 1e-9
            assert THORACIC_DEG[0] - 1e-9 <= spine.thoracic_deg <= THORACIC_DEG[1] + 1e-9
            more = spine.lumbar_deg + spine.thoracic_deg - standing.lumbar_deg - standing.thoracic_deg
            assert more == pytest.approx(change_deg)


@pytest.fixture(scope="module")
def mesh():
    folder = Path(os.environ.get("HINGEWISE_MAKEHUMAN", Path(__file__).parents[2] / "shared" / "makehuman"))
    if not (folder / "base.obj").exists():
        pytest.skip("bodies need the MakeHuman folder: set HINGEWISE_MAKEHUMAN")
    from detectors.synthetic.mesh import read_mesh

    return folder, read_mesh(folder)


@pytest.fixture(scope="module")
def items(mesh):
    return [draw_item(mesh[1], 4, number) for number in range(22)]


def changes(items):
    events = [item.who.timeline.events[0] for item in items]
    return np.array([event.lumbar_change_deg + event.thoracic_change_deg for event in events])


def test_the_change_of_flexion_is_uniform_and_goes_along_with_nothing_else(items):
    share = (changes(items) - CHANGE_DEG[0]) / (CHANGE_DEG[1] - CHANGE_DEG[0])
    assert kstest(share, "uniform").pvalue > 0.01
    grasps = [acted(item.who, item.who.timeline.events[0].grasp_s).truth for item in items]
    for name in ("trunk_inclination_deg", "head_pitch_deg", "stature_m"):
        assert spearmanr(changes(items), [truth[name] for truth in grasps]).pvalue > 0.005


def test_the_camera_stands_where_the_number_says(items):
    for item in items:
        posture = item.who.timeline.keys[0].posture
        away = item.camera.eye_m - (0.0, 0.85, 0.0)
        ahead_deg = (np.degrees(np.arctan2(away[0], away[2])) - posture.yaw_deg) % 360.0
        off_side_deg = 90.0 - min(ahead_deg, 360.0 - ahead_deg)
        assert off_side_deg == pytest.approx(item.off_side_deg, abs=0.1)
        assert np.degrees(np.arcsin(away[1] / np.linalg.norm(away))) == pytest.approx(
            item.elevation_deg, abs=1.0
        )


def test_people_stand_160_to_320_px_high_within_the_picture(items):
    heights = []
    for item in items:
        pixels, _ = project(item.camera, acted(item.who, 0.0).figure.vertices_m[::7])
        heights.append(np.ptp(pixels[:, 1]))
        assert pixels.min() >= 0.0
        assert pixels[:, 0].max() <= 640.0
        assert pixels[:, 1].max() <= 480.0
    assert min(heights) > 150.0
    assert max(heights) < 345.0
    assert np.ptp(heights) > 100.0


def test_one_stands_bends_in_0_6_s_holds_for_0_6_s_and_rises_in_0_5_s(items):
    for item in items:
        [event] = item.who.timeline.events
        assert (event.start_s, event.grasp_s, event.end_s) == pytest.approx((3.5, 4.7, 5.2))
        assert item.duration_s == pytest.approx(5.6)


def test_another_head_changes_the_head_and_nothing_else(mesh, items):
    for number in (0, 7, 12):
        one, other = items[number], draw_item(mesh[1], 4, number, head=2)
        grasp_s = one.who.timeline.events[0].grasp_s
        assert other.who.timeline.events == one.who.timeline.events
        assert np.array_equal(other.camera.eye_m, one.camera.eye_m)
        assert replace(other.degradation) == one.degradation
        before, after = (acted(item.who, grasp_s) for item in (one, other))
        moved = {name for name, value in before.truth.items() if after.truth[name] != value}
        assert moved == {"head_pitch_deg", "neck_flexion_deg"}
        for name in ("back_sacrum", "back_T8", "left_shoulder", "left_wrist"):
            assert after.figure.joints_m[name] == pytest.approx(before.figure.joints_m[name])


def test_a_grid_is_filmed_with_its_truth_and_goes_on_where_it_stopped(mesh, tmp_path, monkeypatch):
    pytest.importorskip("moderngl", reason="drawing needs the extra 'synthetic'")
    from detectors.synthetic import grid
    from detectors.video import probe

    monkeypatch.setattr(grid, "RATE_HZ", 1.0)
    order = grid.GridOrder(mesh[0], tmp_path / "grid", 1, 4)
    grid.claim(order)
    try:
        grid.film_lifts(order, [0])
    except RuntimeError as error:
        pytest.skip(str(error))
    truth = json.loads(grid.truth_path(order.out, 0).read_text())
    info = probe(grid.truth_path(order.out, 0).with_suffix(".mp4"))
    assert (info.width_px, info.height_px) == (640, 480)
    assert truth["technique"] in set(Technique)
    assert truth["azimuth_deg"] == 0.0
    assert 150.0 < truth["person_height_px"] < 345.0
    assert list(grid.render_grid(order, 1)) == [1]
    with pytest.raises(ValueError, match="holds lifts of the order"):
        grid.claim(replace(order, head=3))


def test_the_limits_of_the_spine_leave_room_for_all_changes():
    assert CHANGE_DEG[1] + grid_items.STANDING_DEG[1] <= LUMBAR_DEG[1] + THORACIC_DEG[1]
    assert CHANGE_DEG[0] + grid_items.STANDING_DEG[0] >= LUMBAR_DEG[0] + THORACIC_DEG[0]
