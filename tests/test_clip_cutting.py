"""No clip shows a head: heads are covered, a second look proves it, and without proof there is no clip."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import av
import numpy as np
import pytest

from detectors.anonymise import cover
from detectors.keypoints import INDEX
from detectors.pose import People, YoloPose
from detectors.video import Reader, VideoError
from detectors.video_between import Stretch
from detectors.video_writer import Writer
from pipelines.clips import cutting as clip_cutting
from pipelines.clips.cutting import Lookers, cut_clip
from pipelines.clips.looks import ClipError, ClipFault
from pipelines.clips.pace import Pace

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "data/sample/footage/dock-1/dock-1_20261005T061204.mp4"
REAL = ROOT.parent / "shared/footage/kettlebell/0016k_1.mp4"
FRAMES, RATE_HZ = 12, 15.0
LOOKED_AT = 11
"""A clip ends with the last picture that was looked at as it is, which is every second one."""

HEAD_PX, BODY_PX = 32, 160


def place(number):
    return 60 + 6 * number, 40


def head_of(image, number):
    x, y = place(number)
    return image[y : y + HEAD_PX, x : x + HEAD_PX]


@pytest.fixture(scope="module")
def filmed(tmp_path_factory):
    """Return a clip of a green body that walks past, with a head of noise."""
    path = tmp_path_factory.mktemp("film") / "film.mp4"
    head = np.kron(np.random.default_rng(3).integers(0, 256, (8, 8, 3), dtype=np.uint8), np.ones((4, 4, 1)))
    with Writer(path, 320, 240) as writer:
        for number in range(FRAMES):
            image = np.full((240, 320, 3), 120, dtype=np.uint8)
            x, y = place(number)
            image[y + HEAD_PX : y + HEAD_PX + BODY_PX, x : x + HEAD_PX] = (40, 220, 40)
            image[y : y + HEAD_PX, x : x + HEAD_PX] = head
            writer.write(image, number / RATE_HZ)
    return path


class PaintedPose:
    """Finds the green body, and knows that the head is above it; blind in some of its looks."""

    version = "painted@1"

    def __init__(self, blind=(), extra=None):
        self.looks, self.blind, self.extra = 0, blind, extra

    def people(self, image):
        self.looks += 1
        blue, green, red = (image[..., i].astype(int) for i in range(3))
        rows, columns = np.nonzero((green > 170) & (blue < 110) & (red < 110))
        found = []
        if self.looks - 1 not in self.blind and len(rows):
            x1, y1, x2, y2 = columns.min(), rows.min() - HEAD_PX, columns.max(), rows.max()
            found.append((x1, y1, x2, y2))
        if self.extra:
            found.append(self.extra)
        keypoints = np.zeros((len(found), 17, 3))
        for points, (x1, y1, x2, _) in zip(keypoints, found, strict=True):
            points[INDEX["nose"]] = (x1 + x2) / 2, y1 + HEAD_PX / 2, 0.9
        boxes = np.array(found, dtype=float).reshape(-1, 4)
        return People(boxes, np.full(len(found), 0.9), keypoints)


def cut(path, folder, recording=None, clip=None, **how):
    target = folder / "clip.mp4"
    cut_clip(
        Stretch(path, 0.0, 5.0), Lookers(recording or PaintedPose(), clip or PaintedPose()), target, **how
    )
    return target


def spreads(path):
    """Return how much each picture's head differs from its tiles' colours: the finest detail left."""
    images = [frame.image.astype(float) for frame in Reader(path, 1000.0)]
    fine = [np.abs(np.diff(head_of(image, n), axis=0)) for n, image in enumerate(images)]
    return [float(np.median(one)) for one in fine]


def test_heads_are_gone_and_the_body_is_still_there(filmed, tmp_path):
    clip = cut(filmed, tmp_path)
    images = [frame.image for frame in Reader(clip, 1000.0)]
    assert len(images) == LOOKED_AT
    assert max(spreads(clip)) < 3.0
    x, y = place(0)
    assert images[0][y + 150, x + 16, 1] > 180
    assert list(tmp_path.iterdir()) == [clip]


def test_the_clip_plays_in_every_browser_and_tells_nothing_more(filmed, tmp_path):
    with av.open(str(cut(filmed, tmp_path))) as container:
        (stream,) = container.streams
        assert (stream.type, stream.codec_context.name, stream.codec_context.pix_fmt) == (
            "video",
            "h264",
            "yuv420p",
        )
        assert set(container.metadata) <= {"major_brand", "minor_version", "compatible_brands"}
        assert set(stream.metadata) <= {"language", "handler_name", "vendor_id"}
    content = (tmp_path / "clip.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_a_missed_person_stays_covered(filmed, tmp_path):
    # Of the looks at a recording each second picture gets two: in the mirror, and as it is.
    blind = {4, 7}
    assert max(spreads(cut(filmed, tmp_path, PaintedPose(blind)))) < 3.0


def test_a_blur_that_does_not_blur_makes_no_clip(filmed, tmp_path, monkeypatch):
    monkeypatch.setattr(clip_cutting, "cover", lambda image, boxes: image)
    with pytest.raises(ClipError, match=f"not covered in picture 1 of {FRAMES}") as refused:
        cut(filmed, tmp_path)
    assert (refused.value.fault, refused.value.picture) == (ClipFault.HEAD_SHOWS, 1)
    assert not list(tmp_path.iterdir())


def test_a_head_that_was_forgotten_in_one_picture_makes_no_clip(filmed, tmp_path, monkeypatch):
    pictures = count(1)

    def forgetful(image, boxes):
        return image if next(pictures) in (8, LOOKED_AT + 8) else cover(image, boxes)

    monkeypatch.setattr(clip_cutting, "cover", forgetful)
    with pytest.raises(ClipError, match="picture 8 of"):
        cut(filmed, tmp_path)
    assert not list(tmp_path.iterdir())


def test_where_the_two_looks_disagree_all_of_the_person_is_covered(filmed, tmp_path, monkeypatch):
    right = clip_cutting.look_through

    def misplaced(*given):
        sights = right(*given)
        sights.covers[:] = [boxes + np.array([0.0, 60.0, 0.0, 60.0]) for boxes in sights.covers]
        return sights

    monkeypatch.setattr(clip_cutting, "look_through", misplaced)
    assert max(spreads(cut(filmed, tmp_path))) < 3.0


def test_what_every_second_look_misses_is_found_by_looking_at_every_picture(filmed, tmp_path, monkeypatch):
    right, steps = clip_cutting.look_through, []

    def forgetful(stretch, source, pace, step):
        steps.append(step)
        sights = right(stretch, source, pace, step)
        if step > 1:
            sights.covers[7] = np.empty((0, 4))
        return sights

    monkeypatch.setattr(clip_cutting, "look_through", forgetful)
    assert len(spreads(cut(filmed, tmp_path))) == FRAMES
    assert steps == [2, 1]


def test_somebody_whom_only_the_look_at_the_clip_finds_makes_no_clip(filmed, tmp_path):
    with pytest.raises(ClipError, match="a head is not covered"):
        cut(filmed, tmp_path, clip=PaintedPose(extra=(250, 20, 300, 220)))
    assert not list(tmp_path.iterdir())


def test_a_drawing_can_not_bring_a_head_back(filmed, tmp_path):
    def scribble(image, time_s):
        drawn = image.copy()
        head = head_of(drawn, round(time_s * RATE_HZ))
        head[...] = np.random.default_rng(5).integers(0, 256, head.shape, dtype=np.uint8)
        return drawn

    assert max(spreads(cut(filmed, tmp_path, drawing=scribble))) < 3.0


def test_around_the_peak_a_clip_takes_three_times_as_long(filmed, tmp_path):
    usual = [frame.time_s for frame in Reader(cut(filmed, tmp_path), 1000.0)]
    slow = [frame.time_s for frame in Reader(cut(filmed, tmp_path, pace=Pace((0.2, 0.4))), 1000.0)]
    assert slow[-1] - usual[-1] == pytest.approx(2 * 0.2, abs=0.01)
    # The film has no more pictures than are shown anyway: their distances triple, and no others do.
    steps = np.diff(slow)
    assert steps.min() == pytest.approx(1 / RATE_HZ, abs=0.01)
    assert steps.max() == pytest.approx(3 / RATE_HZ, abs=0.01)


def test_a_stretch_without_pictures_is_one_sentence(filmed, tmp_path):
    with pytest.raises(ClipError, match=r"film\.mp4 has no picture from 9\.0 s to 11\.0 s"):
        cut_clip(Stretch(filmed, 9.0, 11.0), Lookers(PaintedPose(), PaintedPose()), tmp_path / "clip.mp4")


def test_a_file_that_is_no_video_is_one_sentence(tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"nothing")
    with pytest.raises(VideoError, match="not a video"):
        cut(tmp_path / "a.mp4", tmp_path)


@pytest.mark.parametrize("steady", [True, False])
def test_a_stretch_keeps_the_clock_of_the_recording(filmed, steady):
    whole = {frame.time_s for frame in Reader(filmed, RATE_HZ)}
    times = [frame.time_s for frame in Stretch(filmed, 0.3, 0.6, steady=steady).frames(RATE_HZ)]
    assert times
    assert set(times) <= whole
    assert all(0.3 <= time_s < 0.6 for time_s in times)


def test_what_the_camera_masks_stays_masked(filmed):
    left = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
    frame = next(Stretch(filmed, 0.0, 1.0, (left,)).frames(RATE_HZ))
    assert frame.image[:, :150].max() == 0
    assert frame.image[:, 200:].max() > 0


@pytest.mark.weights
@pytest.mark.parametrize(
    ("path", "start_s"), [pytest.param(SAMPLE, 1.4, id="rendered"), pytest.param(REAL, 4.0, id="filmed")]
)
def test_a_bending_person_is_covered_as_the_real_model_sees_it(embedded_weights, path, start_s, tmp_path):
    if not path.is_file():
        pytest.skip(f"needs {path.name}")
    lookers = Lookers(*(YoloPose(embedded_weights, size, "cpu") for size in (640, 320)))
    target = tmp_path / "clip.mp4"
    cut_clip(Stretch(path, start_s, start_s + 0.35), lookers, target)
    assert len(list(Reader(target, 1000.0))) >= 5
