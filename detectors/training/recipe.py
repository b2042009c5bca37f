"""All settings of one training run, read from a TOML file and stamped into its result."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from detectors.keypoints import BACK5, BACK22

COCO_SIGMAS: Final = (
    *(0.026, 0.025, 0.025, 0.035, 0.035, 0.079, 0.079, 0.072, 0.072),
    *(0.062, 0.062, 0.107, 0.107, 0.087, 0.087, 0.089, 0.089),
)
"""Spread of people who mark the COCO keypoints, as published with the data, in their order."""

BACK_SIGMA: Final = 0.010
"""At 0.035 an error of 1 % of stature gives almost no gradient, and the whole curve is 1.5 %."""

STRIDE_PX: Final = 32


class RecipeError(ValueError):
    """The recipe can't be used; one sentence names every fault."""


@dataclass(frozen=True)
class Recipe:
    """Settings of a training run.

    Attributes
    ----------
    base
        Stock pose weights to start from: a name such as ``yolo26n-pose.pt``, or a path.
    epochs, batch
        Passes over the training pictures, and pictures per step.
    image_size_px
        Longer side of the pictures that the model gets, a multiple of 32.
    learning_rate
        Highest one; it falls to a fiftieth along a cosine. At 0.001 the first epoch spoils stock keypoints.
    frozen_layers
        How many layers, counted from the picture, keep their stock weights.
    batch_norm_eval
        Whether the batch norms keep their stock statistics, as rendered pictures have others than real ones.
    oks_sigmas
        One per keypoint in the order of `BACK22`: how far off it may be, as a share of the person's size.
    curve_weight
        Weight of the distances and of the curve of the back beside OKS: `detectors.training.loss.BackLoss`.
    close_weight
        Weight of what cells close to each point of the back say of it: `detectors.training.loss.CloseLoss`.
    turned_deg, scaled_share
        How far pictures are turned at most, and enlarged or shrunk; crops along the trunk need little.
    real_share
        Share of the training pictures that are real, 0 to below 1.
    stock_share
        Share of the weights before training in the result, 0 to below 1: `detectors.training.grow.averaged`.
    seed
        Of all random numbers.
    device
        As torch names it.

    Raises
    ------
    RecipeError
        If a value can't be used.
    """

    base: str = "yolo26n-pose.pt"
    epochs: int = 60
    batch: int = 32
    image_size_px: int = 640
    learning_rate: float = 0.0003
    frozen_layers: int = 5
    batch_norm_eval: bool = True
    oks_sigmas: tuple[float, ...] = (*COCO_SIGMAS, *(BACK_SIGMA for _ in BACK5))
    curve_weight: float = 0.0
    close_weight: float = 0.0
    turned_deg: float = 6.0
    scaled_share: float = 0.3
    real_share: float = 0.2
    stock_share: float = 0.0
    seed: int = 0
    device: str = "cpu"

    def __post_init__(self) -> None:
        if faults := [f"{name} is {value!r}, expected {words}" for name, value, words in self._faults()]:
            raise RecipeError("recipe: " + "; ".join(faults))

    def _faults(self) -> list[tuple[str, Any, str]]:
        size_px, count = self.image_size_px, len(BACK22)
        sigmas_right = len(self.oks_sigmas) == count and all(sigma > 0 for sigma in self.oks_sigmas)
        rules = (
            ("epochs", self.epochs, "at least 1", self.epochs >= 1),
            ("batch", self.batch, "at least 1", self.batch >= 1),
            ("image_size_px", size_px, "a multiple of 32", size_px > 0 and size_px % STRIDE_PX == 0),
            ("learning_rate", self.learning_rate, "more than 0", self.learning_rate > 0),
            ("frozen_layers", self.frozen_layers, "at least 0", self.frozen_layers >= 0),
            ("oks_sigmas", self.oks_sigmas, f"{count} numbers above 0", sigmas_right),
            ("curve_weight", self.curve_weight, "at least 0", self.curve_weight >= 0),
            ("close_weight", self.close_weight, "at least 0", self.close_weight >= 0),
            ("turned_deg", self.turned_deg, "0 to 180", 0 <= self.turned_deg <= 180),
            ("scaled_share", self.scaled_share, "at least 0 and below 1", 0 <= self.scaled_share < 1),
            ("real_share", self.real_share, "at least 0 and below 1", 0 <= self.real_share < 1),
            ("stock_share", self.stock_share, "at least 0 and below 1", 0 <= self.stock_share < 1),
            ("seed", self.seed, "at least 0", self.seed >= 0),
        )
        return [(name, value, words) for name, value, words, right in rules if not right]


def read_recipe(path: Path) -> Recipe:
    """Return the recipe of a TOML file; what it doesn't say is as in `Recipe`.

    Raises
    ------
    RecipeError
        If the file can't be read, names an unknown setting or one of another type, or a value can't be used.
    """
    try:
        read = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(f"{path}: can't be read as TOML ({error})") from None
    if "oks_sigmas" in read and isinstance(read["oks_sigmas"], list):
        read["oks_sigmas"] = tuple(read["oks_sigmas"])
    try:
        return Recipe(**read)
    except TypeError as error:
        fields = ", ".join(Recipe.__dataclass_fields__)
        raise RecipeError(f"{path}: {str(error).split('() ')[-1]}; expected only {fields}") from None
    except RecipeError as error:
        raise RecipeError(f"{path}: {error}") from None
