"""A covered head can't be told from another one, and what is not covered is noticed."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.anonymise import bare, cover, lie_under, tile_px
from detectors.head_boxes import (
    core_boxes,
    head_boxes,
    hiding_box,
    stranger_boxes,
    strangers,
)
from detectors.head_gaps import between_sights
from detectors.keypoints import INDEX
from detectors.tracking import Track

HEAD = np.array([[100.0, 60.0, 160.0, 120.0]])
BOX = np.array([80.0, 40.0, 180.0, 440.0])
NOBODY = np.zeros((17, 3))


def noise(seed=0):
    return np.random.default_rng(seed).integers(0, 256, (240, 320, 3), dtype=np.uint8)


def person(**points):
    keypoints = NOBODY.copy()
    for name, (x, y) in points.items():
        keypoints[INDEX[name]] = x, y, 0.9
    return keypoints


STANDING = {
    "left_shoulder": (130, 110),
    "right_shoulder": (134, 110),
    "left_hip": (130, 225),
    "right_hip": (134, 225),
}


def inside(point, boxes):
    x, y = point
    return any(x1 <= x <= x2 and y1 <= y <= y2 for x1, y1, x2, y2 in boxes)


def test_what_lay_under_a_cover_is_lost():
    one = noise()
    other = one.copy()
    side = tile_px(HEAD)
    # Every tile keeps its pixels in another order: other faces, as it were, of the same mean colours.
    for row in range(0, 240, side):
        for column in range(0, 320, side):
            tile = other[row : row + side, column : column + side]
            shape = tile.shape
            tile[...] = np.random.default_rng(1).permutation(tile.reshape(-1, 3)).reshape(shape)
    x1, y1, x2, y2 = HEAD[0].astype(int)
    assert (one[y1:y2, x1:x2] != other[y1:y2, x1:x2]).any()
    assert (cover(one, HEAD)[y1:y2, x1:x2] == cover(other, HEAD)[y1:y2, x1:x2]).all()


def test_a_head_is_a_handful_of_colours_and_the_rest_of_the_picture_is_left_alone():
    picture = noise()
    covered = cover(picture, HEAD)
    x1, y1, x2, y2 = HEAD[0].astype(int)
    assert len(np.unique(covered[y1:y2, x1:x2].reshape(-1, 3), axis=0)) <= 36
    assert (covered[180:, :] == picture[180:, :]).all()
    assert (picture == noise()).all()


def test_boxes_beyond_the_picture_are_no_fault():
    boxes = np.array([[-50.0, -50.0, 10.0, 10.0], [300.0, 200.0, 400.0, 300.0], [500.0, 0.0, 600.0, 50.0]])
    covered = cover(noise(), boxes)
    assert not bare(covered, boxes, np.array([[0.0, 0.0, 9.0, 9.0], [305.0, 205.0, 319.0, 239.0]]))


@pytest.mark.parametrize(
    ("picture", "boxes"),
    [
        pytest.param(noise(), HEAD, id="the cover was never drawn"),
        pytest.param(cover(noise(), HEAD), HEAD - 90.0, id="the cover lies elsewhere"),
        pytest.param(cover(noise(), HEAD), np.empty((0, 4)), id="nobody asked for one"),
    ],
)
def test_a_bare_head_is_noticed(picture, boxes):
    assert bare(picture, boxes, HEAD)


def test_a_covered_head_is_not_bare():
    assert not bare(cover(noise(), HEAD), HEAD, HEAD)


@pytest.mark.parametrize("turned_deg", [0, 45, 90, 135])
def test_the_whole_head_is_covered_however_the_person_bends(turned_deg):
    # Chin to crown is 0.13 of stature; of a man of 400 px that is 26 px either way from the ear.
    turn = np.radians(turned_deg)
    up = np.array([np.sin(turn), -np.cos(turn)])
    hip = np.array([300.0, 300.0])
    shoulder, ear = hip + 115.0 * up, hip + 165.0 * up
    points = person(left_hip=hip, left_shoulder=shoulder, left_ear=ear)
    ends = np.array([hip, ear + 26 * up, [300.0, 500.0]])
    box = np.r_[ends.min(axis=0) - 20, ends.max(axis=0) + 20]
    boxes = head_boxes(box[None], points[None])
    around = [ear + 26 * np.array([np.cos(a), np.sin(a)]) for a in np.linspace(0, 2 * np.pi, 16)]
    assert all(inside(point, boxes) for point in around)
    # Nobody saw the ear: the trunk tells where the head must be.
    points[INDEX["left_ear"]] = 0.0
    boxes = head_boxes(box[None], points[None])
    assert all(inside(point, boxes) for point in around)


def test_without_any_point_the_upper_part_of_the_person_is_covered():
    assert head_boxes(BOX[None], NOBODY[None]).tolist() == [hiding_box(BOX).tolist()]


def test_a_face_far_from_its_shoulders_does_not_leave_the_shoulders_bare():
    boxes = head_boxes(BOX[None], person(nose=(130, 400), **STANDING)[None])
    assert inside((130, 400), boxes)
    assert inside((132, 70), boxes)


def track(*times_s):
    n = len(times_s)
    return Track(1, np.array(times_s), np.stack([BOX] * n), np.stack([person(nose=(130, 70))] * n))


def test_who_is_missed_in_a_short_gap_stays_covered_between_both_sights():
    found = between_sights(track(0.0, 0.4), 0.2)
    assert inside((130, 70), found)
    assert found[0, 3] < 200.0


@pytest.mark.parametrize("time_s", [0.5, 1.9, 2.9])
def test_in_a_long_gap_and_around_the_sights_the_whole_upper_part_is_covered(time_s):
    found = between_sights(track(1.0, 2.4), time_s)
    assert inside(BOX[:2], found)
    assert inside((BOX[2], 200.0), found)


@pytest.mark.parametrize("time_s", [1.0, 3.5])
def test_who_is_seen_or_long_gone_gets_no_cover_of_a_gap(time_s):
    assert between_sights(track(1.0, 2.4), time_s).shape == (0, 4)


def test_a_body_that_is_known_is_no_stranger_whatever_its_size():
    part = np.array([[90.0, 200.0, 170.0, 440.0]])
    away = np.array([[400.0, 40.0, 500.0, 440.0]])
    assert strangers(np.r_[part, away], BOX[None]).tolist() == [False, True]
    assert strangers(away, np.empty((0, 4))).tolist() == [True]


def test_of_a_stranger_the_head_must_be_hidden_or_all_of_the_upper_part():
    assert stranger_boxes(BOX[None], NOBODY[None]).tolist() == [hiding_box(BOX).tolist()]
    nose = person(nose=(130, 70), **STANDING)[None]
    assert stranger_boxes(BOX[None], nose).tolist() == core_boxes(BOX[None], nose).tolist()


def bent(face_confidence):
    """Return somebody who bends, whose head the model sees at the wrong end of the box."""
    keypoints = person(left_shoulder=(110, 330), left_hip=(150, 300), nose=(100, 340))
    keypoints[INDEX["nose"], 2] = face_confidence
    return np.array([[80.0, 200.0, 280.0, 440.0]]), keypoints[None]


@pytest.mark.parametrize(
    ("face", "body"),
    [
        pytest.param(0.4, 0.9, id="no face"),
        pytest.param(0.9, 0.7, id="hardly a person"),
    ],
)
def test_of_somebody_who_bends_all_is_covered_where_the_head_is_a_guess(face, body):
    box, points = bent(face)
    boxes = head_boxes(box, points, np.array([body]))
    for corner in (box[0, :2], box[0, 2:]):
        assert inside(corner, boxes)


def test_of_somebody_who_bends_the_back_stays_in_sight_where_the_head_is_sure():
    box, points = bent(0.9)
    boxes = head_boxes(box, points, np.array([0.9]))
    assert inside((100, 340), boxes)
    assert not inside((240, 260), boxes)


@pytest.mark.parametrize(
    ("needed", "covered"),
    [
        pytest.param([[12, 12, 20, 20]], True, id="within"),
        pytest.param([[12, 12, 60, 20]], False, id="reaches beyond"),
        pytest.param([[200, 200, 220, 220]], False, id="elsewhere"),
        pytest.param([[-30, -30, -20, -20]], False, id="before the picture"),
        pytest.param(np.empty((0, 4)), True, id="nothing"),
    ],
)
def test_what_lies_under_covers_is_told(needed, covered):
    boxes = np.array([[8.0, 8.0, 39.0, 39.0]])
    assert lie_under(np.array(needed, dtype=float), boxes) is covered
    assert lie_under(np.array([[0.0, 0.0, 5.0, 5.0]]), np.empty((0, 4))) is False
