"""The models that look at a video on its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from detectors.back_pose import BackSource, YoloBack
from detectors.embedded import embedded_back
from detectors.model_files import EMBEDDED, resolve_weights
from detectors.pose import PoseSource, YoloPose
from pipelines.supply.trusted_weights import trusted

IMAGE_SIZE: Final = 640


@dataclass(frozen=True)
class Sources:
    """The models that look at a video: at whole pictures, and at backs; None for no look at backs."""

    pose: PoseSource
    back: BackSource | None = None

    @property
    def version(self) -> str:
        """The versions of the weights, joined by ``+``."""
        return self.pose.version if self.back is None else f"{self.pose.version}+{self.back.version}"


def yolo(weights: str | None, device: str) -> PoseSource:
    """Return the pose model of the weights, fetched where needed.

    Without a name it is the one that comes with the package.

    Raises
    ------
    WeightsError
        If they can't be had, may not be opened or are no pose model.
    """
    return YoloPose(trusted(resolve_weights(weights or EMBEDDED, Path.cwd())), IMAGE_SIZE, device)


def yolo_back(device: str) -> BackSource | None:
    """Return the model of the back that comes with the package; None where none comes.

    Raises
    ------
    WeightsError
        If it can't be used.
    """
    weights = embedded_back()
    return None if weights is None else YoloBack(weights, device)
