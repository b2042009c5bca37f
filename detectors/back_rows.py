"""What the back did in a lift, as columns of the lifts table: flexion, its measures and the curve itself."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detectors.back_calibration import BackCalibration
from detectors.back_curve import C7, INNER, Back
from detectors.back_looks import Looks, position_of
from detectors.back_standing import Standing, middle, standing_reference
from detectors.keypoints import BACK5
from detectors.motion import LEAST_CONFIDENCE
from detectors.ski_pole import COLUMNS, CURVE, SHAPES, back_row
from detectors.spine import AROUND_PEAK_S

Array = NDArray[np.float64]
Row = dict[str, float | str]
Lift = Mapping[Hashable, Any]

NUMBERS: Final = (
    "spine_flexion_deg",
    "spine_flexion_se_deg",
    *(name for pair in COLUMNS for name in pair),
    *SHAPES,
    "back_frames",
    "standing_windows",
)
NOT_LOOKED: Final[Row] = {**dict.fromkeys(NUMBERS, float("nan")), "back_model_version": ""}
"""The columns of a lift at whose back nobody looked."""


@dataclass(frozen=True)
class SeenBack:
    """The back of one track where it was looked at.

    Attributes
    ----------
    looks
        When and where.
    points
        Shape (n, 5, 3), one entry per look: column px, row px, confidence; NaN = not seen.
    """

    looks: Looks
    points: Array

    def on_grid(self) -> Array:
        """Return the points on the motion's grid, shape (n_grid, 5, 3); NaN where not looked or unsure."""
        out = np.full((len(self.looks.motion.time_s), len(BACK5), 3), np.nan)
        out[self.looks.positions] = np.where(self.points[..., 2:] >= LEAST_CONFIDENCE, self.points, np.nan)
        return out

    def of_track(self) -> Array:
        """Return the points in the frames of the track, shape (n_frames, 5, 3); NaN where not looked."""
        out = np.full((len(self.looks.motion.track.time_s), len(BACK5), 3), np.nan)
        out[self.looks.rows] = self.points
        return out

    def back(self) -> Back:
        """Return the back over the whole track; an unknown view is that of the moments around."""
        motion, points = self.looks.motion, self.on_grid()
        return Back(
            points=points[..., :2],
            confidence=np.nan_to_num(points[..., 2]),
            stature_px=motion.stature_px,
            facing=motion.facing,
            yaw_deg=_filled(motion.yaw_deg),
            pitch_deg=motion.view.pitch_deg,
        )


def lift_rows(
    seen: SeenBack, lifts: Sequence[Lift], calibration: BackCalibration | None, version: str
) -> list[Row]:
    """Return the columns of the back for the lifts of one track.

    Parameters
    ----------
    seen
        The track's back.
    lifts
        Rows of the lifts table: ``peak_s``, ``view_yaw_deg`` and ``view_angle_se_deg`` count.
    calibration
        Gives the flexion; None leaves it NaN.
    version
        Of the model of the back.
    """
    motion, back = seen.looks.motion, seen.back()
    standing = standing_reference(back, motion.standing, motion.view.rate_hz)
    rows: list[Row] = []
    for lift in lifts:
        peak = _part(back, motion.around(position_of(motion, float(lift["peak_s"])), AROUND_PEAK_S))
        row = back_row(peak, standing, float(lift["view_angle_se_deg"])) | _curves(peak, standing)
        flexion, flexion_se = (
            calibration.flexion_deg(row, float(lift["view_yaw_deg"])) if calibration else (np.nan, np.nan)
        )
        rows.append(
            {
                "spine_flexion_deg": flexion,
                "spine_flexion_se_deg": flexion_se,
                **row,
                "back_model_version": version,
            }
        )
    return rows


def _curves(peak: Back, standing: Standing) -> dict[str, float]:
    """Return the curve at the peak and when standing."""
    shapes = {"": middle(peak.shapes()[None])[0], "standing_": standing.shape}
    return {
        f"{prefix}{name}": float(100.0 * value)
        for prefix, shape in shapes.items()
        for name, value in zip(CURVE, (*shape[INNER, 1], shape[C7, 0]), strict=True)
    }


def _part(back: Back, frames: slice) -> Back:
    arrays = {field.name: getattr(back, field.name)[frames] for field in fields(back)[:-1]}
    return replace(back, **arrays)


def _filled(yaw_deg: Array) -> Array:
    """Return the yaw with what is unknown taken from the moments around; 0, the side view, if all is."""
    known = np.isfinite(yaw_deg)
    if not known.any():
        return np.zeros(len(yaw_deg))
    return np.interp(np.arange(len(yaw_deg)), np.flatnonzero(known), yaw_deg[known])
