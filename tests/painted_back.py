"""People whose back is an arc of known angle, painted as five dots, and a source that finds the dots."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import barcode
import cv2
import numpy as np
from numpy.typing import NDArray
from stick_figure import CARRY, FIELD, STAND, Camera, Pose, film, joints, through

from detectors.analysis import Analysis, analyse
from detectors.back_calibration import BackCalibration, Term, ViewBand
from detectors.keypoints import side_pair
from detectors.pose import Followed
from detectors.tracking import Track
from detectors.video import Frame
from detectors.video_writer import Writer

Array = NDArray[np.float64]

COLOURS_BGR = ((0, 0, 255), (0, 255, 0), (255, 0, 0), (0, 255, 255), (255, 0, 255))
CHORD = 0.28
DOT = 0.016
"""Chord from sacrum to C7 and radius of a dot, shares of stature."""

IDENTITY = BackCalibration(
    "",
    "flexion is the change of curvature",
    0.0,
    (Term("back_curvature_change_deg", 1.0, 0.0),),
    (ViewBand(-40.0, 40.0, 3.0, 3.0),),
)


def curved(deg: float, inclination_deg: float) -> Array:
    """Return five even points on an arc of an angle from the sacrum up: forwards and up, of stature."""
    share = np.linspace(0.0, 1.0, 5)
    along, off = CHORD * share, np.zeros(5)
    if deg:
        angle, half = np.radians(deg) * (share - 0.5), np.radians(deg) / 2.0
        radius = CHORD / (2.0 * np.sin(half))
        along, off = radius * np.sin(angle) + CHORD / 2.0, radius * (np.cos(angle) - np.cos(half))
    lean = np.radians(inclination_deg)
    dorsal = np.array([-np.cos(lean), np.sin(lean)])
    return np.outer(along, [np.sin(lean), np.cos(lean)]) + np.outer(off + 0.05, dorsal)


def backs(rows: Array, camera: Camera, degs: Array) -> Array:
    """Return where the five points are in the picture, shape (n, 5, 2), for rows of pose numbers."""
    hips = joints(rows)[:, list(side_pair("hip"))].mean(axis=1)[:, [0, 2]]
    body = np.stack(
        [
            hip + curved(deg, lean)
            for hip, deg, lean in zip(hips, degs, rows[:, FIELD["trunk_deg"]], strict=True)
        ]
    )
    forward = body[..., 0] * np.cos(np.radians(camera.yaw_deg)) + rows[:, [FIELD["travel"]]]
    column = camera.width_px / 2 + camera.stature_px * camera.facing * forward
    return np.stack([column, 0.8 * camera.height_px - camera.stature_px * body[..., 1]], axis=-1)


def paint(image: NDArray[np.uint8], points: Array, radius_px: float) -> NDArray[np.uint8]:
    """Draw the dots, to a sixteenth of a pixel."""
    for (x, y), colour in zip(points, COLOURS_BGR, strict=True):
        at = (round(16 * (x - 0.5)), round(16 * (y - 0.5)))
        cv2.circle(image, at, round(16 * radius_px), colour, cv2.FILLED, cv2.LINE_AA, 4)
    return image


class PaintedBack:
    """Finds the dots in crops; keeps how many crops came at once, and whether any dot was there."""

    version = "painted@000000000000"
    calibration: BackCalibration | None = IDENTITY

    def __init__(self, weights: Path = Path(), device: str = "cpu") -> None:
        self.weights, self.device = weights, device
        self.batches: list[int] = []

    def points(self, crops: Sequence[NDArray[np.uint8]]) -> Array:
        self.batches.append(len(crops))
        return np.stack([_dots(crop) for crop in crops])


def _dots(crop: NDArray[np.uint8]) -> Array:
    found = np.full((5, 3), np.nan)
    for i, colour in enumerate(COLOURS_BGR):
        rows, columns = np.nonzero(((crop > 140) == (np.array(colour) > 140)).all(axis=2))
        if len(rows):
            found[i] = columns.mean() + 0.5, rows.mean() + 0.5, 0.9
    return found


class Filmed:
    """A person who stands, bends with a back of a known angle and stands again, as a recording in memory."""

    def __init__(
        self,
        standing_deg: float = 10.0,
        bent_deg: float = 50.0,
        camera: Camera | None = None,
        low: Pose | None = None,
        upright: Pose = STAND,
        moved_px: tuple[float, float] = (0.0, 0.0),
    ) -> None:
        self.camera = camera or Camera()
        low = low or Pose(75, 15, -0.10, 0.97, 0.22, 0.14, 0.09)
        times = np.arange(150) / 15.0
        movement = through(
            [(3.0, upright), (4.2, low), (4.8, low), (6.0, replace(CARRY, trunk_deg=upright.trunk_deg))]
        )
        rows = movement(times)
        lean = rows[:, FIELD["trunk_deg"]] - upright.trunk_deg
        share = lean / (low.trunk_deg - upright.trunk_deg)
        # Nothing real stands perfectly still: the errors of standing are what errors are held against.
        trembling = np.random.default_rng(3).normal(0.0, 0.001 * self.camera.stature_px, (len(rows), 5, 2))
        degs = standing_deg + share * (bent_deg - standing_deg)
        self.points = backs(rows, self.camera, degs) + moved_px + trembling
        track = film(movement, times, self.camera)
        keypoints = track.keypoints + np.array([*moved_px, 0.0])
        self.track = Track(1, np.round(times, 6), track.box_px + np.tile(moved_px, 2), keypoints)

    def analysis(self, track: Track | None = None) -> Analysis:
        track = track or self.track
        followed = Followed([track], track.time_s)
        return analyse(followed, self.camera.width_px, self.camera.height_px)

    def frames(self) -> Iterator[Frame]:
        for time_s, points in zip(self.track.time_s.tolist(), self.points, strict=True):
            image = np.full((self.camera.height_px, self.camera.width_px, 3), 90, dtype=np.uint8)
            yield Frame(time_s, paint(image, points, DOT * self.camera.stature_px))


BARCODE_STANDING_DEG, BARCODE_BENT_DEG = 10.0, 60.0


def write_clip(path: Path, seconds: float = 6.0) -> Path:
    """Write the barcode video of a lift, with the dots on the back of the one who lifts."""
    camera = barcode.CAMERA
    times = np.arange(round(seconds * barcode.RATE_HZ)) / barcode.RATE_HZ
    rows = barcode.MOVEMENTS[barcode.LIFT](times)
    share = rows[:, FIELD["trunk_deg"]] / rows[:, FIELD["trunk_deg"]].max()
    degs = BARCODE_STANDING_DEG + share * (BARCODE_BENT_DEG - BARCODE_STANDING_DEG)
    with Writer(path, camera.width_px, camera.height_px) as writer:
        for number, points in enumerate(backs(rows, camera, degs)):
            image = paint(barcode.picture(barcode.LIFT, number), points, 4.0)
            writer.write(image, number / barcode.RATE_HZ)
    return path
