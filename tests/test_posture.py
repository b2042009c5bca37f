from dataclasses import replace

import numpy as np
import pytest
from stick_figure import CARRY, HINGE, SQUAT, STAND, STOOP, Camera, Pose, film, through

from detectors import camera, posture
from detectors.keypoints import INDEX

POSES = {"standing": STAND, "stoop": STOOP, "hinge": HINGE, "squat": SQUAT, "holding": CARRY}


def seen(pose, view=None):
    keypoints = film(through([(0, pose), (1, pose)]), np.array([0.0]), view or Camera()).keypoints
    return keypoints[..., :2], keypoints[..., 2]


@pytest.mark.parametrize("facing", [1, -1])
@pytest.mark.parametrize("pose", POSES.values(), ids=POSES)
def test_side_view_gives_the_true_trunk_and_knee_angles(pose, facing):
    xy, confidence = seen(pose, Camera(facing=facing))
    trunk = camera.inclination_deg(posture.trunk_vector(xy, confidence))[0]
    assert trunk == pytest.approx(pose.trunk_deg, abs=0.1)
    np.testing.assert_allclose(posture.knee_flexion_deg(xy, confidence), pose.knee_deg, atol=0.1)


@pytest.mark.parametrize(
    ("c", "bent"),
    [((0.0, 2.0), 0.0), ((1.0, 1.0), 90.0), ((0.0, 0.0), 180.0), ((1.0, 2.0), 45.0), ((-1.0, 2.0), 45.0)],
)
def test_bend_of_a_joint_with_known_corners(c, bent):
    a, joint = np.zeros(2), np.array([0.0, 1.0])
    assert posture.bend_deg(a, joint, np.array(c)) == pytest.approx(bent)


def test_hips_bend_as_far_as_the_trunk_leans_over_straight_vertical_legs():
    xy, confidence = seen(Pose(trunk_deg=50.0))
    assert posture.hip_flexion_deg(xy, confidence)[0] == pytest.approx(50.0, abs=0.1)


def test_an_unseen_far_side_does_not_tilt_the_trunk():
    xy, confidence = seen(HINGE)
    xy[:, INDEX["left_shoulder"]] = np.nan
    vector = posture.trunk_vector(xy, confidence)
    assert camera.inclination_deg(vector)[0] == pytest.approx(60.0, abs=0.1)


def test_what_neither_side_shows_is_unknown():
    xy, confidence = seen(STAND)
    xy[:, [INDEX["left_knee"], INDEX["right_knee"]]] = np.nan
    assert np.isnan(posture.knee_flexion_deg(xy, confidence)[0]).all()
    assert np.isnan(posture.stature_from_legs_px(xy, confidence)).all()
    assert np.isfinite(posture.trunk_vector(xy, confidence)).all()


def test_keypoints_without_confidence_weigh_nothing():
    per_side = np.array([[10.0, 20.0], [10.0, 20.0], [np.nan, 20.0]])
    weight = np.array([[1.0, 1.0], [1.0, 0.0], [1.0, 0.0]])
    np.testing.assert_allclose(posture.blend(per_side, weight), [15.0, 10.0, np.nan])


def test_walking_legs_are_told_apart():
    xy, confidence = seen(replace(STAND, knee_deg=40.0, left_foot_up=0.08))
    mean, straighter = posture.knee_flexion_deg(xy, confidence)
    assert straighter[0] == pytest.approx(40.0, abs=0.5)
    assert mean[0] > 45.0


def test_stature_from_head_to_feet_and_from_the_legs():
    xy, confidence = seen(STAND)
    assert posture.stature_px(xy, confidence)[0] == pytest.approx(300.0, rel=0.01)
    xy, confidence = seen(SQUAT)
    assert posture.stature_from_legs_px(xy, confidence)[0] == pytest.approx(300.0, rel=0.001)


@pytest.mark.parametrize("pose", [STAND, CARRY], ids=["hanging", "holding"])
def test_the_grip_lies_where_the_hand_is_beyond_the_wrist(pose):
    xy, _ = seen(pose)
    height = (posture.ankle_row(xy)[:, None] - posture.grips(xy)[..., 1]) / 300.0 + 0.039
    np.testing.assert_allclose(height, pose.grip_height, atol=0.003)


def test_without_an_elbow_the_wrist_stands_for_the_grip():
    xy, _ = seen(STAND)
    xy[:, [INDEX["left_elbow"], INDEX["right_elbow"]]] = np.nan
    np.testing.assert_allclose(posture.grips(xy), posture.sides(xy, "wrist"))


def test_elbows_straight_when_hanging_and_bent_when_holding():
    assert posture.elbow_flexion_deg(*seen(STAND))[0] < 10.0
    assert posture.elbow_flexion_deg(*seen(CARRY))[0] > 40.0
