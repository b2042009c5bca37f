"""EDGE: open YOLO weights; whatever the vendor raises over a wrong file becomes one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from detectors.devices import device_problem, keep_to_share
from detectors.model_files import WeightsError
from detectors.offline import quiet_ultralytics
from detectors.vision_ops import ensure_torchvision

FAULTS: Final = (
    ImportError,
    OSError,
    RuntimeError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    NotImplementedError,
)
"""What ultralytics and torch raise over files that are no weights, are cut off or are of another task."""


@contextmanager
def opened_pose(weights: Path, device: str, used_as: str) -> Iterator[Any]:
    """Yield the model in a file of weights, to be tried in the block; it loads without a connection.

    Parameters
    ----------
    weights
        A checkpoint or an exported model.
    device
        As torch names it.
    used_as
        What the weights are for, as in "can't be used as pose weights".

    Raises
    ------
    WeightsError
        If the device is not there, or the file or the trial in the block fails.
    """
    quiet_ultralytics()
    ensure_torchvision()
    from ultralytics import YOLO

    if problem := device_problem(device):
        raise WeightsError(problem)
    try:
        yield YOLO(str(weights), task="pose")
        keep_to_share()
    except FAULTS as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise WeightsError(
            f"{weights.name} can't be used as {used_as} ({reason}); expected a YOLO pose model"
        ) from error
