"""EDGE: ultralytics' own pose trainer with the recipe's sigmas, batch norms and loss.

To be imported after `detectors.offline.quiet_ultralytics`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
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
        model.criterion = criterion(model, self._recipe.curve_weight, self._recipe.close_weight)
        if self.device.type == "cpu" and _cpu_has_bfloat16():
            model.to(memory_format=torch.channels_last)
            model.predict = _Halved(model.predict)
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


class _Halved:
    """Runs the layers in bfloat16, which halves the time on processors that have it; the loss stays exact."""

    def __init__(self, predict: Any) -> None:  # noqa: ANN401 - the vendor's methods have no types
        self._predict = predict

    def __call__(self, pictures: torch.Tensor, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
        pictures = pictures.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            return _float(self._predict(pictures, *args, **kwargs))


def _float(found: Any) -> Any:  # noqa: ANN401
    if isinstance(found, dict):
        return {name: _float(part) for name, part in found.items()}
    if isinstance(found, (list, tuple)):
        return type(found)(_float(part) for part in found)
    return found.float() if isinstance(found, torch.Tensor) else found


def _cpu_has_bfloat16() -> bool:
    return bool(torch.cpu.get_capabilities().get("avx512_bf16", False))


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
        "degrees": recipe.turned_deg,
        "scale": recipe.scaled_share,
        "translate": recipe.scaled_share / 4.0,
        "patience": 0,
        "val": False,
        "plots": False,
        "project": str(out),
        "name": "run",
        "exist_ok": True,
    }
