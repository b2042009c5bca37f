import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from detectors.keypoints import BACK22, BACK22_FLIPPED, COCO17
from detectors.offline import quiet_ultralytics
from detectors.pose import People
from detectors.training import check, mix, scores
from detectors.training.clips import ClipsError, read_clips
from detectors.training.folder import FolderError, data_sha256, label_path, read_folder, read_labels
from detectors.training.predict import looked_again
from detectors.training.recipe import Recipe, RecipeError, read_recipe
from detectors.training.truths import View, read_truths
from detectors.video import Frame

SIZE_PX = 128
PICTURES = 16
# Column and row of each keypoint of a person who stands facing right, as shares of the person's height.
STANDING = np.array(
    [
        *((0.07, 0.08), (0.06, 0.06), (0.05, 0.06), (0.01, 0.07), (0.0, 0.07)),
        *((0.02, 0.20), (-0.01, 0.20), (0.03, 0.36), (0.0, 0.36), (0.05, 0.48), (0.02, 0.48)),
        *((0.02, 0.52), (-0.01, 0.52), (0.02, 0.74), (0.0, 0.74), (0.01, 0.95), (-0.01, 0.95)),
        *((-0.06, 0.50), (-0.05, 0.43), (-0.06, 0.37), (-0.07, 0.29), (-0.04, 0.17)),
    ]
)
BONES = ((5, 7), (7, 9), (5, 11), (11, 13), (13, 15), (0, 5), (17, 18), (18, 19), (19, 20), (20, 21))


def drawn(rng):
    """A stick figure in a noisy picture, and where its points are."""
    image = rng.integers(90, 130, (SIZE_PX, SIZE_PX, 3), dtype=np.uint8)
    height = rng.uniform(80, 110)
    points = STANDING * height + (rng.uniform(40, 88), rng.uniform(2, SIZE_PX - height))
    for a, b in BONES:
        cv2.line(image, points[a].astype(int).tolist(), points[b].astype(int).tolist(), (30, 30, 200), 6)
    cv2.circle(
        image, (points[[0, 3]].mean(axis=0)).astype(int).tolist(), int(0.07 * height), (150, 180, 220), -1
    )
    return image, points


def line_of(points, visible):
    low, high = points.min(axis=0) - 4, points.max(axis=0) + 4
    box = np.clip(np.r_[(low + high) / 2, high - low] / SIZE_PX, 0.0, 1.0)
    rows = np.column_stack([points / SIZE_PX, np.where(visible, 2, 0)]).clip(0.0)
    rows[~visible] = 0.0
    return " ".join(f"{value:g}" for value in (0, *box, *rows.ravel()))


def describe(root, **changes):
    lines = {
        "train": "images/train",
        "val": "images/val",
        "kpt_shape": [22, 3],
        "flip_idx": list(BACK22_FLIPPED),
        "names": ["person"],
    } | changes
    (root / "data.yaml").write_text("".join(f"{key}: {value}\n" for key, value in lines.items()))


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    root, rng = tmp_path_factory.mktemp("drawn"), np.random.default_rng(5)
    for split in ("train", "val"):
        (root / "images" / split).mkdir(parents=True)
        (root / "labels" / split).mkdir(parents=True)
    for number in range(PICTURES):
        image, points = drawn(rng)
        real = number % 4 == 1
        split = "val" if number % 4 == 3 else "train"
        picture = root / "images" / split / f"{'real_' if real else ''}{number:02d}.png"
        cv2.imwrite(str(picture), image)
        visible = np.array([not real or i < len(COCO17) for i in range(len(BACK22))])
        label_path(picture).write_text(line_of(points, visible) + "\n")
    describe(root)
    people = [manifest_row(path) for path in sorted(root.glob("images/*/*.png"))]
    (root / "manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in people))
    return root


def person(**changes):
    """The truth of one who is seen from the right: facing right."""
    return {
        "labelled": True,
        "azimuth_deg": 270.0,
        "elevation_deg": 0.0,
        "distance_m": 4.0,
        "stature_m": 1.6,
        "lumbar_flexion_deg": 20.0,
        "thoracic_flexion_deg": 10.0,
        "knee_flexion_deg": 15.0,
        "neck_flexion_deg": 5.0,
    } | changes


def manifest_row(path, **changes):
    camera = {"size_px": [SIZE_PX, SIZE_PX], "focal_px": 250.0}
    return {
        "image": f"images/{path.parent.name}/{path.name}",
        "camera": camera,
        "people": [person(**changes)],
    }


RECIPE = Recipe(epochs=1, batch=4, image_size_px=SIZE_PX, frozen_layers=3, real_share=0.3, seed=7)


def loaded(path):
    quiet_ultralytics()
    from ultralytics.nn.tasks import load_checkpoint, torch_safe_load

    torch_safe_load(path, safe_only=True)
    return load_checkpoint(path)


def weights_of(model):
    """The weights as they are kept, in half precision; the stock ones are whole."""
    return {name: values.numpy() for name, values in model.half().state_dict().items()}


def test_a_recipe_says_what_differs(tmp_path):
    path = tmp_path / "recipe.toml"
    path.write_text('base = "yolo11n-pose.pt"\nepochs = 3\n')
    recipe = read_recipe(path)
    assert (recipe.base, recipe.epochs) == ("yolo11n-pose.pt", 3)
    assert len(recipe.oks_sigmas) == 22
    assert max(recipe.oks_sigmas[17:]) < min(recipe.oks_sigmas[:17])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("epoch = 3", "'epoch'", id="a slip of the pen"),
        pytest.param("epochs = 0\nreal_share = 1.0", "epochs is 0.*real_share is 1.0", id="two faults"),
        pytest.param("oks_sigmas = [0.1]", "22 numbers above 0", id="too few sigmas"),
        pytest.param("image_size_px = 100", "multiple of 32", id="a size the model can't take"),
        pytest.param("epochs = ", "TOML", id="no TOML"),
        pytest.param('epochs = "ten"', "epochs", id="a word for a number"),
    ],
)
def test_a_wrong_recipe_is_refused_in_one_sentence(tmp_path, text, words):
    path = tmp_path / "recipe.toml"
    path.write_text(text)
    with pytest.raises(RecipeError, match=words) as refusal:
        read_recipe(path)
    assert "\n" not in str(refusal.value)
    assert "recipe.toml" in str(refusal.value)


def test_a_folder_is_read(pictures):
    folder = read_folder(pictures)
    assert (len(folder.train), len(folder.val)) == (12, 4)
    assert read_labels(folder.val[0]).shape == (1, 71)


def test_a_folder_for_other_keypoints_is_refused(tmp_path):
    describe(tmp_path, kpt_shape=[17, 3])
    with pytest.raises(FolderError, match=r"kpt_shape is \[17, 3\], expected \[22, 3\]"):
        read_folder(tmp_path)


def test_the_hash_of_the_data_follows_a_label(pictures):
    folder = read_folder(pictures)
    before, path = data_sha256(folder), label_path(folder.train[0])
    text = path.read_text()
    path.write_text(text.replace(" 2 ", " 1 ", 1))
    assert data_sha256(folder) != before
    path.write_text(text)
    assert data_sha256(folder) == before


@pytest.mark.weights
@pytest.mark.parametrize("family", ["yolo26n", "yolo11n", "yolov8n"])
def test_a_grown_model_gives_what_the_stock_model_gives(stock_weights, pictures, family):
    import torch

    from detectors.training.grow import grown

    path = stock_weights.with_name(f"{family}-pose.pt")
    if not path.exists():
        pytest.skip(f"needs {path.name}")
    stock, new = loaded(path)[0].double(), grown(path).double()
    image = cv2.imread(str(pictures / "images" / "val" / "03.png"))
    seen = torch.from_numpy(image.transpose(2, 0, 1)[None].copy()).double() / 255
    for without_nms in {False, bool(stock.model[-1].end2end)}:
        stock.model[-1].end2end = new.model[-1].end2end = without_nms
        with torch.no_grad():
            before, after = (model(seen)[0] for model in (stock, new))
        axis = 2 if without_nms else 1
        before, after = (values.movedim(axis, 0) for values in (before, after))
        numbers = before.shape[0]
        assert after.shape[0] == numbers + 15
        assert float((after[:numbers] - before).abs().max()) < 1e-6  # px
        points = after[numbers - 51 :].reshape(22, 3, -1).numpy()
        along = np.concatenate([points[[11, 12]].mean(axis=0)[None], points[17:]])[:, 1]
        surest = after[4].reshape(-1).argmax()
        rows = along[:, surest]
        assert np.all(np.diff(rows) < 0) or np.all(np.diff(rows) > 0)


def gradients(model, pictures, name, visible):
    """Rows of the last layers for the 22 points, (22, n): how much each is pulled, in both heads."""
    import torch

    from detectors.training.loss import criterion

    image, points = drawn(np.random.default_rng(2))
    row = np.array(line_of(points, visible).split(), dtype=float)
    batch = {
        "img": torch.from_numpy(image.transpose(2, 0, 1)[None].copy()).float() / 255,
        "im_file": [f"/pictures/{name}"],
        "batch_idx": torch.zeros(1),
        "cls": torch.zeros(1, 1),
        "bboxes": torch.from_numpy(row[None, 1:5]).float(),
        "keypoints": torch.from_numpy(row[5:].reshape(1, 22, 3)).float(),
    }
    model.train()
    model.zero_grad()
    loss, _ = criterion(model, 5.0)(model(batch["img"]), batch)
    loss.sum().backward()
    pulls = {}
    for parameter, values in model.model[-1].named_parameters():
        branch = parameter.split(".")[0]
        last = "kpts" in branch or "sigma" in branch or (branch == "cv4" and parameter.endswith("2.weight"))
        if last and "flow" not in branch and values.shape[0] in {66, 44}:
            pull = values.grad.abs().reshape(22, values.shape[0] // 22, -1).sum(dim=2).numpy()
            # Which of the three sizes of cells sees the person is not of interest here.
            pulls[branch] = pulls.get(branch, 0.0) + pull
    return pulls


@pytest.mark.weights
@pytest.mark.parametrize("family", ["yolo26n", "yolov8n"])
def test_points_that_nobody_marked_teach_nothing(stock_weights, pictures, family):
    from ultralytics.cfg import get_cfg

    from detectors.training.grow import grown

    path = stock_weights.with_name(f"{family}-pose.pt")
    if not path.exists():
        pytest.skip(f"needs {path.name}")
    model = grown(path)
    model.args = get_cfg()
    for values in model.parameters():
        values.requires_grad = True
    body = np.arange(22) < 17
    unmarked = gradients(model, pictures, "real_1.png", body)
    turned_away = gradients(model, pictures, "1.png", body)
    marked = gradients(model, pictures, "1.png", np.full(22, True))
    assert len(unmarked) == (4 if family == "yolo26n" else 1)
    for name, pull in unmarked.items():
        assert np.all(pull[17:] == 0.0), name
        assert np.all(pull[:17].sum(axis=1) > 0.0), name
        assert np.all(turned_away[name][17:, :2] == 0.0), name
        assert np.all(marked[name][17:].sum(axis=1) > 0.0), name
    confidences = [pull[17:, 2] for pull in turned_away.values() if pull.shape[1] == 3]
    assert confidences
    assert all(np.all(pull > 0.0) for pull in confidences)


@pytest.fixture(scope="module")
def trained(stock_weights, pictures, tmp_path_factory):
    from detectors.training.train import train

    out = tmp_path_factory.mktemp("trained")
    return train(RECIPE, read_folder(pictures), out, stock_weights)


@pytest.mark.weights
def test_trained_weights_load_safely_and_see_22_points(trained, stock_weights):
    model, held = loaded(trained)
    assert list(model.model[-1].kpt_shape) == [22, 3]
    assert all(np.isfinite(values).all() for values in weights_of(model).values())
    assert {str(values.dtype) for values in held["model"].half().parameters()} == {"torch.float16"}
    assert held["hingewise"]["recipe"]["seed"] == 7
    assert held["hingewise"]["pictures"] == {"rendered": 8, "real": 4, "val": 4}
    assert "optimizer" not in held
    assert str(Path.home()) not in json.dumps(held["hingewise"])
    assert stock_weights.stem in trained.with_suffix(".md").read_text()


@pytest.mark.weights
def test_frozen_layers_stay_and_others_learn(trained, stock_weights):
    stock, new = (weights_of(loaded(path)[0]) for path in (stock_weights, trained))
    same = {
        name: np.array_equal(values, new[name])
        for name, values in stock.items()
        if values.shape == new[name].shape
    }
    frozen = [name for name in same if int(name.split(".")[1]) < 3]
    assert frozen
    assert all(same[name] for name in frozen)
    assert not all(same.values())
    # Batch norms keep the statistics of the stock model in all layers.
    assert all(same[name] for name in same if name.endswith(("running_mean", "running_var")))


@pytest.mark.weights
def test_the_same_seed_gives_the_same_weights(trained, stock_weights, pictures, tmp_path):
    from detectors.training.train import train

    folder = read_folder(pictures)
    again, other = (
        weights_of(loaded(train(recipe, folder, tmp_path / str(recipe.seed), stock_weights))[0])
        for recipe in (RECIPE, replace(RECIPE, seed=8))
    )
    first = weights_of(loaded(trained)[0])
    assert all(np.array_equal(values, again[name]) for name, values in first.items())
    assert not all(np.array_equal(values, other[name]) for name, values in first.items())


@pytest.mark.weights
def test_an_interrupted_run_goes_on_where_it_stopped(stock_weights, pictures, tmp_path, monkeypatch):
    from detectors.training.train import TrainingError, train
    from detectors.training.trainer import BackTrainer

    recipe, folder, save = replace(RECIPE, epochs=2), read_folder(pictures), BackTrainer.save_model

    def saved_and_stopped(trainer):
        save(trainer)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(BackTrainer, "save_model", saved_and_stopped)
        with pytest.raises(KeyboardInterrupt):
            train(recipe, folder, tmp_path, stock_weights)
    with pytest.raises(TrainingError, match="holds a run with other recipe"):
        train(replace(recipe, seed=1), folder, tmp_path, stock_weights)
    weights = train(recipe, folder, tmp_path, stock_weights)
    rows = (tmp_path / "run" / "results.csv").read_text().splitlines()[1:]
    assert [row.split(",")[0].strip() for row in rows] == ["1", "2"]
    before = weights.stat().st_mtime_ns
    assert train(recipe, folder, tmp_path, stock_weights).stat().st_mtime_ns == before
    weights.unlink()  # as when it stopped between the last epoch and the result
    assert train(recipe, folder, tmp_path, stock_weights).is_file()


@pytest.mark.weights
def test_trained_weights_go_on_learning(trained, pictures, tmp_path):
    from detectors.training.train import train

    recipe = replace(RECIPE, epochs=1, learning_rate=1e-9)
    weights = train(recipe, read_folder(pictures), tmp_path, trained)
    before, held = weights_of(loaded(trained)[0]), loaded(weights)[1]
    after = weights_of(loaded(weights)[0])
    assert all(np.allclose(values, after[name], atol=1e-3) for name, values in before.items())
    assert held["hingewise"]["earlier"]["recipe"]["seed"] == 7
    assert held["hingewise"]["grown_from"].startswith(trained.stem)


def test_only_clips_whose_licence_allows_it(tmp_path):
    for name in ("a.mp4", "b.mp4"):
        (tmp_path / name).touch()
    path = tmp_path / "clips.csv"
    path.write_text("path,licence,credit\na.mp4,CC-BY-4.0,Ann\n")
    assert [(clip.path.name, clip.credit) for clip in read_clips(path)] == [("a.mp4", "Ann")]
    path.write_text("path,licence,credit\na.mp4,none stated,Ann\nb.mp4,CC0-1.0,\nc.mp4,MIT,Cat\n")
    with pytest.raises(ClipsError, match=r"row 1: licence 'none stated'.*row 2: no credit.*row 3: no clip"):
        read_clips(path)


class OneWalker:
    version = "one"

    def __init__(self, *confidences):
        self.confidences = list(confidences)

    def people(self, image):
        keypoints = np.full((1, 17, 3), (32.0, 16.0, 0.9))
        keypoints[0, 3, 2] = 0.2
        return People(np.array([[16.0, 8.0, 48.0, 24.0]]), np.array([self.confidences.pop(0)]), keypoints)


def test_real_frames_get_no_points_of_the_back(tmp_path, monkeypatch):
    clip = mix.Clip(tmp_path / "walk.mp4", "CC0-1.0", "Ann")
    frames = [Frame(float(i), np.zeros((32, 64, 3), dtype=np.uint8)) for i in range(3)]
    monkeypatch.setattr(mix, "Reader", lambda path, rate: frames)
    written = list(mix.mark(clip, OneWalker(0.9, 0.4, 0.1), tmp_path))
    assert [path.name for path in written] == ["real_walk_00000000.jpg"]  # sure; doubtful; nobody
    (row,) = read_labels(written[0])
    assert row[:5] == pytest.approx([0, 0.5, 0.5, 0.5, 0.5])
    points = row[5:].reshape(22, 3)
    assert points[0] == pytest.approx([0.5, 0.5, 2])
    assert np.all(points[3] == 0)
    assert np.all(points[17:] == 0)


def test_the_mix_has_the_share_of_real_pictures(pictures, tmp_path):
    folder = read_folder(pictures)
    real = [path for path in folder.train if path.name.startswith("real_")]
    chosen = mix.choose(real, 8, 0.6, seed=0)
    assert len(chosen) / (len(chosen) + 8) == pytest.approx(0.6)
    assert set(chosen) == set(real)
    assert mix.choose(real, 8, 0.0, seed=0) == []
    with pytest.raises(ClipsError, match="no picture"):
        mix.choose([], 8, 0.2, seed=0)
    mix.write(tmp_path / "mix", folder, chosen)
    mixed = read_folder(tmp_path / "mix")
    assert len(mixed.train) == 12 + len(chosen)
    assert all(path.is_file() and label_path(path).is_file() for path in (*mixed.train, *mixed.val))


@pytest.mark.parametrize(
    ("azimuth_deg", "facing", "view"),
    [
        pytest.param(90.0, -1.0, View.SIDE, id="from their left they face left"),
        pytest.param(270.0, 1.0, View.SIDE, id="from their right they face right"),
        pytest.param(315.0, 1.0, View.OBLIQUE, id="half from before"),
        pytest.param(0.0, None, View.FRONT, id="from before"),
        pytest.param(180.0, None, View.REAR, id="from behind"),
    ],
)
def test_views_of_the_truth(pictures, tmp_path, azimuth_deg, facing, view):
    folder = read_folder(pictures)
    rows = [manifest_row(path, azimuth_deg=azimuth_deg) for path in folder.val]
    mix.write(tmp_path, folder, [])
    (tmp_path / "manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    truth = read_truths(read_folder(tmp_path))[0]
    assert truth.view is view
    assert facing in {None, truth.facing}
    assert truth.stature_px == pytest.approx(100.0)  # 1.6 m at 4 m through 250 px
    assert truth.flexion_deg == 30.0
    rows[0]["people"][0]["knee_flexion_deg"] = [10.0, 20.0]  # as rendered: left and right
    (tmp_path / "manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert read_truths(read_folder(tmp_path))[0].controls_deg[1] == 15.0
    if view is View.SIDE:  # the drawn figure stands upright
        assert truth.controls_deg == pytest.approx([0.0, 15.0, 5.0], abs=1.0)


def test_a_manifest_of_other_pictures_is_refused(pictures, tmp_path):
    folder = read_folder(pictures)
    mix.write(tmp_path, folder, [])
    (tmp_path / "manifest.jsonl").write_text("")
    with pytest.raises(FolderError, match=r"no line for 03\.png"):
        read_truths(read_folder(tmp_path))


def test_errors_are_shares_of_stature(pictures):
    truths = read_truths(read_folder(pictures))
    found = np.stack([truth.points for truth in truths])
    found[..., :2] += (3.0, 4.0)  # 5 px of 100
    found[0] = np.nan
    errors = scores.keypoint_errors(truths, found)
    assert errors["t8"] == {"side": {"n": 3.0, "median": pytest.approx(0.05), "p90": pytest.approx(0.05)}}


def test_a_measure_that_only_copies_the_trunk_has_no_partial_correlation():
    rng = np.random.default_rng(0)
    trunk, own = rng.uniform(0, 90, (2, 4000))
    flexion = 0.5 * trunk + own
    given = trunk[:, None]
    assert scores.partial_correlation(trunk + rng.normal(0, 5, 4000), flexion, given) == pytest.approx(
        0, abs=0.05
    )
    assert scores.partial_correlation(own, flexion, given) > 0.9
    assert scores.partial_correlation(-own, flexion, given) < -0.9
    assert scores.partial_correlation(2.0 * trunk, flexion, given) is None


def test_auc_and_slope_by_hand():
    assert scores.auc(np.array([3.0, 4.0]), np.array([1.0, 3.0])) == pytest.approx(3.5 / 4)
    assert scores.auc(np.array([]), np.array([1.0])) is None
    true = np.arange(10.0)
    assert scores.slope(5.0 + 0.25 * true, true) == {"slope": pytest.approx(0.25)}


def test_who_finds_the_true_points_scores_as_they_do(pictures):
    truth = read_truths(read_folder(pictures))[0]
    rng = np.random.default_rng(1)
    people = []
    for flexion_deg in np.linspace(0.0, 60.0, 40):
        points = truth.points.copy()
        rounding = (
            0.0,
            0.75,
            1.0,
            0.75,
            0.0,
        )  # a back that stands out to its dorsal side, left in the picture
        points[17:, 0] -= np.array(rounding) * flexion_deg / 6.0
        controls = rng.uniform(0, 90, 3)
        people.append(replace(truth, points=points, flexion_deg=flexion_deg, controls_deg=controls))
    found = np.stack([one.points for one in people]) * (1.0, 1.0, 0.5)
    report = scores.back_scores(people, found)["side"]["curvature_deg"]
    assert report["found"]["slope"] == pytest.approx(1.0)
    assert report["found"]["auc"] == report["true_points"]["auc"] == 1.0
    assert report["found"]["partial_r"] > 0.99
    found[:] = np.nan
    assert scores.back_scores(people, found) == {}


def test_the_chord_tells_a_shorter_back_and_nothing_of_its_curve(pictures):
    truth = read_truths(read_folder(pictures))[0]
    found = np.stack([truth.points] * 3) * (1.0, 1.0, 0.5)
    shoulders = [5, 6]
    middle = found[0, [11, 12], :2].mean(axis=0)
    found[1, shoulders, :2] = middle + 0.8 * (found[1, shoulders, :2] - middle)
    found[2, 17:, 0] -= (0.0, 6.0, 9.0, 6.0, 0.0)
    whole, shorter, curved = scores.chord_shortening([truth] * 3, found)
    assert (1.0 - shorter) / (1.0 - whole) == pytest.approx(0.8, abs=0.02)
    assert curved == whole


def test_the_back_is_looked_at_again_around_who_was_found(pictures):
    class Middle:
        version, calibration = "middle", None

        def points(self, crops):
            return np.tile([112.0, 112.0, 0.9], (len(crops), 5, 1))

    truths = read_truths(read_folder(pictures))
    found = np.stack([truth.points for truth in truths]) * (1.0, 1.0, 0.5)
    found[1] = np.nan
    again = looked_again(found, truths, Middle())
    assert np.isnan(again[1]).all()
    np.testing.assert_array_equal(again[0, :17], found[0, :17])
    trunk = found[0, [5, 6, 11, 12], :2]
    assert (again[0, 17:, :2] >= trunk.min(axis=0) - 15).all()
    assert (again[0, 17:, :2] <= trunk.max(axis=0) + 15).all()
    assert (again[0, 17:, 2] == 0.9).all()


@pytest.mark.weights
def test_one_command_compares_weights(trained, pictures, capsys):
    assert check.main(weights=trained, data=pictures, as_json=True) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["people"] == report["pictures"] == 4
    assert 0.0 <= report["people_found_share"] <= 1.0
    assert set(report["keypoint_error_stature"]) == set(BACK22)
    assert check.main(weights=trained, data=pictures) == 0
    assert "sacrum" in capsys.readouterr().out


def test_weights_that_are_not_there_are_refused(pictures, capsys):
    assert check.main(weights=Path("nowhere.pt"), data=pictures) == 1
    assert capsys.readouterr().err == "nowhere.pt: not there; expected weights of 22 keypoints\n"


def test_training_fetches_no_weights(pictures, tmp_path, monkeypatch, capsys):
    from detectors.training import train

    monkeypatch.delenv("HINGEWISE_WEIGHTS", raising=False)
    recipe = tmp_path / "recipe.toml"
    recipe.write_text('base = "yolo26x-pose.pt"\n')
    assert train.main(recipe=recipe, data=pictures, out=tmp_path / "out") == 1
    assert capsys.readouterr().err.startswith("yolo26x-pose.pt is not on this machine; put it")
