import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stick_figure import STAND, Camera, film, through

from detectors import camera

# Trunk inclination in the picture at yaw 15, 20, 30, 45, 60 of a level camera, then at
# yaw 0, 30, -30, 45, -45 of one that looks down by 30 deg.
PUBLISHED = {
    20: (19.4, 18.9, 17.5, 14.4, 10.3, 22.8, 22.1, 18.2, 19.2, 14.5),
    45: (44.0, 43.2, 40.9, 35.3, 26.6, 49.1, 54.6, 37.8, 54.1, 30.1),
    60: (59.1, 58.4, 56.3, 50.8, 40.9, 63.4, 73.9, 49.1, 78.3, 39.6),
    75: (74.5, 74.1, 72.8, 69.2, 61.8, 76.9, 91.2, 60.9, 99.7, 50.4),
}
VIEWS = [(yaw, 0) for yaw in (15, 20, 30, 45, 60)] + [(yaw, 30) for yaw in (0, 30, -30, 45, -45)]


@pytest.mark.parametrize("true_deg", PUBLISHED)
def test_projected_inclinations_are_the_published_ones(true_deg):
    seen = [camera.inclination_deg(camera.project(true_deg, yaw, pitch)) for yaw, pitch in VIEWS]
    np.testing.assert_allclose(seen, PUBLISHED[true_deg], atol=0.0501)


def test_a_trunk_seen_from_the_side_keeps_its_angle_and_length():
    assert camera.inclination_deg(camera.project(37.0, 0.0, 0.0)) == pytest.approx(37.0)
    assert np.linalg.norm(camera.project(37.0, 0.0, 0.0)) == pytest.approx(1.0)


def test_oblique_chord_at_yaw_30_and_60_deg_shortens_to_nine_tenths():
    assert np.linalg.norm(camera.project(60.0, 30.0, 0.0)) == pytest.approx(0.90, abs=0.005)


@given(st.floats(0, 120), st.floats(-50, 50), st.floats(0, 60))
def test_straightening_undoes_the_projection(inclination, yaw, pitch):
    seen = camera.project(inclination, yaw, pitch)
    side = camera.straighten(seen[0], seen[1], yaw, pitch)
    np.testing.assert_allclose(side, camera.project(inclination, 0.0, 0.0), atol=1e-9)


@given(st.floats(50, 90), st.floats(1, 89))
def test_beyond_the_steepest_yaw_the_inclination_comes_out_too_small(yaw, inclination):
    seen = camera.project(inclination, yaw, 0.0)
    side = camera.straighten(seen[0], seen[1], yaw, 0.0)
    assert camera.inclination_deg(side) <= inclination + 1e-6


def test_unseen_stays_unseen():
    assert np.isnan(camera.straighten(np.array([np.nan]), np.array([1.0]), 20.0, 10.0)).all()
    assert np.isnan(camera.inclination_deg(np.array([np.nan, np.nan])))
    assert np.isnan(camera.yaw_deg(np.array([np.nan]), 300.0)).all()


@pytest.mark.parametrize("yaw", [-80, -45, -20, 0, 20, 45, 80])
@pytest.mark.parametrize("facing", [1, -1])
def test_the_shoulders_tell_the_yaw_and_its_sign(yaw, facing):
    track = film(through([(0, STAND), (1, STAND)]), np.array([0.0]), Camera(yaw, facing=facing))
    gap = track.keypoints[:, 5, 0] - track.keypoints[:, 6, 0]
    assert camera.yaw_deg(gap, 300.0)[0] == pytest.approx(yaw, abs=0.1)


def test_shoulders_wider_than_possible_read_as_a_front_view():
    np.testing.assert_allclose(camera.yaw_deg(np.array([200.0, -200.0]), 300.0), [90.0, -90.0])


def test_the_yaw_is_surest_from_the_side_and_its_error_stays_finite():
    error = camera.yaw_se_deg([0.0, 30.0, -30.0, 60.0, 90.0])
    assert error[0] == pytest.approx(5.6, abs=0.1)
    assert error[1] == error[2]
    assert (np.diff(error[[0, 1, 3, 4]]) > 0).all()
    assert np.isfinite(error).all()
