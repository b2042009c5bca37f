"""A pose model made over for this machine: where it is kept, what was measured, whether it may be used."""

from __future__ import annotations

import hashlib
import platform
from datetime import datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from detectors.model_files import WeightsError, cache_folder, model_version
from detectors.openvino_network import Precision, engine_version

MODEL: Final = "model.xml"
RECORD: Final = "record.json"
CPUINFO: Final = Path("/proc/cpuinfo")

_AGAIN: Final = "run `hingewise doctor --optimise` again"


class StaleError(WeightsError):
    """What is kept can't be used here and now; one sentence says why."""


class Measured(BaseModel):
    """What one way to run a model took, and how its people differ from those of PyTorch; None = unknown.

    Attributes
    ----------
    name
        Engine and precision.
    picture_ms
        Processor time for one picture, the median, from the decoded picture to its people.
    found_share
        Share of the people of whom PyTorch is sure that were found, too.
    oks
        Mean similarity of their keypoints: 1 is the same place.
    furthest_px
        The farthest that a keypoint moved of which PyTorch is sure.
    refused
        One sentence on why it is not taken, None where it may be.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    picture_ms: float | None = None
    found_share: float | None = None
    oks: float | None = None
    furthest_px: float | None = None
    refused: str | None = None


class Made(BaseModel):
    """What a model was made from and for: if any of it changes, it must be made again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    weights_sha256: str
    image_size: int
    processor: str
    openvino: str


class Record(BaseModel):
    """What lies beside a model: what it is, what it was measured to do, and the digests of its files."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    made: Made
    made_utc: datetime
    precision: Precision
    end_to_end: bool
    shapes: tuple[str, ...]
    people: int = Field(ge=1)
    pictures: int = Field(ge=1)
    candidates: tuple[Measured, ...]
    sha256: dict[str, str]

    @property
    def name(self) -> str:
        """Engine and precision, of int8 also which: its numbers depend on what it was calibrated with."""
        of = f"-{self.sha256[Path(MODEL).with_suffix('.bin').name][:8]}"
        return f"openvino-{self.precision}{of if self.precision is Precision.INT8 else ''}"


def made_here(weights: Path, image_size: int) -> Made:
    """Return what a model would be made from and for on this machine now."""
    return Made(
        weights_sha256=_sha256(weights),
        image_size=image_size,
        processor=processor(),
        openvino=engine_version() or "not installed",
    )


def optimised_folder(weights: Path) -> Path:
    """Return where the optimised model of these weights is kept, in the user's cache."""
    return cache_folder() / "optimised" / model_version(weights)


def kept_record(weights: Path, image_size: int) -> Record | None:
    """Return the record of the optimised model of these weights; None where none was made.

    Raises
    ------
    StaleError
        If it was made from or for something else, or its files are not those that were measured.
    """
    folder = optimised_folder(weights) if weights.is_file() else None
    if folder is None or not folder.is_dir():
        return None
    try:
        record = Record.model_validate_json((folder / RECORD).read_bytes())
        found = digests(folder)
    except (OSError, ValidationError):
        raise StaleError(f"the optimised model in {folder} is broken: {_AGAIN}") from None
    here = made_here(weights, image_size)
    changed = [
        f"{name} was {was}, is {now}"
        for (name, was), now in zip(record.made, (value for _, value in here), strict=True)
        if was != now
    ]
    if changed:
        raise StaleError(f"the optimised model is stale, {'; '.join(changed)}: {_AGAIN}")
    if found != record.sha256 or MODEL not in found:
        raise StaleError(f"the optimised model in {folder} was altered after it was measured: {_AGAIN}")
    return record


def digests(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a model by name."""
    return {path.name: _sha256(path) for path in sorted(folder.iterdir()) if path.name != RECORD}


def optimised_version(weights: Path, record: Record) -> str:
    """Return what the rows say of an optimised model: its weights, and what it became."""
    return f"{model_version(weights)}.{record.name}"


def processor() -> str:
    """Return the name of the processor: another may not be able to do, or not as fast, what this one does."""
    try:
        lines = CPUINFO.read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{platform.machine()} {names[0] if names else platform.processor()}".strip()


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
