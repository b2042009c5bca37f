"""Draw onto the pictures of a clip what the store holds of its lift: skeleton, back, trunk angle and pole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.motion import View, motion
from detectors.overlay import BarSegment, LiftBar, PersonNow, draw
from detectors.pole_overlay import draw_pole
from detectors.stored_poses import LEAST_CONFIDENCE, back_of, keypoints_of
from detectors.tracking import Track
from detectors.vocabulary import LiftKind, Technique

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

FARTHEST_S: Final = 0.1
"""A picture farther from the nearest stored pose than this is shown without a drawing."""

LEAST_POSES: Final = 8
"""Of fewer no angle is told."""


@dataclass(frozen=True)
class LiftDrawing:
    """Draws one lift; called with a picture and its time in the recording.

    Attributes
    ----------
    time_s
        Times of the stored poses, increasing, shape (n,).
    points, back
        Keypoints and points of the back, shapes (n, 17, 3) and (n, 5, 3): px, px, confidence; NaN = not
        seen for sure.
    trunk_deg
        Trunk inclination, shape (n,); NaN = unknown.
    lift
        ``start_s``, ``end_s`` and ``kind`` of the lift, and the ``technique`` that it was judged to be.
    span_s
        Start and end of the clip, seconds into the recording.
    """

    time_s: Array
    points: Array
    back: Array
    trunk_deg: Array
    lift: pd.Series
    span_s: tuple[float, float]

    def __call__(self, image: Image, time_s: float) -> Image:
        """Return a copy of a BGR picture with what was measured at that time."""
        begin_s, end_s = self.span_s
        technique = Technique(self.lift["technique"])
        segment = BarSegment(
            self.lift["start_s"] - begin_s,
            self.lift["end_s"] - begin_s,
            technique,
            LiftKind(self.lift["kind"]),
        )
        bar = LiftBar((segment,), end_s - begin_s, time_s - begin_s)
        people = self._people(time_s, technique)
        for person in people:
            image = draw_pole(image, person.back[:, :2])
        return draw(image, people, bar, f"{time_s - begin_s:.1f} s")

    def _people(self, time_s: float, technique: Technique) -> list[PersonNow]:
        if not len(self.time_s) or np.abs(self.time_s - time_s).min() > FARTHEST_S:
            return []
        in_lift = self.lift["start_s"] <= time_s < self.lift["end_s"]
        return [
            PersonNow(
                keypoints=_at(self.points, self.time_s, time_s),
                trunk_inclination_deg=float(_at(self.trunk_deg, self.time_s, time_s)),
                knee_flexion_deg=np.nan,
                label="",
                technique=technique if in_lift else None,
                back=_at(self.back, self.time_s, time_s),
            )
        ]


def lift_drawing(
    poses: pd.DataFrame, lift: pd.Series, span_s: tuple[float, float], view: View
) -> LiftDrawing:
    """Return what draws a lift.

    Parameters
    ----------
    poses
        Rows of the poses table of the lift's track, in order of time.
    lift, span_s
        As `LiftDrawing` has them.
    view
        The camera, for the trunk angle.
    """
    poses = poses.sort_values("time_s")
    time_s = poses["time_s"].to_numpy(dtype=float)
    points = keypoints_of(poses) if len(poses) else np.empty((0, 17, 3))
    back = back_of(poses) if len(poses) else np.empty((0, 5, 3))
    trunk_deg = np.full(len(poses), np.nan)
    if len(poses) >= LEAST_POSES:
        boxes = poses[[f"box_{edge}_px" for edge in ("x1", "y1", "x2", "y2")]].to_numpy(dtype=float)
        seen = motion(Track(0, time_s, boxes, points), view)
        trunk_deg = np.interp(time_s, seen.time_s, seen.trunk_deg)
    return LiftDrawing(time_s, _sure(points), _sure(back), trunk_deg, lift, span_s)


def _at(values: Array, times_s: Array, time_s: float) -> Array:
    """Return the values at a time between two stored ones; where one is not seen, the nearer one's."""
    after = int(np.clip(np.searchsorted(times_s, time_s), 1, max(len(times_s) - 1, 1)))
    if len(times_s) == 1:
        return np.asarray(values[0])
    before_s, after_s = times_s[after - 1], times_s[after]
    share = float(np.clip((time_s - before_s) / (after_s - before_s), 0.0, 1.0))
    mixed = (1.0 - share) * values[after - 1] + share * values[after]
    return np.asarray(np.where(np.isfinite(mixed), mixed, values[after if share > 0.5 else after - 1]))


def _sure(points: Array) -> Array:
    """Return the points with those NaN of which the model was not sure."""
    return np.where(points[..., 2:] >= LEAST_CONFIDENCE, points, np.nan)
