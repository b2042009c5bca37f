"""How far off keypoints are, and how well the curve of the back tells flexion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detectors import camera, posture
from detectors.back_curve import MEASURES, Back, measures
from detectors.keypoints import BACK5, BACK22
from detectors.proof import association
from detectors.proof.association import LEAST_PEOPLE, auc, partial_correlation
from detectors.training.truths import Truth, View

Array = NDArray[np.float64]

NEUTRAL_BELOW_DEG: Final = 12.0
ROUNDED_ABOVE_DEG: Final = 30.0
CURVE_VIEWS: Final = (View.SIDE, View.OBLIQUE)
"""From the front and the rear the curve is seen edge-on."""

CHORD: Final = "chord_shortening"
"""How much shorter than the stature hips to shoulders are: all that the points of COCO tell of the back."""


def keypoint_errors(truths: Sequence[Truth], found: Array) -> dict[str, dict[str, dict[str, float]]]:
    """Return by keypoint and view: number of seen points, median and 90th percentile of the error.

    Parameters
    ----------
    truths
        The labelled people.
    found
        What the model sees of each, (n, 22, 3); NaN for people that it doesn't find.

    Returns
    -------
    dict
        Errors are shares of stature. Views that show the point of nobody are left out.
    """
    true = np.stack([truth.points for truth in truths])
    stature_px = np.array([truth.stature_px for truth in truths])
    error = np.linalg.norm(found[..., :2] - true[..., :2], axis=2) / stature_px[:, None]
    error[true[..., 2] < 2] = np.nan
    views = np.array([truth.view for truth in truths])
    report: dict[str, dict[str, dict[str, float]]] = {}
    for i, name in enumerate(BACK22):
        by_view = {str(view): error[views == view, i] for view in View}
        report[name] = {
            view: _spread(values) for view, values in by_view.items() if np.isfinite(values).any()
        }
    return report


def back_scores(
    truths: Sequence[Truth], found: Array
) -> dict[str, dict[str, dict[str, dict[str, float | None]]]]:
    """Return by view and measure how the found and the true points tell flexion; see `measure_scores`.

    Of people whose back is in the picture and not turned away, and whose true angles are known.
    """
    report: dict[str, Any] = {}
    for view in CURVE_VIEWS:
        rows = [
            i
            for i, truth in enumerate(truths)
            if truth.view is view
            and truth.back_marked
            and np.isfinite([truth.flexion_deg, *truth.controls_deg]).all()
            and np.isfinite(found[i]).all()
        ]
        if len(rows) < LEAST_PEOPLE:
            continue
        some = [truths[i] for i in rows]
        true_points = np.stack([truth.points for truth in some]) * (1.0, 1.0, 0.5)
        seen, ideal = (
            np.column_stack([curve(some, points), chord_shortening(some, points)])
            for points in (found[rows], true_points)
        )
        flexion_deg = np.array([truth.flexion_deg for truth in some])
        controls_deg = np.stack([truth.controls_deg for truth in some])
        report[str(view)] = {
            name: {
                "found": measure_scores(seen[:, i], flexion_deg, controls_deg)
                | slope(seen[:, i], ideal[:, i]),
                "true_points": measure_scores(ideal[:, i], flexion_deg, controls_deg),
            }
            for i, name in enumerate((*MEASURES, CHORD))
        }
    return report


def curve(truths: Sequence[Truth], points: Array) -> Array:
    """Return the measures of `back_curve` for keypoints (n, 22, 3), with the true view, shape (n, 3)."""
    backs = [
        Back(
            points=points[[i], -len(BACK5) :, :2],
            confidence=points[[i], -len(BACK5) :, 2],
            stature_px=np.array([truth.stature_px]),
            facing=np.array([truth.facing]),
            yaw_deg=np.array([truth.yaw_deg]),
            pitch_deg=truth.pitch_deg,
        )
        for i, truth in enumerate(truths)
    ]
    return np.concatenate([measures(back.shapes(), back.weights()) for back in backs])


def chord_shortening(truths: Sequence[Truth], points: Array) -> Array:
    """Return 1 less the length from hips to shoulders in statures, seen from the side, shape (n,).

    Of keypoints (n, 22, 3), with the true view: the same view that `curve` is given.
    """
    weight, short = points[..., 2], []
    hips, shoulders = (
        posture.blend(posture.sides(points[..., :2], joint), posture.weights(weight, joint))
        for joint in ("hip", "shoulder")
    )
    for truth, (across, down) in zip(truths, shoulders - hips, strict=True):
        trunk = camera.straighten(across * truth.facing, -down, truth.yaw_deg, truth.pitch_deg)
        short.append(1.0 - float(np.linalg.norm(trunk)) / truth.stature_px)
    return np.array(short)


def measure_scores(values: Array, flexion_deg: Array, controls_deg: Array) -> dict[str, float | None]:
    """Return how well a measure tells flexion.

    Parameters
    ----------
    values, flexion_deg
        Shape (n,); NaN = not known, left out.
    controls_deg
        Shape (n, k): what goes along with flexion.

    Returns
    -------
    dict
        ``n``; ``partial_r``, the correlation of ranks given the controls; ``auc``, how often somebody flexed
        by more than 30 deg has more than somebody flexed by less than 12. None where too few are there.
    """
    known = np.isfinite(values)
    values, flexion_deg, controls_deg = values[known], flexion_deg[known], controls_deg[known]
    return {
        "n": float(len(values)),
        "partial_r": partial_correlation(values, flexion_deg, controls_deg),
        "auc": auc(values[flexion_deg > ROUNDED_ABOVE_DEG], values[flexion_deg < NEUTRAL_BELOW_DEG]),
    }


def slope(values: Array, true: Array) -> dict[str, float | None]:
    """Return how much of a difference in the measure of the true points the found ones show."""
    return {"slope": association.slope(values, true)}


def _spread(values: Array) -> dict[str, float]:
    values = values[np.isfinite(values)]
    return {
        "n": float(len(values)),
        "median": float(np.median(values)),
        "p90": float(np.quantile(values, 0.9)),
    }
