"""What is read in a benchmark, and what all ways of reading share: weights, frames and verdicts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.analysis import analyse
from detectors.back_pose import YoloBack
from detectors.embedded import embedded_pose
from detectors.pose import Followed
from detectors.reading.frames import Survey
from detectors.reading.plan import kept_times, within
from detectors.second_look import look_again
from detectors.technique import judge
from detectors.video import Frame, ReadReport, probe
from detectors.video_again import frames_at

RATE_HZ: Final = 15.0
IMAGE_SIZE: Final = 640

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Task:
    """What to read: a film, and the stretches of it, shape (n, 2) seconds, that slow readers are timed on."""

    video: Path
    stretches: Array


@dataclass
class Contender:
    """A way to read a film: its models are loaded when it is made, so that only reading is timed.

    Attributes
    ----------
    run
        Reads, and returns the lifts: ``start_s``, ``grasp_s``, ``end_s``, ``technique``; of one that only
        counts, as many rows of NaN.
    timed_s
        Seconds of the film that it reads.
    """

    run: Callable[[], pd.DataFrame]
    timed_s: float
    notes: list[str] = field(default_factory=list)


NO_LIFTS: Final = pd.DataFrame({"start_s": [], "grasp_s": [], "end_s": [], "technique": []})


def weights() -> Path:
    """Return the pose weights that come with the package: the same for all.

    Raises
    ------
    ValueError
        If this installation has none.
    """
    found = embedded_pose()
    if found is None:
        raise ValueError("detectors/weights holds no hingewise-pose.pt, expected it for the benchmark")
    return found


def lifts_of(video: Path, followed: Followed, report: ReadReport, back: YoloBack | None) -> pd.DataFrame:
    """Return the lifts and lowerings among what was followed, judged; ``back`` None looks at no backs."""
    info = probe(video)
    analysis = analyse(followed, info.width_px, info.height_px)
    if back is not None:
        analysis = look_again(analysis, video, (), report, back)
    lifts = analysis.lifts
    if lifts.empty:
        return NO_LIFTS
    lifts = lifts[lifts["kind"] != "bend"].reset_index(drop=True).assign(lift_id=lambda rows: rows.index)
    return lifts[["start_s", "grasp_s", "end_s"]].assign(technique=judge(lifts)["technique"].to_numpy())


def frame_times(task: Task) -> tuple[Array, ReadReport]:
    """Return the times of the frames in the stretches, and what a reading of all would report."""
    survey = Survey(task.video, (), np.inf)
    for _ in survey:
        pass
    return within(kept_times(survey.times_s, RATE_HZ), task.stretches), survey.report


def frames(task: Task, times_s: Array) -> Iterator[Frame]:
    """Yield the frames of a film that have the given times."""
    return frames_at(task.video, times_s.tolist(), (), steady=True)


def length_s(task: Task) -> float:
    """Return how long the stretches of a task are together."""
    return float(np.diff(task.stretches, axis=1).sum())
