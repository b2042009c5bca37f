"""Which frames are looked at: the choices of times, on made-up recordings."""

from __future__ import annotations

import barcode
import numpy as np
import pytest

from detectors.reading.plan import inhabited, kept_times, scanned, widened, within
from detectors.video import Reader


@pytest.mark.parametrize("rate_hz", [5.0, 10.0, 15.0])
def test_the_kept_times_are_those_of_a_whole_reading(tmp_path, rate_hz):
    path = barcode.write_clip(tmp_path / "a.mp4", barcode.EMPTY, 4.0)
    whole = [frame.time_s for frame in Reader(path, 60.0)]
    assert kept_times(np.array(whole), rate_hz).tolist() == [frame.time_s for frame in Reader(path, rate_hz)]


def looks(somebody, changed=()):
    """Return the stretches of looks every two seconds of which the named ones saw somebody, or a change."""
    times_s = np.arange(0.0, 40.0, 2.0)
    seen = np.isin(times_s, somebody)
    return inhabited(times_s, seen | np.isin(times_s, changed), seen, 40.0).tolist()


def test_a_stretch_reaches_to_the_looks_that_saw_nobody():
    assert looks([]) == []
    assert looks([10.0]) == [[8.0, 12.0]]
    assert looks([10.0, 12.0, 14.0]) == [[8.0, 16.0]]
    assert looks([10.0, 20.0]) == [[8.0, 12.0], [18.0, 22.0]]
    assert looks([0.0]) == [[0.0, 2.0]]
    assert looks([38.0]) == [[36.0, 40.0]]


def test_stretches_with_less_than_three_seconds_between_are_one():
    assert looks([10.0, 16.0]) == [[8.0, 18.0]]


def test_a_change_without_anybody_beside_it_adds_one_look():
    assert looks([10.0], changed=[8.0]) == [[6.0, 12.0]]
    assert looks([10.0], changed=[12.0]) == [[8.0, 14.0]]


@pytest.mark.parametrize(
    ("rate_hz", "every"),
    [
        pytest.param(15.0, 4, id="15 Hz: 0.267 s"),
        pytest.param(12.5, 3, id="12.5 Hz: 0.24 s"),
        pytest.param(10.0, 2, id="10 Hz: 0.2 s"),
        pytest.param(3.0, 1, id="slower than the step: all"),
    ],
)
def test_the_scan_takes_every_nth_frame_and_the_last(rate_hz, every):
    kept_s = np.arange(50) / rate_hz
    chosen = scanned(kept_s, 0.27)
    assert set(kept_s[::every]) | {kept_s[-1]} == set(chosen)
    # Across longer steps no posture would be bridged.
    assert np.diff(chosen).max() <= max(0.3, 1.0 / rate_hz + 1e-9)


def test_the_times_within_stretches_are_half_open():
    assert within(np.arange(6.0), np.array([[1.0, 3.0], [4.5, 9.0]])).tolist() == [1.0, 2.0, 5.0]
    assert within(np.arange(6.0), np.zeros((0, 2))).tolist() == []


def test_margins_join_what_they_make_touch_and_a_stretch_inside_another_is_swallowed():
    assert widened([(5.0, 6.0), (7.5, 8.0)], 1.0).tolist() == [[4.0, 9.0]]
    assert widened([(0.0, 9.0), (2.0, 3.0), (12.0, 13.0)], 0.0).tolist() == [[0.0, 9.0], [12.0, 13.0]]
    assert widened([], 1.0).shape == (0, 2)
