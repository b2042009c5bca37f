"""The back in a bend against the same person's own standing, as physiotherapists test it with a ski pole.

A pole along the back touches head, upper back and tailbone; whoever bends at the hips keeps the gaps as
they were when standing. Measures are those of `back_curve.MEASURES`, each change with its standard error.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.back_curve import C7, INNER, L3, MEASURES, Back, measures, seen_weight
from detectors.back_standing import Standing, ends_seen, jumps, middle

Array = NDArray[np.float64]

LEAST_JUMP_SHARE: Final = 0.1
"""Of the spread of windows: where a camera repeats its pictures, frames jump less than the errors do."""

COLUMNS: Final = (
    ("back_curvature_change_deg", "back_curvature_change_se_deg"),
    ("back_pole_gap_change_percent", "back_pole_gap_change_se_percent"),
    ("back_turn_change_deg", "back_turn_change_se_deg"),
)
CURVE: Final = (
    "back_l3_off_percent",
    "back_t12_l1_off_percent",
    "back_t8_off_percent",
    "back_chord_percent",
)
"""Columns of the curve: how far the inner points are off the pole, and its length, percent of stature."""

SHAPES: Final = (*CURVE, *(f"standing_{name}" for name in CURVE))
"""The curve at the peak and that of the same person's standing."""

FARTHEST_OFF_CURVE_STATURE: Final = 0.05
"""How far a point may lie off the curve of the others before it counts as misplaced.

A chain of eight spine joints flexed by up to 105 deg leaves the curve by 0.015 of stature at most.
"""

LEAST_RISE: Final = 0.01
"""Share of the chord; a point that coincides with an end of the chord has no part in the curve."""


def change_per_frame(back: Back, standing: Standing) -> Array:
    """Return curvature, pole gap and turn of each frame less those of standing, shape (n, 3)."""
    shapes = back.shapes()
    used = trusted(shapes, back.weights(), standing.shape)
    return measures(shapes, used) - measures(np.broadcast_to(standing.shape, shapes.shape), used)


def back_row(peak: Back, standing: Standing, yaw_se_deg: float) -> dict[str, float]:
    """Return the changes of the back around a peak, their standard errors and what they rest on.

    Parameters
    ----------
    peak
        The frames within ``AROUND_PEAK_S`` of the peak.
    standing
        The reference of the same track.
    yaw_se_deg
        Standard error of the view angle.

    Notes
    -----
    The squared error sums three: of the window, of the reference, and what one mistake of the yaw does to
    the two together. The error of the window is that of a window of standing, enlarged where frames are
    missing or where the measures are rougher than when standing. It covers what differs from window to
    window; what a pose model gets wrong in the same way each time is for a `Calibration` to tell.
    """
    weight = peak.weights().mean(axis=0, keepdims=True)
    used = trusted(middle(peak.shapes()[None]), weight, standing.shape)
    change, more, less = (_less_standing(peak, standing, used, by) for by in (0.0, yaw_se_deg, -yaw_se_deg))
    by_view = 0.5 * (more - less)
    errors = np.linalg.norm([_window_error(peak, standing, used), standing.error, by_view], axis=0)
    row = {"back_frames": float(ends_seen(peak).sum()), "standing_windows": float(standing.windows)}
    for (name, name_se), value, se in zip(COLUMNS, change, errors, strict=True):
        row |= {name: float(value), name_se: float(se)}
    return row


def trusted(shapes: Array, weight: Array, standing: Array) -> Array:
    """Return the weights of the points to compare with standing: 0 if not seen there, or misplaced.

    Parameters
    ----------
    shapes, weight
        Shapes (n, 5, 2) and (n, 5).
    standing
        The same person's shape when standing, (5, 2): how the back differs from it is one smooth curve.

    Notes
    -----
    The change of the curve is taken from the middle one of the three inner points, which one wrong point
    can't move far. A misplaced sacrum or C7 tilts the chord, and no shape tells that from a bend.
    """
    used = np.where(np.isfinite(standing).all(axis=1), seen_weight(shapes, weight), 0.0)
    complete = np.flatnonzero((used > 0).all(axis=1))
    if not len(complete):
        return used
    along = shapes[complete, INNER, 0] / shapes[complete][:, [C7], 0]
    rise = np.maximum(along * (1.0 - along), LEAST_RISE)
    change = (shapes[complete] - standing)[:, INNER, 1]
    usual = np.median(change / rise, axis=1, keepdims=True)
    off_curve = np.abs(change - usual * rise)
    worst = off_curve.argmax(axis=1)
    misplaced = off_curve.max(axis=1) > FARTHEST_OFF_CURVE_STATURE
    used[complete[misplaced], L3 + worst[misplaced]] = 0.0
    return used


def _less_standing(peak: Back, standing: Standing, used: Array, turned_deg: float) -> Array:
    """Return the measures less those of standing from the same points, with both seen from elsewhere."""
    upright = standing.shape + turned_deg * standing.shape_per_deg
    return np.asarray(
        measures(middle(peak.shapes(turned_deg)[None]), used)[0] - measures(upright[None], used)[0]
    )


def _window_error(peak: Back, standing: Standing, used: Array) -> Array:
    """Return the standard error of a window that is no window of standing, shape (3,)."""
    per_frame = measures(peak.shapes(), np.broadcast_to(used, peak.confidence.shape))
    jump = middle(jumps(per_frame[None])[0], axis=0)
    usual = np.maximum(standing.jump, LEAST_JUMP_SHARE * standing.window_sd)
    rougher = np.divide(jump, usual, out=np.ones(len(MEASURES)), where=usual > 0)
    seen_share = np.mean(ends_seen(peak))
    fewer = np.sqrt(1.0 / seen_share) if seen_share else np.nan
    return np.asarray(standing.window_sd * np.fmax(rougher, 1.0) * fewer)
