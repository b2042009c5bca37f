"""Train a model of 22 keypoints by a recipe: ``python -m detectors.training.train``."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from cyclopts import App

from detectors.devices import device_problem
from detectors.model_files import WeightsError
from detectors.offline import quiet_ultralytics
from detectors.training import grow
from detectors.training.card import card, stamp
from detectors.training.folder import Folder, FolderError, read_folder
from detectors.training.recipe import Recipe, RecipeError, read_recipe
from detectors.vision_ops import ensure_torchvision

app = App(name="train", help="Train a pose model that also sees the back.")

WEIGHTS: Final = "back22.pt"
STAMP: Final = "stamp.json"
CREDITS: Final = "CREDITS.md"


class TrainingError(ValueError):
    """The training can't go on, or came to nothing; one sentence says why."""


@app.default
def main(*, recipe: Path, data: Path, out: Path, base: Path | None = None, device: str | None = None) -> int:
    """Train, or go on where a run of the same recipe and data stopped.

    Parameters
    ----------
    recipe
        TOML file with the settings.
    data
        Folder with the pictures and their ``data.yaml``.
    out
        Folder for the weights.
    base
        Weights to start from, in place of the recipe's: those of an earlier training go on learning.
    device
        In place of the recipe's.
    """
    try:
        settings = read_recipe(recipe)
        settings = replace(settings, device=device) if device else settings
        settings = replace(settings, base=base.name) if base else settings
        start = grow.base_weights(str(base or settings.base), Path() if base else recipe.parent)
        weights = train(settings, read_folder(data), out, start)
    except (RecipeError, FolderError, WeightsError, TrainingError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"{weights}\n")
    return 0


def train(recipe: Recipe, folder: Folder, out: Path, base: Path) -> Path:
    """Train and return the path of the weights: half precision, with the stamp inside, and a card beside.

    Parameters
    ----------
    recipe
        The settings.
    folder
        The pictures.
    out
        Made where needed. A run of the same recipe and data that was interrupted there goes on from its last
        finished epoch; one that was finished is left as it is.
    base
        The weights to start from.

    Raises
    ------
    TrainingError
        If the folder holds another run, the device is not there, or the loss is no number any more.
    WeightsError
        If the weights can't be grown.
    """
    quiet_ultralytics()
    ensure_torchvision()
    if problem := device_problem(recipe.device):
        raise TrainingError(problem)
    stamped = stamp(recipe, folder, base) | grow.stamp_of(base)
    _claim(out, stamped)
    weights = out / WEIGHTS
    if not weights.exists():
        last = _run(recipe, folder, out, base)
        _finish(last, weights, stamped, _start(recipe, base) if recipe.stock_share else None)
    credits_path = folder.root / CREDITS
    text = credits_path.read_text(encoding="utf-8") if credits_path.is_file() else ""
    weights.with_suffix(".md").write_text(card(stamped, weights, text), encoding="utf-8")
    return weights


def _claim(out: Path, stamped: dict[str, Any]) -> None:
    """Write down whose run a folder holds, or make sure that it is this one."""
    out.mkdir(parents=True, exist_ok=True)
    path = out / STAMP
    if not path.exists():
        path.write_text(json.dumps(stamped, indent=2) + "\n", encoding="utf-8")
    held = json.loads(path.read_text(encoding="utf-8"))
    if other := [key for key, value in stamped.items() if held.get(key) != value]:
        raise TrainingError(
            f"{out}: holds a run with other {' and '.join(other)}; expected the same or an empty folder"
        )


def _run(recipe: Recipe, folder: Folder, out: Path, base: Path) -> Path:
    """Train with ultralytics; return its last checkpoint."""
    from detectors.training.trainer import BackTrainer, overrides

    last, start = out / "run" / "weights" / "last.pt", out / "grown.pt"
    words = overrides(recipe, start, folder.description.resolve(), out.resolve())
    if last.exists():
        if _epochs_done(last) >= recipe.epochs:
            return last
        words["resume"] = str(last)
    else:
        grow.save(_start(recipe, base), start)
    trainer = BackTrainer(recipe, words)
    trainer.train()
    if not all(math.isfinite(value) for value in trainer.tloss.values()):
        last.unlink()
        raise TrainingError(f"{out}: the loss is no number any more; a smaller learning_rate may help")
    start.unlink(missing_ok=True)
    return last


def _epochs_done(last: Path) -> int:
    from ultralytics.nn.tasks import torch_safe_load

    held, _ = torch_safe_load(last)
    return int(held["epoch"]) + 1


def _start(recipe: Recipe, base: Path) -> grow.Model:
    """Return the model before training, the random weights of its new channels always the same."""
    import torch

    torch.manual_seed(recipe.seed)
    return grow.grown(base)


def _finish(last: Path, weights: Path, stamped: dict[str, Any], start: grow.Model | None) -> None:
    """Write the smoothed weights of the last epoch, half precision, without what names this machine."""
    import torch
    from ultralytics.utils.torch_utils import strip_optimizer

    temporary = weights.with_suffix(".tmp.pt")
    held = strip_optimizer(last, str(temporary))
    if not held:
        raise TrainingError(f"{last}: can't be read; expected the last checkpoint of the training")
    if start is not None:
        share = stamped["recipe"]["stock_share"]
        held["model"] = grow.averaged(held["model"].float(), start.float(), share).half()
    settings = {"task": "pose", "imgsz": stamped["recipe"]["image_size_px"]}
    held["model"].args, held["model"].pt_path = settings, weights.name
    kept = {key: held[key] for key in ("model", "date", "version", "license", "epoch", "train_metrics")}
    torch.save({**kept, "train_args": settings, "hingewise": stamped}, temporary)
    temporary.replace(weights)


if __name__ == "__main__":
    sys.exit(app())
