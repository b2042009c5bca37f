"""Frames read a second time are those of the first reading, wherever they stand in the file."""

import shutil
from fractions import Fraction

import av
import numpy as np
import pytest

from detectors import video_again
from detectors.video import Reader
from detectors.video_again import frames_at

RATE_HZ, SECONDS = 10, 40
MASK = ((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0))
WANTED_S = (0.0, 0.1, 8.3, 19.9, 20.0, 20.1, 33.7, 39.9)


def picture(number):
    """Return a picture whose rows of grey tell its number."""
    image = np.full((48, 64, 3), 20, dtype=np.uint8)
    for bit in range(10):
        image[4 * bit : 4 * bit + 4] = 230 if number >> bit & 1 else 20
    return image


def number_of(image):
    return sum(1 << bit for bit in range(10) if image[4 * bit + 2, 60].mean() > 128)


def write(path, group, b_frames=0, numbers=range(RATE_HZ * SECONDS), codec="libx264"):
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=RATE_HZ)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.codec_context.gop_size, stream.codec_context.max_b_frames = group, b_frames
        for i, number in enumerate(numbers):
            frame = av.VideoFrame.from_ndarray(picture(number), format="bgr24")
            frame.pts, frame.time_base = i, Fraction(1, RATE_HZ)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def decoded_frames(monkeypatch):
    """Count the frames that are decoded from now on."""
    count, decoded = [0], video_again.decoded

    def counting(*given):
        for frame in decoded(*given):
            count[0] += 1
            yield frame

    monkeypatch.setattr(video_again, "decoded", counting)
    return count


@pytest.mark.parametrize("steady", [True, False], ids=["jumping", "reading on"])
@pytest.mark.parametrize(
    ("kind", "group", "b_frames", "codec"),
    [
        pytest.param("mp4", 20, 0, "libx264", id="mp4"),
        pytest.param("mp4", 150, 2, "libx264", id="long groups with b frames"),
        pytest.param("mkv", 20, 2, "libx264", id="mkv"),
        pytest.param("ts", 20, 2, "libx264", id="ts"),
        pytest.param("avi", 20, 0, "mpeg4", id="avi"),
        pytest.param("mp4", 1, 0, "mjpeg", id="mjpeg"),
    ],
)
def test_the_same_times_show_the_same_pictures(tmp_path, kind, group, b_frames, codec, steady):
    path = write(tmp_path / f"a.{kind}", group, b_frames, codec=codec)
    first = {frame.time_s: frame.image for frame in Reader(path, 1000.0)}
    times = [min(first, key=lambda time_s: abs(time_s - wanted)) for wanted in WANTED_S]
    again = list(frames_at(path, reversed(times), (), steady))
    assert [frame.time_s for frame in again] == times
    for frame in again:
        np.testing.assert_array_equal(frame.image, first[frame.time_s])
    assert [number_of(frame.image) for frame in again] == [round(RATE_HZ * time_s) for time_s in WANTED_S]


def test_stretches_between_are_jumped_over(tmp_path, monkeypatch):
    path = write(tmp_path / "a.mp4", 20)
    count = decoded_frames(monkeypatch)
    assert len(list(frames_at(path, [0.5, 33.7], (), steady=True))) == 2
    assert count[0] <= 6 + 20
    assert len(list(frames_at(path, [0.5, 33.7], (), steady=False))) == 2
    assert count[0] > 330


def test_masks_hold(tmp_path):
    path = write(tmp_path / "a.mp4", 20)
    (frame,) = frames_at(path, [1.5], [MASK], steady=True)
    assert frame.image[:, :32].max() == 0
    assert number_of(frame.image) == 15


def test_times_that_no_frame_has_are_passed_over(tmp_path):
    path = write(tmp_path / "a.mp4", 20)
    for steady in (True, False):
        assert [f.time_s for f in frames_at(path, [0.5, 7.77, 20.0, 900.0], (), steady)] == [0.5, 20.0]
        assert list(frames_at(path, [], (), steady)) == []


def test_a_jump_that_goes_astray_is_made_good_by_reading_on(tmp_path, monkeypatch):
    path = write(tmp_path / "a.mp4", 20)
    seek = video_again.jump

    def too_far(container, stream, at_s):
        seek(container, stream, at_s + 5.0)

    monkeypatch.setattr(video_again, "jump", too_far)
    again = list(frames_at(path, [0.5, 20.0, 33.7], (), steady=True))
    assert [number_of(frame.image) for frame in again] == [5, 200, 337]


def test_a_clock_that_begins_anew_is_no_steady_one_and_finds_its_frames_all_the_same(tmp_path):
    parts = [write(tmp_path / f"{i}.ts", 20, numbers=range(100 * i, 100 * i + 100)) for i in range(3)]
    path = tmp_path / "joined.ts"
    with path.open("wb") as joined:
        for part in parts:
            with part.open("rb") as stream:
                shutil.copyfileobj(stream, joined)
    reader = Reader(path, 1000.0)
    numbers = {number_of(frame.image): frame.time_s for frame in reader}
    assert not reader.report.steady
    assert reader.report.clock_restarts == 2
    wanted = [numbers[n] for n in (3, 150, 260)]
    again = list(frames_at(path, wanted, (), reader.report.steady))
    assert [number_of(frame.image) for frame in again] == [3, 150, 260]


def test_a_sound_recording_is_steady(tmp_path):
    reader = Reader(write(tmp_path / "a.mp4", 20), 15.0)
    assert len(list(reader)) == RATE_HZ * SECONDS
    assert reader.report.steady
