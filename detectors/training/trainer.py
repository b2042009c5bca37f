"""EDGE: ultralytics' own pose trainer with the recipe's sigmas, batch norms and loss.

To be imported after `detectors.offline.quiet_ultralytics`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from torch import nn
from ultralytics.models.yolo.pose import PoseTrainer
from ultralytics.utils.torch_utils import unwrap_model

from detectors.training.loss import criterion
from detectors.training.recipe import Recipe


class BackTrainer(PoseTrainer):  # type: ignore[misc]
    """Trains a grown model by a recipe."""

    def __init__(self, recipe: Recipe, overrides: dict[str, Any]) -> None:
        self._recipe = recipe  # needed while the trainer of ultralytics is made
        super().__init__(overrides=overrides)

    def get_dataset(self) -> dict[str, Any]:
        """Return the description of the data set with the sigmas of the recipe."""
        return {**super().get_dataset(), "kpt_oks_sigmas": list(self._recipe.oks_sigmas)}

    def _setup_train(self) -> None:
        super()._setup_train()
        model = unwrap_model(self.model)
        # Only now: set earlier, it would be copied with the model and end in the checkpoints.
        model.criterion = criterion(model)
        if self.start_epoch and hasattr(model.criterion, "update"):
            model.criterion.updates = self.start_epoch - 1
            model.criterion.update()

    def _model_train(self) -> None:
        super()._model_train()
        if self._recipe.batch_norm_eval:
            for module in self.model.modules():
                if isinstance(module, nn.BatchNorm2d):
                    module.eval()

    def final_eval(self) -> None:
        """Leave the checkpoints as they are: the last one is the result, and was checked already."""


def overrides(recipe: Recipe, base: Path, description: Path, out: Path) -> dict[str, Any]:
    """Return the recipe in the words of ultralytics, with what every run has in common.

    Mosaics are off: they put several pictures into one, and the loss must know which one is real.
    Stopping early is off, so that the same recipe takes the same number of steps.
    """
    return {
        "model": str(base),
        "data": str(description),
        "epochs": recipe.epochs,
        "batch": recipe.batch,
        "nbs": recipe.batch,  # a step per batch, whatever its size
        "imgsz": recipe.image_size_px,
        "lr0": recipe.learning_rate,
        "lrf": 0.02,
        "cos_lr": True,
        "optimizer": "AdamW",
        "warmup_epochs": 1.0,
        "warmup_bias_lr": 0.0,
        "freeze": recipe.frozen_layers,
        "seed": recipe.seed,
        "deterministic": True,
        "device": recipe.device,
        # Half the range of float16 is not enough for the squared errors, and its check fetches weights.
        "amp": "bf16" if recipe.device not in {"cpu", "mps"} else False,
        "mosaic": 0.0,
        "degrees": 6.0,
        "scale": 0.3,
        "translate": 0.08,
        "patience": 0,
        "val": False,
        "plots": False,
        "project": str(out),
        "name": "run",
        "exist_ok": True,
    }
