from dataclasses import replace

import numpy as np
import pytest
from scenes import LIFTS
from stick_figure import HINGE, STAND, Camera, film, steps, through, without

from detectors.analysis import analyse, exposure_by_minute, poses_around
from detectors.keypoints import STORED
from detectors.pose import Followed
from detectors.tables import POSES
from detectors.technique import Gates

CAMERA = Camera()


def followed(*tracks, frame_times_s):
    return Followed(list(tracks), frame_times_s)


def analysed(*tracks, times, offset_s=0.0):
    return analyse(followed(*tracks, frame_times_s=times), 1280, 720, offset_s=offset_s)


def standing(start_s, end_s, number=1, camera=CAMERA, rate_hz=10.0):
    times = steps(rate_hz, end_s - start_s) + start_s
    return film(through([(0, STAND), (1, STAND)]), times, camera, number=number)


def test_person_seconds_of_two_people_over_a_minute_boundary():
    times = steps(10.0, 120.0)
    exposure = analysed(standing(50, 70), standing(55, 65, 2), times=times).exposure.set_index("minute")
    assert exposure.index.tolist() == [0, 1]
    assert exposure["analysed_s"].tolist() == pytest.approx([60.0, 60.0])
    assert exposure["frames_analysed"].tolist() == [600, 600]
    assert exposure["observed_person_s"].tolist() == pytest.approx([15.0, 15.0], abs=0.2)
    assert exposure["judgeable_person_s"].tolist() == pytest.approx([15.0, 15.0], abs=0.2)
    assert exposure["trunk_above_20_person_s"].sum() == 0.0


def test_minutes_are_those_of_the_clock():
    exposure = analysed(standing(0, 20), times=steps(10.0, 20.0), offset_s=50.0).exposure.set_index("minute")
    assert exposure["analysed_s"].to_dict() == pytest.approx({0: 10.0, 1: 10.0})
    assert exposure["observed_person_s"].to_dict() == pytest.approx({0: 10.0, 1: 10.0}, abs=0.15)


def test_a_gap_in_the_recording_adds_no_exposure():
    times = np.r_[steps(10.0, 10.0), 40.0 + steps(10.0, 10.0)]
    exposure = analysed(without(standing(0, 50), 10.0, 40.0), times=times).exposure
    assert exposure["analysed_s"].sum() == pytest.approx(20.0, abs=0.3)
    assert exposure["observed_person_s"].sum() == pytest.approx(20.0, abs=0.4)


def test_an_empty_room_is_analysed_all_the_same():
    exposure = analysed(times=steps(10.0, 30.0)).exposure
    assert exposure["analysed_s"].tolist() == pytest.approx([30.0])
    assert exposure["observed_person_s"].tolist() == [0.0]


@pytest.mark.parametrize(
    "camera",
    [pytest.param(Camera(45), id="oblique"), pytest.param(Camera(stature_px=120.0), id="small")],
)
def test_people_seen_badly_are_observed_but_not_judgeable(camera):
    exposure = analysed(standing(0, 20, camera=camera), times=steps(10.0, 20.0)).exposure
    assert exposure["observed_person_s"].sum() == pytest.approx(20.0, abs=0.2)
    assert exposure["judgeable_person_s"].sum() == 0.0


def test_time_in_a_bend_is_that_of_the_movement():
    keys = [(5.0, STAND), (6.0, HINGE), (14.0, HINGE), (15.0, STAND)]
    track = film(through(keys), steps(15.0, 20.0), CAMERA)
    exposure = analysed(track, times=track.time_s).exposure
    assert exposure["trunk_above_20_person_s"].sum() == pytest.approx(9.2, abs=0.3)
    assert exposure["trunk_above_60_person_s"].sum() < exposure["trunk_above_20_person_s"].sum()


def test_lifts_of_several_people_come_in_time_order():
    early = film(LIFTS["hinge"].movement, steps(15.0, 6.0), CAMERA, number=2)
    late = film(lambda times: LIFTS["squat"].movement(times - 1.0), steps(15.0, 7.0), CAMERA, number=1)
    lifts = analysed(late, early, times=late.time_s).lifts
    assert lifts["track"].tolist() == [2, 1]
    assert lifts["start_s"].is_monotonic_increasing


def test_a_glimpse_of_somebody_is_not_measured():
    assert analysed(standing(0, 0.4), times=steps(10.0, 5.0)).motions == []


def test_poses_are_kept_from_a_second_before_to_a_second_after_a_lift():
    track = film(LIFTS["hinge"].movement, steps(15.0, 8.0), CAMERA)
    result = analysed(track, times=track.time_s)
    poses = poses_around(result)
    (lift,) = result.lifts.to_dict("records")
    assert poses["time_s"].min() == pytest.approx(lift["start_s"] - 1.0, abs=0.07)
    assert poses["time_s"].max() == pytest.approx(lift["end_s"] + 1.0, abs=0.07)
    np.testing.assert_allclose(poses["left_hip_x_px"].iloc[0], track.keypoints[10, 11, 0], atol=5.0)


def test_a_model_of_the_back_judges_views_farther_off_the_side():
    track = film(LIFTS["hinge"].movement, steps(15.0, 8.0), Camera(yaw_deg=38.0))
    one = followed(track, frame_times_s=track.time_s)
    by_chord, by_back = (
        analyse(one, 1280, 720, gates=gates).exposure["judgeable_person_s"].sum()
        for gates in (Gates(), Gates().of_backs())
    )
    assert by_chord == 0.0
    assert by_back > 5.0


def test_poses_hold_no_face():
    track = film(LIFTS["hinge"].movement, steps(15.0, 8.0), CAMERA)
    result = analysed(track, times=track.time_s)
    poses = poses_around(result)
    assert not [name for name in poses if "nose" in name or "eye" in name]
    assert set(poses) - {"track"} == set(POSES.names) - {"footage_id", "track_id"}
    assert len(STORED) == 14


def test_without_lifts_no_pose_is_kept():
    result = analysed(standing(0, 10), times=steps(10.0, 10.0))
    assert len(result.lifts) == 0
    assert len(poses_around(result)) == 0
    assert len(poses_around(replace(result, motions=[]))) == 0


def test_a_single_frame_has_no_duration():
    exposure = exposure_by_minute([], np.array([3.0]), 0.0, Gates())
    assert exposure["analysed_s"].tolist() == [0.0]
    assert np.isnan(followed(frame_times_s=np.array([3.0])).rate_hz)
