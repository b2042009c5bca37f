"""Crops for training: labels follow the people into the crop, and the loss of the back sees its curve."""

from __future__ import annotations

import json

import cv2
import numpy as np
import pytest

from detectors.keypoints import BACK22, BACK22_FLIPPED
from detectors.training import crops

NAMES = crops._MANIFEST_NAMES


def truth(points, seen=None, azimuth_deg=90.0):
    states = dict.fromkeys(NAMES, "seen") | (seen or {})
    return {
        "labelled": True,
        "azimuth_deg": azimuth_deg,
        "stature_m": 1.7,
        "distance_m": 5.0,
        "points_px": {name: [*point, states[name]] for name, point in zip(NAMES, points, strict=True)},
    }


def standing(x=300.0, y=200.0):
    """Points of an upright person of 200 px: hips at (x, y), shoulders 58 px above, the back to the left."""
    points = np.tile([x, y], (22, 1))
    points[[5, 6]] += (0, -58)
    points[17:] += [(-14, -6), (-12, -18), (-12, -30), (-14, -48), (-8, -64)]
    return points


@pytest.fixture
def folder(tmp_path):
    for part in ("images", "labels"):
        for split in ("train", "val"):
            (tmp_path / "in" / part / split).mkdir(parents=True)
    image = np.full((400, 600, 3), 90, np.uint8)
    x, y = standing()[20]
    cv2.circle(image, (int(x), int(y)), 4, (255, 255, 255), -1)
    rows = []
    for split in ("train", "val"):
        cv2.imwrite(str(tmp_path / "in" / "images" / split / f"{split}.jpg"), image)
        camera = {"focal_px": 200.0 * 5.0 / 1.7}
        rows.append({"image": f"images/{split}/{split}.jpg", "camera": camera, "people": [truth(standing())]})
    (tmp_path / "in" / "manifest.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (tmp_path / "in" / "data.yaml").write_text(
        "train: images/train\nval: images/val\nkpt_shape: [22, 3]\n"
        f"flip_idx: {list(BACK22_FLIPPED)}\nnames:\n  0: person\n"
    )
    return tmp_path


def test_labels_lie_on_what_the_crop_shows(folder):
    (folder / "in" / "CREDITS.md").write_text("- clip.mp4: Somebody (MIT)")
    assert crops.main(data=folder / "in", out=folder / "out", seed=3) == 0
    (picture,) = (folder / "out" / "images" / "train").glob("*.jpg")
    crop = cv2.imread(str(picture))
    label = (folder / "out" / "labels" / "train" / f"{picture.stem}.txt").read_text().split()
    t8 = np.array(label[5:], float).reshape(22, 3)[BACK22.index("t8")]
    rows, columns = np.nonzero(crop[..., 0] > 180)
    assert t8[0] * len(crop) == pytest.approx(columns.mean() + 0.5, abs=1.5)
    assert t8[1] * len(crop) == pytest.approx(rows.mean() + 0.5, abs=1.5)
    assert t8[2] == 2
    assert "Somebody" in (folder / "out" / "CREDITS.md").read_text()


def test_same_seed_same_crops(folder):
    for out in ("a", "b"):
        crops.main(data=folder / "in", out=folder / out, seed=3)
    first, second = (sorted((folder / out).rglob("*.txt")) for out in ("a", "b"))
    assert [path.read_text() for path in first] == [path.read_text() for path in second]


def test_back_behind_its_outline_is_marked_and_one_turned_away_is_not():
    hidden = dict.fromkeys(NAMES[17:], "self_hidden")
    row = {"camera": {"focal_px": 588.0}, "people": [truth(standing(), hidden, azimuth_deg=55.0)]}
    (person,) = crops._rendered(row)
    assert (person.points[17:, 2] == 1).all()
    row["people"] = [truth(standing(), hidden, azimuth_deg=-10.0)]
    (person,) = crops._rendered(row)
    assert (person.points[17:, 2] == 0).all()


def test_picture_without_truth_is_refused(folder, capsys):
    (folder / "in" / "manifest.jsonl").unlink()
    assert crops.main(data=folder / "in", out=folder / "out") == 1
    assert "not in the manifest" in capsys.readouterr().err


def curve_losses(weight, moved):
    import torch
    from ultralytics.utils.loss import KeypointLoss

    from detectors.training.loss import BackLoss

    true = torch.from_numpy(np.column_stack([standing(), np.full(22, 2.0)])[None]).float()
    found = true.clone()
    found[0, 17:, :2] += torch.from_numpy(moved).float()
    loss = BackLoss(KeypointLoss(sigmas=torch.full((22,), 0.05)), weight)
    marked = torch.ones(1, 22, dtype=torch.bool)
    return float(loss(found, true, marked, torch.tensor([[130.0**2]])))


def test_a_straightened_back_costs_more_than_a_shifted_one():
    """Both move the inner points by 4 px; only one changes what the back says."""
    shifted, straightened = np.full((5, 2), [4.0, 0.0]), np.zeros((5, 2))
    straightened[1:4, 0] = 4.0
    assert curve_losses(5.0, shifted) - curve_losses(0.0, shifted) > 0
    per_point = np.abs(straightened).sum() / np.abs(shifted).sum()
    own = curve_losses(5.0, straightened) - curve_losses(0.0, straightened)
    assert own > per_point * (curve_losses(5.0, shifted) - curve_losses(0.0, shifted)) * 1.5
    assert curve_losses(5.0, np.zeros((5, 2))) == pytest.approx(curve_losses(0.0, np.zeros((5, 2))), abs=1e-4)


def close_loss(found_px, true, weight=1.0):
    import torch

    from detectors.training.loss import CloseLoss

    centres = (torch.arange(28) + 0.5) * 8
    cells = torch.stack(torch.meshgrid(centres, centres, indexing="xy"), dim=-1).reshape(-1, 2)
    loss = CloseLoss(weight)
    return loss(found_px(cells), cells, torch.from_numpy(true[None]).float(), 224.0)


def back_in_crop(marked=2.0):
    return np.column_stack([[100, 92, 90, 92, 104], [200, 160, 120, 80, 40], np.full(5, marked)]).astype(
        float
    )


def test_only_the_cells_close_to_a_point_learn_it():
    import torch

    true = back_in_crop()
    points = torch.from_numpy(true[:, :2]).float()
    found = points.expand(1, 784, 5, 2).clone().requires_grad_()
    with torch.no_grad():
        found += 3.0
    cells = close_loss(lambda cells: found, true)
    cells.backward()
    pulled = found.grad.abs().sum(dim=3)[0]
    assert 0 < int((pulled[:, 2] > 0).sum()) < 40
    rows, columns = np.divmod(np.flatnonzero(pulled[:, 2].numpy()), 28)
    assert np.hypot(columns * 8 + 4 - true[2, 0], rows * 8 + 4 - true[2, 1]).max() < 30


def test_cells_that_say_the_truth_cost_nothing_and_unmarked_backs_teach_nothing():
    import torch

    true = back_in_crop()
    right = torch.from_numpy(true[:, :2]).float().expand(1, 784, 5, 2)
    assert float(close_loss(lambda cells: right, true)) == pytest.approx(0.0, abs=1e-5)
    assert float(close_loss(lambda cells: right + 5.0, true)) > 0.01
    assert float(close_loss(lambda cells: right + 5.0, back_in_crop(marked=0.0))) == 0.0


@pytest.mark.parametrize("name", ["back", "back_on", "pose"])
def test_the_recipes_that_come_along_can_be_used(name):
    from pathlib import Path

    from detectors.training.recipe import read_recipe

    path = Path(crops.__file__).parent / "recipes" / f"{name}.toml"
    assert read_recipe(path).learning_rate > 0


def test_half_the_stock_weights_lie_half_way():
    import torch

    from detectors.training.grow import averaged

    trained, start = torch.nn.Linear(3, 2), torch.nn.Linear(3, 2)
    expected = 0.75 * trained.weight.detach() + 0.25 * start.weight.detach()
    assert torch.allclose(averaged(trained, start, 0.25).weight, expected)
