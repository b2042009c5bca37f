"""The picture of the empty place shows nobody, or there is none."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.background import AROUND_BOX, FEWEST, UNKNOWN, empty_place, near_people, without

RNG = np.random.default_rng(7)
PLACE = RNG.integers(0, 256, (90, 120, 3), dtype=np.uint8)
WORKER = (255, 0, 255)


def filmed(boxes):
    """Return the place with a worker in each box."""
    picture = PLACE.copy()
    for x1, y1, x2, y2 in boxes:
        picture[y1:y2, x1:x2] = WORKER
    return picture


def as_boxes(boxes):
    return np.array(boxes, dtype=float).reshape(-1, 4)


def test_who_walks_past_is_gone_and_the_place_is_whole():
    walk = [[(8 * i, 20, 8 * i + 16, 70)] for i in range(12)]
    place = empty_place([filmed(one) for one in walk], [as_boxes(one) for one in walk])
    assert (place == PLACE).all()


def test_who_is_missed_in_a_few_pictures_is_gone_too():
    walk = [[(8 * i, 20, 8 * i + 16, 70)] for i in range(12)]
    found = [as_boxes(one if i % 4 else []) for i, one in enumerate(walk)]
    assert (empty_place([filmed(one) for one in walk], found) == PLACE).all()


def test_where_somebody_always_stands_nothing_is_known():
    stays = [(40, 20, 60, 70)]
    place = empty_place([filmed(stays)] * 6, [as_boxes(stays)] * 6)
    assert (place[20:70, 40:60] == UNKNOWN).all()
    assert (place[:, 80:] == PLACE[:, 80:]).all()
    assert not (place == WORKER).all(axis=-1).any()


@pytest.mark.parametrize("free", range(FEWEST + 2))
def test_it_takes_three_free_pictures_to_know_a_place(free):
    here = [(40, 20, 60, 70)]
    pictures = [filmed(here)] * 4 + [PLACE] * free
    place = empty_place(pictures, [as_boxes(here)] * 4 + [as_boxes([])] * free)
    known = PLACE if free >= FEWEST else np.full_like(PLACE, UNKNOWN)
    assert (place[30, 50] == known[30, 50]).all()


def test_what_is_near_a_box_counts_as_somebody():
    near = near_people((90, 120), as_boxes([(40, 20, 60, 70)]))
    beyond_px = int(AROUND_BOX * 50)
    assert near[20 - beyond_px + 1, 50]
    assert near[40, 60 + beyond_px - 1]
    assert not near[5, 5]


def test_boxes_beyond_the_picture_are_no_fault():
    beyond = as_boxes([(-50, -50, -30, -30), (110, 80, 300, 300)])
    painted = without(PLACE, beyond)
    assert (painted[85, 115] == UNKNOWN).all()
    assert (painted[:40, :60] == PLACE[:40, :60]).all()
