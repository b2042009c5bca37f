"""Rows of the poses table as arrays of points."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.keypoints import BACK5, COCO17, FACE

Array = NDArray[np.float64]

LEAST_CONFIDENCE: Final = 0.3
"""Points below it are not drawn."""


def keypoints_of(poses: pd.DataFrame) -> Array:
    """Return the keypoints of stored poses, shape (n, 17, 3): px, px, confidence; the face is NaN, with 0."""
    missing = np.tile([np.nan, np.nan, 0.0], (len(poses), 1))
    return np.stack([missing if name in FACE else _point(poses, name) for name in COCO17], axis=1)


def back_of(poses: pd.DataFrame) -> Array:
    """Return the points of the back of stored poses, shape (n, 5, 3); NaN = not looked or not seen."""
    return np.stack([_point(poses, f"back_{name}") for name in BACK5], axis=1)


def _point(poses: pd.DataFrame, name: str) -> Array:
    columns = [f"{name}_x_px", f"{name}_y_px", f"{name}_confidence"]
    return np.asarray(poses[columns].to_numpy(dtype=float, na_value=np.nan))
