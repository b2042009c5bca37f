"""Which weights may be opened: a checkpoint is a pickle, and a pickle runs what its maker put in."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from detectors import embedded
from detectors.model_files import WeightsError

CONFIRM_VARIABLE: Final = "HINGEWISE_WEIGHTS_SHA256"
"""The SHA-256 that the operator confirms where no site file does."""

NO_PICKLE: Final = ".onnx"
"""Suffix of exported models that hold numbers only; a folder of OpenVINO holds XML and numbers."""


def trusted(weights: Path, confirmed: str | None = None) -> Path:
    """Return weights that may be opened; nothing in them is opened here.

    Those may that come with the package, that have the SHA-256 which the operator confirmed, in the site file
    or in ``HINGEWISE_WEIGHTS_SHA256``, and, where none was confirmed, exported models that are no pickle.

    Parameters
    ----------
    weights
        Where they lie.
    confirmed
        The SHA-256 in the site file, in small hexadecimal digits.

    Raises
    ------
    WeightsError
        If they may not; the sentence has the line that would confirm them.
    """
    if _packaged(weights):
        return weights
    hashes = [digest.lower() for digest in (confirmed, os.environ.get(CONFIRM_VARIABLE)) if digest]
    if weights.is_dir():
        return _exported(weights, hashes)
    with weights.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found in hashes:
        return weights
    if hashes:
        raise WeightsError(
            f"{weights} has the SHA-256 {found}, confirmed was {' or '.join(hashes)}: it is another file"
        )
    if weights.suffix.lower() == NO_PICKLE:
        return weights
    raise WeightsError(
        f"{weights} is not opened: a checkpoint can run any code, and nobody confirmed this one; if you know "
        f'where it comes from, add sha256 = "{found}" to [pose] or set {CONFIRM_VARIABLE}'
    )


def _packaged(weights: Path) -> bool:
    own: Iterable[Path | None] = (embedded.embedded_pose(), embedded.embedded_back())
    return weights.resolve() in {path.resolve() for path in own if path is not None}


def _exported(folder: Path, hashes: list[str]) -> Path:
    if hashes:
        raise WeightsError(f"{folder} is a folder, but a SHA-256 was confirmed, which is that of one file")
    if not any(folder.glob("*.xml")):
        raise WeightsError(f"{folder} is no exported model, expected the .xml of OpenVINO in it")
    return folder
