"""The curve of the back from five points on it: sacrum, L3, T12/L1, T8 and C7.

The points lie on the visible back, in the sagittal plane. They are straightened to the side view and
written in the frame of their own chord, so that neither the inclination of the trunk nor the size and
place of the person in the picture matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors import camera
from detectors.keypoints import BACK5

Array = NDArray[np.float64]

MEASURES: Final = ("curvature_deg", "pole_gap_percent", "turn_deg")
"""The measures of a shape, in the order of the columns that `measures` returns."""

SACRUM, L3, _T12_L1, T8, C7 = range(len(BACK5))
INNER: Final = slice(L3, C7)
"""The points between the ends of the chord."""

LEAST_INNER: Final = 2
"""A curve through a single inner point would follow every error of that point."""


@dataclass(frozen=True)
class Back:
    """The back of one track as it was seen; one entry per frame, NaN = not seen.

    Attributes
    ----------
    points
        The five points from the sacrum upwards, shape (n, 5, 2): column px, row px, rows downwards.
    confidence
        Shape (n, 5), 0 to 1.
    stature_px
        Upright height of the person in the picture, shape (n,).
    facing
        1 facing right in the picture, -1 left, shape (n,).
    yaw_deg
        See `detectors.camera`, shape (n,).
    pitch_deg
        How far the camera looks down.

    Raises
    ------
    ValueError
        If the shapes do not belong together; the message names every fault.
    """

    points: Array
    confidence: Array
    stature_px: Array
    facing: Array
    yaw_deg: Array
    pitch_deg: float = 0.0

    def __post_init__(self) -> None:
        n = len(self.stature_px)
        expected = {
            "points": (n, len(BACK5), 2),
            "confidence": (n, len(BACK5)),
            "facing": (n,),
            "yaw_deg": (n,),
        }
        faults = [
            f"{name} has shape {np.shape(getattr(self, name))}, expected {shape}"
            for name, shape in expected.items()
            if np.shape(getattr(self, name)) != shape
        ]
        if faults:
            raise ValueError(f"back of {n} frames: " + "; ".join(faults))

    def shapes(self, turned_deg: float = 0.0) -> Array:
        """Return the shape of the back in each frame, seen from the side.

        Parameters
        ----------
        turned_deg
            Added to the yaw: shows what an error of the view angle does.

        Returns
        -------
        Array
            Shape (n, 5, 2): along the chord from sacrum to C7, and off it towards the dorsal side, both in
            shares of stature. NaN for a point not seen, and for all where sacrum or C7 is not seen.
        """
        forward = self.points[..., 0] * self.facing[:, None]
        yaw = (self.yaw_deg + turned_deg)[:, None]
        side = camera.straighten(forward, -self.points[..., 1], yaw, self.pitch_deg)
        from_sacrum = (side - side[:, [SACRUM]]) / self.stature_px[:, None, None]
        chord = from_sacrum[:, C7]
        length = np.linalg.norm(chord, axis=1, keepdims=True)
        axis = np.divide(chord, length, out=np.full_like(chord, np.nan), where=length > 0)
        # Upright and facing forwards (1, 0), the chord is (0, 1) and the dorsal side (-1, 0).
        dorsal = np.column_stack([-axis[:, 1], axis[:, 0]])
        return np.stack([(from_sacrum * to[:, None]).sum(axis=2) for to in (axis, dorsal)], axis=-1)

    def weights(self) -> Array:
        """Return the weight of each point, shape (n, 5): squared confidence as in `detectors.posture`."""
        return np.asarray(np.nan_to_num(self.confidence) ** 2)


def measures(shapes: Array, weight: Array) -> Array:
    """Return total curvature, pole gap and turn of each shape, shape (n, 3); positive = dorsally convex.

    Parameters
    ----------
    shapes
        From `Back.shapes`, shape (n, 5, 2).
    weight
        Shape (n, 5); points of weight 0 count as not seen.
    """
    return np.column_stack(
        [curvature_deg(shapes, weight), pole_gap_percent(shapes, weight), turn_deg(shapes, weight)]
    )


def curvature_deg(shapes: Array, weight: Array) -> Array:
    """Return the angle through which the back turns from sacrum to C7, shape (n,).

    Notes
    -----
    The weighted fit of y = a x (1 - x) in lengths of the chord. An arc of angle t rises by tan(t / 4) / 2
    over its chord, the parabola by a / 4: the angle is 4 atan(a / 2). An asymmetry term
    x (1 - x) (1 - 2 x) is left out: on a chain of eight spine joints with points known to 1 % of stature it
    lowers the partial correlation with true flexion from 0.81 to 0.72.
    """
    chord = shapes[:, [C7], 0]
    along, off = shapes[:, INNER, 0] / chord, shapes[:, INNER, 1] / chord
    rise, used = along * (1.0 - along), seen_weight(shapes, weight)[:, INNER]
    spread = np.where(used > 0, used * np.nan_to_num(rise) ** 2, 0.0).sum(axis=1)
    height = (used * np.nan_to_num(rise * off)).sum(axis=1)
    enough = ((used > 0).sum(axis=1) >= LEAST_INNER) & (spread > 0)
    a = np.divide(height, spread, out=np.full(len(shapes), np.nan), where=enough)
    return np.asarray(np.degrees(4.0 * np.arctan(a / 2.0)))


def pole_gap_percent(shapes: Array, weight: Array) -> Array:
    """Return how far the back stands out beyond a pole from sacrum to C7, in percent of stature, shape (n,).

    Negative where all of it stays inside the pole, as in a lordotic back.
    """
    used = seen_weight(shapes, weight)[:, INNER] > 0
    farthest = np.where(used, shapes[:, INNER, 1], -np.inf).max(axis=1)
    return np.where(used.sum(axis=1) >= LEAST_INNER, 100.0 * farthest, np.nan)


def turn_deg(shapes: Array, weight: Array) -> Array:
    """Return the angle from the line sacrum to L3 forwards to the line T8 to C7, shape (n,)."""
    below, above = shapes[:, L3] - shapes[:, SACRUM], shapes[:, C7] - shapes[:, T8]
    turned = np.arctan2(below[:, 1], below[:, 0]) - np.arctan2(above[:, 1], above[:, 0])
    seen = (seen_weight(shapes, weight)[:, [SACRUM, L3, T8, C7]] > 0).all(axis=1)
    return np.where(seen, np.degrees(turned), np.nan)


def seen_weight(shapes: Array, weight: Array) -> Array:
    """Return the weights, shape (n, 5): 0 for points not seen, and for all without both ends of the chord."""
    seen = np.where(np.isfinite(shapes).all(axis=2), weight, 0.0)
    return np.where((seen[:, [SACRUM, C7]] > 0).all(axis=1, keepdims=True), seen, 0.0)
