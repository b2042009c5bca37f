"""Posture of a lift out of the store: traces, the skeleton at the grasp, the back and its pole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.back_curve import INNER, Back, measures
from detectors.keypoints import COCO17, FACE, SKELETON
from detectors.motion import View, motion
from detectors.stored_poses import LEAST_CONFIDENCE, back_of, keypoints_of
from detectors.tracking import Track

Array = NDArray[np.float64]

LEAST_POSES: Final = 8
"""Fewer are no trace."""

AROUND_PEAK_S: Final = 0.25
WITHIN_SE: Final = 2.0
"""Standard errors on either side of a trace: where the true value is in 95 of 100 cases."""

ALONG: Final = (0.0, 0.25, 0.45, 0.7, 1.0)
"""Where sacrum, L3, T12/L1, T8 and C7 usually lie along the pole; the lifts table holds only how far off."""

CURVE: Final = ("back_l3_off_percent", "back_t12_l1_off_percent", "back_t8_off_percent")


@dataclass(frozen=True)
class Picture:
    """The person in one picture, for drawing.

    Attributes
    ----------
    time_s
        Seconds into the recording.
    bones
        ``x``, ``y``, ``x2``, ``y2`` px, rows downwards.
    back
        ``x``, ``y`` of the points of the back that were seen, from the sacrum upwards.
    pole, gap
        Two rows of ``x``, ``y`` each: from sacrum to C7, and from the pole to the back where it is farthest
        off; no rows where they were not seen.
    """

    time_s: float
    bones: pd.DataFrame
    back: pd.DataFrame
    pole: pd.DataFrame
    gap: pd.DataFrame


def traces(poses: pd.DataFrame, lift: pd.Series, view: View) -> pd.DataFrame:
    """Return posture over time.

    Parameters
    ----------
    poses
        Rows of the poses table of the lift's track around it, in order of time.
    lift
        The row of the lift: its errors give the bands.
    view
        The camera.

    Returns
    -------
    pd.DataFrame
        ``time_s`` after the grasp, ``measure`` ('trunk', 'knee' or 'spine'), ``value_deg``, ``low_deg`` and
        ``high_deg`` (equal to the value where the error is not known); NaN = not seen or not looked at. The
        spine is the change of the curve of the back over standing. No rows where too few poses are stored.
    """
    if len(poses) < LEAST_POSES:
        return pd.DataFrame(columns=["time_s", "measure", "value_deg", "low_deg", "high_deg"])
    time_s = poses["time_s"].to_numpy(dtype=float)
    boxes = poses[[f"box_{edge}_px" for edge in ("x1", "y1", "x2", "y2")]].to_numpy(dtype=float)
    seen = motion(Track(0, time_s, boxes, keypoints_of(poses)), view)
    found = [
        _trace(seen.time_s, "trunk", seen.trunk_deg, lift["trunk_inclination_peak_se_deg"]),
        _trace(seen.time_s, "knee", seen.knee_deg, float("nan")),
        _trace(time_s, "spine", spine_change_deg(poses, lift), lift["back_curvature_change_se_deg"]),
    ]
    table = pd.concat(found, ignore_index=True)
    table["time_s"] -= lift["grasp_s"]
    return table


def spine_change_deg(poses: pd.DataFrame, lift: pd.Series) -> Array:
    """Return by how much the back is more curved than standing in each pose, deg; NaN = not seen.

    Its level is set by the change that the lifts table holds for the peak.
    """
    points, n = back_of(poses), len(poses)
    back = Back(
        points[..., :2],
        np.nan_to_num(points[..., 2]),
        np.full(n, lift["person_height_px"]),
        np.full(n, lift["facing"]),
        np.full(n, lift["view_yaw_deg"]),
    )
    curvature = measures(back.shapes(), back.weights())[:, 0]
    around = (poses["time_s"] - lift["peak_s"]).abs().to_numpy() <= AROUND_PEAK_S
    at_peak = curvature[around & np.isfinite(curvature)]
    level = float(np.median(at_peak)) if len(at_peak) else float("nan")
    return np.asarray(curvature - level + lift["back_curvature_change_deg"])


def picture(poses: pd.DataFrame, time_s: float) -> Picture | None:
    """Return the person at the stored pose that is nearest to a time; None where none is stored."""
    if poses.empty:
        return None
    now = poses.loc[[(poses["time_s"] - time_s).abs().idxmin()]]
    points = dict(zip(COCO17, _sure(keypoints_of(now)[0]), strict=True))
    bones = [(*points[a], *points[b]) for a, b in SKELETON if a not in FACE and b not in FACE]
    back = _sure(back_of(now)[0])
    pole, gap = pole_and_gap(back)
    return Picture(
        float(now["time_s"].iloc[0]),
        pd.DataFrame(bones, columns=["x", "y", "x2", "y2"]).dropna(ignore_index=True),
        _xy(back),
        _xy(pole),
        _xy(gap),
    )


def pole_and_gap(back: Array) -> tuple[Array, Array]:
    """Return the pole from the first to the last point of a back, and the gap where the back is farthest off.

    Parameters
    ----------
    back
        Shape (5, 2), from the sacrum upwards; NaN = not seen.

    Returns
    -------
    tuple
        Two arrays of shape (2, 2), start and end; NaN where they can't be told.
    """
    pole = back[[0, -1]]
    inner = back[INNER]
    along = pole[1] - pole[0]
    length = float(np.linalg.norm(along))
    seen = inner[np.isfinite(inner).all(axis=1)]
    if not (np.isfinite(length) and length > 0 and len(seen)):
        return pole, np.full((2, 2), np.nan)
    feet = pole[0] + ((seen - pole[0]) @ along / length**2)[:, None] * along
    farthest = int(np.linalg.norm(seen - feet, axis=1).argmax())
    return pole, np.array([feet[farthest], seen[farthest]])


def curves(lift: pd.Series) -> pd.DataFrame:
    """Return the curve of the back at the peak and standing: ``when``; ``along``, ``off`` in % of stature.

    ``along`` is the usual place of each point on the pole. No rows of a posture that was not seen.
    """
    found = []
    for when, prefix in (("lift", ""), ("standing", "standing_")):
        chord = float(lift[f"{prefix}back_chord_percent"])
        off = np.array([0.0, *(float(lift[f"{prefix}{name}"]) for name in CURVE), 0.0])
        if np.isfinite(chord):
            found.append(pd.DataFrame({"when": when, "along": np.array(ALONG) * chord, "off": off}))
    if not found:
        return pd.DataFrame(columns=["when", "along", "off"])
    return pd.concat(found).dropna(ignore_index=True)


def _trace(time_s: Array, measure: str, value: Array, error: float) -> pd.DataFrame:
    band = WITHIN_SE * (error if np.isfinite(error) else 0.0)
    return pd.DataFrame(
        {
            "time_s": time_s,
            "measure": measure,
            "value_deg": value,
            "low_deg": value - band,
            "high_deg": value + band,
        }
    )


def _sure(points: Array) -> Array:
    return np.where(points[:, 2:] >= LEAST_CONFIDENCE, points[:, :2], np.nan)


def _xy(points: Array) -> pd.DataFrame:
    return pd.DataFrame(points, columns=["x", "y"]).dropna(ignore_index=True)
