"""What a picture shows of each person: the truth against which detections are trained and judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detectors.synthetic.camera_rig import Camera, project
from detectors.synthetic.figure import Figure
from detectors.synthetic.picture import Picture
from detectors.synthetic.visibility import Visibility, seen_box_px, visibilities

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Observed:
    """One person in one picture.

    Attributes
    ----------
    box_px
        Round what is seen of the person: left, top, right, bottom; None if nothing is.
    whole_box_px
        Round all of the person, also what is hidden or outside; NaN if partly behind the camera.
    points_px
        Of ``figure.JOINT_NAMES``, (n_joints, 2), NaN behind the camera.
    seen
        Whether each of them is seen.
    area_px
        How many pixels of the picture show the person.
    """

    box_px: Array | None
    whole_box_px: Array
    points_px: Array
    seen: list[Visibility]
    area_px: float


@dataclass(frozen=True)
class Shot:
    """A picture as the camera hands it on, with its truth.

    Attributes
    ----------
    image_bgr
        (height, width, 3), 8 bit.
    people
        What is seen of each person.
    truths
        Of each person: what was drawn and measured, as plain numbers and words.
    setting
        Camera and light, likewise.
    """

    image_bgr: NDArray[np.uint8]
    people: list[Observed]
    truths: list[dict[str, Any]]
    setting: dict[str, Any]


def observe(camera: Camera, picture: Picture, figures: Sequence[Figure]) -> list[Observed]:
    """Return what the picture of some figures shows of each."""
    fine = picture.depth_m.shape[0] // camera.height_px
    found = []
    for i, figure in enumerate(figures):
        points_px, seen = visibilities(camera, figure.joints_m, 1 + i, picture.depth_m, picture.owner)
        outline_px, _ = project(camera, figure.vertices_m[::3])
        whole = np.concatenate([outline_px.min(axis=0), outline_px.max(axis=0)])
        box_px = seen_box_px(1 + i, picture.owner, fine)
        area_px = float(np.count_nonzero(picture.owner == 1 + i)) / fine**2
        found.append(Observed(box_px, whole, points_px, seen, area_px))
    return found
