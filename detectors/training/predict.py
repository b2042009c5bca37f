"""EDGE: what a model of 22 keypoints sees of the labelled people."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from detectors import posture
from detectors.back_crop import crop_frames, cut, to_picture
from detectors.back_looks import CROP_PX
from detectors.back_pose import BackSource
from detectors.keypoints import BACK5, BACK22
from detectors.model_files import WeightsError
from detectors.offline import quiet_ultralytics
from detectors.pose import LEAST_CONFIDENCE, People, without_doubles
from detectors.training.truths import Truth
from detectors.vision_ops import ensure_torchvision

Array = NDArray[np.float64]

SAME_IOU: Final = 0.5
"""Overlap of a found box and a true one from which on they are of the same person."""


class BackPose:
    """A YOLO pose model of 22 keypoints, used as `detectors.pose.YoloPose` uses its own.

    Pictures get the size that it was trained with; a GPU is used where there is one.

    Raises
    ------
    WeightsError
        If the file is no such model.
    """

    def __init__(self, weights: Path) -> None:
        quiet_ultralytics()
        ensure_torchvision()
        from ultralytics import YOLO

        if not weights.is_file():
            raise WeightsError(f"{weights}: not there; expected weights of 22 keypoints")
        try:
            self._model = YOLO(str(weights), task="pose")
            shape = list(self._model.model.model[-1].kpt_shape)
        except (OSError, RuntimeError, TypeError, KeyError, AttributeError) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise WeightsError(f"{weights}: can't be used ({reason}); expected a YOLO pose model") from error
        if shape != [len(BACK22), 3]:
            raise WeightsError(f"{weights}: keypoints {shape}, expected [22, 3]")

    def people(self, image: NDArray[np.uint8]) -> People:
        """Return the people in a BGR picture, keypoints (n, 22, 3)."""
        result = self._model.predict(image, conf=LEAST_CONFIDENCE, verbose=False, nms=False)[0]
        boxes = result.boxes.data.cpu().numpy().astype(float)
        keypoints = result.keypoints.data.cpu().numpy().astype(float).reshape(len(boxes), len(BACK22), 3)
        return without_doubles(People(boxes[:, :4], boxes[:, 4], keypoints))


def predicted(model: BackPose, truths: Sequence[Truth]) -> Array:
    """Return what the model sees of each labelled person, (n, 22, 3): px, px, confidence; NaN: not found."""
    found = np.full((len(truths), len(BACK22), 3), np.nan)
    for picture, group in groupby(enumerate(truths), key=lambda pair: pair[1].picture):
        rows, here = zip(*group, strict=True)
        image = cv2.imread(str(picture))
        people = model.people(np.asarray(image, dtype=np.uint8))
        for mine, theirs in matches(np.stack([truth.box_px for truth in here]), people.box_px):
            found[rows[mine]] = people.keypoints[theirs]
    return found


def looked_again(found: Array, truths: Sequence[Truth], source: BackSource) -> Array:
    """Return what was found, (n, 22, 3), with the backs as crops along the found trunks show them.

    The crops are cut as at work, but for the size of the person, which is the true one: at work it comes
    from the whole track. Who was not found stays so.
    """
    hips, shoulders = (
        posture.blend(posture.sides(found[..., :2], joint), posture.weights(found[..., 2], joint))
        for joint in ("hip", "shoulder")
    )
    maps = crop_frames(hips, shoulders, np.array([truth.stature_px for truth in truths]), CROP_PX)
    again = found.copy()
    for row in np.flatnonzero(np.isfinite(maps).all(axis=(1, 2))).tolist():
        image = np.asarray(cv2.imread(str(truths[row].picture)), dtype=np.uint8)
        points = source.points([cut(image, maps[row], CROP_PX)])
        places = to_picture(points[..., :2], maps[[row]])
        again[row, -len(BACK5) :] = np.concatenate([places, points[..., 2:]], axis=2)[0]
    return again


def matches(true_px: Array, found_px: Array) -> list[tuple[int, int]]:
    """Return the pairs of boxes, (n, 4) and (m, 4), that are of one person; no box is in two pairs."""
    low = np.maximum(true_px[:, None, :2], found_px[None, :, :2])
    high = np.minimum(true_px[:, None, 2:], found_px[None, :, 2:])
    common = np.clip(high - low, 0.0, None).prod(axis=2)
    areas = [(boxes[:, 2:] - boxes[:, :2]).prod(axis=1) for boxes in (true_px, found_px)]
    overlap = common / (areas[0][:, None] + areas[1][None] - common)
    pairs = zip(*linear_sum_assignment(-overlap), strict=True)
    return [(int(mine), int(theirs)) for mine, theirs in pairs if overlap[mine, theirs] >= SAME_IOU]
