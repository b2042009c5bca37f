"""What is drawn onto a clip lies where it was measured, also after encoding."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from detectors.keypoints import BACK5, COCO17, FACE
from detectors.motion import View
from detectors.pole_overlay import BEYOND, draw_pole
from detectors.tables import POSES
from detectors.video import Reader
from pipelines.clips.drawing import lift_drawing
from pipelines.clips.looks import ClipError, ClipFault
from pipelines.clips.pace import Pace
from pipelines.clips.skeleton import apart, check_drawn, moments, write_skeleton

WIDTH_PX, HEIGHT_PX, RATE_HZ = 640, 480, 15.0
VIEW = View(WIDTH_PX, HEIGHT_PX, RATE_HZ)
BACK = np.array([[300.0, 300.0], [290.0, 270.0], [292.0, 240.0], [305.0, 212.0], [330.0, 190.0]])
LIFT = pd.Series({"start_s": 0.4, "end_s": 1.2, "kind": "lift", "technique": "spine_bend"})
PURPLE = (167, 121, 204)


def body(shift_px):
    """Return the keypoints of somebody who leans to the right by 45 deg, moved to the right."""
    points = dict.fromkeys(COCO17, (np.nan, np.nan))
    for side, aside in (("left", 0.0), ("right", 3.0)):
        points |= {
            f"{side}_hip": (300 + aside, 310),
            f"{side}_shoulder": (380 + aside, 230),
            f"{side}_knee": (310 + aside, 380),
            f"{side}_ankle": (300 + aside, 450),
            f"{side}_elbow": (385 + aside, 290),
            f"{side}_wrist": (390 + aside, 340),
            f"{side}_ear": (420 + aside, 205),
        }
    return {name: (x + shift_px, y) for name, (x, y) in points.items()}


def poses(n=24, speed_px=4.0, back=BACK):
    rows = []
    for i in range(n):
        row = {"footage_id": "f", "time_s": i / RATE_HZ, "track_id": "t"}
        row |= {"box_x1_px": 280.0, "box_y1_px": 180.0, "box_x2_px": 440.0, "box_y2_px": 460.0}
        for name, (x, y) in body(speed_px * i).items():
            if name not in FACE:
                row |= {f"{name}_x_px": x, f"{name}_y_px": y, f"{name}_confidence": 0.9}
        for name, (x, y) in zip(BACK5, back, strict=True):
            row |= {f"back_{name}_x_px": x + speed_px * i, f"back_{name}_y_px": y}
            row |= {f"back_{name}_confidence": 0.9 if np.isfinite(x) else 0.0}
        rows.append(row)
    return pd.DataFrame(rows, columns=POSES.names)


def grey():
    return np.full((HEIGHT_PX, WIDTH_PX, 3), 110, dtype=np.uint8)


def drawing(**how):
    return lift_drawing(poses(**how), LIFT, (0.0, 1.6), VIEW)


def clip_of(tmp_path, pace=Pace()):  # noqa: B008 - frozen
    path = tmp_path / "clip.mp4"
    write_skeleton(grey(), (0.0, 1.5), path, drawing(), pace)
    return [(frame.time_s, frame.image) for frame in Reader(path, 1000.0)]


def middle_of(image, colour, around, reach_px=7):
    """Return where a colour is in the middle, near a point."""
    x, y = np.rint(around).astype(int)
    near = image[y - reach_px : y + reach_px + 1, x - reach_px : x + reach_px + 1].astype(int)
    rows, columns = np.nonzero(np.abs(near - colour).max(axis=-1) < 60)
    assert len(rows), f"no {colour} near {around}"
    return columns.mean() + x - reach_px, rows.mean() + y - reach_px


@pytest.mark.parametrize("pace", [Pace(), Pace.slow_around(0.8)], ids=["usual pace", "slowly"])
def test_the_drawing_lies_within_3_px_of_the_stored_points_in_the_decoded_clip(tmp_path, pace):
    shown = dict(enumerate(clip_of(tmp_path, pace)))
    checked = 0
    for moment_s in (0.0, 10 / RATE_HZ, 20 / RATE_HZ):
        at_s = pace.shown_s(moment_s, 0.0)
        _, image = min(shown.values(), key=lambda one: abs(one[0] - at_s))
        moved_px = np.array([4.0 * moment_s * RATE_HZ, 0.0])
        for point in BACK[[0, 2, 4]] + moved_px:
            assert np.hypot(*(middle_of(image, PURPLE, point) - point)) <= 3.0
            checked += 1
    assert checked == 9


def test_the_pole_is_straight_and_the_gap_to_the_back_is_coloured():
    image = draw_pole(grey(), BACK)
    for share in (0.0, 0.3, 0.6, 1.0, 1.0 + BEYOND / 2):
        x, y = np.rint(BACK[0] + share * (BACK[-1] - BACK[0])).astype(int)
        assert image[y, x].min() > 230
    inside = BACK[[0, 2, 4]].mean(axis=0).round().astype(int)
    red, blue = image[inside[1], inside[0], 2], image[inside[1], inside[0], 0]
    assert int(red) - int(blue) > 60
    assert (image[400:, :] == 110).all()


@pytest.mark.parametrize("unseen", [0, 4], ids=["sacrum", "c7"])
def test_without_both_ends_of_the_back_there_is_no_pole(unseen):
    back = BACK.copy()
    back[unseen] = np.nan
    assert (draw_pole(grey(), back) == grey()).all()


def test_the_trunk_angle_is_that_of_the_points():
    told = [one.trunk_inclination_deg for one in drawing()._people(0.8, "spine_bend")]
    assert told == [pytest.approx(45.0, abs=3.0)]


def test_between_two_poses_the_drawing_lies_between_them():
    (person,) = drawing()._people(10.5 / RATE_HZ, "spine_bend")
    assert person.back[0, 0] == pytest.approx(300.0 + 4.0 * 10.5)


@pytest.mark.parametrize("moment_s", [-0.5, 3.0])
def test_far_from_any_pose_nobody_is_drawn(moment_s):
    assert drawing()._people(moment_s, "spine_bend") == []


@pytest.mark.parametrize("n", [0, 1])
def test_few_poses_are_no_fault(n):
    assert drawing(n=n)(grey(), 0.0).shape == grey().shape


def test_a_skeleton_clip_shows_the_background_and_the_drawing_alone(tmp_path):
    for moment_s, image in clip_of(tmp_path):
        assert apart(image, drawing()(grey(), moment_s)) < 20.0


def test_a_skeleton_clip_with_a_strange_picture_is_refused(tmp_path):
    path = tmp_path / "clip.mp4"
    write_skeleton(grey(), (0.0, 1.0), path, drawing(), Pace())
    expected = [drawing()(grey(), moment_s) for moment_s in moments((0.0, 1.0), Pace())]
    check_drawn(path, expected, 15)
    face = np.random.default_rng(1).integers(0, 256, (24, 24, 3), dtype=np.uint8)
    expected[6] = expected[6].copy()
    expected[6][40:64, 40:64] = face
    with pytest.raises(ClipError, match="picture 7 of 15") as refused:
        check_drawn(path, expected, 15)
    assert (refused.value.fault, refused.value.picture) == (ClipFault.PICTURES_DIFFER, 7)
