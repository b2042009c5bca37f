import numpy as np
import pytest
from scenes import (
    COMING_IN_BENT,
    DOWN_S,
    EMPTY_BENDS,
    LIFTS,
    LOW_S,
    NOTHING,
    RISE_S,
    TWO_HANDFULS,
    TWO_LOADS,
    UP_S,
    Scene,
    observe,
)
from stick_figure import HINGE, STAND, Camera, Pose, film, hidden, moment, steps, through, without

from detectors.bends import find_bends

START_S, END_S = moment(DOWN_S, LOW_S, 0.03), moment(RISE_S, UP_S, 0.97)
"""A movement has begun when 3 % of its way is done, and ended when 97 % is."""

RATES = [5.0, 8.0, 12.5, 15.0, 25.0, 30.0, 60.0]
TECHNIQUES = ["stoop", "hinge", "squat"]


def bends_of(scene, rate_hz=15.0, camera=None, noise=0.0, seed=0, *, edit=None, jitter=0.0):
    """Return start and end of each bend, s, and the bends themselves."""
    camera = camera or Camera()
    track = film(scene.movement, steps(rate_hz, scene.until_s, jitter), camera, noise, seed)
    m = observe(edit(track) if edit else track, camera, rate_hz)
    found = find_bends(m)
    return [(m.time_s[b.start], m.time_s[0] + b.end / rate_hz) for b in found], found


@pytest.mark.parametrize("rate_hz", RATES)
@pytest.mark.parametrize("noise", [0.0, 0.01, 0.02])
@pytest.mark.parametrize("name", TECHNIQUES)
def test_start_and_end_lie_within_a_quarter_second_and_a_frame_of_the_truth(name, noise, rate_hz):
    for yaw, seed in ((0, 1), (25, 2), (-45, 3)):
        times, _ = bends_of(LIFTS[name], rate_hz, Camera(yaw), noise, seed)
        assert len(times) == 1
        np.testing.assert_allclose(times, [(START_S, END_S)], atol=0.25 + 1.0 / rate_hz)


@pytest.mark.parametrize("jitter", [0.3, 0.6])
def test_uneven_frame_times_move_start_and_end_no_further(jitter):
    times, _ = bends_of(LIFTS["hinge"], 15.0, noise=0.01, jitter=jitter)
    np.testing.assert_allclose(times, [(START_S, END_S)], atol=0.3)


@pytest.mark.parametrize("rate_hz", RATES)
def test_heavy_noise_makes_no_bend_twice_and_loses_none(rate_hz):
    for seed in range(3):
        assert len(bends_of(LIFTS["hinge"], rate_hz, Camera(20), 0.03, seed)[0]) == 1


@pytest.mark.parametrize("yaw", [45, -45, 60, -60, 80, -80, 90, -90])
@pytest.mark.parametrize("name", TECHNIQUES)
def test_bends_towards_the_camera_and_away_are_found(name, yaw):
    times, _ = bends_of(LIFTS[name], camera=Camera(yaw), noise=0.01)
    np.testing.assert_allclose(times, [(START_S, END_S)], atol=0.5)


@pytest.mark.parametrize("name", [n for n in NOTHING if n not in ("crouching to rest", "sitting")])
def test_moving_about_upright_is_no_bend(name):
    assert bends_of(NOTHING[name], noise=0.01)[0] == []


@pytest.mark.parametrize(("trunk_deg", "found"), [(20.0, 0), (26.0, 0), (34.0, 1), (60.0, 1)])
def test_a_bend_begins_at_30_deg(trunk_deg, found):
    lean = Pose(trunk_deg=trunk_deg)
    movement = through([(1.5, STAND), (2.5, lean), (3.0, lean), (4.0, STAND)])
    assert len(bends_of(Scene(movement))[0]) == found


def test_a_twitch_is_no_bend():
    movement = through([(1.5, STAND), (1.65, HINGE), (1.8, STAND)])
    assert bends_of(Scene(movement), 30.0)[0] == []


@pytest.mark.parametrize("rate_hz", RATES)
def test_two_loads_without_standing_up_are_two_bends_that_meet(rate_hz):
    times, _ = bends_of(TWO_LOADS, rate_hz)
    assert len(times) == 2
    assert times[0][1] == times[1][0]
    assert 3.8 <= times[0][1] <= 4.5


def test_a_small_rise_between_does_not_split_a_bend():
    assert len(bends_of(TWO_HANDFULS)[0]) == 1


def test_a_bend_after_another_is_one_more():
    keys = [(1.0, STAND), (2.0, HINGE), (3.0, STAND), (3.8, STAND), (4.8, HINGE), (5.8, STAND)]
    times, _ = bends_of(Scene(through(keys), 7.0))
    assert len(times) == 2
    assert times[0][1] <= times[1][0]


def test_who_comes_in_bent_or_leaves_bent_is_cut_off():
    _, found = bends_of(COMING_IN_BENT)
    assert [(b.cut_start, b.cut_end) for b in found] == [(True, False)]
    _, found = bends_of(LIFTS["hinge"], edit=lambda track: without(track, 3.0, 9.0))
    assert [(b.cut_start, b.cut_end) for b in found] == [(False, True)]


@pytest.mark.parametrize(("lasts_s", "pieces"), [(0.25, 1), (0.8, 1), (1.4, 1), (1.9, 2)])
def test_hidden_for_up_to_one_and_a_half_seconds_while_down_it_stays_one_bend(lasts_s, pieces):
    scene = Scene(through([(1.0, STAND), (2.0, HINGE), (5.0, HINGE), (6.0, STAND)]), 8.0)
    times, _ = bends_of(scene, edit=lambda track: hidden(track, 3.0, 3.0 + lasts_s))
    assert len(times) == pieces


def test_bends_are_ordered_and_never_overlap():
    for scene in (*LIFTS.values(), *EMPTY_BENDS.values(), TWO_LOADS):
        for seed in range(2):
            _, found = bends_of(scene, noise=0.02, seed=seed)
            edges = [edge for b in found for edge in (b.start, b.end)]
            assert edges == sorted(edges)
            assert all(b.start < b.end for b in found)


def test_one_never_seen_has_no_bends():
    assert bends_of(LIFTS["hinge"], edit=lambda track: hidden(track, 0.0, 9.0))[0] == []
