import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from detectors.keypoints import COCO17
from detectors.synthetic.figure import JOINT_NAMES
from detectors.synthetic.labels import KEYPOINTS, data_yaml, flip_order, label_line
from detectors.synthetic.observe import Observed
from detectors.synthetic.visibility import Visibility

COUNT = 8


def observed(box_px=(100.0, 50.0, 200.0, 250.0), **changes):
    """A person all of whose points are seen, point i at (100 + i, 60 + 2 i), but for the changes."""
    seen = [changes.get(name, Visibility.SEEN) for name in JOINT_NAMES]
    rows = np.arange(len(JOINT_NAMES))
    points_px = np.column_stack([100.0 + rows, 60.0 + 2.0 * rows])
    box = None if box_px is None else np.array(box_px)
    return Observed(box, np.full(4, np.nan), points_px, seen, 5000.0)


def parsed(line):
    numbers = [float(word) for word in line.split()]
    return numbers[0], np.array(numbers[1:5]), np.array(numbers[5:]).reshape(-1, 3)


def test_a_label_by_hand():
    kind, box, points = parsed(label_line(observed(), 400, 400))
    assert kind == 0
    assert box == pytest.approx([0.375, 0.375, 0.25, 0.5])
    assert points.shape == (22, 3)
    assert points[0] == pytest.approx([100 / 400, 60 / 400, 2])
    back = JOINT_NAMES.index("back_C7")
    assert points[KEYPOINTS.index("C7")] == pytest.approx([(100 + back) / 400, (60 + 2 * back) / 400, 2])


@pytest.mark.parametrize(
    ("name", "seen", "flag"),
    [
        pytest.param("left_knee", Visibility.HIDDEN, 1, id="behind a carton"),
        pytest.param("left_knee", Visibility.SELF_HIDDEN, 1, id="behind the other leg"),
        pytest.param("nose", Visibility.SELF_HIDDEN, 0, id="a face turned away"),
        pytest.param("nose", Visibility.HIDDEN, 1, id="a face behind a carton"),
        pytest.param("back_T8", Visibility.SELF_HIDDEN, 0, id="a back turned away"),
        pytest.param("left_wrist", Visibility.OUTSIDE, 0, id="outside the picture"),
    ],
)
def test_flags(name, seen, flag):
    _, _, points = parsed(label_line(observed(**{name: seen}), 400, 400))
    x, y, found = points[KEYPOINTS.index(name.removeprefix("back_"))]
    assert found == flag
    assert (x == y == 0.0) == (flag == 0)


def test_who_is_hardly_seen_has_no_label():
    assert label_line(observed(box_px=None), 400, 400) is None
    assert label_line(observed(box_px=(10.0, 10.0, 14.0, 20.0)), 400, 400) is None
    hidden = dict.fromkeys(JOINT_NAMES, Visibility.HIDDEN)
    assert label_line(observed(**hidden), 400, 400) is None


def test_a_mirrored_picture_exchanges_left_and_right_and_keeps_the_back():
    order = flip_order()
    assert [order[order[i]] for i in range(22)] == list(range(22))
    assert KEYPOINTS[order[KEYPOINTS.index("left_hip")]] == "right_hip"
    assert [order[i] for i in range(17, 22)] == [17, 18, 19, 20, 21]


def test_the_description_is_what_ultralytics_reads():
    yaml = pytest.importorskip("yaml")
    read = yaml.safe_load(data_yaml())
    assert read["kpt_shape"] == [22, 3]
    assert read["names"] == {0: "person"}
    assert read["kpt_names"][0][:17] == list(COCO17)
    assert read["kpt_names"][0][17:] == ["sacrum", "L3", "T12L1", "T8", "C7"]
    assert len(read["flip_idx"]) == 22


@pytest.fixture(scope="module")
def mesh():
    folder = Path(os.environ.get("HINGEWISE_MAKEHUMAN", Path(__file__).parents[2] / "shared" / "makehuman"))
    if not (folder / "base.obj").exists():
        pytest.skip("bodies need the MakeHuman folder: set HINGEWISE_MAKEHUMAN")
    return folder


@pytest.fixture(scope="module")
def order(mesh, tmp_path_factory):
    """A small data set, rendered in this process."""
    pytest.importorskip("moderngl", reason="drawing needs the extra 'synthetic'")
    from detectors.synthetic import dataset

    order = dataset.Order(mesh, tmp_path_factory.mktemp("set"), COUNT, 3, (320, 192))
    dataset.claim(order)
    try:
        dataset.render_batches(order, range(2))
    except RuntimeError as error:
        pytest.skip(str(error))
    dataset.write_manifest(order)
    return order


def test_every_picture_has_valid_labels(order):
    pictures = sorted(order.out.glob("images/*/*.jpg"))
    assert len(pictures) == COUNT
    for path in pictures:
        assert cv2.imread(str(path)).shape == (192, 320, 3)
        label = Path(str(path).replace("images", "labels")).with_suffix(".txt")
        for line in label.read_text().splitlines():
            kind, box, points = parsed(line)
            assert kind == 0
            assert points.shape == (22, 3)
            assert np.all((box >= 0.0) & (box <= 1.0))
            assert box[2:].min() > 0.0
            assert np.all((points[:, :2] >= 0.0) & (points[:, :2] <= 1.0))
            assert set(np.unique(points[:, 2])) <= {0.0, 1.0, 2.0}
            assert (points[:, 2] == 2).sum() >= 4


def test_the_manifest_has_the_exact_truth_of_every_picture(order):
    rows = [json.loads(line) for line in (order.out / "manifest.jsonl").read_text().splitlines()]
    assert {row["image"] for row in rows} == {
        path.relative_to(order.out).as_posix() for path in order.out.glob("images/*/*.jpg")
    }
    people = [person for row in rows for person in row["people"]]
    assert people
    for person in people:
        assert -15.0 <= person["lumbar_flexion_deg"] <= 65.0
        assert set(person["points_px"]) == set(JOINT_NAMES)


def test_the_same_seed_renders_the_same_pictures_again(order, tmp_path):
    from dataclasses import replace

    from detectors.synthetic import dataset

    again = replace(order, out=tmp_path)
    dataset.claim(again)
    dataset.render_batches(again, [1])
    for path in again.out.glob("images/*/*.jpg"):
        assert path.read_bytes() == (order.out / path.relative_to(again.out)).read_bytes()


def test_a_finished_set_is_not_rendered_again(order, monkeypatch):
    from detectors.synthetic import dataset

    def fail(*_):
        raise AssertionError("rendered again")

    monkeypatch.setattr(dataset, "render_batches", fail)
    assert list(dataset.render_dataset(order, 1)) == [COUNT]


def test_the_folder_of_another_order_is_refused(order):
    from dataclasses import replace

    from detectors.synthetic import dataset

    with pytest.raises(ValueError, match="expected the order"):
        dataset.claim(replace(order, seed=4))


def test_validation_has_batches_of_its_own():
    from detectors.synthetic.dataset import kind_of

    assert [kind_of(batch) for batch in range(20)].count("val") == 2


def test_footage_has_a_line_of_truth_for_every_frame(mesh, tmp_path):
    pytest.importorskip("moderngl", reason="drawing needs the extra 'synthetic'")
    from detectors.synthetic.footage import Take, render_footage

    take = Take(mesh, tmp_path, seed=2, people=1, cameras=2, lasts_s=0.1, rate_hz=1.0, size_px=(320, 192))
    try:
        paths = list(render_footage(take))
    except RuntimeError as error:
        pytest.skip(str(error))
    record = json.loads(paths[-1].read_text())
    assert len(record["cameras"]) == 2
    for event in record["lifts"]:
        assert 0.0 <= event["start_s"] < event["grasp_s"] < event["end_s"] <= record["duration_s"]
    for video in paths[:2]:
        lines = [json.loads(line) for line in video.with_suffix(".jsonl").read_text().splitlines()]
        film = cv2.VideoCapture(str(video))
        count = 0
        while film.read()[0]:
            count += 1
        assert count == len(lines) > 1
        assert [line["time_s"] for line in lines] == list(range(len(lines)))
        assert all(len(line["people"]) == 1 for line in lines)
