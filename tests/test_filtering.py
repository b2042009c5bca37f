import numpy as np
import pytest

from detectors import filtering


def raised_cosine(rate_hz, lasts_s, peak=70.0):
    times = np.arange(0.0, 6.0, 1.0 / rate_hz)
    inside = np.abs(times - 3.0) <= lasts_s / 2
    return np.where(inside, peak * 0.5 * (1 + np.cos(2 * np.pi * (times - 3.0) / lasts_s)), 0.0)


@pytest.mark.parametrize(("lasts_s", "kept"), [(1.0, 69.8), (1.5, 70.0)])
def test_a_bend_of_70_deg_keeps_its_published_peak(lasts_s, kept):
    smooth = filtering.smooth(raised_cosine(60.0, lasts_s), 60.0)
    assert smooth.max() == pytest.approx(kept, abs=0.1)


@pytest.mark.parametrize("rate_hz", [5.0, 10.0, 30.0])
def test_smoothing_does_not_move_the_peak_in_time(rate_hz):
    bend = raised_cosine(rate_hz, 1.5)
    assert filtering.smooth(bend, rate_hz).argmax() == bend.argmax()


def test_smoothing_leaves_what_stands_still():
    np.testing.assert_allclose(filtering.smooth(np.full((40, 2), 7.0), 15.0), 7.0)


def test_a_single_wild_frame_leaves_no_trace():
    values = np.zeros(40)
    values[20] = 500.0
    np.testing.assert_allclose(filtering.smooth(values, 15.0), 0.0, atol=1e-9)


def test_noise_above_the_cut_off_is_removed():
    times = np.arange(0.0, 4.0, 1 / 30)
    shaken = filtering.smooth(np.sin(2 * np.pi * 10.0 * times), 30.0)
    assert np.abs(shaken[30:-30]).max() < 0.05


def test_unseen_stretches_stay_unseen_and_do_not_spoil_their_neighbours():
    values = np.r_[np.ones(20), np.full(10, np.nan), np.full(20, 5.0)]
    smooth = filtering.smooth(values, 15.0)
    np.testing.assert_array_equal(np.isnan(smooth), np.isnan(values))
    np.testing.assert_allclose(smooth[:20], 1.0)
    np.testing.assert_allclose(smooth[30:], 5.0)


@pytest.mark.parametrize("length", [1, 2, 3, 5, 6])
def test_short_stretches_survive(length):
    np.testing.assert_allclose(filtering.smooth(np.full(length, 3.0), 15.0), 3.0)


@pytest.mark.parametrize(("unseen_s", "filled"), [(0.2, True), (0.28, True), (0.4, False), (2.0, False)])
def test_gaps_are_filled_up_to_three_tenths_of_a_second(unseen_s, filled):
    times = np.r_[np.arange(0.0, 1.001, 0.02), np.arange(1.0 + unseen_s, 4.0, 0.02)]
    grid = np.arange(0.0, 3.9, 0.05)
    on_grid = filtering.resample(times, 2.0 * times, grid)
    gap = (grid > 1.001) & (grid < 1.0 + unseen_s - 0.001)
    assert np.isfinite(on_grid[gap]).all() if filled else np.isnan(on_grid[gap]).all()
    np.testing.assert_allclose(on_grid[~gap], 2.0 * grid[~gap], atol=1e-9)


def test_each_keypoint_has_gaps_of_its_own_and_a_lone_sighting_fills_nothing():
    times = np.arange(0.0, 2.0, 0.1)
    values = np.column_stack([times, np.where(np.arange(20) == 10, times, np.nan), np.full(20, np.nan)])
    out = filtering.resample(times, values, times)
    np.testing.assert_allclose(out[:, 0], times)
    np.testing.assert_array_equal(np.flatnonzero(np.isfinite(out[:, 1])), [10])
    assert np.isnan(out[:, 2]).all()


def test_nothing_is_made_up_before_the_first_and_after_the_last_sighting():
    out = filtering.resample(np.array([1.0, 1.1]), np.array([4.0, 5.0]), np.array([0.95, 1.05, 1.15]))
    np.testing.assert_allclose(out, [np.nan, 4.5, np.nan])


def test_unsure_keypoints_and_those_on_the_border_are_not_seen():
    keypoints = np.array([[[100, 100, 0.9], [100, 100, 0.2], [0, 100, 0.9], [100, 479, 0.9], [9, 9, np.nan]]])
    xy = filtering.mask_unsure(keypoints, 0.3, 640, 480)
    assert np.isfinite(xy[0, :, 0]).tolist() == [True, False, False, False, False]
    assert keypoints[0, 1, 0] == 100


@pytest.mark.parametrize("rate_hz", [5.0, 15.0, 60.0])
def test_speed_of_an_even_movement_is_its_slope(rate_hz):
    values = np.column_stack([40.0 * np.arange(30) / rate_hz, np.zeros(30)])
    speed = filtering.speed(values, rate_hz)
    half = max(1, round(0.15 * rate_hz))
    np.testing.assert_allclose(speed[half:-half, 0], 40.0)
    np.testing.assert_allclose(speed[:, 1], 0.0)


def test_median_of_what_is_known():
    assert filtering.median_known(np.array([np.nan, 1.0, 2.0, 9.0])) == 2.0
    assert np.isnan(filtering.median_known(np.array([np.nan])))
