"""EDGE: the five points of the back in crops along the trunk, by a YOLO pose model of 22 keypoints."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import TypeAdapter, ValidationError

from detectors.back_calibration import BackCalibration
from detectors.back_cells import read_back
from detectors.back_looks import CROP_PX
from detectors.keypoints import BACK5, BACK22
from detectors.model_files import WeightsError, model_version
from detectors.yolo_files import opened_pose

Array = NDArray[np.float64]
Crop = NDArray[np.uint8]

AT_ONCE: Final = 16
"""Crops per call of the model; more take memory and are no faster."""


class BackSource(Protocol):
    """Whatever finds the five points of the back in a crop along the trunk."""

    version: str
    calibration: BackCalibration | None

    def points(self, crops: Sequence[Crop]) -> Array:
        """Return the points in BGR crops of ``CROP_PX``, shape (n, 5, 3): px, px, confidence; NaN = none."""


class YoloBack:
    """A YOLO pose model of 22 keypoints that was trained on crops along the trunk.

    Each crop is shown as it is and mirrored, and the two answers are averaged; there is a person in each, so
    that only the confidence of a point tells whether it is seen. The calibration is the
    file of the same name that ends in ``.json``; without one `calibration` is None.

    Raises
    ------
    WeightsError
        If the weights are no such model, the device is not there, or the calibration is of other weights
        or can't be read.
    """

    def __init__(self, weights: Path, device: str) -> None:
        self.version = model_version(weights, weights.with_suffix(".json"))
        self.calibration = read_calibration(weights)
        with opened_pose(weights, device, "weights of the back") as model:
            from torch import channels_last

            net = model.model.fuse(verbose=False).float().eval()
            # With the channels of a pixel side by side a crop costs a third less on a processor.
            self._net = net.to(device, memory_format=channels_last)
            found = [*net.model[-1].kpt_shape]
        self._device = device
        if found != [len(BACK22), 3]:
            raise WeightsError(
                f"{weights.name} has {found[0]} keypoints; expected {len(BACK22)}, 5 on the back"
            )

    def points(self, crops: Sequence[Crop]) -> Array:
        """Return the points in BGR crops of ``CROP_PX``, shape (n, 5, 3): px, px, confidence; NaN = none."""
        parts = [self._points(crops[start : start + AT_ONCE]) for start in range(0, len(crops), AT_ONCE)]
        return np.concatenate([np.empty((0, len(BACK5), 3)), *parts])

    def _points(self, crops: Sequence[Crop]) -> Array:
        seen = np.stack(crops)
        return mirror_mean(self._read(seen), self._read(seen[:, :, ::-1]))

    def _read(self, crops: Crop) -> Array:
        """Return the points in crops, shape (n, 5, 3), from what the cells of the model say."""
        import torch

        rgb = np.ascontiguousarray(crops[..., ::-1].transpose(0, 3, 1, 2))
        with torch.inference_mode():
            answers = self._net(torch.from_numpy(rgb).to(self._device).float() / 255.0)[0]
        return read_back(answers.cpu().numpy().astype(float), CROP_PX)


def mirror_mean(seen: Array, mirrored: Array) -> Array:
    """Return the mean of what was seen in crops and in their mirror images, each (n, 5, 3).

    The points of the back are their own mirror images. Where one of the two shows nothing, the other counts.
    """
    back = mirrored.copy()
    back[..., 0] = CROP_PX - mirrored[..., 0]
    both = np.where(np.isfinite(seen) & np.isfinite(back), 0.5 * (seen + back), seen)
    return np.where(np.isfinite(both), both, back)


def read_calibration(weights: Path) -> BackCalibration | None:
    """Return the calibration that lies beside weights, None where there is none.

    Raises
    ------
    WeightsError
        If it can't be read, or belongs to other weights.
    """
    path = weights.with_suffix(".json")
    if not path.is_file():
        return None
    try:
        calibration = TypeAdapter(BackCalibration).validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise WeightsError(f"{path.name} can't be used as calibration: {_explained(error)}") from error
    with weights.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    if calibration.weights_sha256 != digest:
        raise WeightsError(
            f"{path.name} was made for weights {calibration.weights_sha256[:12]}, but {weights.name} is "
            f"{digest[:12]}; expected the calibration of these weights"
        )
    return calibration


def _explained(error: OSError | ValidationError) -> str:
    if isinstance(error, OSError):
        return f"{error.strerror}"
    return "; ".join(f"{'.'.join(map(str, e['loc'])) or 'it'}: {e['msg']}" for e in error.errors())
