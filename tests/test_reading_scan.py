"""The scan of stick figures: every lift is looked at closely, walking is not, and nothing else changes."""

from __future__ import annotations

import numpy as np
import pytest
from scenes import (
    EMPTY_BENDS,
    LIFTS,
    LOWERINGS,
    NOTHING,
    SHELF_LIFT,
    SHELF_LOWERING,
    TWO_HANDFULS,
    TWO_LOADS,
    observe,
)
from stick_figure import Camera, film, steps

from detectors.lifts import find_lifts
from detectors.pose import People
from detectors.reading.between import follow_looks, same_people
from detectors.reading.plan import scanned, within
from detectors.reading.policy import ReadingPolicy
from detectors.reading.scan import to_compare_with, to_look_at

POLICY = ReadingPolicy()
RATE_HZ = 15.0
SCENES = {
    **{f"lift, {name}": scene for name, scene in LIFTS.items()},
    **{f"lowering, {name}": scene for name, scene in LOWERINGS.items()},
    **{f"bend, {name}": scene for name, scene in EMPTY_BENDS.items()},
    "shelf, lift": SHELF_LIFT,
    "shelf, lowering": SHELF_LOWERING,
    "two loads": TWO_LOADS,
    "two handfuls": TWO_HANDFULS,
}


def filmed(scene, noise=0.0, camera=None):
    camera = camera or Camera()
    return film(scene.movement, steps(RATE_HZ, scene.until_s), camera, noise), camera


def people_of(track, times_s):
    """Return what a perfect model sees of one person at some times, by time."""
    rows = np.flatnonzero(np.isin(track.time_s, times_s))
    return {
        float(track.time_s[row]): People(
            track.box_px[row : row + 1], np.array([0.9]), track.keypoints[row : row + 1]
        )
        for row in rows
    }


def read_adaptively(track, camera):
    """Return the rows found when only the chosen frames of a track are looked at, and their share."""
    ticks_s = track.time_s
    looks = people_of(track, scanned(ticks_s, POLICY.scan_step_s))
    (coarse,) = follow_looks(ticks_s, looks, RATE_HZ).tracks
    due_s = within(ticks_s, to_look_at(observe(coarse, camera, RATE_HZ), POLICY))
    looks |= people_of(track, due_s)
    (fine,) = follow_looks(ticks_s, looks, RATE_HZ).tracks
    return find_lifts(observe(fine, camera, RATE_HZ), [fine]), len(looks) / len(ticks_s)


@pytest.mark.parametrize("noise_stature", [0.0, 0.008], ids=["clean", "noisy"])
@pytest.mark.parametrize("scene", SCENES.values(), ids=list(SCENES))
def test_what_is_found_is_what_a_whole_reading_finds(scene, noise_stature):
    track, camera = filmed(scene, noise_stature)
    whole = find_lifts(observe(track, camera, RATE_HZ), [track])
    found, _ = read_adaptively(track, camera)
    assert [row["kind"] for row in found] == [row["kind"] for row in whole]
    for ours, theirs in zip(found, whole, strict=True):
        for name in ("start_s", "grasp_s", "end_s"):
            assert ours[name] == pytest.approx(theirs[name], abs=0.1)
        assert ours["trunk_inclination_peak_deg"] == pytest.approx(
            theirs["trunk_inclination_peak_deg"], abs=1.0
        )


@pytest.mark.parametrize("empty_frames", [15, 16, 17, 18])
def test_who_appears_between_two_looks_of_the_scan_is_followed_from_the_same_frame(empty_frames):
    track, camera = filmed(LIFTS["stoop"])
    ticks_s = np.arange(empty_frames + len(track.time_s)) / RATE_HZ
    nobody = People(np.zeros((0, 4)), np.zeros(0), np.zeros((0, 17, 3)))
    all_looks = dict.fromkeys(ticks_s[:empty_frames].tolist(), nobody)
    there = people_of(track, track.time_s)
    all_looks |= dict(zip(ticks_s[empty_frames:].tolist(), there.values(), strict=True))
    (whole,) = follow_looks(ticks_s, all_looks, RATE_HZ).tracks
    scan_s = scanned(ticks_s, POLICY.scan_step_s)
    looks = {time_s: all_looks[time_s] for time_s in scan_s.tolist()}
    (coarse,) = follow_looks(ticks_s, looks, RATE_HZ).tracks
    due_s = within(ticks_s, to_look_at(observe(coarse, camera, RATE_HZ), POLICY))
    looks |= {time_s: all_looks[time_s] for time_s in due_s.tolist()}
    (fine,) = follow_looks(ticks_s, looks, RATE_HZ).tracks
    assert fine.time_s[:8].tolist() == whole.time_s[:8].tolist()


@pytest.mark.parametrize("name", ["walking", "treading on the spot", "carrying a box", "turning round"])
def test_those_who_neither_bend_nor_reach_are_seldom_looked_at(name):
    track, camera = filmed(NOTHING[name])
    found, share = read_adaptively(track, camera)
    assert not found
    # A quarter is the scan itself; a short film is little more than the ends of its track.
    assert share < 0.6


def test_standing_to_compare_with_is_the_nearest_and_no_longer_than_asked_for():
    track, camera = filmed(LIFTS["stoop"])
    motion = observe(track, camera, RATE_HZ)
    rows = find_lifts(motion, [track])
    stretches = to_compare_with(motion, rows, POLICY)
    lasts_s = np.diff(stretches, axis=1).sum()
    assert 1.0 < lasts_s <= POLICY.standing_s + 0.2
    for start_s, end_s in stretches:
        assert end_s <= rows[0]["start_s"] + 0.1 or start_s >= rows[0]["end_s"] - 0.1


@pytest.mark.parametrize(
    "change",
    [{"view_angle_deg": 80.0}, {"person_height_px": 60.0}, {"trunk_inclination_peak_deg": 3.0}],
    ids=["end-on", "far away", "upright"],
)
def test_backs_that_nobody_judges_need_no_standing(change):
    track, camera = filmed(LIFTS["stoop"])
    motion = observe(track, camera, RATE_HZ)
    rows = [{**row, **change} for row in find_lifts(motion, [track])]
    assert not len(to_compare_with(motion, rows, POLICY))


def two(first, second, height=200.0):
    """Return two people of one height whose feet stand at the given columns."""
    boxes = [(x - 40.0, 300.0 - height, x + 40.0, 300.0) for x in (first, second)]
    keypoints = np.zeros((2, 17, 3))
    keypoints[:, :, 0] = np.array([first, second])[:, None]
    return People(np.array(boxes), np.array([0.9, 0.8]), keypoints)


def test_people_are_told_apart_by_where_they_went():
    assert same_people(two(100.0, 400.0), two(420.0, 130.0)).tolist() == [[0, 1], [1, 0]]
    # Nobody walks two body heights in a quarter of a second.
    assert same_people(two(100.0, 400.0), two(800.0, 1200.0)).tolist() == []


def test_a_track_holds_the_looks_only_and_is_one_though_they_are_apart():
    ticks_s = np.arange(61) / RATE_HZ
    looked = np.unique(np.r_[np.arange(0, 61, 4), np.arange(20, 40)])
    looks = {float(ticks_s[i]): two(100.0 + 3.0 * i, 900.0 - 3.0 * i) for i in looked}
    tracks = follow_looks(ticks_s, looks, RATE_HZ).tracks
    assert len(tracks) == 2
    for track in tracks:
        # Whoever is seen first is followed from the next tick on, as by the tracker everywhere.
        assert set(ticks_s[looked][1:]) <= set(track.time_s) <= set(ticks_s[looked])
        assert np.abs(np.diff(track.keypoints[:, 0, 0])).max() == pytest.approx(12.0)
