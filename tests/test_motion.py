from dataclasses import replace

import numpy as np
import pytest
from scenes import LIFTS, NOTHING, observe
from stick_figure import HINGE, SQUAT, STAND, STOOP, Camera, film, hidden, steps, through, without

from detectors.keypoints import INDEX
from detectors.tracking import Track

LOW = {"stoop": STOOP, "hinge": HINGE, "squat": SQUAT}
GRASP_S = 2.9


def at_grasp(name, camera, rate_hz=15.0, noise=0.0, seed=0):
    """Return a motion and the position at which its low pose is held."""
    track = film(LIFTS[name].movement, steps(rate_hz, 6.0), camera, noise, seed)
    m = observe(track, camera, rate_hz)
    return m, int(np.argmin(np.abs(m.time_s - GRASP_S)))


@pytest.mark.parametrize("yaw", [0, 15, -15, 30, -30, 45, -45])
@pytest.mark.parametrize("facing", [1, -1])
@pytest.mark.parametrize("name", LOW)
def test_angles_are_those_of_the_side_view_from_a_level_camera(name, yaw, facing):
    m, i = at_grasp(name, Camera(yaw, facing=facing))
    assert m.trunk_deg[i] == pytest.approx(LOW[name].trunk_deg, abs=2.0)
    assert m.knee_deg[i] == pytest.approx(LOW[name].knee_deg, abs=1.0)
    assert m.yaw_deg[i] == pytest.approx(yaw, abs=1.0)
    assert m.facing[i] == facing


@pytest.mark.parametrize("yaw", [0, 30, -30])
@pytest.mark.parametrize("facing", [1, -1])
@pytest.mark.parametrize("name", LOW)
def test_angles_from_a_camera_that_looks_down_by_30_deg(name, yaw, facing):
    m, i = at_grasp(name, Camera(yaw, 30.0, facing))
    assert m.trunk_deg[i] == pytest.approx(LOW[name].trunk_deg, abs=5.0)
    assert m.knee_deg[i] == pytest.approx(LOW[name].knee_deg, abs=1.0)
    assert m.yaw_deg[i] == pytest.approx(yaw, abs=1.0)


@pytest.mark.parametrize("noise", [0.01, 0.02])
@pytest.mark.parametrize("rate_hz", [8.0, 15.0, 30.0])
def test_noisy_keypoints_leave_the_angles_unbiased(rate_hz, noise):
    errors = []
    for seed in range(8):
        m, i = at_grasp("hinge", Camera(20), rate_hz, noise, seed)
        errors.append((m.trunk_deg[i] - 60.0, m.knee_deg[i] - 40.0))
    assert (np.abs(np.mean(errors, axis=0)) < 250.0 * noise).all()
    assert np.std(errors, axis=0).max() < 400.0 * noise


def test_the_scale_of_the_picture_changes_no_angle_and_no_share():
    small, _ = at_grasp("hinge", Camera(20))
    large, _ = at_grasp("hinge", Camera(20, stature_px=600.0, width_px=2560, height_px=1440))
    for name in ("trunk_deg", "hip_deg", "knee_deg", "elbow_deg", "hip_height", "grip_height", "yaw_deg"):
        np.testing.assert_allclose(getattr(large, name), getattr(small, name), atol=1e-6, err_msg=name)
    np.testing.assert_allclose(large.stature_px, 2.0 * small.stature_px)


def test_hip_and_hand_heights_are_those_of_the_figure():
    m, i = at_grasp("squat", Camera())
    assert m.hip_height[0] == pytest.approx(0.491, abs=0.005)
    assert m.grip_height[0] == pytest.approx(0.428, abs=0.01)
    assert m.grip_height[-1] == pytest.approx(0.56, abs=0.01)
    assert m.grip_height[i] < 0.25


def test_only_upright_still_frames_count_as_standing():
    m, i = at_grasp("hinge", Camera())
    assert m.standing[m.time_s < 1.5].all()
    assert not m.standing[i]
    walker = film(NOTHING["walking"].movement, steps(15.0, 4.0), Camera())
    assert observe(walker, Camera(), 15.0).standing.mean() < 0.5


def test_stature_follows_a_person_who_walks_away():
    near = film(through([(0, STAND), (4, STAND)]), steps(15.0, 4.0), Camera())
    shrink = np.linspace(1.0, 0.5, len(near.time_s))[:, None, None]
    keypoints = near.keypoints.copy()
    keypoints[..., :2] = 300.0 + (keypoints[..., :2] - 300.0) * shrink
    m = observe(replace(near, keypoints=keypoints), Camera(), 15.0)
    np.testing.assert_allclose(m.stature_px / m.stature_px[0], shrink[:, 0, 0], atol=0.03)


def test_one_who_never_stands_is_measured_by_the_legs():
    track = film(through([(0, SQUAT), (3, SQUAT)]), steps(15.0, 3.0), Camera())
    m = observe(track, Camera(), 15.0)
    np.testing.assert_allclose(m.stature_px, 300.0, rtol=0.01)


@pytest.mark.parametrize(("lasts_s", "bridged"), [(0.2, True), (0.6, False)])
@pytest.mark.parametrize("cut", [hidden, without], ids=["unsure keypoints", "frames missing"])
def test_short_gaps_are_filled_and_long_ones_stay_unknown(cut, lasts_s, bridged):
    track = film(LIFTS["hinge"].movement, steps(30.0, 6.0), Camera())
    m = observe(cut(track, 2.0, 2.0 + lasts_s), Camera(), 30.0)
    inside = (m.time_s > 2.05) & (m.time_s < 1.95 + lasts_s)
    assert np.isfinite(m.trunk_deg[inside]).all() == bridged
    assert np.isnan(m.trunk_deg[inside]).all() != bridged
    assert np.isfinite(m.trunk_deg[~inside & ((m.time_s < 1.9) | (m.time_s > 2.1 + lasts_s))]).all()


def test_a_person_never_seen_well_is_unknown_throughout():
    track = hidden(film(LIFTS["hinge"].movement, steps(15.0, 3.0), Camera()), 0.0, 3.0)
    m = observe(track, Camera(), 15.0)
    for values in (m.trunk_deg, m.knee_deg, m.yaw_deg, m.stature_px, m.grip_height):
        assert np.isnan(values).all()


@pytest.mark.parametrize("yaw", [30, -45, 80])
def test_the_yaw_survives_left_and_right_mixed_up_in_every_fifth_frame(yaw):
    camera = Camera(yaw)
    track = film(through([(0, STAND), (4, STAND)]), steps(15.0, 4.0), camera)
    m = observe(_mixed_up(track, np.arange(0, 60, 5)), camera, 15.0)
    np.testing.assert_allclose(m.yaw_deg, yaw, atol=4.0)


def _mixed_up(track: Track, frames: np.ndarray) -> Track:
    swap = [
        INDEX[n.replace("left", "RIGHT").replace("right", "left").replace("RIGHT", "right")] for n in INDEX
    ]
    keypoints = track.keypoints.copy()
    keypoints[frames] = keypoints[frames][:, swap]
    return replace(track, keypoints=keypoints)


@pytest.mark.parametrize("jitter", [0.0, 0.6])
def test_uneven_frame_times_are_put_on_an_even_grid(jitter):
    camera = Camera()
    track = film(LIFTS["hinge"].movement, steps(15.0, 6.0, jitter), camera)
    m = observe(track, camera, 15.0)
    np.testing.assert_allclose(np.diff(m.time_s), 1.0 / 15.0)
    assert m.trunk_deg.max() == pytest.approx(60.0, abs=1.0)
