import json
import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from detectors import pose
from detectors.back_pose import YoloBack
from detectors.devices import THREADS
from detectors.embedded import embedded_pose
from detectors.keypoints import BACK22, COCO17
from detectors.model_files import WeightsError
from detectors.offline import quiet_ultralytics
from detectors.training.grow import save
from detectors.video import Frame

STOCK = ("yolo26n-pose.pt", "yolo11n-pose.pt", "yolov8n-pose.pt")
SHARED = Path(__file__).parents[1] / ".." / "shared"
CLIP = SHARED / "footage" / "synthetic" / "hinge_side.mp4"
OKS_SIGMAS = np.repeat(
    [0.026, 0.025, 0.035, 0.079, 0.072, 0.062, 0.107, 0.087, 0.089], [1, 2, 2, 2, 2, 2, 2, 2, 2]
)
"""Spread of people who mark the keypoints, as published with the COCO data."""


def people(*boxes, confidence=None):
    box = np.array(boxes, dtype=float).reshape(-1, 4)
    marks = np.arange(len(box), dtype=float)
    confidence = np.linspace(0.9, 0.5, len(box)) if confidence is None else np.array(confidence)
    return pose.People(box, confidence, np.broadcast_to(marks[:, None, None], (len(box), 17, 3)))


def test_of_nearly_equal_boxes_the_surer_stays():
    found = pose.without_doubles(
        people((0, 0, 100, 200), (2, 1, 101, 202), (300, 0, 400, 200), confidence=[0.4, 0.8, 0.6])
    )
    assert found.confidence.tolist() == [0.8, 0.6]
    assert found.keypoints[:, 0, 0].tolist() == [1.0, 2.0]


def test_two_people_close_together_both_stay():
    assert len(pose.without_doubles(people((0, 0, 100, 200), (40, 0, 140, 200))).confidence) == 2


def test_nobody_stays_nobody():
    found = pose.without_doubles(people())
    assert found.box_px.shape == (0, 4)
    assert found.keypoints.shape == (0, 17, 3)


def test_the_rate_of_the_analysed_frames_is_the_usual_one():
    times = np.r_[np.arange(0, 2, 0.1), np.arange(9, 11, 0.1)]
    assert pose.Followed([], times).rate_hz == pytest.approx(10.0)


class Walkers:
    """Two people who cross the picture; the second comes later and is hidden for five frames."""

    version = "walkers"

    def __init__(self):
        self.frame = -1

    def people(self, image):
        self.frame += 1
        boxes = [(50 + 4 * self.frame, 100, 130 + 4 * self.frame, 300)]
        if self.frame >= 10 and not 20 <= self.frame < 25:
            boxes.append((500 - 4 * self.frame, 120, 580 - 4 * self.frame, 320))
        found = people(*boxes, confidence=[0.9] * len(boxes))
        return pose.People(found.box_px, found.confidence, np.zeros((len(boxes), 17, 3)))


def test_people_are_followed_through_a_recording():
    picture = np.zeros((360, 640, 3), dtype=np.uint8)
    frames = (Frame(i / 10.0, picture) for i in range(50))
    found = pose.follow(frames, Walkers(), 10.0)
    assert len(found.frame_times_s) == 50
    assert [len(track.time_s) for track in found.tracks] == [50, pytest.approx(35, abs=2)]
    assert (np.diff(found.tracks[0].box_px[:, 0]) > 0).all()
    assert (np.diff(found.tracks[1].box_px[:, 0]) < 0).all()


@pytest.fixture(scope="module")
def untrained(tmp_path_factory):
    """Return a function that writes a pose model of so many keypoints that has learnt nothing."""
    quiet_ultralytics()
    from ultralytics.nn.tasks import PoseModel

    def write(keypoints):
        path = tmp_path_factory.mktemp("untrained") / f"of-{keypoints}.pt"
        model = PoseModel("yolov8n-pose.yaml", nc=1, data_kpt_shape=(keypoints, 3), verbose=False)
        model.names, model.args, model.task = {0: "person"}, {"task": "pose"}, "pose"
        save(model.eval(), path)
        return path

    return write


def found_by(source, count, monkeypatch):
    """Return whom a source finds whose model sees one person, the keypoint k in column k of the picture."""
    torch = pytest.importorskip("torch")
    from ultralytics.engine.results import Results

    picture = np.zeros((240, 320, 3), dtype=np.uint8)
    box = torch.tensor([[10.0, 20.0, 60.0, 200.0, 0.9, 0.0]])
    points = torch.stack([torch.arange(float(count)), torch.full((count,), 50.0), torch.ones(count)], dim=-1)
    seen = Results(picture, path="", names={0: "person"}, boxes=box, keypoints=points[None])
    monkeypatch.setattr(source._model, "predict", lambda *_, **__: [seen])
    return source.people(picture)


@pytest.mark.parametrize("count", [len(COCO17), len(BACK22)])
def test_with_or_without_the_back_people_have_the_keypoints_of_coco(count, untrained, monkeypatch):
    found = found_by(pose.YoloPose(untrained(count), 64, "cpu"), count, monkeypatch)
    assert found.keypoints.shape == (1, 17, 3)
    assert found.keypoints[0, :, 0].tolist() == list(range(17))


def test_a_model_of_other_keypoints_is_refused_in_one_sentence(untrained):
    with pytest.raises(
        WeightsError, match=r"^of-21\.pt has 21 keypoints; expected the 17 of COCO, or these and 5"
    ):
        pose.YoloPose(untrained(21), 64, "cpu")


def weights_file(name):
    """Return where the weights lie, or skip the test."""
    if name == "hingewise-pose.pt":
        return embedded_pose() or pytest.skip(f"{name} is not in the package")
    folders = [SHARED / "weights"]
    if variable := os.environ.get("HINGEWISE_WEIGHTS"):
        chosen = Path(variable)
        folders.insert(0, chosen if chosen.is_dir() else chosen.parent)
    found = next((folder / name for folder in folders if (folder / name).exists()), None)
    if found is None:
        pytest.skip(f"{name} is neither in ../shared/weights nor in the folder named by HINGEWISE_WEIGHTS")
    return found


@pytest.fixture(scope="module")
def rendered():
    """Return a frame of a rendered clip in which a worker stands, and the true keypoints."""
    if not CLIP.exists():
        pytest.skip("the rendered clip hinge_side.mp4 is not in ../shared/footage/synthetic")
    import cv2

    reader = cv2.VideoCapture(str(CLIP))
    truth = json.loads(CLIP.with_suffix(".json").read_text())["frames"]
    images = [reader.read()[1] for _ in range(30)]
    person = truth[10]["people"][0]
    return images[10], np.array([person["kpts"][name] for name in COCO17], dtype=float), person["bbox"]


@pytest.mark.weights
@pytest.mark.parametrize("name", ["hingewise-pose.pt", *STOCK])
def test_weights_find_the_one_rendered_worker_where_he_is(name, rendered):
    image, truth, box = rendered
    source = pose.YoloPose(weights_file(name), 640, "cpu")
    found = source.people(image)
    assert source.version.startswith(name.removesuffix(".pt") + "@")
    assert len(found.confidence) == 1
    body = slice(COCO17.index("left_shoulder"), None)
    off = np.linalg.norm(found.keypoints[0, body, :2] - truth[body, :2], axis=-1)
    area = (box[2] - box[0]) * (box[3] - box[1])
    oks = np.exp(-(off**2) / (2.0 * area * (2.0 * OKS_SIGMAS[body]) ** 2)).mean()
    assert oks > 0.7
    assert ((found.keypoints[..., 2] >= 0.0) & (found.keypoints[..., 2] <= 1.0)).all()


@pytest.mark.weights
def test_an_empty_picture_holds_nobody(embedded_weights):
    source = pose.YoloPose(embedded_weights, 320, "cpu")
    assert len(source.people(np.full((240, 320, 3), 90, dtype=np.uint8)).confidence) == 0


@pytest.mark.weights
def test_a_worker_computes_on_its_share_of_the_cores_though_ultralytics_takes_more(
    embedded_weights, embedded_back_weights, monkeypatch
):
    import torch

    before = torch.get_num_threads()
    monkeypatch.setenv(THREADS, str(before + 2))
    try:
        pose.YoloPose(embedded_weights, 64, "cpu").people(np.zeros((64, 64, 3), dtype=np.uint8))
        assert torch.get_num_threads() == before + 2
        monkeypatch.setenv(THREADS, str(before + 1))
        YoloBack(embedded_back_weights, "cpu")
        assert torch.get_num_threads() == before + 1
    finally:
        torch.set_num_threads(before)


@pytest.mark.weights
def test_the_weights_of_the_package_load_where_no_code_may_run_from_them(
    embedded_weights, embedded_back_weights, monkeypatch
):
    monkeypatch.setenv("ULTRALYTICS_SAFE_LOAD", "0")
    for weights, image_size in ((embedded_weights, 640), (embedded_back_weights, 224)):
        source = pose.YoloPose(weights, image_size, "cpu")
        assert source._model.model.model[-1].kpt_shape[0] == len(BACK22)
    assert os.environ["ULTRALYTICS_SAFE_LOAD"] == "1"


class Hostile:
    """Makes a folder when it is unpickled."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return Path.mkdir, (self.trace,)


@pytest.mark.weights
def test_weights_that_would_run_code_are_refused_and_run_nothing(tmp_path):
    torch = pytest.importorskip("torch")
    trace, weights = tmp_path / "ran", tmp_path / "hostile-pose.pt"
    torch.save({"model": Hostile(trace)}, weights)
    with pytest.raises((WeightsError, pickle.UnpicklingError), match="hostile-pose"):
        pose.YoloPose(weights, 320, "cpu")
    assert not trace.exists()


@pytest.mark.weights
def test_a_file_that_is_no_model_is_refused_in_one_sentence(tmp_path):
    weights = tmp_path / "notes-pose.pt"
    weights.write_text("not a model")
    with pytest.raises(WeightsError, match=r"^notes-pose\.pt can't be used as pose weights \(.*\); expected"):
        pose.YoloPose(weights, 320, "cpu")
