from dataclasses import replace

import numpy as np
import pytest

from detectors.keypoints import INDEX
from detectors.lettering import letter_px, write
from detectors.overlay import UNSEEN_BACK, BarSegment, LiftBar, PersonNow, draw
from detectors.timeline import COLOURS_BGR, LETTERS
from detectors.vocabulary import LiftKind, Technique

SIZES = [(640, 360), (1080, 1920), (270, 480), (96, 128)]
NOBODY = np.full((17, 3), np.nan)
STICK = {
    "left_ear": (0.60, 0.30),
    "left_shoulder": (0.55, 0.35),
    "left_wrist": (0.56, 0.55),
    "left_elbow": (0.56, 0.45),
    "left_hip": (0.40, 0.50),
    "left_knee": (0.45, 0.62),
    "left_ankle": (0.42, 0.75),
}


def blank(height=640, width=360):
    return np.full((height, width, 3), 120, dtype=np.uint8)


def stick(height=640, width=360):
    keypoints = NOBODY.copy()
    for name, (x, y) in STICK.items():
        keypoints[INDEX[name]] = x * width, y * height, 0.9
    return keypoints


def person(keypoints, technique=None, label="", trunk=np.nan, knee=np.nan):
    return PersonNow(keypoints, trunk, knee, label, technique)


def bar(*segments, now_s=0.0):
    return LiftBar(segments, 100.0, now_s)


def changed(image, people=(), lift_bar=None, caption=""):
    """Return where the drawing differs from one with nobody and nothing on it."""
    bare = draw(image, [], bar(), "")
    return (draw(image, people, lift_bar or bar(), caption) != bare).any(axis=2)


def pixels_of(image, colour):
    return (image == colour).all(axis=2).sum()


@pytest.mark.parametrize(("height", "width"), SIZES)
def test_every_size_is_drawn_and_the_source_is_left_alone(height, width):
    image = blank(height, width)
    someone = person(stick(height, width), Technique.SPINE_BEND, "lift 3 · spine_bend p 0.91", 58.0, 35.0)
    drawn = draw(image, [someone], bar(BarSegment(5, 20, Technique.SQUAT, LiftKind.LIFT)), "dock-2")
    assert drawn.shape == image.shape
    assert drawn.dtype == np.uint8
    assert (image == 120).all()


def test_nobody_seen_draws_nobody():
    assert not changed(blank(), [person(NOBODY, Technique.SQUAT, "lift 1", 40.0, 40.0)]).any()


def test_a_keypoint_that_is_not_seen_takes_its_lines_with_it():
    keypoints = stick()
    x, y = keypoints[INDEX["left_ankle"], :2].astype(int)
    assert changed(blank(), [person(keypoints)])[y, x]
    keypoints[INDEX["left_ankle"], :2] = np.nan
    assert not changed(blank(), [person(keypoints)])[y - 15 : y + 15, x - 15 : x + 15].any()


def test_faces_are_not_drawn():
    keypoints = NOBODY.copy()
    keypoints[INDEX["nose"]] = 180, 200, 0.9
    assert not changed(blank(), [person(keypoints)]).any()


@pytest.mark.parametrize("technique", Technique)
def test_the_skeleton_wears_the_colour_of_the_technique(technique):
    colour = COLOURS_BGR[technique]
    coloured = pixels_of(draw(blank(), [person(stick(), technique)], bar(), ""), colour)
    white = pixels_of(draw(blank(), [person(stick())], bar(), ""), colour)
    assert coloured > 300
    assert white < 30


def test_unknown_angles_are_not_written_and_known_ones_are():
    without = changed(blank(), [person(stick())]).sum()
    trunk = changed(blank(), [person(stick(), trunk=58.0)]).sum()
    both = changed(blank(), [person(stick(), trunk=58.0, knee=35.0)]).sum()
    assert without < trunk < both


def test_people_outside_the_picture_do_no_harm():
    far = stick() + np.array([5000.0, -5000.0, 0.0])
    draw(blank(), [person(far, Technique.HIP_HINGE, "lift 1", 30.0, 30.0)], bar(), "")


def columns_of(technique, kind=LiftKind.LIFT, start_s=25.0, end_s=75.0):
    drawn = draw(blank(), [], bar(BarSegment(start_s, end_s, technique, kind)), "")
    return np.flatnonzero(
        (np.abs(drawn.astype(int) - COLOURS_BGR[technique]).max(axis=2) < 2).sum(axis=0) > 5
    )


def test_a_segment_lies_where_its_lift_happens():
    columns = columns_of(Technique.SPINE_BEND)
    assert columns[0] == pytest.approx(360 / 4, abs=8)
    assert columns[-1] == pytest.approx(360 * 3 / 4, abs=8)
    assert len(columns) == columns[-1] - columns[0] + 1


def test_a_bend_without_load_is_hollow():
    assert len(columns_of(Technique.SPINE_BEND, LiftKind.BEND)) < 10


def test_the_shortest_lift_is_still_seen():
    assert len(columns_of(Technique.SPINE_BEND, start_s=50.0, end_s=50.01)) >= 2


def test_the_cursor_moves_from_the_left_end_to_the_right():
    first, middle, last = (
        np.flatnonzero((draw(blank(), [], bar(now_s=now_s), "") == 255).all(axis=2).any(axis=0)).mean()
        for now_s in (0.0, 50.0, 100.0)
    )
    assert first < 25
    assert middle == pytest.approx(180, abs=3)
    assert last > 335


@pytest.mark.parametrize("duration_s", [0.0, np.nan])
def test_a_video_of_unknown_length_has_a_bar_too(duration_s):
    segment = BarSegment(1, 2, Technique.SQUAT, LiftKind.LIFT)
    draw(blank(), [], LiftBar((segment,), duration_s, 1.0), "")


def test_letters_and_colours_tell_every_technique_apart():
    assert set(LETTERS) == set(COLOURS_BGR) == set(Technique)
    assert len(set(LETTERS.values())) == len(set(COLOURS_BGR.values())) == len(Technique)


@pytest.mark.parametrize("text", ["58°", "Hof Süd · lift 3", "非", "", "x" * 300])
@pytest.mark.parametrize("at_px", [(-50, -50), (5000, 5000), (20, 20)])
def test_any_text_anywhere_stays_in_the_picture(text, at_px):
    image = blank()
    write(image, text, at_px, (255, 255, 255), letter_px(image))
    ink = np.argwhere((image != 120).any(axis=2))
    assert bool(len(ink)) == (text not in {"", "非"})
    if len(ink):
        assert ink.min() > 0
        assert (ink.max(axis=0) < [639, 359]).all()


def test_letters_grow_with_the_picture():
    assert letter_px(blank(1080, 1920)) > letter_px(blank(640, 360)) >= 11


def backed(points_px):
    back = UNSEEN_BACK.copy()
    back[:, :2] = points_px
    return replace(person(NOBODY), back=back)


ROUND_BACK = np.array([(100, 400), (80, 360), (70, 320), (80, 280), (100, 240)], dtype=float)


def test_the_back_is_drawn_as_a_curve_in_a_colour_of_its_own_and_with_its_pole():
    drawn = draw(blank(), [backed(ROUND_BACK)], bar(), "")
    colours = {tuple(drawn[y, x].tolist()) for x, y in ROUND_BACK.astype(int).tolist()}
    assert len(colours) == 1
    assert not colours & {tuple(colour) for colour in COLOURS_BGR.values()}
    between = ((ROUND_BACK[1:] + ROUND_BACK[:-1]) / 2).astype(int)
    assert {tuple(drawn[y, x].tolist()) for x, y in between.tolist()} == colours
    # The pole runs straight from the sacrum to C7, where the round back is not.
    assert (drawn[320, 97:104] != 120).any()


def test_of_a_back_seen_in_part_only_that_part_is_drawn():
    assert not changed(blank(), [backed(np.full((5, 2), np.nan))]).any()
    part = ROUND_BACK.copy()
    part[4] = np.nan
    drawn = changed(blank(), [backed(part)])
    assert drawn[400, 100]
    assert not drawn[:270].any()
    assert not drawn[:, 108:].any()
