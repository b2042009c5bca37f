"""Which engine runs our pose model in a benchmark: that of a night here, made first where there is none."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console

from benchmarks.task import IMAGE_SIZE, weights
from detectors.model_files import WeightsError
from detectors.optimised import Record, StaleError, kept_record
from detectors.optimised_pose import optimised_pose
from detectors.pose import PoseSource, YoloPose
from pipelines.optimising.command import made_over
from pipelines.optimising.pictures import Source

CACHE: Final = "XDG_CACHE_HOME"


def prepare(clips: Sequence[Path], folder: Path) -> None:
    """See to it that there is an optimised model, as `hingewise doctor --optimise` makes one.

    One that the nights of this machine use is taken. Otherwise one is made in a folder of the benchmark, so
    that no night uses what was measured on benchmark footage. Where none can be made, PyTorch goes on.

    Parameters
    ----------
    clips
        Films of people that it is measured on.
    """
    if optimised() is not None:
        return
    os.environ[CACHE] = str(folder.resolve() / "cache")
    if optimised() is not None:
        return
    console = Console(stderr=True)
    console.print(
        "making the pose model over for this machine, as `hingewise doctor --optimise` does", soft_wrap=True
    )
    try:
        made_over(weights(), IMAGE_SIZE, [Source(clip, ()) for clip in clips])
    except WeightsError as error:
        console.print(f"{error}; PyTorch runs the pose model", soft_wrap=True, markup=False)


def optimised() -> Record | None:
    """Return the optimised model that may be used here; None where PyTorch runs."""
    try:
        return kept_record(weights(), IMAGE_SIZE)
    except StaleError:
        return None


def pose_of_a_night() -> PoseSource:
    """Return the pose model as a night of this machine runs it."""
    record = optimised()
    return pose_by_torch() if record is None else optimised_pose(weights(), IMAGE_SIZE, record.name)


def pose_by_torch() -> PoseSource:
    """Return the pose model with all of its digits."""
    return YoloPose(weights(), IMAGE_SIZE, "cpu")
