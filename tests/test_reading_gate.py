"""The gate over an empty place: what opens it, and what does not."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.reading.gate import Gate
from detectors.reading.policy import ReadingPolicy

NOBODY = np.zeros((0, 4))
PERSON = np.array([[0.5, 0.3, 0.6, 0.8]])
"""Left, top, right, bottom as shares of the picture."""


def hall(light=1.0, noise=1.0, seed=0):
    """Return a small picture of a place with dark and light parts."""
    rows, columns = np.mgrid[0:90, 0:160]
    empty = 60.0 + 80.0 * (columns // 40 % 2) + 0.3 * rows
    return np.clip(light * empty + np.random.default_rng(seed).normal(0.0, noise, empty.shape), 0, 255)


def picture(somebody=False, moved=False, **how):
    """Return the hall, with somebody or with a pallet that was put elsewhere."""
    image = hall(**how)
    if somebody:
        image[30:68, 82:93] = 35.0
    if moved:
        image[60:75, 20:45] = 150.0
    return image.astype(np.uint8)


@pytest.fixture
def gate():
    """Return a gate that knows the empty hall."""
    gate = Gate(ReadingPolicy())
    for seed in range(6):
        if gate.opens(picture(seed=seed)):
            gate.learn(picture(seed=seed), NOBODY)
    assert not gate.opens(picture(seed=99))
    return gate


def test_it_is_open_until_the_place_was_seen_empty():
    gate = Gate(ReadingPolicy())
    assert gate.opens(picture())


@pytest.mark.parametrize("noise", [0.0, 3.0])
@pytest.mark.parametrize("light", [0.7, 0.9, 1.15, 1.3])
def test_neither_light_nor_noise_opens_it(gate, light, noise):
    assert not gate.opens(picture(light=light, noise=noise, seed=5))


@pytest.mark.parametrize("light", [0.7, 1.0, 1.3])
def test_somebody_opens_it_in_any_light(gate, light):
    assert gate.opens(picture(somebody=True, light=light, seed=7))


def test_a_small_person_far_away_opens_it_and_a_speck_does_not(gate):
    far, speck = picture(seed=8), picture(seed=8)
    far[40:50, 60:62] = 30
    speck[40:41, 60:62] = 30
    assert gate.opens(far)
    assert not gate.opens(speck)


def test_what_was_moved_becomes_background_after_a_few_empty_looks(gate):
    looks = 0
    while gate.opens(picture(moved=True, seed=looks)):
        gate.learn(picture(moved=True, seed=looks), NOBODY)
        looks += 1
    assert looks == ReadingPolicy().empty_looks
    assert gate.opens(picture(moved=True, somebody=True))


def test_whoever_stands_still_for_hours_never_becomes_background(gate):
    for seed in range(500):
        assert gate.opens(picture(somebody=True, seed=seed))
        gate.learn(picture(somebody=True, seed=seed), PERSON)
    assert not gate.opens(picture(seed=501))


def test_whoever_is_there_from_the_start_is_not_taken_for_furniture():
    gate = Gate(ReadingPolicy())
    for seed in range(100):
        assert gate.opens(picture(somebody=True, seed=seed))
        gate.learn(picture(somebody=True, seed=seed), PERSON)
    for seed in range(ReadingPolicy().empty_looks):
        assert gate.opens(picture(seed=seed))
        gate.learn(picture(seed=seed), NOBODY)
    assert not gate.opens(picture(seed=200))


def test_light_that_changes_slowly_in_one_part_is_followed(gate):
    for step in range(200):
        image = hall(seed=step)
        image[:, :50] *= 1.0 + 0.4 * step / 200
        assert not gate.opens(image.astype(np.uint8))
        gate.learn(image.astype(np.uint8), None)


def test_a_clock_in_the_picture_is_soon_passed_over_and_somebody_is_not(gate):
    def with_clock(look, **how):
        image = picture(seed=look, **how)
        image[2:6, 130:155] = np.random.default_rng(look).choice([0, 255], (4, 25))
        return image

    opened = []
    for look in range(60):
        opened.append(gate.opens(with_clock(look)))
        gate.learn(with_clock(look), NOBODY if opened[-1] else None)
    assert opened[0]
    assert sum(opened[20:]) <= 4
    assert gate.opens(with_clock(99, somebody=True))
