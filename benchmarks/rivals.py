"""EDGE: the usual ways to read a recording with ultralytics alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.task import NO_LIFTS, Array, Contender, Task, frame_times, frames, length_s, lifts_of, weights
from detectors.offline import quiet_ultralytics
from detectors.pose import Followed
from detectors.tracking import Track, stitch
from detectors.vision_ops import ensure_torchvision


def track(task: Task) -> Contender:
    """Call ``YOLO(...).track`` on every frame, with its own tracker and defaults."""
    model, (times_s, report) = _yolo(), frame_times(task)

    def run() -> pd.DataFrame:
        seen: dict[int, list[tuple[float, Array, Array]]] = {}
        for frame in frames(task, times_s):
            result = model.track(frame.image, persist=True, verbose=False, nms=False, device="cpu")[0]
            for number, box, points in _people(result):
                seen.setdefault(number, []).append((frame.time_s, box, points))
        tracks = [
            Track(number, *(np.array(column, dtype=float) for column in zip(*rows, strict=True)))
            for number, rows in seen.items()
        ]
        return lifts_of(task.video, Followed(stitch(tracks), times_s), report, None)

    return Contender(run, length_s(task))


def gym(task: Task) -> Contender:
    """Count repetitions by the angle at the hip with the AIGym solution of ultralytics."""
    quiet_ultralytics()
    ensure_torchvision()
    from ultralytics.solutions import AIGym

    counter = AIGym(
        model=str(weights()), kpts=[5, 11, 13], up_angle=150.0, down_angle=110.0, show=False, verbose=False
    )
    times_s, _ = frame_times(task)

    def run() -> pd.DataFrame:
        counted = 0
        for frame in frames(task, times_s):
            counted = max([counted, *(int(count) for count in counter(frame.image).workout_count or [])])
        return NO_LIFTS.reindex(range(counted))

    return Contender(run, length_s(task), ["counts repetitions, tells no times"])


def _yolo() -> Any:  # noqa: ANN401 - the vendor's model has no types
    quiet_ultralytics()
    ensure_torchvision()
    from ultralytics import YOLO

    return YOLO(str(weights()), task="pose")


def _people(result: Any) -> Sequence[tuple[int, Array, Array]]:  # noqa: ANN401
    if result.boxes.id is None:
        return []
    numbers, boxes = result.boxes.id.int().tolist(), result.boxes.xyxy.cpu().numpy().astype(float)
    points = result.keypoints.data.cpu().numpy().astype(float)[:, :17]
    return list(zip(numbers, boxes, points, strict=True))
