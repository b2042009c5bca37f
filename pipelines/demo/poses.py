"""Made-up positions: where in the picture of its camera each simulated movement took place.

Nobody was seen, so that there is a box at the peak of each movement and not one keypoint: enough to
tell where people stood, and nothing that could be drawn as a person.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.tables import POSES

Array = NDArray[np.float64]

SPOTS: Final = ((0.24, 0.62), (0.52, 0.78), (0.77, 0.58), (0.63, 0.9), (0.35, 0.82), (0.84, 0.74))
"""Pallets and benches where people work, in shares of the picture; each camera sees three of them."""

SPOTS_OF_CAMERA: Final = 3
USUAL_SHARE: Final = 0.85
"""Of its movements a track makes so many at its own place, the others at any of its camera's."""

SPREAD_SHARE: Final = (0.035, 0.02)
"""How far around a place people stand, across and down, in shares of the picture."""

BENT: Final = 0.75
"""A box of somebody who bends is so much as high as they are tall, and two thirds as wide as high."""


def demo_poses(
    rng: np.random.Generator, lifts: pd.DataFrame, camera: NDArray[np.int64], size_px: tuple[int, int]
) -> pd.DataFrame:
    """Return one row per movement with the box of its person at the peak; every keypoint is unknown.

    Parameters
    ----------
    lifts
        Rows of the lifts table.
    camera
        Number of the camera of each.
    size_px
        Width and height of the pictures.
    """
    n = len(lifts)
    own = lifts["track_id"].astype("int64").to_numpy() % SPOTS_OF_CAMERA
    of_camera = np.where(rng.random(n) < USUAL_SHARE, own, rng.integers(0, SPOTS_OF_CAMERA, n))
    spots = np.array(SPOTS)[(camera + of_camera) % len(SPOTS)]
    feet = np.clip(spots + rng.normal(0.0, SPREAD_SHARE, (n, 2)), 0.0, 1.0) * size_px
    height_px = BENT * lifts["person_height_px"].to_numpy()
    boxes = pd.DataFrame(
        {
            "footage_id": lifts["footage_id"].to_numpy(),
            "time_s": lifts["peak_s"].to_numpy(),
            "track_id": lifts["track_id"].to_numpy(),
            "box_x1_px": feet[:, 0] - height_px / 3.0,
            "box_y1_px": feet[:, 1] - height_px,
            "box_x2_px": feet[:, 0] + height_px / 3.0,
            "box_y2_px": feet[:, 1],
        },
        index=lifts.index,
    )
    return boxes.reindex(columns=POSES.names)
