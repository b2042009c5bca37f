"""The comparison of ways to read: schedules, which lifts are the same, and the figures that come of it."""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
import pytest

from benchmarks import batches, engine, reading
from benchmarks.footage import Order, made, schedule
from benchmarks.reading import parts
from benchmarks.scores import against_all_digits, lifts_of, same_lifts, summary, table
from detectors.model_files import WeightsError
from detectors.pose import YoloPose
from detectors.video import Reader


@pytest.mark.parametrize("presence", [0.0, 5.0, 10.0, 40.0])
def test_visits_fill_the_wanted_share_without_overlapping(presence):
    lengths_s, total_s = [30.0, 42.0, 25.0], 3600.0
    plan = schedule(lengths_s, presence, total_s, seed=3)
    spans = np.array([(at_s, at_s + lengths_s[number]) for number, at_s in plan]).reshape(-1, 2)
    assert np.diff(spans, axis=1).sum() == pytest.approx(total_s * presence / 100.0, abs=0.5 * max(lengths_s))
    assert (spans[1:, 0] - spans[:-1, 1] >= 3.9).all()
    assert not len(spans) or (spans[0, 0] >= 3.9 and spans[-1, 1] <= total_s)
    assert schedule(lengths_s, presence, total_s, seed=3) == plan


def test_a_film_that_is_too_short_for_its_share_gets_what_fits():
    assert schedule([30.0], 50.0, 60.0, seed=0) == [(0, pytest.approx(15.0, abs=11.1))]
    assert schedule([30.0], 50.0, 20.0, seed=0) == []


def test_a_rival_whose_package_is_missing_is_left_out_before_hours_are_spent(monkeypatch, capsys):
    monkeypatch.setattr(reading, "NEEDED", {"aigym": "no_such_package", "track": "numpy"})
    monkeypatch.setattr(reading, "optimised", lambda: None)
    assert reading.runnable() == ["ours", "exhaustive", "track", "every_fifth", "decode"]
    assert "aigym is left out: it needs no_such_package" in capsys.readouterr().err


def test_slow_readers_see_the_visits_up_to_their_limit():
    visits = [(100.0, 130.0), (200.0, 240.0)]
    assert parts(visits, 600.0, 600.0).tolist() == [[98.0, 132.0], [198.0, 242.0]]
    assert parts(visits, 600.0, 40.0).tolist() == [[98.0, 132.0], [198.0, 204.0]]
    assert parts([], 600.0, 40.0).tolist() == [[0.0, 40.0]]


def test_clips_of_people_who_stay_are_played_before_a_wall(tmp_path):
    footage = made(Order(30.0, 0.22, tmp_path))
    [(start_s, end_s)] = footage.visits
    frames = {frame.time_s: frame.image[::8, ::8].astype(float) for frame in Reader(footage.video, 3.0)}
    assert max(frames) == pytest.approx(13.0, abs=0.5)
    # Between visits there is the wall of the beginning; who stood still there would stay for good.
    first = frames[0.0].ravel()
    flat = {time_s: np.corrcoef(first, image.ravel())[0, 1] > 0.9 for time_s, image in frames.items()}
    assert all(flat[one] for one in flat if not start_s - 0.5 < one < end_s + 0.5)
    assert not any(flat[one] for one in flat if start_s + 0.5 < one < end_s - 0.5)
    assert {True, False} == set(flat.values())


def lifts(*rows):
    return [dict(zip(("start_s", "grasp_s", "end_s", "technique"), row, strict=True)) for row in rows]


def result(name, found, cpu_s=10.0, timed_s=100.0):
    return {
        "name": name,
        "wall_s": 2.0 * cpu_s,
        "cpu_s": cpu_s,
        "timed_s": timed_s,
        "peak_mib": 500.0,
        "lifts": found,
    }


WHOLE = lifts(
    (10.0, 11.0, 12.0, "hip_hinge"), (20.0, 21.0, 22.0, "spine_bend"), (30.0, 31.0, 32.0, "indeterminate")
)


def test_each_lift_is_matched_once_and_half_an_overlap_is_needed():
    ones = lifts_of(result("a", WHOLE))
    others = lifts_of(result("b", lifts((10.1, 11, 12.1, "x"), (10.5, 11, 12.5, "x"), (23.5, 24, 25, "x"))))
    assert same_lifts(ones, others) == [(0, 0)]
    assert same_lifts(ones, others.iloc[:0]) == []


def test_the_figures_of_a_made_up_comparison():
    ours = lifts((10.2, 11.0, 12.0, "hip_hinge"), (20.0, 21.0, 22.0, "hip_hinge"))
    counts_only = [dict.fromkeys(("start_s", "grasp_s", "end_s", "technique"))] * 5
    rows = table(
        [
            result("ours", ours, cpu_s=4.0),
            result("exhaustive", WHOLE, cpu_s=20.0, timed_s=50.0),
            result("track", WHOLE[:1], cpu_s=20.0, timed_s=10.0),
            result("aigym", counts_only, cpu_s=20.0, timed_s=10.0),
            result("decode", [], cpu_s=2.0),
        ],
        np.array([[9.0, 19.0]]),
    )
    figures = summary(rows)
    # 4 s for 100 s of film against 20 s for 10 s of it.
    assert figures["speedup_vs_track"] == pytest.approx(50.0)
    assert figures["speedup_vs_exhaustive"] == pytest.approx(10.0)
    assert figures["ratio_to_decode"] == pytest.approx(2.0)
    assert (figures["lifts_found"], figures["lifts_exhaustive"]) == (2, 3)
    # Of two determinate lifts one has the same technique; the open one does not count.
    assert (figures["technique_agreement"], figures["lifts_determinate"]) == (0.5, 2)
    assert figures["largest_timing_error_s"] == pytest.approx(0.2)
    of = rows.set_index("name")
    assert of.loc["track", ["found", "of_exhaustive"]].tolist() == [1, 1]
    assert of.loc["aigym", ["counted", "found"]].tolist() == [5, 0]
    assert of.loc["decode", "cpu_s_per_video_h"] == pytest.approx(72.0)
    assert pd.isna(of.loc["decode", "same_technique"])


def test_fewer_digits_are_held_against_the_reading_with_all_of_them():
    ours = lifts((10.0, 11.0, 12.0, "squat"), (20.0, 21.0, 22.0, "spine_bend"))
    results = [result("ours", ours), result("exhaustive", ours), result("exhaustive_torch", WHOLE)]
    assert against_all_digits(results) == {
        "lifts_found_torch": 2,
        "lifts_exhaustive_torch": 3,
        "technique_agreement_torch": 0.5,
        "lifts_determinate_torch": 2,
    }
    # Without an optimised model the exhaustive reading is the one with all digits.
    assert against_all_digits(results[:2])["technique_agreement_torch"] == 1.0


def test_an_optimised_model_is_made_where_no_night_has_one_and_kept_from_the_nights(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    made = []

    def make(weights, image_size, sources):
        made.append([source.path for source in sources])
        raise WeightsError("3 people, expected at least 20")

    monkeypatch.setattr(engine, "made_over", make)
    engine.prepare([tmp_path / "clip.mp4"], tmp_path / "out")
    assert made == [[tmp_path / "clip.mp4"]]
    assert os.environ["XDG_CACHE_HOME"] == str(tmp_path / "out/cache")
    assert engine.optimised() is None
    assert isinstance(engine.pose_of_a_night(), YoloPose)


def test_the_model_of_the_nights_is_taken_where_there_is_one(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "home"))
    monkeypatch.setattr(engine, "optimised", lambda: "a record")
    engine.prepare([], tmp_path / "out")
    assert os.environ["XDG_CACHE_HOME"] == str(tmp_path / "home")
    assert "exhaustive_torch" in reading_with(monkeypatch, "a record")
    assert "exhaustive_torch" not in reading_with(monkeypatch, None)


def reading_with(monkeypatch, record):
    monkeypatch.setattr(reading, "optimised", lambda: record)
    return reading.runnable()


def test_pictures_are_timed_in_whole_groups_and_never_one_of_another_size():
    shown, seen = np.zeros((10, 2, 2, 3), dtype=np.uint8), []
    assert batches.picture_ms(lambda group: seen.append(len(group)), shown, 4) >= 0.0
    # The first group once more: it makes the network ready.
    assert seen == [4, 4, 4]
