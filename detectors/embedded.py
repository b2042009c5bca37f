"""The weights that come with the package, where they do."""

from __future__ import annotations

from pathlib import Path
from typing import Final

WEIGHTS_FOLDER: Final = Path(__file__).parent / "weights"


def embedded_pose() -> Path | None:
    """Return the full-picture pose model of 22 keypoints; None where the package has none."""
    return _there("hingewise-pose.pt")


def embedded_back() -> Path | None:
    """Return the model of crops along the trunk; None where the package has none."""
    return _there("hingewise-back.pt")


def _there(name: str) -> Path | None:
    path = WEIGHTS_FOLDER / name
    return path if path.is_file() else None
