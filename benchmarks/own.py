"""Our own ways to read a recording: where a lift can be, all of it, every fifth frame, and only decoding."""

from __future__ import annotations

from typing import Final

import pandas as pd

from benchmarks.engine import optimised, pose_by_torch, pose_of_a_night
from benchmarks.task import (
    NO_LIFTS,
    RATE_HZ,
    Contender,
    Task,
    frame_times,
    frames,
    length_s,
    lifts_of,
)
from detectors.back_pose import YoloBack
from detectors.decoding import decoded, opened
from detectors.embedded import embedded_back
from detectors.pose import PoseSource, follow
from detectors.reading.adaptive import Recording, read
from detectors.reading.policy import ReadingPolicy
from detectors.video import probe

EVERY: Final = 5


def ours(task: Task) -> Contender:
    """Read where a lift can be, with what a night of this machine would use."""
    pose, back, info, record = pose_of_a_night(), _back(), probe(task.video), optimised()

    def run() -> pd.DataFrame:
        recording = Recording(task.video, (), RATE_HZ, info.width_px, info.height_px, backs=back is not None)
        done = read(recording, pose, ReadingPolicy(), lambda _: None)
        if done is None:
            raise ValueError(f"{task.video.name}: must be read whole, expected an undamaged film of a minute")
        return lifts_of(task.video, done.followed, done.report, back)

    return Contender(run, info.declared_s, [f"pose model by {record.name if record else 'PyTorch'}"])


def exhaustive(task: Task) -> Contender:
    """Look at every frame with what a night would use, and at backs where somebody lifts."""
    return _whole(task, pose_of_a_night())


def exhaustive_torch(task: Task) -> Contender:
    """Do the same with all digits of the pose model."""
    return _whole(task, pose_by_torch())


def _whole(task: Task, pose: PoseSource) -> Contender:
    back = _back()
    times_s, report = frame_times(task)

    def run() -> pd.DataFrame:
        return lifts_of(task.video, follow(frames(task, times_s), pose, RATE_HZ), report, back)

    return Contender(run, length_s(task))


def every_fifth(task: Task) -> Contender:
    """Look at every fifth frame and at no backs."""
    pose = pose_by_torch()
    times_s, report = frame_times(task)

    def run() -> pd.DataFrame:
        followed = follow(frames(task, times_s[::EVERY]), pose, RATE_HZ / EVERY)
        return lifts_of(task.video, followed, report, None)

    return Contender(run, length_s(task))


def decode(task: Task) -> Contender:
    """Decode every frame and look at none."""

    def run() -> pd.DataFrame:
        with opened(task.video) as (container, stream):
            for _ in decoded(container, stream, lambda: None):
                pass
        return NO_LIFTS

    return Contender(run, probe(task.video).declared_s)


def _back() -> YoloBack | None:
    found = embedded_back()
    return None if found is None else YoloBack(found, "cpu")
