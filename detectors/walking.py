"""Tell people who walk from people who stand and handle something."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors import posture
from detectors.bends import Bend
from detectors.filtering import median_known, speed
from detectors.motion import Motion

Array = NDArray[np.float64]

WALKING_STATURE: Final = 0.35
"""Hip speed across the picture, statures per second, above which a person walks."""


def hip_column(motion: Motion) -> Array:
    """Return where across the picture the hips are, in statures, shape (n_frames,)."""
    columns = posture.sides(motion.xy, "hip")[..., 0]
    return posture.blend(columns, np.ones_like(columns)) / motion.stature_px


def hip_speed(motion: Motion) -> Array:
    """Return how fast the hips move across the picture, statures per second, shape (n_frames,)."""
    return np.abs(speed(hip_column(motion), motion.view.rate_hz))


def walks(motion: Motion, bend: Bend) -> bool:
    """Return whether the person walks through a bend rather than standing in it.

    Who walks out of the picture leans, and a wide lens leans people further; nobody takes up
    or sets down a load at walking pace. Who bends comes back to where the bend began.
    """
    column = hip_column(motion)[bend.start : bend.end]
    seen = np.flatnonzero(np.isfinite(column))
    if len(seen) < 2:
        return False
    span_s = (seen[-1] - seen[0]) / motion.view.rate_hz
    way = median_known(column[seen[-3:]]) - median_known(column[seen[:3]])
    return bool(abs(way) > WALKING_STATURE * span_s)
