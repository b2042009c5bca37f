"""Which code and which models measured a lift."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

import detectors
import detectors.reading
from detectors.model_files import model_version
from detectors.reading.policy import ReadingPolicy

NOT_MEASURING: Final = frozenset(
    {
        "anonymise",
        "background",
        "evaluation",
        "head_boxes",
        "head_gaps",
        "lettering",
        "openvino_making",
        "overlay",
        "pole_overlay",
        "shift_table",
        "stored_poses",
        "timeline",
        "video_between",
        "video_piece",
        "video_still",
        "video_writer",
    }
)


@cache
def code_version(reading: ReadingPolicy | None = None) -> str:
    """Return the release and the first 8 digits of the SHA-256 of the measuring code.

    A change of any module of ``detectors`` that takes part in measuring changes it, so that
    recordings are measured again and figures of different code are never mistaken for each other.

    Parameters
    ----------
    reading
        How a recording is read. Its modules and parameters are added as ``.r`` and 8 digits, which says
        that not every frame was looked at; None for a reading of everything.
    """
    digest = hashlib.sha256()
    for path in sorted(Path(detectors.__file__).parent.glob("*.py")):
        if path.stem not in NOT_MEASURING:
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    measuring = f"{version('hingewise')}+{digest.hexdigest()[:8]}"
    return measuring if reading is None else f"{measuring}.r{_reading_digest(reading)}"


def _reading_digest(policy: ReadingPolicy) -> str:
    digest = hashlib.sha256(policy.digest.encode())
    for path in sorted(Path(detectors.reading.__file__).parent.glob("*.py")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:8]


def models_version(pose: Path, back: Path | None, engine: str = "") -> str:
    """Return the version of the pose weights and, joined by ``+``, that of the back's where they are used.

    A new calibration of the back changes it as new weights do: both change what is measured.

    Parameters
    ----------
    engine
        What the pose weights were made over for, such as ``openvino-bf16``; it follows their version after
        a dot. Nothing for PyTorch.
    """
    of_pose = f"{model_version(pose)}.{engine}" if engine else model_version(pose)
    if back is None:
        return of_pose
    return f"{of_pose}+{model_version(back, back.with_suffix('.json'))}"
