"""Which frames are looked at: around each peak, and some windows of standing nearest to the lifts."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from stick_figure import CARRY, STAND, STOOP, Camera, film, hidden, steps, through, without

from detectors import intervals
from detectors.analysis import analyse
from detectors.back_crop import to_crop
from detectors.back_looks import CROP_PX, WINDOWS_PER_LIFT, WINDOWS_PER_TRACK, crop_maps, looks_of
from detectors.keypoints import INDEX
from detectors.pose import Followed
from detectors.spine import AROUND_PEAK_S

RATE_HZ = 15.0
WINDOW = 2 * round(AROUND_PEAK_S * RATE_HZ) + 1
CAMERA = Camera()


def filmed(lifts=1, before_s=20.0, each_s=6.0, rate_hz=RATE_HZ, jitter=0.0):
    """Return the track of a person who stands, lifts so many times, and stands again."""
    keys = [(before_s, STAND)]
    for start_s in before_s + each_s * np.arange(lifts):
        keys += [
            (start_s + 1.2, STOOP),
            (start_s + 1.6, STOOP),
            (start_s + 2.8, CARRY),
            (start_s + each_s, STAND),
        ]
    return film(through(keys), steps(rate_hz, before_s + each_s * lifts + 20.0, jitter), CAMERA)


def looked(track):
    analysis = analyse(Followed([track], track.time_s), CAMERA.width_px, CAMERA.height_px)
    return looks_of(analysis.motions[0], analysis.lifts), analysis.lifts


def standing_only(looks, lifts):
    mask = np.zeros(len(looks.motion.time_s), dtype=bool)
    mask[looks.positions] = True
    for peak_s in lifts["peak_s"]:
        mask[np.abs(looks.motion.time_s - peak_s) < AROUND_PEAK_S + 0.05] = False
    return mask


def test_one_lift_takes_its_peak_and_the_eight_windows_nearest_to_it():
    looks, lifts = looked(filmed())
    peak_s = lifts["peak_s"].item()
    near = np.abs(looks.time_s - peak_s) <= WINDOW / 2 / RATE_HZ
    assert near.sum() == WINDOW
    standing = standing_only(looks, lifts)
    lengths = np.diff(intervals.from_mask(standing)).ravel()
    assert (lengths % WINDOW == 0).all()
    assert standing.sum() == WINDOWS_PER_LIFT * WINDOW
    assert looks.motion.standing[standing].all()
    # 20 s of standing to either side, but only the nearest of it is looked at.
    away_s = np.fmax(lifts["start_s"].item() - looks.time_s, looks.time_s - lifts["end_s"].item())
    assert away_s.max() < (WINDOWS_PER_LIFT + 2) * WINDOW / RATE_HZ


def test_many_lifts_share_a_bounded_number_of_windows_and_each_has_some_nearby():
    looks, lifts = looked(filmed(lifts=12))
    assert len(lifts) == 12
    assert standing_only(looks, lifts).sum() == WINDOWS_PER_TRACK * WINDOW
    standing_s = looks.motion.time_s[standing_only(looks, lifts)]
    for start_s, end_s in zip(lifts["start_s"], lifts["end_s"], strict=True):
        assert np.fmax(start_s - standing_s, standing_s - end_s).clip(0).min() < 3.0


@pytest.mark.parametrize("jitter", [0.0, 0.3])
def test_times_are_those_of_frames_and_near_the_times_of_the_postures(jitter):
    track = filmed(jitter=jitter)
    looks, _ = looked(track)
    assert set(looks.time_s) <= set(track.time_s)
    np.testing.assert_allclose(looks.time_s, looks.motion.time_s[looks.positions], atol=0.75 / RATE_HZ)
    assert (np.diff(looks.time_s) >= 0).all()


def test_standing_while_handling_a_load_is_no_reference():
    looks, lifts = looked(filmed())
    reach = lifts.assign(start_s=2.0, peak_s=12.0, end_s=15.0)
    chosen_s = looks_of(looks.motion, pd.concat([lifts, reach])).time_s
    inside = chosen_s[(chosen_s >= 2.0) & (chosen_s < 15.0)]
    assert len(inside) == WINDOW
    assert np.abs(inside - 12.0).max() <= WINDOW / 2 / RATE_HZ


def test_a_person_who_lifts_nothing_is_not_looked_at():
    track = film(through([(0, STAND), (1, STAND)]), steps(RATE_HZ, 20.0), CAMERA)
    looks, lifts = looked(track)
    assert lifts.empty
    assert len(looks.positions) == len(looks.crops) == 0


def test_nobody_is_looked_at_where_hips_or_frames_are_missing():
    track = filmed()
    hips = hidden(track, 15.0, 18.0, "left_hip", "right_hip")
    gone = without(track, 15.0, 18.0)
    for one in (hips, gone):
        looks, _ = looked(one)
        assert not ((looks.time_s > 15.05) & (looks.time_s < 17.9)).any()
        assert len(looks.time_s) == (WINDOWS_PER_LIFT + 1) * WINDOW


def test_where_nobody_stands_for_a_whole_window_single_frames_do():
    looks, lifts = looked(filmed())
    motion = looks.motion
    blinking = motion.standing & (np.arange(len(motion.standing)) % 4 == 0)
    looks = looks_of(replace(motion, standing=blinking), lifts)
    assert standing_only(looks, lifts).sum() == WINDOWS_PER_LIFT


def test_the_crop_holds_the_trunk_upright_and_follows_the_surer_side():
    looks, _ = looked(filmed())
    motion = looks.motion
    near = [INDEX["right_hip"], INDEX["right_shoulder"]]  # who faces right shows the right side
    points = to_crop(motion.xy[looks.positions][:, near], looks.crops)
    assert ((points > 0) & (points < CROP_PX)).all()
    hips, shoulders = points[:, 0], points[:, 1]
    np.testing.assert_allclose(hips[:, 0], shoulders[:, 0], atol=3.0)
    assert (hips[:, 1] - shoulders[:, 1] > 40.0).all()
    unsure = replace(motion, confidence=np.where(np.arange(17) % 2 == 1, 0.0, motion.confidence))
    moved = replace(motion, xy=np.where((np.arange(17) % 2 == 1)[:, None], 5.0, motion.xy))
    moved = replace(moved, confidence=unsure.confidence)
    np.testing.assert_allclose(crop_maps(moved), crop_maps(unsure))


def test_lifts_of_a_table_without_rows_are_no_lifts():
    looks, _ = looked(filmed())
    assert len(looks_of(looks.motion, pd.DataFrame()).positions) == 0
