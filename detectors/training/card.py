"""What is written beside trained weights: what they came from, and what is not known of them yet."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from detectors.model_files import model_version
from detectors.training.folder import REAL_PREFIX, Folder, data_sha256
from detectors.training.recipe import Recipe

KEPT: Final = ("recipe", "versions", "earlier")
LIBRARIES: Final = ("hingewise", "ultralytics", "torch", "numpy")


def stamp(recipe: Recipe, folder: Folder, base: Path) -> dict[str, Any]:
    """Return what makes a training run repeatable, as plain numbers and words."""
    real = sum(picture.name.startswith(REAL_PREFIX) for picture in folder.train)
    return {
        "recipe": {**asdict(recipe), "oks_sigmas": list(recipe.oks_sigmas)},
        "data_sha256": data_sha256(folder),
        "pictures": {"rendered": len(folder.train) - real, "real": real, "val": len(folder.val)},
        "grown_from": model_version(base),
        "versions": {name: _version(name) for name in LIBRARIES},
    }


def card(stamped: dict[str, Any], weights: Path, credits_text: str) -> str:
    """Return the beginning of a model card in Markdown.

    Parameters
    ----------
    stamped
        From `stamp`.
    weights
        The trained weights.
    credits_text
        Where the real pictures come from and under which licences; empty if there are none.
    """
    pictures = stamped["pictures"]
    return "\n".join(
        [
            f"# {model_version(weights)}",
            "",
            "A YOLO pose model of 22 keypoints: the 17 of COCO, and on the back sacrum, L3, T12/L1, T8, C7.",
            "",
            "## Provenance",
            "",
            f"- grown from `{stamped['grown_from']}` (AGPL-3.0, Ultralytics)",
            f"- {pictures['rendered']} rendered pictures with labels of all points; nobody in them exists",
            f"- {pictures['real']} real pictures, COCO points marked by the stock model, back not marked",
            f"- {pictures['val']} pictures for validation",
            f"- SHA-256 of the data: `{stamped['data_sha256']}`",
            *(["", credits_text.strip()] if credits_text else []),
            "",
            "## How it was trained",
            "",
            "```json",
            json.dumps({key: stamped[key] for key in KEPT if key in stamped}, indent=2),
            "```",
            "",
            "## How well it measures",
            "",
            "Not filled in yet: the report of `python -m detectors.training.check` on held-out pictures, and",
            "on real people whose backs somebody marked. Rendered pictures say nothing of real workers.",
            "",
        ]
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # run from a folder that was never installed
        return "not installed"
