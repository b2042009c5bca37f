"""EDGE: find people and their keypoints in whole pictures by YOLO, and follow them."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from detectors.keypoints import BACK22, COCO17
from detectors.model_files import WeightsError, model_version
from detectors.offline import quiet_ultralytics
from detectors.tracking import Track, stitch
from detectors.video import Frame
from detectors.yolo_files import opened_pose

Array = NDArray[np.float64]

LEAST_CONFIDENCE: Final = 0.1
TRACKER: Final = {
    "track_high_thresh": 0.25,
    "track_low_thresh": 0.1,
    "new_track_thresh": 0.4,
    "match_thresh": 0.8,
    "fuse_score": True,
}
TRACK_MEMORY_S: Final = 2.0
SAME_PERSON_IOU: Final = 0.75


@dataclass(frozen=True)
class People:
    """The people in one frame: boxes (n, 4), confidences (n,) and keypoints (n, 17, 3), px."""

    box_px: Array
    confidence: Array
    keypoints: Array


class PoseSource(Protocol):
    """Whatever finds people in a picture."""

    version: str

    def people(self, image: NDArray[np.uint8]) -> People:
        """Return the people in a BGR picture."""


@dataclass(frozen=True)
class Followed:
    """What was seen in a recording: tracks, and the times of all analysed frames, also the empty ones."""

    tracks: list[Track]
    frame_times_s: Array

    @property
    def rate_hz(self) -> float:
        """The rate of the analysed frames: one over their median distance; NaN for fewer than two."""
        if len(self.frame_times_s) < 2:
            return float("nan")
        return float(1.0 / np.median(np.diff(self.frame_times_s)))


class YoloPose:
    """A YOLO pose model: a ``.pt`` checkpoint or an exported OpenVINO or ONNX model.

    Raises
    ------
    WeightsError
        If the file is no pose model with the 17 keypoints of COCO, or these and 5 on the back, or if
        the device is not there.
    """

    def __init__(self, weights: Path, image_size: int, device: str) -> None:
        self.version = model_version(weights)
        self._options = {
            "imgsz": image_size,
            "device": device,
            "conf": LEAST_CONFIDENCE,
            "verbose": False,
            "nms": False,
        }
        with opened_pose(weights, device, "pose weights") as self._model:
            count = self._found(np.zeros((64, 64, 3), dtype=np.uint8)).keypoints.shape[1]
        if count not in (len(COCO17), len(BACK22)):
            raise WeightsError(
                f"{weights.name} has {count} keypoints; expected the 17 of COCO, or these and 5 on the back"
            )

    def people(self, image: NDArray[np.uint8]) -> People:
        """Return the people in a BGR picture, one per person, with the keypoints of COCO."""
        found = self._found(image)
        return without_doubles(replace(found, keypoints=found.keypoints[:, : len(COCO17)]))

    def _found(self, image: NDArray[np.uint8]) -> People:
        """Return the people with all keypoints of the model, some of them perhaps twice."""
        result = self._model.predict(image, **self._options)[0]
        boxes = result.boxes.data.cpu().numpy().astype(float)
        shape = (len(boxes), *result.keypoints.data.shape[1:])
        keypoints = result.keypoints.data.cpu().numpy().astype(float).reshape(shape)
        return People(boxes[:, :4], boxes[:, 4], keypoints)


def without_doubles(people: People) -> People:
    """Return the people without the weaker of nearly equal boxes; the NMS-free head makes some."""
    kept: list[int] = []
    for i in np.argsort(-people.confidence, kind="stable"):
        if all(_iou(people.box_px[i], people.box_px[j]) < SAME_PERSON_IOU for j in kept):
            kept.append(int(i))
    return People(people.box_px[kept], people.confidence[kept], people.keypoints[kept])


def follow(frames: Iterable[Frame], source: PoseSource, rate_hz: float) -> Followed:
    """Find and follow the people of a recording.

    Parameters
    ----------
    frames
        In time order.
    rate_hz
        Rate at which the frames come, for the tracker's memory.

    Returns
    -------
    Followed
        Tracks in the order in which they were first seen, broken ones joined.
    """
    tracker = _byte_track(rate_hz)
    times: list[float] = []
    seen: dict[int, list[tuple[float, Array, Array]]] = {}
    for frame in frames:
        people = source.people(frame.image)
        times.append(frame.time_s)
        for number, row in _matches(tracker, people, frame.image.shape[:2]):
            seen.setdefault(number, []).append((frame.time_s, people.box_px[row], people.keypoints[row]))
    tracks = [
        Track(number, *(np.array(column, dtype=float) for column in zip(*rows, strict=True)))
        for number, rows in seen.items()
    ]
    return Followed(stitch(tracks), np.array(times, dtype=float))


def _byte_track(rate_hz: float) -> Any:  # noqa: ANN401 - the vendor's tracker has no types
    quiet_ultralytics()
    from ultralytics.trackers.byte_tracker import BYTETracker

    logging.getLogger("ultralytics").setLevel(logging.ERROR)
    return BYTETracker(SimpleNamespace(**TRACKER, track_buffer=max(1, round(TRACK_MEMORY_S * rate_hz))))


def _matches(tracker: Any, people: People, size: tuple[int, ...]) -> list[tuple[int, int]]:  # noqa: ANN401
    """Return pairs of track number and row of ``people``."""
    from ultralytics.engine.results import Boxes

    rows = np.column_stack([people.box_px, people.confidence, np.zeros(len(people.confidence))])
    tracked = tracker.update(Boxes(rows.astype(np.float32).reshape(-1, 6), size))
    return [(int(row[4]), int(row[7])) for row in tracked]


def _iou(a: Array, b: Array) -> float:
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    common = max(width, 0.0) * max(height, 0.0)
    union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - common
    return float(common / union) if union > 0 else 0.0
