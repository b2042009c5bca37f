"""The proof finds the heads that a clip shows, and counts those that it hides."""

from __future__ import annotations

import json

import numpy as np
import pytest

from detectors.anonymise import cover
from detectors.keypoints import INDEX
from detectors.pose import People
from detectors.proof.heads import inside, read_true_heads, shown
from detectors.video_writer import Writer
from pipelines.clips.cutting import Lookers
from pipelines.clips.proof import prove, videos_in

HEAD = np.array([[100.0, 40.0, 140.0, 80.0]])
FACE = {"nose": [122, 62, 2], "left_eye": [126, 58, 2], "right_eye": [118, 58, 1]}
RATE_HZ, FRAMES = 15.0, 9


def noise():
    return np.random.default_rng(4).integers(0, 256, (240, 320, 3), dtype=np.uint8)


@pytest.fixture
def filmed(tmp_path):
    """Return a film of somebody who stands in front of a speckled wall, with its truth beside it."""
    path = tmp_path / "film.mp4"
    with Writer(path, 320, 240) as writer:
        for number in range(FRAMES):
            writer.write(noise(), number / RATE_HZ)
    person = {"id": 0, "bbox": [90, 40, 160, 230], "kpts": FACE}
    frames = [{"t": number / RATE_HZ, "people": [person]} for number in range(FRAMES)]
    path.with_suffix(".json").write_text(json.dumps({"frames": frames}))
    return path


class Seen:
    """Finds the person, or nobody."""

    version = "seen@1"

    def __init__(self, there):
        self.there = there

    def people(self, image):
        n = int(self.there)
        points = np.zeros((n, 17, 3))
        points[:, INDEX["nose"]] = 122, 62, 0.9
        return People(np.array([[90.0, 40.0, 160.0, 230.0]] * n).reshape(-1, 4), np.full(n, 0.9), points)


def tally(path, found):
    return prove(path, Lookers(Mirrored(found), Seen(False)), [], 60.0)


class Mirrored(Seen):
    """Finds the person also in the mirror image, which it tells by the first speck."""

    def people(self, image):
        people = super().people(image)
        if np.abs(image[:8, :8].astype(int) - noise()[:8, :8]).mean() > 40:
            people.box_px[:, [0, 2]] = 320 - people.box_px[:, [2, 0]]
            people.keypoints[..., 0] = 320 - people.keypoints[..., 0]
        return people


def test_a_cutter_that_sees_the_person_hides_every_head(filmed):
    found = tally(filmed, True)
    assert (found.heads_by, found.pictures, found.heads, found.heads_shown) == ("truth", FRAMES, FRAMES, 0)


def test_a_cutter_that_sees_nobody_is_found_out(filmed):
    found = tally(filmed, False)
    assert found.heads_shown == found.heads == FRAMES
    assert found.shown_at == pytest.approx([number / RATE_HZ for number in range(FRAMES)], abs=0.001)


def test_a_head_is_the_face_and_more_and_one_turned_away_is_none(filmed):
    heads = read_true_heads(filmed.with_suffix(".json"))
    x1, y1, x2, y2 = heads.at(0.3)[0]
    assert x1 <= 118
    assert x2 >= 126
    assert y1 <= 58
    assert y2 >= 62
    truth = json.loads(filmed.with_suffix(".json").read_text())
    for point in truth["frames"][2]["people"][0]["kpts"].values():
        point[2] = 1
    filmed.with_suffix(".json").write_text(json.dumps(truth))
    assert len(read_true_heads(filmed.with_suffix(".json")).at(2 / RATE_HZ)) == 0


def test_only_heads_that_are_not_covered_count():
    two = np.concatenate([HEAD, HEAD + 100.0])
    assert shown(cover(noise(), HEAD), HEAD, two) == 1
    assert shown(cover(noise(), two), two, two) == 0
    assert len(inside(HEAD - 150.0, noise())) == 0


def test_videos_are_found_below_a_folder_too(filmed, tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "below/other.GIF").write_bytes(b"")
    assert [path.name for path in videos_in(tmp_path)] == ["other.GIF", "film.mp4"]
