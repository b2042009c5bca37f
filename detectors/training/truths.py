"""What is true of the labelled people of a data set: where their points are, how they stand and are seen."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detectors import camera as camera_view
from detectors.keypoints import BACK5, BACK22, side_pair
from detectors.training.folder import Folder, FolderError, read_labels

Array = NDArray[np.float64]

SIDE_UP_TO_DEG: Final = 30.0
OBLIQUE_UP_TO_DEG: Final = 60.0


class View(StrEnum):
    """From where a person is seen."""

    SIDE = "side"
    OBLIQUE = "oblique"
    FRONT = "front"
    REAR = "rear"


@dataclass(frozen=True)
class Truth:
    """One labelled person of one picture.

    Attributes
    ----------
    box_px
        Left, top, right, bottom, shape (4,).
    points
        Column px, row px and 2 seen, 1 hidden, 0 outside or not marked, shape (22, 3).
    stature_px
        Upright height of the person in the picture.
    facing, yaw_deg, pitch_deg
        As in `detectors.back_curve.Back`.
    flexion_deg
        Lumbar and thoracic flexion together; NaN if not known.
    controls_deg
        Trunk inclination, knee flexion and neck flexion, shape (3,); NaN if not known. They go along with a
        bent back: a model that only reads them has not seen the back.
    """

    picture: Path
    box_px: Array
    points: Array
    stature_px: float
    facing: float
    yaw_deg: float
    pitch_deg: float
    flexion_deg: float
    controls_deg: Array

    @property
    def view(self) -> View:
        """From where the person is seen."""
        if abs(self.yaw_deg) <= SIDE_UP_TO_DEG:
            return View.SIDE
        if abs(self.yaw_deg) <= OBLIQUE_UP_TO_DEG:
            return View.OBLIQUE
        return View.FRONT if self.yaw_deg > 0 else View.REAR

    @property
    def back_marked(self) -> bool:
        """Whether all points of the back are in the picture and not turned away."""
        return bool((self.points[-len(BACK5) :, 2] > 0).all())


def read_truths(folder: Folder) -> list[Truth]:
    """Return the labelled people of the pictures for validation.

    Raises
    ------
    FolderError
        If the manifest or labels are missing or do not belong together.
    """
    if not folder.manifest.is_file():
        raise FolderError(
            f"{folder.manifest}: not there; expected the true angles, one line of JSON per picture"
        )
    rows = [json.loads(line) for line in folder.manifest.read_text(encoding="utf-8").splitlines()]
    # Names, not paths: in a mix the pictures stay in the folder where they were rendered.
    by_name = {Path(row["image"]).name: row for row in rows}
    truths: list[Truth] = []
    for picture in folder.val:
        row = by_name.get(picture.name)
        if row is None:
            raise FolderError(f"{folder.manifest}: no line for {picture.name}, expected one per picture")
        truths += _people(picture, row)
    return truths


def _people(picture: Path, row: dict[str, Any]) -> list[Truth]:
    labels = read_labels(picture)
    people = [person for person in row["people"] if person["labelled"]]
    if len(people) != len(labels):
        raise FolderError(
            f"{picture}: {len(labels)} labels, but the manifest has {len(people)} labelled people"
        )
    return [_truth(picture, row["camera"], *pair) for pair in zip(labels, people, strict=True)]


def _truth(picture: Path, camera: dict[str, Any], label: Array, person: dict[str, Any]) -> Truth:
    size_px = np.array(camera["size_px"], dtype=float)
    points = label[5:].reshape(len(BACK22), 3) * (*size_px, 1.0)
    middle, extent = label[1:3] * size_px, label[3:5] * size_px
    azimuth_deg = (person["azimuth_deg"] + 180.0) % 360.0 - 180.0  # positive: the camera is at their left
    facing, yaw_deg = -1.0 if azimuth_deg > 0 else 1.0, 90.0 - abs(azimuth_deg)
    pitch_deg = person["elevation_deg"]
    trunk_deg = _trunk_inclination_deg(points, facing, yaw_deg, pitch_deg)
    return Truth(
        picture=picture,
        box_px=np.concatenate([middle - extent / 2, middle + extent / 2]),
        points=points,
        stature_px=camera["focal_px"] * person["stature_m"] / person["distance_m"],
        facing=facing,
        yaw_deg=yaw_deg,
        pitch_deg=pitch_deg,
        flexion_deg=_known(person, "lumbar_flexion_deg") + _known(person, "thoracic_flexion_deg"),
        controls_deg=np.array(
            [trunk_deg, _known(person, "knee_flexion_deg"), _known(person, "neck_flexion_deg")]
        ),
    )


def _trunk_inclination_deg(points: Array, facing: float, yaw_deg: float, pitch_deg: float) -> float:
    """Return the inclination of the line from true hips to true shoulders; NaN where one is outside."""
    known = np.where(points[:, 2:] > 0, points[:, :2], np.nan)
    hips, shoulders = (known[list(side_pair(joint))].mean(axis=0) for joint in ("hip", "shoulder"))
    forward, up = (shoulders - hips) * (facing, -1.0)
    return float(camera_view.inclination_deg(camera_view.straighten(forward, up, yaw_deg, pitch_deg)))


def _known(person: dict[str, Any], name: str) -> float:
    """Return an angle, of left and right the mean; NaN where it is not known."""
    value = person.get(name)
    return float("nan") if value is None else float(np.mean(value))
