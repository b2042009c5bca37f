"""How the back looked at the peak of a bend: its chord over standing, seen from which angle."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors import camera, posture
from detectors.bends import Bend
from detectors.filtering import median_known
from detectors.hands import BESIDE_S
from detectors.motion import Motion, leg_length_px

Array = NDArray[np.float64]

AROUND_PEAK_S: Final = 0.25
STANDING_WITHIN_S: Final = 10.0
STANDING_USED_S: Final = 2.0
TRUNK_NOISE_DEG: Final = 4.0
CHORD_NOISE: Final = 0.03


def yaw_of(motion: Motion, bend: Bend) -> tuple[float, float]:
    """Return the yaw of a bend and its standard error.

    Measured both in the bend and in the upright frames beside it. A bent person seen from the
    front or rear often gets left and right mixed up, which reads as a side view: the larger of
    the two counts, and their disagreement is part of the error.
    """
    beside = round(BESIDE_S * motion.view.rate_hz)
    yaw = motion.yaw_deg
    around = np.r_[yaw[max(0, bend.start - beside) : bend.start], yaw[bend.end : bend.end + beside]]
    bent, upright = median_known(yaw[bend.start : bend.end]), median_known(around)
    known = [value for value in (upright, bent) if np.isfinite(value)]
    if not known:
        return float("nan"), float("nan")
    widest = max(known, key=abs)
    disagreement = 0.5 * abs(known[0] - known[-1])
    return widest, float(np.hypot(camera.yaw_se_deg(widest), disagreement))


def spine_row(motion: Motion, bend: Bend, peak: int, yaw: tuple[float, float]) -> dict[str, float]:
    """Return the back chord at the peak over standing, and the trunk's error; keys as in the lifts table.

    Notes
    -----
    COCO keypoints have no point between hip and shoulder. A flexed spine draws them together,
    so the chord shortens; it also shortens when the person is seen obliquely, which is undone
    with the view angle and whose error goes into the standard error. It is taken over the leg
    length of the same frame, which moves with the person's distance from the camera as the
    back does. The reference is the person's own standing, from the frames nearest to the bend.
    """
    used = motion.around(peak, AROUND_PEAK_S)
    standing = standing_near(motion, bend)
    seen_from, turn = yaw
    chord = np.linalg.norm(motion.trunk, axis=1) / motion.leg_px
    upright = median_known(chord[standing])
    ratio = chord[used] / upright
    frames = int(np.isfinite(ratio).sum())
    scatter = float(np.nanstd(ratio)) / np.sqrt(max(frames, 1)) if frames else np.nan
    by_view = (
        0.5
        * abs(_ratio_at(motion, peak, seen_from + turn) - _ratio_at(motion, peak, seen_from - turn))
        / upright
    )
    trunk_by_view = 0.5 * abs(
        _trunk_at(motion, peak, seen_from + turn) - _trunk_at(motion, peak, seen_from - turn)
    )
    return {
        "back_chord_ratio": median_known(ratio),
        "back_chord_ratio_se": float(np.sqrt(scatter**2 + CHORD_NOISE**2 + by_view**2)),
        "standing_reference_s": float(standing.size / motion.view.rate_hz),
        "frames_around_peak": frames,
        "trunk_inclination_peak_se_deg": float(np.hypot(TRUNK_NOISE_DEG, trunk_by_view)),
    }


def _seen_from(motion: Motion, at: int, yaw: float) -> Array:
    raw = posture.trunk_vector(motion.xy[at : at + 1], motion.confidence[at : at + 1])
    return camera.straighten(np.abs(raw[:, 0]), raw[:, 1], yaw, motion.view.pitch_deg)


def _ratio_at(motion: Motion, at: int, yaw: float) -> float:
    sight = slice(at, at + 1)
    legs = leg_length_px(
        motion.xy[sight], motion.confidence[sight], yaw * motion.facing[sight], motion.view.pitch_deg
    )
    return float(np.linalg.norm(_seen_from(motion, at, yaw)) / legs[0])


def _trunk_at(motion: Motion, at: int, yaw: float) -> float:
    return float(camera.inclination_deg(_seen_from(motion, at, yaw))[0])


def standing_near(motion: Motion, bend: Bend) -> NDArray[np.int64]:
    """Return the positions of the standing frames nearest to a bend, at most 2 s of them."""
    rate = motion.view.rate_hz
    candidates = np.flatnonzero(motion.standing & np.isfinite(motion.trunk_deg))
    away = np.maximum(bend.start - candidates, candidates - bend.end + 1)
    near = candidates[(away > 0) & (away <= STANDING_WITHIN_S * rate)]
    away = np.maximum(bend.start - near, near - bend.end + 1)
    return near[np.argsort(away, kind="stable")[: round(STANDING_USED_S * rate)]]
