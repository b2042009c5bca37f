import errno
import io
import pickle
import random
import wave
from datetime import UTC, datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from detectors.decoding import decoded
from detectors.video import Reader, VideoError, probe

MS = Fraction(1, 1000)


def picture(i, width=64, height=48):
    """Noise, which makes packets large enough to damage, and a white square that moves."""
    image = np.random.default_rng(7).integers(0, 120, (height, width, 3), dtype=np.uint8)
    image = np.roll(image, i, axis=1)
    image[4:16, i % 40 : i % 40 + 12] = 255
    return image


def make(path, times_ms, codec="libx264", pixels="yuv420p", draw=picture, **extra):
    """Write a video whose frames stand at the given times."""
    options, metadata = extra.get("options", {}), extra.get("metadata", {})
    height, width = draw(0).shape[:2]
    with av.open(str(path), "w", format=extra.get("format"), options=options) as container:
        container.metadata.update(metadata)
        stream = container.add_stream(codec, rate=extra.get("rate", 25))
        stream.width, stream.height, stream.pix_fmt = width, height, pixels
        stream.codec_context.gop_size = 10
        stream.codec_context.max_b_frames = 0
        if "aspect" in extra:
            stream.codec_context.sample_aspect_ratio = extra["aspect"]
        if "turned_deg" in extra:
            stream.set_display_rotation(extra["turned_deg"])
        if codec != "gif":
            stream.time_base = stream.codec_context.time_base = MS
        for i, ms in enumerate(times_ms):
            frame = av.VideoFrame.from_ndarray(draw(i), format="bgr24")
            frame.pts, frame.time_base = ms, MS
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def steady(n, rate_hz):
    return [round(1000 * i / rate_hz) for i in range(n)]


def times(path, rate_hz=1000.0):
    return [frame.time_s for frame in Reader(path, rate_hz)]


@pytest.fixture(scope="module")
def four_seconds(tmp_path_factory):
    """The same hundred frames, 25 per second, in three containers."""
    folder = tmp_path_factory.mktemp("videos")
    return {
        "mp4": make(folder / "a.mp4", steady(100, 25), options={"movflags": "+faststart"}),
        "mkv": make(folder / "a.mkv", steady(100, 25)),
        "ts": make(folder / "a.ts", steady(100, 25)),
    }


@pytest.mark.parametrize("kind", ["mp4", "mkv", "ts"])
def test_times_do_not_depend_on_the_container(four_seconds, kind):
    reader = Reader(four_seconds[kind], 1000.0)
    assert [frame.time_s for frame in reader] == pytest.approx(np.arange(100) / 25, abs=1e-6)
    assert (reader.report.frames_decoded, reader.report.frames_kept) == (100, 100)
    assert reader.report.end_s == pytest.approx(4.0)
    assert reader.report.missing_s == 0.0


def test_a_variable_frame_rate_keeps_its_times(tmp_path):
    stamps = [0, 33, 70, 190, 210, 1210, 1243]
    assert times(make(tmp_path / "v.mp4", stamps)) == pytest.approx(np.array(stamps) / 1000, abs=1e-6)


def test_times_start_at_the_first_frame(tmp_path):
    assert times(make(tmp_path / "v.mkv", [5000, 5040, 5120])) == pytest.approx([0.0, 0.04, 0.12])


def test_frames_without_timestamps_follow_at_the_declared_rate(tmp_path):
    raw = make(tmp_path / "v.h264", steady(10, 25), format="h264")
    assert times(raw) == pytest.approx(np.arange(10) / 25)


@pytest.mark.parametrize(
    ("source_hz", "every"),
    [(60, 4), (50, 3), (30, 2), (25, 2), (50 / 3, 1), (12.5, 1)],
)
def test_reading_at_15_hz_gives_even_steps(tmp_path, source_hz, every):
    source = steady(60, source_hz)
    kept = times(make(tmp_path / "v.mkv", source, rate=round(source_hz)), 15.0)
    assert kept == pytest.approx(np.array(source[::every]) / 1000, abs=1e-6)


def test_jittering_timestamps_keep_the_rate(tmp_path):
    jitter = random.Random(3)
    source = [ms + jitter.randrange(-4, 5) for ms in steady(120, 60)]
    kept = times(make(tmp_path / "v.mkv", source, rate=60), 15.0)
    assert 28 <= len(kept) <= 32
    assert min(b - a for a, b in pairwise(kept)) > 0.059


def test_the_frames_show_what_was_filmed(tmp_path):
    frames = list(Reader(make(tmp_path / "v.mp4", steady(5, 25)), 1000.0))
    for i, frame in enumerate(frames):
        assert frame.image.shape == (48, 64, 3)
        assert frame.image[6:14, i + 2 : i + 10].mean() > 240


def test_masks_black_out_their_polygon_and_nothing_else(tmp_path):
    path = make(tmp_path / "v.mp4", [0, 40], draw=lambda i: np.full((48, 64, 3), 200, np.uint8))
    left, middle = [(0, 0), (0.5, 0), (0.5, 1), (0, 1)], [(0.25, 0), (0.6, 0), (0.6, 1), (0.25, 1)]
    image = next(iter(Reader(path, 25.0, masks=[left, middle]))).image
    assert image[:, :38].max() == 0
    assert image[:, 40:].min() > 190


@pytest.mark.parametrize("turned_deg", [90, -90, 180])
def test_pictures_come_upright_as_another_player_shows_them(tmp_path, turned_deg):
    def corner(i):
        image = np.zeros((48, 64, 3), np.uint8)
        image[:16, :24] = 255
        return image

    path = make(tmp_path / "v.mp4", [0, 40], draw=corner, turned_deg=turned_deg)
    shown = cv2.VideoCapture(str(path)).read()[1]
    image = next(iter(Reader(path, 25.0))).image
    assert (probe(path).height_px, probe(path).width_px) == shown.shape[:2] == image.shape[:2]
    assert np.abs(image.astype(int) - shown).max() < 12


def test_oblong_pixels_are_made_square(tmp_path):
    path = make(tmp_path / "v.mp4", [0, 40], aspect=Fraction(2, 1))
    assert (probe(path).width_px, probe(path).height_px) == (128, 48)
    assert next(iter(Reader(path, 25.0))).image.shape == (48, 128, 3)


def test_a_picture_that_changes_size_keeps_the_first(tmp_path):
    small = make(tmp_path / "a.ts", steady(10, 25))
    large = make(tmp_path / "b.ts", [ms + 400 for ms in steady(10, 25)], draw=lambda i: picture(i, 128, 96))
    both = tmp_path / "c.ts"
    both.write_bytes(small.read_bytes() + large.read_bytes())
    frames = list(Reader(both, 1000.0))
    assert len(frames) >= 18
    assert {frame.image.shape for frame in frames} == {(48, 64, 3)}


def test_probe_says_what_the_file_declares(tmp_path):
    metadata = {"creation_time": "2026-03-02T05:00:00Z"}
    info = probe(make(tmp_path / "v.mp4", steady(50, 25), metadata=metadata))
    assert (info.width_px, info.height_px, info.codec) == (64, 48, "h264")
    assert info.frame_rate_hz == pytest.approx(25.0, rel=0.01)
    assert info.declared_s == pytest.approx(2.0, abs=0.05)
    assert info.start_utc == datetime(2026, 3, 2, 5, tzinfo=UTC)


def test_a_gif_is_a_video(tmp_path):
    path = make(tmp_path / "v.gif", steady(10, 10), codec="gif", pixels="rgb8", rate=10)
    assert times(path) == pytest.approx(np.arange(10) / 10)
    assert probe(path).start_utc is None


def test_names_may_mislead(tmp_path):
    make(tmp_path / "v.mp4", steady(5, 25)).rename(tmp_path / "2026-03-02T06:00.avi")
    assert len(times(tmp_path / "2026-03-02T06:00.avi")) == 5


def test_one_frame_is_enough(tmp_path):
    assert times(make(tmp_path / "v.mp4", [0])) == [0.0]


@pytest.mark.parametrize("kind", ["mp4", "mkv"])
def test_a_truncated_file_gives_its_beginning_and_says_what_is_missing(four_seconds, tmp_path, kind):
    content = four_seconds[kind].read_bytes()
    path = tmp_path / f"cut.{kind}"
    path.write_bytes(content[: len(content) * 6 // 10])
    reader = Reader(path, 1000.0)
    seconds = [frame.time_s for frame in reader]
    assert seconds == pytest.approx(np.arange(len(seconds)) / 25, abs=1e-6)
    assert 40 < len(seconds) < 75
    assert reader.report.declared_s == pytest.approx(4.0, abs=0.05)
    assert reader.report.missing_s == pytest.approx(4.0 - len(seconds) / 25, abs=0.1)


def test_a_truncated_ts_gives_its_beginning(four_seconds, tmp_path):
    content = four_seconds["ts"].read_bytes()
    (tmp_path / "cut.ts").write_bytes(content[: len(content) * 6 // 10])
    assert 40 < len(times(tmp_path / "cut.ts")) < 75


@pytest.mark.parametrize("kind", ["mp4", "mkv", "ts"])
@pytest.mark.parametrize("seed", range(4))
def test_flipped_bytes_never_crash_and_are_counted(four_seconds, tmp_path, kind, seed):
    content = bytearray(four_seconds[kind].read_bytes())
    dice = random.Random(seed)
    for _ in range(60):
        content[dice.randrange(len(content) // 4, len(content))] = dice.randrange(256)
    path = tmp_path / f"damaged.{kind}"
    path.write_bytes(content)
    reader = Reader(path, 1000.0)
    seconds = [frame.time_s for frame in reader]
    report = reader.report
    assert all(a < b for a, b in pairwise(seconds))
    assert report.frames_damaged + report.packets_failed > 0
    assert report.frames_kept == len(seconds) >= 20
    assert report.frames_kept + report.frames_damaged + report.frames_backwards == report.frames_decoded


def test_a_damaged_stretch_loses_only_itself(four_seconds, tmp_path):
    content = bytearray(four_seconds["mp4"].read_bytes())
    middle = slice(len(content) // 2, len(content) // 2 + len(content) // 10)
    content[middle] = random.Random(1).randbytes(middle.stop - middle.start)
    (tmp_path / "damaged.mp4").write_bytes(content)
    seconds = times(tmp_path / "damaged.mp4")
    assert set(np.round(np.arange(40) / 25, 6)) <= set(seconds)
    assert set(np.round(np.arange(80, 100) / 25, 6)) <= set(seconds)


def audio(path):
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        silence = av.AudioFrame.from_ndarray(np.zeros((2, 1024), np.float32), "fltp", "stereo")
        silence.sample_rate = 8000
        container.mux(stream.encode(silence))
        container.mux(stream.encode(None))


def sound(path):
    with wave.open(str(path), "w") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(1600))


def without_index(path):
    make(path, steady(50, 25))
    path.write_bytes(path.read_bytes()[:-1500])


@pytest.mark.parametrize(
    ("name", "write", "words"),
    [
        ("zero.mp4", lambda path: path.touch(), "empty"),
        ("text.mp4", lambda path: path.write_text("gate 2\n" * 200), "not a video"),
        ("text.txt", lambda path: path.write_text("gate 2\n" * 200), "not a video"),
        ("list.m3u8", lambda path: path.write_text("#EXTM3U\n#EXTINF:1,\na.ts\n"), "not a video"),
        ("noise.mp4", lambda path: path.write_bytes(random.Random(1).randbytes(5000)), "not a video"),
        ("index.mp4", without_index, "index is missing"),
        ("audio.mp4", audio, "no video stream"),
        ("sound.wav", sound, "not a video"),
        ("folder", lambda path: path.mkdir(), "directory"),
        ("absent.mp4", lambda path: None, "No such file"),
    ],
)
def test_what_is_no_video_is_refused_in_one_sentence(tmp_path, name, write, words):
    write(tmp_path / name)
    for attempt in (lambda: probe(tmp_path / name), lambda: times(tmp_path / name)):
        with pytest.raises(VideoError, match=words) as caught:
            attempt()
        assert str(caught.value).startswith(name)
        assert "expected" in str(caught.value)
        assert not caught.value.passing


def test_a_codec_that_nobody_knows_is_refused(four_seconds, tmp_path):
    path = tmp_path / "v.mkv"
    path.write_bytes(four_seconds["mkv"].read_bytes().replace(b"V_MPEG4/ISO/AVC", b"V_MPEG4/ISO/XYZ"))
    with pytest.raises(VideoError, match="no video stream that can be decoded"):
        probe(path)


def test_an_absurd_picture_is_refused(tmp_path):
    path = make(tmp_path / "v.mkv", [0], codec="mpeg4")
    # The size stands in the header as element 0xB0, two bytes: 64 -> 32767.
    path.write_bytes(path.read_bytes().replace(b"\xb0\x81\x40", b"\xb0\x82\x7f\xff"))
    with pytest.raises(VideoError, match="32767 x 48 px"):
        probe(path)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="the file that can't be read is Linux's")
def test_a_read_error_may_pass():
    with pytest.raises(VideoError, match="Input/output error") as caught:
        probe(Path("/proc/self/mem"))
    assert caught.value.passing
    assert as_workers_send(caught.value).passing


def as_workers_send(error):
    """Return an error as it comes out of a worker process.

    Without what other libraries have taught this process to pickle: Dask, once imported, sends causes along,
    and PyAV's errors can't be made again.
    """
    sent = io.BytesIO()
    pickler = pickle.Pickler(sent)
    pickler.dispatch_table = {}
    pickler.dump(error)
    return pickle.loads(sent.getvalue())


class Broken:
    """A container whose every read fails."""

    def __init__(self, error):
        self.error = error

    def demux(self, stream):
        raise self.error
        yield


def test_a_share_that_is_lost_in_mid_file_may_pass():
    with pytest.raises(OSError, match="Stale"):
        list(decoded(Broken(av.error.OSError(errno.ESTALE, "Stale file handle")), None, lambda: None))


def test_a_file_that_only_fails_comes_to_an_end():
    failures = []
    broken = Broken(av.error.InvalidDataError(1, "Invalid data"))
    assert list(decoded(broken, None, lambda: failures.append(1))) == []
    assert failures


def test_a_rate_of_zero_is_refused(tmp_path):
    with pytest.raises(ValueError, match="expected more than 0"):
        Reader(tmp_path / "v.mp4", 0.0)
