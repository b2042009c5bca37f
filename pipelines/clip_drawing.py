"""Draw onto the pictures of a clip what the store holds of its lift: skeleton, back and pole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.overlay import BarSegment, LiftBar, PersonNow, draw
from detectors.stored_poses import LEAST_CONFIDENCE, back_of, keypoints_of
from detectors.vocabulary import LiftKind, Technique

Array = NDArray[np.float64]

FARTHEST_S: Final = 0.1
"""A picture farther from the nearest stored pose than this is shown without a drawing."""


@dataclass(frozen=True)
class LiftDrawing:
    """Draws one lift; called with a picture and its time in the recording.

    Attributes
    ----------
    poses
        Rows of the poses table of the lift's track, in order of time.
    lift
        ``start_s``, ``end_s`` and ``kind`` of the lift, and the ``technique`` that it was judged to be.
    span_s
        Start and end of the clip, seconds into the recording.
    """

    poses: pd.DataFrame
    lift: pd.Series
    span_s: tuple[float, float]

    def __call__(self, image: NDArray[np.uint8], time_s: float) -> NDArray[np.uint8]:
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
        return draw(image, self._people(time_s, technique), bar, f"{time_s - begin_s:.1f} s")

    def _people(self, time_s: float, technique: Technique) -> list[PersonNow]:
        if self.poses.empty:
            return []
        apart_s = (self.poses["time_s"] - time_s).abs()
        if apart_s.min() > FARTHEST_S:
            return []
        now = self.poses.loc[[apart_s.idxmin()]]
        in_lift = self.lift["start_s"] <= time_s < self.lift["end_s"]
        return [
            PersonNow(
                keypoints=_sure(keypoints_of(now)[0]),
                trunk_inclination_deg=np.nan,
                knee_flexion_deg=np.nan,
                label="",
                technique=technique if in_lift else None,
                back=_sure(back_of(now)[0]),
            )
        ]


def _sure(points: Array) -> Array:
    """Return the points with those NaN of which the model was not sure."""
    return np.where(points[:, 2:] >= LEAST_CONFIDENCE, points, np.nan)
