import av
import numpy as np
import pytest

from detectors.video import Reader, probe
from detectors.video_writer import Writer


def shade(value, height=48, width=64):
    return np.full((height, width, 3), value, dtype=np.uint8)


def write_all(path, frames, height=48, width=64):
    with Writer(path, width, height) as writer:
        for image, time_s in frames:
            writer.write(image, time_s)
    return path


def save(path, times_s, height=48, width=64):
    frames = [(shade(40 * (i % 6), height, width), time_s) for i, time_s in enumerate(times_s)]
    return write_all(path, frames, height, width)


def test_browsers_play_it(tmp_path):
    path = save(tmp_path / "v.mp4", np.arange(30) / 25)
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert len(container.streams) == 1
    content = path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize(
    "times_s",
    [
        pytest.param([0, 0.04, 0.11, 0.2, 1.4, 1.45], id="uneven"),
        pytest.param([i / 59.94 for i in range(40)], id="59.94 Hz"),
        pytest.param([2.5, 2.6, 2.7], id="late start"),
    ],
)
def test_frames_keep_their_times(tmp_path, times_s):
    path = save(tmp_path / "v.mp4", times_s)
    with av.open(str(path)) as container:
        assert [frame.time for frame in container.decode(video=0)] == pytest.approx(times_s, abs=0.001)
    assert probe(path).declared_s == pytest.approx(times_s[-1] - times_s[0], abs=0.1)


def test_pictures_come_back(tmp_path):
    path = save(tmp_path / "v.mp4", [0, 1, 2, 3])
    means = [frame.image.mean() for frame in Reader(path, 25.0)]
    assert means == pytest.approx([0, 40, 80, 120], abs=3)


def test_noise_costs_no_more_than_a_recorder_spends(tmp_path):
    rng = np.random.default_rng(0)
    noise = [rng.integers(0, 255, (120, 160, 3), np.uint8) for _ in range(90)]
    sizes = {}
    for most_bits_s in (None, 200_000):
        path = tmp_path / f"{most_bits_s}.mp4"
        with Writer(path, 160, 120, most_bits_s) as writer:
            for i, image in enumerate(noise):
                writer.write(image, i / 15)
        sizes[most_bits_s] = path.stat().st_size
    assert sizes[200_000] * 8 < 1.3 * 200_000 * 6
    assert sizes[None] > 3 * sizes[200_000]
    with av.open(str(tmp_path / "200000.mp4")) as container:
        whole = [i for i, frame in enumerate(container.decode(video=0)) if frame.key_frame]
    assert max(np.diff(whole)) <= 30


def test_odd_sizes_are_padded_to_even(tmp_path):
    info = probe(save(tmp_path / "v.mp4", [0, 0.1], height=47, width=63))
    assert (info.width_px, info.height_px) == (64, 48)


def test_no_metadata_is_written(tmp_path):
    with av.open(str(save(tmp_path / "v.mp4", [0, 0.1]))) as container:
        assert {"creation_time", "encoder", "title"}.isdisjoint(container.metadata)


def test_a_failed_block_leaves_nothing_and_keeps_the_old_file(tmp_path):
    path = tmp_path / "v.mp4"
    path.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError):
        write_all(path, ((shade(9), 1 / (1 - i)) for i in range(3)))
    assert [file.name for file in tmp_path.iterdir()] == ["v.mp4"]
    assert path.read_bytes() == b"old"


def test_the_name_appears_only_when_complete(tmp_path):
    path = tmp_path / "v.mp4"
    with Writer(path, 64, 48) as writer:
        writer.write(shade(9), 0.0)
        assert not path.exists()
    assert [file.name for file in tmp_path.iterdir()] == ["v.mp4"]


@pytest.mark.parametrize(
    ("frames", "words"),
    [
        pytest.param([], "no frame was written", id="none"),
        pytest.param(
            [(shade(1), 1.0), (shade(1), 1.0)], "frame at 1.0 s, expected at least 1.00001 s", id="same time"
        ),
        pytest.param([(shade(1), -1.0)], "frame at -1.0 s, expected at least 0.00000 s", id="before 0"),
        pytest.param([(shade(1, 40), 0.0)], r"expected \(48, 64, 3\)", id="other size"),
        pytest.param([(shade(1).astype(float), 0.0)], "expected .* uint8", id="other type"),
    ],
)
def test_misuse_is_refused_and_leaves_nothing(tmp_path, frames, words):
    with pytest.raises(ValueError, match=words):
        write_all(tmp_path / "v.mp4", frames)
    assert list(tmp_path.iterdir()) == []
