"""The long recording of the memory benchmark is what it says, and growing memory would show."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.looped import looped
from benchmarks.memory import Watch, peaks
from detectors.video import Reader, VideoError, probe

FILM = Path(__file__).parents[1] / "data/sample/footage/dock-1/dock-1_20261005T061204.mp4"


def test_a_looped_film_shows_the_same_pictures_again_on_a_clock_that_goes_on(tmp_path):
    once = [frame.image for frame in Reader(FILM, 60.0)]
    assert looped(FILM, tmp_path / "long.mp4", 2.5 * probe(FILM).declared_s) == 3
    again = list(Reader(tmp_path / "long.mp4", 60.0))
    assert probe(tmp_path / "long.mp4").declared_s == pytest.approx(3 * probe(FILM).declared_s, rel=0.02)
    assert len(again) == 3 * len(once)
    assert (np.diff([frame.time_s for frame in again]) > 0).all()
    assert (again[2 * len(once) + 7].image == once[7]).all()


def test_what_is_no_film_can_not_be_looped(tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"no film")
    with pytest.raises(VideoError):
        looped(tmp_path / "a.mp4", tmp_path / "b.mp4", 10.0)


def test_memory_that_grows_shows_from_part_to_part():
    times_s = np.arange(80.0)
    assert peaks(np.column_stack([times_s, 100.0 + times_s]), 4).tolist() == [119, 139, 159, 179]
    assert peaks(np.array([[0.0, 5.0], [9.0, 7.0]]), 3).tolist() == pytest.approx([5, np.nan, 7], nan_ok=True)


def test_memory_that_is_taken_while_watched_is_seen():
    with Watch() as watch:
        taken = np.ones(25_000_000)
        watch._over.wait(1.2)
    assert watch.seen[-1, 1] - watch.seen[0, 1] > 150
    assert taken[0] == 1
