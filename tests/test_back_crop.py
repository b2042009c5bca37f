"""The crop along the trunk: the back fills it wherever, however large and however inclined a person is."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.back_crop import GREY, SIDE_STATURE, crop_frames, cut, to_crop, to_picture

SIZE = 96


def frame_of(hips, shoulders, stature_px):
    ends = np.array([[hips], [shoulders]], float)
    return crop_frames(ends[0], ends[1], np.array([stature_px], float), SIZE)


def test_trunk_stands_upright_in_the_crop_however_it_leans():
    for turn_deg in (0, 40, 90, 135, -60):
        up = np.array([np.sin(np.radians(turn_deg)), -np.cos(np.radians(turn_deg))])
        hips = np.array([210.0, 150.0])
        frame = frame_of(hips, hips + 60 * up, 200)
        inside = to_crop(np.array([[hips, hips + 60 * up]]), frame)[0]
        assert inside[0, 0] == pytest.approx(SIZE / 2)
        assert inside[1, 0] == pytest.approx(SIZE / 2)
        assert inside[0, 1] - inside[1, 1] == pytest.approx(60 / (SIDE_STATURE * 200) * SIZE)


def test_mirrored_never():
    """A crop may be turned, but left stays left of up: mirrored, every back would bend the other way."""
    for up in ((0, -1), (1, 0), (0.6, 0.8)):
        frame = frame_of((100, 100), (100 + 50 * up[0], 100 + 50 * up[1]), 180)[0]
        assert np.linalg.det(frame[:, :2]) > 0


def test_there_and_back():
    rng = np.random.default_rng(0)
    frames = crop_frames(rng.uniform(0, 300, (5, 2)), rng.uniform(0, 300, (5, 2)), np.full(5, 200.0), SIZE)
    points = rng.uniform(0, SIZE, (5, 3, 2))
    assert np.allclose(to_crop(to_picture(points, frames), frames), points)


def test_trunk_towards_the_camera_takes_upright():
    assert np.allclose(frame_of((50, 80), (52, 79), 200)[0, :, 0], [SIDE_STATURE * 200 / SIZE, 0])


def test_unknown_hips_give_no_crop():
    assert np.isnan(frame_of((np.nan, np.nan), (5, 5), 200)).all()


@pytest.mark.parametrize("stature_px", [90, 200, 700])
@pytest.mark.parametrize("turn_deg", [0, 75, 200])
def test_a_spot_is_where_the_map_says(stature_px, turn_deg):
    """Drawn spots come out of the cut where the map puts them, at any size and turn, to half a pixel."""
    image = np.zeros((900, 1000, 3), np.uint8)
    up = np.array([np.sin(np.radians(turn_deg)), -np.cos(np.radians(turn_deg))])
    hips, spot = np.array([480.0, 500.0]), np.array([520.0, 450.0])
    radius = max(stature_px // 30, 2)
    rows, columns = np.mgrid[:900, :1000] + 0.5
    image[np.hypot(columns - spot[0], rows - spot[1]) < radius] = 255
    frame = frame_of(hips, hips + 0.3 * stature_px * up, stature_px)
    crop = np.where((crop := cut(image, frame[0], SIZE)[..., 0]) > GREY, crop, 0).astype(float)
    there = to_crop(spot[None, None], frame)[0, 0]
    if not ((there > 5) & (there < SIZE - 5)).all():
        assert crop.max() == 0
        return
    rows, columns = np.mgrid[:SIZE, :SIZE] + 0.5
    assert (crop * columns).sum() / crop.sum() == pytest.approx(there[0], abs=0.5)
    assert (crop * rows).sum() / crop.sum() == pytest.approx(there[1], abs=0.5)


def test_beyond_the_picture_is_grey():
    image = np.full((100, 100, 3), 200, np.uint8)
    crop = cut(image, frame_of((2, 60), (2, 30), 100)[0], SIZE)
    assert (crop[SIZE // 2, 2] == GREY).all()
    assert (crop[SIZE // 2, -2] == 200).all()
    assert (cut(image, frame_of((900, 900), (900, 850), 100)[0], SIZE) == GREY).all()
