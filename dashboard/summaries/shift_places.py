"""Where in a camera's picture people stood at their low bends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from pipelines.exposure.shift_sums import is_low_bend

COLUMNS_ACROSS: Final = 24
NEAREST_S: Final = 0.5
"""A pose farther than this from the peak tells nothing of it."""

POSE_COLUMNS: Final = ["footage_id", "time_s", "track_id", "box_x1_px", "box_x2_px", "box_y2_px"]
LIFT_COLUMNS: Final = ["footage_id", "camera_id", "track_id", "peak_s", "trunk_inclination_peak_deg"]


@dataclass(frozen=True)
class Places:
    """The low bends of one camera on a grid over its picture.

    Attributes
    ----------
    width_px, height_px
        Of the picture.
    cells
        One row per cell with any: edges ``x1_px``, ``x2_px``, ``y1_px``, ``y2_px`` (y downwards) and ``n``.
    n
        Low bends on the grid.
    unplaced
        Low bends of which no position is stored.
    """

    width_px: int
    height_px: int
    cells: pd.DataFrame
    n: int
    unplaced: int


def places(lifts: pd.DataFrame, poses: pd.DataFrame, size_px: tuple[int, int]) -> Places:
    """Return where the feet of people were at the peak of their low bends, of one camera.

    Parameters
    ----------
    lifts
        Rows of the lifts table with `LIFT_COLUMNS`, of one camera.
    poses
        Rows of the poses table with `POSE_COLUMNS`; the lower edge of the box stands for the feet.
    size_px
        Width and height of the picture; 0 gives no grid.
    """
    width_px, height_px = size_px
    low = lifts[is_low_bend(lifts)]
    at = _positions(low, poses) if width_px and height_px else np.empty((0, 2))
    cell_px = width_px / COLUMNS_ACROSS if width_px else 1.0
    inside = np.clip(at, 0.0, [max(width_px - 1, 0), max(height_px - 1, 0)])
    places, counts = np.unique((inside // cell_px).astype("int64"), axis=0, return_counts=True)
    x, y = places.reshape(-1, 2).T * cell_px
    cells = pd.DataFrame(
        {
            "x1_px": x,
            "x2_px": np.minimum(x + cell_px, width_px),
            "y1_px": y,
            "y2_px": np.minimum(y + cell_px, height_px),
            "n": counts,
        }
    )
    return Places(width_px, height_px, cells, len(at), len(low) - len(at))


def _positions(low: pd.DataFrame, poses: pd.DataFrame) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Return the feet at each peak that a pose is near to, shape (n, 2), px."""
    peaks = low.dropna(subset="peak_s").sort_values("peak_s")
    known = poses.dropna(subset=POSE_COLUMNS).sort_values("time_s")
    at = pd.merge_asof(
        peaks,
        known,
        left_on="peak_s",
        right_on="time_s",
        by=["footage_id", "track_id"],
        direction="nearest",
        tolerance=NEAREST_S,  # type: ignore[arg-type]  # seconds, as the columns are
    ).dropna(subset="time_s")
    middle = (at["box_x1_px"] + at["box_x2_px"]) / 2.0
    feet: np.ndarray[tuple[int, ...], np.dtype[np.float64]] = np.column_stack([middle, at["box_y2_px"]])
    return feet


def pictures(footage: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """Return width and height of the latest picture of each camera, px, where it is known."""
    known = footage[(footage["width_px"] > 0) & (footage["height_px"] > 0)].sort_values("start_utc")
    last = known.groupby("camera_id")[["width_px", "height_px"]].last()
    sizes = zip(last["width_px"].tolist(), last["height_px"].tolist(), strict=True)
    return {str(camera): size for camera, size in zip(last.index, sizes, strict=True)}
