"""What a worker must know to process one recording: paths, keys and settings, never frames."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Final

from detectors.reading.policy import ReadingPolicy
from detectors.technique import Policy

YOLO: Final = "detectors.pose:YoloPose"
YOLO_BACK: Final = "detectors.back_pose:YoloBack"
UNDATED: Final = date(1970, 1, 1)
"""Recordings whose start can't be read are filed under this date."""


@dataclass(frozen=True)
class PoseChoice:
    """Which pose models read the frames, and how.

    ``source`` names the class that finds people, as ``module:class``; it is made from the
    weights, the image size and the device. ``back`` are the weights of the model that looks at
    the backs of those who lift, None for no such look; ``back_source`` names its class, made from
    these weights and the device. ``engine`` names what the pose weights were made over for on this machine,
    such as ``openvino-bf16``; nothing for PyTorch.
    """

    weights: Path
    image_size: int
    device: str
    rate_hz: float
    source: str = YOLO
    back: Path | None = None
    back_source: str = YOLO_BACK
    engine: str = ""


@dataclass(frozen=True)
class Job:
    """One recording to process, and where its rows go.

    ``shown_path`` is the path that the tables and messages show; ``date`` is the local date of
    the first frame, under which the rows are filed. ``reading`` says where inference is spent, None for
    all frames. ``url`` is where a recording in an object store lies, whose ``path`` is only its name; None
    for a local one.
    """

    footage_id: str
    camera_id: str
    zone: str
    path: Path
    shown_path: str
    size_bytes: int
    start_utc: datetime | None
    date: date
    pitch_deg: float
    masks: tuple[tuple[tuple[float, float], ...], ...]
    pose: PoseChoice
    model_version: str
    code_version: str
    policy: Policy
    policy_id: str
    track_key: bytes
    store_url: str
    site: str
    reading: ReadingPolicy | None = None
    url: str | None = None

    @property
    def part(self) -> str:
        """Name of the recording's part in every table."""
        return f"{self.camera_id}-{self.footage_id}"


@dataclass(frozen=True)
class Fault:
    """Why a recording can't be given to a worker, and whether that may be over at the next run."""

    sentence: str
    passing: bool


@dataclass(frozen=True)
class Outcome:
    """What became of a recording; the counts go into the digest of the run.

    ``elapsed_s`` is how long a worker took for it, NaN where none has read it.
    """

    camera_id: str
    footage_id: str
    shown_path: str
    status: str
    reason: str | None
    analysed_s: float
    lifts: int
    elapsed_s: float = float("nan")
