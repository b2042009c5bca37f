"""A folder of pictures with labels of 22 keypoints, in the pose format of ultralytics."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.keypoints import BACK22, BACK22_FLIPPED
from detectors.offline import quiet_ultralytics

Array = NDArray[np.float64]

PICTURES: Final = (".jpg", ".jpeg", ".png")
SPLITS: Final = ("train", "val")
REAL_PREFIX: Final = "real_"
"""With it begin the names of the real pictures, in which nobody marked the back."""

COLUMNS: Final = 5 + 3 * len(BACK22)
"""Class, box and keypoints."""


class FolderError(ValueError):
    """The pictures or their labels can't be used; one sentence says which and what was expected."""


@dataclass(frozen=True)
class Folder:
    """The pictures of a data set; a picture that stands twice in the list is trained twice."""

    root: Path
    train: tuple[Path, ...]
    val: tuple[Path, ...]

    @property
    def description(self) -> Path:
        """The file that ultralytics reads."""
        return self.root / "data.yaml"

    @property
    def manifest(self) -> Path:
        """The true angles, one line of JSON per picture; not every folder has it."""
        return self.root / "manifest.jsonl"


def read_folder(root: Path) -> Folder:
    """Return the pictures that the ``data.yaml`` of a folder names.

    Raises
    ------
    FolderError
        If it is missing, is for other keypoints, or names no pictures.
    """
    quiet_ultralytics()
    from ultralytics.utils import YAML

    path = root / "data.yaml"
    if not path.is_file():
        raise FolderError(f"{path}: not there; expected the description of a data set with 22 keypoints")
    described = YAML.load(path)
    for name, wanted in (("kpt_shape", [len(BACK22), 3]), ("flip_idx", list(BACK22_FLIPPED))):
        if described.get(name) != wanted:
            raise FolderError(f"{path}: {name} is {described.get(name)}, expected {wanted}")
    train, val = (_pictures(root, described.get(split)) for split in SPLITS)
    for split, pictures in zip(SPLITS, (train, val), strict=True):
        if not pictures:
            raise FolderError(f"{path}: {split!r} names no pictures; expected a folder or a list that does")
    return Folder(root, train, val)


def label_path(picture: Path) -> Path:
    """Return where the labels of a picture lie: ``labels`` stands in place of the last ``images``."""
    parts = list(picture.parts)
    last = len(parts) - 1 - parts[::-1].index("images")
    return Path(*parts[:last], "labels", *parts[last + 1 :]).with_suffix(".txt")


def read_labels(picture: Path) -> Array:
    """Return the labels of a picture, (n_people, 71): class, box and keypoints, as shares of the picture.

    Raises
    ------
    FolderError
        If the file is missing or a line has another number of columns.
    """
    path = label_path(picture)
    if not path.is_file():
        raise FolderError(f"{path}: not there; expected the labels of {picture.name}")
    rows = [line.split() for line in path.read_text().splitlines()]
    if wrong := [number for number, row in enumerate(rows, start=1) if len(row) != COLUMNS]:
        raise FolderError(
            f"{path}: line {wrong[0]} has {len(rows[wrong[0] - 1])} columns, expected {COLUMNS}"
        )
    return np.array(rows, dtype=float).reshape(-1, COLUMNS)


def data_sha256(folder: Folder) -> str:
    """Return a hash of the names and sizes of all pictures, their labels and the manifest.

    The pictures' own bytes are left out, as they take minutes; a drawn one that changes changes its size.
    """
    digest = hashlib.sha256()
    for split in (folder.train, folder.val):
        for picture in split:
            labels = label_path(picture)
            digest.update(f"{picture.parent.name}/{picture.name} {picture.stat().st_size}\n".encode())
            digest.update(labels.read_bytes() if labels.is_file() else b"none")
    if folder.manifest.is_file():
        digest.update(folder.manifest.read_bytes())
    return digest.hexdigest()


def _pictures(root: Path, place: object) -> tuple[Path, ...]:
    if not isinstance(place, str):
        return ()
    path = root / place
    if path.is_dir():
        return tuple(sorted(file for file in path.rglob("*") if file.suffix.lower() in PICTURES))
    if not path.is_file():
        return ()
    return tuple(sorted(path.parent / line for line in path.read_text(encoding="utf-8").splitlines() if line))
