"""A model made over for this machine gives the same people, and is used only as it was measured."""

import hashlib
import os
import socket
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from detectors import optimised
from detectors.devices import THREADS
from detectors.model_files import WeightsError
from detectors.openvino_network import Network, Precision, runs_well, without_telemetry
from detectors.optimised import Measured, Record, StaleError, kept_record, made_here, optimised_folder
from detectors.optimised_pose import NetworkPose, optimised_pose
from detectors.pose import People, YoloPose
from detectors.raw_pose import Fitting
from detectors.video import Reader
from pipelines.nights import night
from pipelines.nights.job import YOLO
from pipelines.nights.lock import NightUnderWayError, only_night
from pipelines.nights.planning import pose_choice
from pipelines.nights.workers import share_cores
from pipelines.optimising import command, trying
from pipelines.optimising.choosing import engine_of
from pipelines.optimising.comparing import agreement
from pipelines.optimising.pictures import Source, by_turns, seen_pictures
from pipelines.sites.site import load_site
from pipelines.versions import models_version

SAMPLE = Path(__file__).parents[1] / "data" / "sample" / "footage"
FILM = SAMPLE / "dock-1"
SITE = """
[site]
name = "riga"
time_zone = "Europe/Riga"
[store]
url = "store"
[pose]
weights = "own.pt"
sha256 = "{sha256}"
back = false
{pose}
{more}
[[cameras]]
id = "dock"
zone = "in"
footage = "dock/*.mp4"
start_time = "file_name"
file_name_pattern = "dock_%Y%m%dT%H%M"
"""


def film():
    return sorted(FILM.glob("*.mp4"))[0]


@pytest.fixture(scope="module")
def made_over(tmp_path_factory, embedded_weights):
    """Return the network of the package made over with all digits; whoever would call out is stopped."""
    pytest.importorskip("openvino")
    from detectors.openvino_making import converted, save, taking_pictures

    def refuse(*_):
        raise AssertionError("it tried to reach the network")

    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket, "getaddrinfo", refuse)
        own = converted(embedded_weights, 640)
        save(taking_pictures(own.model), folder)
    return folder / optimised.MODEL, own.end_to_end


@pytest.fixture(scope="module")
def in_torch(embedded_weights):
    return YoloPose(embedded_weights, 640, "cpu")


def shapes(image):
    import cv2

    sizes = ((640, 360), (704, 576), (360, 640))
    return [np.asarray(cv2.resize(image, size), dtype=np.uint8) for size in sizes]


@pytest.mark.weights
def test_made_over_with_all_digits_it_finds_the_same_people_in_pictures_of_every_shape(made_over, in_torch):
    model, end_to_end = made_over
    source = NetworkPose(Network(model, Precision.F32), Fitting(640, end_to_end), "x")
    seen = 0
    for frame in list(Reader(film(), 1.0))[2:5]:
        for image in shapes(frame.image):
            ours, theirs = source.people(image), in_torch.people(image)
            np.testing.assert_allclose(ours.box_px, theirs.box_px, atol=0.05)
            np.testing.assert_allclose(ours.keypoints, theirs.keypoints, atol=0.05)
            np.testing.assert_allclose(ours.confidence, theirs.confidence, atol=1e-3)
            seen += len(ours.confidence)
    assert seen >= 6


@pytest.mark.weights
def test_with_half_the_digits_it_finds_people_as_alike_as_a_night_asks_for(made_over, in_torch):
    if not runs_well(Precision.BF16):
        pytest.skip("this processor does not compute in bf16")
    model, end_to_end = made_over
    source = NetworkPose(Network(model, Precision.BF16), Fitting(640, end_to_end), "x")
    images = [frame.image for frame in Reader(film(), 1.0)]
    alike = agreement(*([one.people(image) for image in images] for one in (in_torch, source)))
    assert alike.people >= 5
    assert alike.refused is None


@pytest.mark.weights
def test_nothing_of_the_telemetry_is_there_once_the_engine_is(made_over):
    assert sys.modules["openvino_telemetry"] is None
    without_telemetry()
    with pytest.raises(ImportError):
        __import__("openvino_telemetry")


@pytest.fixture
def site_of(tmp_path):
    def site_of(pose="", more=""):
        path = tmp_path / "site.toml"
        path.write_text(SITE.format(pose=pose, more=more, sha256=hashlib.sha256(b"weights").hexdigest()))
        return load_site(path)

    (tmp_path / "own.pt").write_bytes(b"weights")
    return site_of


@pytest.fixture
def kept(tmp_path, site_of, monkeypatch):
    """Keep a model, not of OpenVINO, whose record is good, and return its folder."""
    monkeypatch.setattr(optimised, "engine_version", lambda: "2026.4.1")
    weights = tmp_path / "own.pt"
    keep(weights, record_of(weights))
    return optimised_folder(weights)


def keep(weights, record):
    folder = optimised_folder(weights)
    folder.mkdir(parents=True)
    for name in record.sha256:
        (folder / name).write_bytes(name.encode())
    told = record.model_copy(update={"sha256": optimised.digests(folder)})
    (folder / optimised.RECORD).write_text(told.model_dump_json())


def record_of(weights, precision=Precision.BF16):
    return Record(
        made=made_here(weights, 640),
        made_utc=datetime(2026, 3, 1, tzinfo=UTC),
        precision=precision,
        end_to_end=True,
        shapes=("640 x 360",),
        people=40,
        pictures=50,
        candidates=(Measured(name="torch", picture_ms=60.0), Measured(name="openvino-bf16", picture_ms=20.0)),
        sha256={"model.xml": "", "model.bin": ""},
    )


def test_a_night_uses_the_kept_model_and_its_rows_say_so(kept, site_of):
    choice = pose_choice(site_of())
    assert choice.engine == "openvino-bf16"
    plain = models_version(choice.weights, None)
    assert models_version(choice.weights, None, choice.engine) == f"{plain}.openvino-bf16"


def test_int8_says_which_as_its_numbers_follow_what_it_was_calibrated_with(tmp_path, site_of):
    one = record_of(tmp_path / "own.pt", Precision.INT8)
    digests = ("ab" * 32, "cd" * 32)
    names = {one.model_copy(update={"sha256": {"model.bin": digest}}).name for digest in digests}
    assert names == {"openvino-int8-abababab", "openvino-int8-cdcdcdcd"}


@pytest.mark.parametrize(
    ("pose", "more", "note"),
    [
        pytest.param('engine = "torch"', "", None, id="the site file says torch"),
        pytest.param('device = "cuda:0"', "", None, id="graphics card"),
        pytest.param(
            "",
            '[nightly]\nengine = "ray"\naddress = "10.0.0.5:6379"',
            "on ray, whose workers may be other machines, PyTorch runs the pose model",
            id="cluster",
        ),
    ],
)
def test_where_the_kept_model_is_not_used(kept, site_of, pose, more, note):
    site = site_of(pose, more)
    found = engine_of(site, Path(site.pose.weights))
    assert (found.name, found.note) == ("", note)


def altered(folder):
    (folder / "model.bin").write_bytes(b"other numbers")


def added(folder):
    (folder / "more.bin").write_bytes(b"not measured")


def cut_off(folder):
    (folder / optimised.RECORD).write_text('{"made": {')


def without_numbers(folder):
    (folder / "model.bin").unlink()


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (altered, "was altered after it was measured"),
        (added, "was altered after it was measured"),
        (without_numbers, "was altered after it was measured"),
        (cut_off, "is broken"),
    ],
)
def test_a_kept_model_that_is_not_the_measured_one_is_never_opened(kept, site_of, harm, words):
    harm(kept)
    site = site_of()
    weights = Path(site.pose.weights)
    found = engine_of(site, weights)
    assert found.name == ""
    assert words in str(found.note)
    assert str(found.note).endswith("PyTorch runs the pose model")
    assert "\n" not in str(found.note)
    with pytest.raises(StaleError, match=words):
        optimised_pose(weights, 640, "openvino-bf16")


def test_a_night_goes_on_with_pytorch_and_the_morning_is_told_first(kept, site_of):
    altered(kept)
    site, day = site_of(), date(2026, 3, 2)
    planned = night.plan(site, day, day, YOLO, SimpleNamespace(container_start=None))
    assert planned.model_version == models_version(Path(site.pose.weights), None)
    first, *_ = night.morning_digest(planned).notes
    assert "was altered after it was measured" in first


def test_another_release_another_processor_or_another_size_makes_it_stale(kept, site_of, monkeypatch):
    monkeypatch.setattr(optimised, "engine_version", lambda: "2027.0.0")
    monkeypatch.setattr(optimised, "processor", lambda: "abacus")
    weights = Path(site_of().pose.weights)
    with pytest.raises(StaleError) as error:
        kept_record(weights, 960)
    for words in ("openvino was 2026.4.1, is 2027.0.0", "is abacus", "image_size was 640, is 960"):
        assert words in str(error.value)


def test_a_model_that_was_made_anew_meanwhile_measures_nothing_under_the_old_name(kept, site_of):
    with pytest.raises(StaleError, match=r"is openvino-bf16, expected openvino-f32$"):
        optimised_pose(Path(site_of().pose.weights), 640, "openvino-f32")


def test_other_weights_have_no_kept_model(kept, tmp_path):
    other = tmp_path / "other.pt"
    other.write_bytes(b"other weights")
    assert kept_record(other, 640) is None
    assert kept_record(tmp_path, 640) is None


def person(left_px=100.0, confidence=0.9):
    """Return somebody 400 px tall whose keypoints lie on a line."""
    keypoints = np.ones((17, 3))
    keypoints[:, 0], keypoints[:, 1] = left_px + 75.0, np.linspace(110.0, 490.0, 17)
    return np.array([left_px, 100.0, left_px + 150.0, 500.0]), confidence, keypoints


def crowd(*people):
    boxes, confidence, keypoints = (np.array(column) for column in zip(*people, strict=True))
    return People(boxes, confidence, keypoints)


NOBODY = People(np.zeros((0, 4)), np.zeros(0), np.zeros((0, 17, 3)))


def test_the_same_answers_are_alike():
    alike = agreement([crowd(person(), person(700.0)), NOBODY], [crowd(person(700.0), person()), NOBODY])
    assert (alike.people, alike.found_share, alike.kept_share) == (2, 1, 1)
    assert (alike.oks, alike.furthest_px) == (1, 0)
    assert alike.refused is None


def test_points_a_degree_of_a_trunk_away_are_let_pass_and_ten_pixels_are_not():
    # A trunk of 120 px turned by one degree moves its shoulders by 2.1 px.
    near, far = (agreement([crowd(person())], [crowd(person(100.0 + off_px))]) for off_px in (1.0, 10.0))
    assert near.refused is None
    assert near.furthest_px == pytest.approx(1.0)
    assert far.refused == f"OKS {far.oks:.4f}, expected 0.998"


@pytest.mark.parametrize(("ones", "others"), [(crowd(person()), NOBODY), (NOBODY, crowd(person()))])
def test_people_lost_or_added_are_not_let_pass(ones, others):
    same = [crowd(person())] * 49
    assert agreement([*same, ones], [*same, others]).refused == "same people 98.0%, expected 99%"


class Counting:
    """A pose source that sees somebody in every second picture."""

    version = "x"

    def __init__(self):
        self.images = []

    def people(self, image):
        self.images.append(image)
        return crowd(person()) if len(self.images) % 2 else NOBODY


def test_pictures_come_from_all_cameras_masked_and_of_busy_ones_most(tmp_path):
    left = (((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)),)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film")
    sources = by_turns([[Source(film(), left), Source(broken, ())], [Source(film(), left)]])
    assert [one.path for one in sources] == [film(), film(), broken]
    pose = Counting()
    seen = seen_pictures(sources, pose)
    assert len(pose.images) == 48
    assert [len(one.people.confidence) for one in seen] == [1] * 24 + [0] * 24
    assert all(not one.image[:, : one.image.shape[1] // 2 - 2].any() for one in seen)
    assert seen[0].image[:, one_third(seen[0].image) :].any()


def one_third(image):
    return 2 * image.shape[1] // 3


def test_too_few_people_to_measure_on_end_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(trying, "YoloPose", lambda *_: Counting())
    trial = trying.Trial(tmp_path / "x.pt", 640, [Source(film(), ())], tmp_path)
    with pytest.raises(WeightsError, match=r"^\d people in \d+ pictures .* expected at least 20 .*recorded$"):
        trying.tried(trial)


@pytest.fixture
def trial_of(monkeypatch, site_of, tmp_path):
    """Let a trial give what is told, and return the weights."""
    monkeypatch.setattr(optimised, "engine_version", lambda: "2026.4.1")
    monkeypatch.setattr(command, "engine_version", lambda: "2026.4.1")
    site_of()
    weights = tmp_path / "own.pt"

    def trial_of(precision):
        rows = [
            Measured(name="torch", picture_ms=60.0, found_share=1.0, oks=1.0, furthest_px=0.0),
            Measured(name="openvino-bf16", picture_ms=20.0, found_share=1.0, oks=0.9997, furthest_px=1.1),
            Measured(name="openvino-int8", picture_ms=15.0, refused="same people 90% [of 40]"),
        ]

        def tried(trial):
            record = record_of(weights).model_copy(update={"candidates": tuple(rows)}) if precision else None
            for name in record.sha256 if record else ():
                (trial.folder / "bf16").mkdir(exist_ok=True)
                (trial.folder / "bf16" / name).write_bytes(name.encode())
            if record:
                record = record.model_copy(update={"sha256": optimised.digests(trial.folder / "bf16")})
            return rows, record

        monkeypatch.setattr(command, "_tried", tried)
        return weights

    return trial_of


def test_the_fastest_that_may_be_is_kept_and_the_refused_are_shown(trial_of, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "140")
    weights = trial_of(Precision.BF16)
    assert command.optimise(tmp_path / "site.toml") == 0
    said = capsys.readouterr().out
    assert "refused: same people 90% [of 40]" in said
    assert "kept: openvino-bf16, 3.0 times as fast, measured on 40 people in 50 pictures" in said
    kept = kept_record(weights, 640)
    assert kept is not None
    assert [one.name for one in kept.candidates] == ["torch", "openvino-bf16", "openvino-int8"]
    assert list(optimised_folder(weights).parent.iterdir()) == [optimised_folder(weights)]


def test_where_nothing_is_better_an_earlier_model_goes(trial_of, tmp_path, capsys):
    weights = trial_of(Precision.BF16)
    command.optimise(tmp_path / "site.toml")
    trial_of(None)
    command.optimise(tmp_path / "site.toml")
    assert "nights go on with torch" in capsys.readouterr().out
    assert kept_record(weights, 640) is None


@pytest.mark.parametrize(("device", "words"), [("cuda:0", "TensorRT"), ("mps", "processor only")])
def test_for_a_graphics_card_nothing_is_made_and_that_is_said(site_of, tmp_path, device, words):
    site_of(f'device = "{device}"')
    with pytest.raises(WeightsError, match=words):
        command.optimise(tmp_path / "site.toml")


def test_workers_share_the_cores_and_leave_a_number_that_was_given(monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setenv(THREADS, "")
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(16)))
    share_cores(5)
    assert os.environ["OMP_NUM_THREADS"] == "3"
    assert os.environ[THREADS] == "3"
    share_cores(1)
    assert os.environ["OMP_NUM_THREADS"] == "3"


def test_a_model_that_was_exported_elsewhere_is_not_made_over(site_of, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "engine_version", lambda: "2026.4.1")
    site_of()
    (tmp_path / "own.pt").rename(tmp_path / "own.onnx")
    text = (tmp_path / "site.toml").read_text().replace("own.pt", "own.onnx")
    (tmp_path / "site.toml").write_text(text)
    with pytest.raises(WeightsError, match=r"own\.onnx is exported already, expected a checkpoint"):
        command.optimise(tmp_path / "site.toml")


def test_while_a_night_is_at_work_its_model_stays(trial_of, tmp_path):
    trial_of(Precision.BF16)
    with (
        only_night(load_site(tmp_path / "site.toml")),
        pytest.raises(NightUnderWayError, match="another night is at work"),
    ):
        command.optimise(tmp_path / "site.toml")
