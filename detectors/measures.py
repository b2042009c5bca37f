"""Measure one bend of a motion: angles, heights, holds, spine and view, each with what limits it."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors import camera, posture
from detectors.bends import Bend
from detectors.filtering import median_known
from detectors.hands import Hands
from detectors.keypoints import side_pair
from detectors.motion import Motion
from detectors.spine import AROUND_PEAK_S, standing_near
from detectors.vocabulary import HeightBand

Array = NDArray[np.float64]

SEEN_AROUND_PEAK_S: Final = 0.5
KNUCKLE_STATURE: Final = 0.43
SHOULDER_STATURE: Final = 0.818
"""Knuckle and shoulder height, share of stature (Drillis and Contini 1966)."""

SEEN_CONFIDENCE: Final = 0.5


def facing(motion: Motion, bend: Bend) -> float:
    """Return 1 when the person faces right in the picture, -1 left; people bend forwards."""
    forward = posture.trunk_vector(
        motion.xy[bend.start : bend.end], motion.confidence[bend.start : bend.end]
    )[:, 0]
    return 1.0 if np.nansum(forward) >= 0 else -1.0


def peak_of(motion: Motion, bend: Bend) -> int:
    """Return the grid position where the trunk is farthest from upright."""
    trunk = motion.trunk_deg[bend.start : bend.end]
    return bend.start + int(np.nanargmax(trunk))


def posture_row(motion: Motion, bend: Bend, hands: Hands, peak: int) -> dict[str, float]:
    """Return the angles, heights and holds of a bend; keys as in the lifts table."""
    inside = slice(bend.start, bend.end)
    at_grasp, at_peak = motion.around(hands.grasp, 0.1), motion.around(peak, AROUND_PEAK_S)
    step = 1.0 / motion.view.rate_hz
    trunk = motion.trunk_deg[inside]
    return {
        "trunk_inclination_grasp_deg": median_known(motion.trunk_deg[at_grasp]),
        "trunk_inclination_peak_deg": median_known(motion.trunk_deg[motion.around(peak, 0.1)]),
        "hip_flexion_grasp_deg": median_known(motion.hip_deg[at_grasp]),
        "hip_flexion_peak_deg": median_known(motion.hip_deg[at_peak]),
        "knee_flexion_grasp_deg": median_known(motion.knee_deg[at_grasp]),
        "knee_flexion_peak_deg": _largest(motion.knee_deg[inside]),
        "stoop_squat_index": _stoop_squat_index(motion, hands.grasp, bend),
        "reach_stature": _reach(motion, hands.grasp),
        "asymmetry_deg": _asymmetry(motion, hands.grasp),
        "hold_above_20_s": float((trunk > 20.0).sum() * step),
        "hold_above_60_s": float((trunk > 60.0).sum() * step),
        "carry_before_confidence": hands.carry_before,
        "carry_after_confidence": hands.carry_after,
    }


def view_row(motion: Motion, bend: Bend, peak: int, yaw: tuple[float, float]) -> dict[str, float]:
    """Return from where the bend was seen and how well; keys as in the lifts table."""
    around = motion.around(peak, SEEN_AROUND_PEAK_S)
    near = _near_confidence(motion)[around]
    return {
        "view_angle_deg": abs(yaw[0]),
        "view_yaw_deg": yaw[0],
        "view_angle_se_deg": yaw[1],
        "person_height_px": median_known(motion.stature_px[bend.start : bend.end]),
        "keypoint_confidence": median_known(near.mean(axis=1)),
        "seen_share": float((near.min(axis=1) >= SEEN_CONFIDENCE).mean()),
    }


def band(height: float) -> str | None:
    """Return the band of a hand height given as a share of stature; None where unknown."""
    if np.isnan(height):
        return None
    if height >= SHOULDER_STATURE:
        return str(HeightBand.SHOULDER)
    return str(HeightBand.KNUCKLE if height >= KNUCKLE_STATURE else HeightBand.FLOOR)


def _stoop_squat_index(motion: Motion, at: int, bend: Bend) -> float:
    """Return the share of the shoulders' drop that the trunk makes: 0 squat, 100 stoop.

    After the Stoop-Squat-Index of Schmid 2022; rebuilt from its description.
    """
    standing = standing_near(motion, bend)
    trunk_up, hips = motion.trunk[:, 1] / motion.stature_px, motion.hip_height
    by_trunk = median_known(trunk_up[standing]) - trunk_up[at]
    by_legs = median_known(hips[standing]) - hips[at]
    total = by_trunk + by_legs
    return float(100.0 * by_trunk / total) if total > 0.05 else float("nan")


def _reach(motion: Motion, at: int) -> float:
    """Return the horizontal distance from ankles to grip, share of stature, straightened to the side view."""
    grip = np.nanmean(posture.grips(motion.xy[at : at + 1])[0, :, 0]) if _hand_seen(motion, at) else np.nan
    ankle = posture.blend(posture.sides(motion.xy[at : at + 1], "ankle")[..., 0], np.ones((1, 2)))[0]
    yaw = np.radians(min(abs(np.nan_to_num(motion.yaw_deg[at])), camera.STEEPEST_YAW_DEG))
    return float(abs(grip - ankle) / motion.stature_px[at] / np.cos(yaw))


def _hand_seen(motion: Motion, at: int) -> bool:
    return bool(np.isfinite(posture.sides(motion.xy[at : at + 1], "wrist")).any())


def _asymmetry(motion: Motion, at: int) -> float:
    """Return how far the line from hips to hands leaves the sagittal plane in the picture.

    In the picture a turn of the shoulders against the hips shows as a change of their gap.
    """
    shoulders, hips = (posture.sides(motion.xy[at : at + 1], joint)[0, :, 0] for joint in ("shoulder", "hip"))
    share = 0.115 / camera.SHOULDER_BREADTH_STATURE
    upper = camera.yaw_deg(np.array([shoulders[0] - shoulders[1]]), motion.stature_px[at])
    lower = camera.yaw_deg(np.array([(hips[0] - hips[1]) / share]), motion.stature_px[at])
    return float(abs(upper - lower)[0])


def _near_confidence(motion: Motion) -> Array:
    """Return the confidences of the better-seen shoulder, hip, knee and ankle, shape (n_frames, 4)."""
    pairs = [side_pair(joint) for joint in ("shoulder", "hip", "knee", "ankle")]
    per_side = motion.confidence[:, pairs]
    left_leads = per_side[..., 0].sum() >= per_side[..., 1].sum()
    return per_side[..., 0 if left_leads else 1]


def _largest(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known.max()) if len(known) else float("nan")
