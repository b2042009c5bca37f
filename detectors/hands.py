"""What the hands did in a bend: empty, taking something up, or putting it down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors import posture
from detectors.bends import Bend
from detectors.camera import STEEPEST_YAW_DEG
from detectors.filtering import speed
from detectors.motion import Motion
from detectors.vocabulary import KindReason, LiftKind

Array = NDArray[np.float64]

BESIDE_S: Final = 0.6
"""Stretch before the start and after the end in which the hands tell whether they carry."""

LEAST_BESIDE_S: Final = 0.25
"""Quick repetitions leave less; then the nearly upright ends of the bends count too."""

LEAST_TRAVEL_STATURE: Final = 0.15
"""About 25 cm, the least vertical travel of the revised NIOSH lifting equation."""

CARRIES: Final = 0.5
HANGING_GAP_STATURE: Final = 0.30
"""Distance between two hands that hang at the sides, seen from the front."""

APART_YAW_DEG: Final = 25.0
ELBOWS_OUT_STATURE: Final = 0.10


@dataclass(frozen=True)
class Hands:
    """The hands of one bend.

    Attributes
    ----------
    grasp
        Grid position of the deepest, slowest hands.
    before, after
        Grip height beside the bend, share of stature; NaN where not seen.
    low
        Grip height at the grasp.
    carry_before, carry_after
        Confidence 0 to 1 that the hands hold something; NaN where not seen.
    """

    grasp: int
    before: float
    low: float
    after: float
    carry_before: float
    carry_after: float

    def kind(self, bend: Bend) -> tuple[LiftKind, KindReason]:
        """Return what was done, and the sign that decided it.

        Something carried off afterwards is a lift, also when it had been brought along (a
        load set down and taken up again at once is one lift), even if the way down was not
        seen; something brought and not carried off is a lowering; all else is a bend.
        """
        if self.carry_after >= CARRIES and self.after - self.low >= LEAST_TRAVEL_STATURE and not bend.cut_end:
            return LiftKind.LIFT, KindReason.CARRIED_AFTER
        if bend.cut_start or bend.cut_end:
            return LiftKind.BEND, KindReason.CUT_OFF
        if np.isnan(self.carry_after) or np.isnan(self.low):
            return LiftKind.BEND, KindReason.HANDS_NOT_SEEN
        if self.carry_before >= CARRIES and self.before - self.low >= LEAST_TRAVEL_STATURE:
            return LiftKind.LOWERING, KindReason.CARRIED_BEFORE
        return LiftKind.BEND, KindReason.EMPTY_HANDS


def read_hands(motion: Motion, bend: Bend, facing: float, limits: tuple[int, int]) -> Hands:
    """Return what the hands did in a bend.

    Parameters
    ----------
    facing
        1 when the person faces right in the picture, -1 left.
    limits
        Grid positions that the stretches beside the bend must not pass: the neighbouring bends.
    """
    longest, shortest = (max(2, round(span * motion.view.rate_hz)) for span in (BESIDE_S, LEAST_BESIDE_S))
    first, last = max(limits[0], bend.start - longest), min(limits[1], bend.end + longest)
    # Between two bends in quick succession only the ends of the bends themselves are nearly upright.
    before = slice(first, max(bend.start, first + shortest))
    after = slice(min(bend.end, max(last - shortest, bend.start)), last)
    carry = carry_confidence(motion, facing)
    grasp = _grasp(motion, bend)
    return Hands(
        grasp=grasp,
        before=_median(motion.grip_height[before]),
        low=_median(motion.grip_height[max(grasp - 1, bend.start) : grasp + 2]),
        after=_median(motion.grip_height[after]),
        carry_before=_median(carry[before]),
        carry_after=_median(carry[after]),
    )


def carry_confidence(motion: Motion, facing: float) -> Array:
    """Return how surely each frame shows hands that hold something, shape (n_frames,).

    Four signs, the strongest counts: both hands are held in front of the hips; both are close
    together although the view would show hanging hands apart; both are held high before the
    body; seen end-on, both are held higher than this person's hands hang, elbows in. Hands that
    hang at the sides or swing show none of them. NaN where no hand is seen.
    """
    hips = posture.sides(motion.xy, "hip").mean(axis=1)
    grip = posture.grips(motion.xy)
    offset = facing * (grip[..., 0] - hips[:, None, 0]) / motion.stature_px[:, None]
    both = np.isfinite(offset).all(axis=1)
    yaw = np.abs(np.nan_to_num(motion.yaw_deg))
    forward = _mean_of_seen(offset) / np.cos(np.radians(np.minimum(yaw, STEEPEST_YAW_DEG)))
    told = both & (yaw < STEEPEST_YAW_DEG + 10) | (yaw < APART_YAW_DEG)
    in_front = np.where(told, _ramp(forward, 0.05, 0.095), 0.0)
    gap = np.linalg.norm(grip[:, 0] - grip[:, 1], axis=-1) / motion.stature_px
    apart = gap / np.maximum(HANGING_GAP_STATURE * np.sin(np.radians(yaw)), 0.05)
    together = np.where(both & (yaw >= APART_YAW_DEG), _ramp(-apart, -1.0, -0.2), 0.0)
    # From the front nobody sees how far forward the hands are, only that they are near each other.
    nearer = np.where(both & ~told, _ramp(-apart, -1.0, -0.5), 0.0)
    before_body = np.fmax(_ramp(forward, 0.03, 0.08), nearer)
    high = np.minimum(_ramp(motion.grip_height, 0.46, 0.56), before_body)
    held_up = np.where(both & ~told, _held_up(motion, grip, gap), 0.0)
    carry = np.fmax.reduce([in_front, together, high, held_up])
    return np.where(np.isfinite(offset).any(axis=1), carry, np.nan)


def _held_up(motion: Motion, grip: Array, gap: Array) -> Array:
    """Return how surely both hands are held higher than they hang, elbows no wider than a box asks for.

    Each hand is measured against its own hanging height, since a camera from above lowers
    whatever is nearer to it. Elbows far out are hands on the hips.
    """
    heights = (posture.ankle_row(motion.xy)[:, None] - grip[..., 1]) / motion.stature_px[:, None]
    upright = heights[motion.standing & np.isfinite(heights).all(axis=1)]
    if not len(upright):
        return np.zeros(len(heights))
    raised = _ramp((heights - np.percentile(upright, 20, axis=0)).min(axis=1), 0.015, 0.05)
    elbows = posture.sides(motion.xy, "elbow")
    wider = np.linalg.norm(elbows[:, 0] - elbows[:, 1], axis=-1) / motion.stature_px - gap
    return np.where(wider <= ELBOWS_OUT_STATURE, raised, 0.0)


def _grasp(motion: Motion, bend: Bend) -> int:
    """Return where the hands are lowest, and slowest among the frames nearly as low."""
    grip = motion.grip_height[bend.start : bend.end]
    if not np.isfinite(grip).any():
        return bend.start + int(np.nanargmax(motion.trunk_deg[bend.start : bend.end]))
    near = np.flatnonzero(grip <= np.nanmin(grip) + 0.02)
    # Beside a stretch out of sight the pace is unknown, but the lowest seen hands are still the lowest.
    pace = np.nan_to_num(np.abs(speed(grip, motion.view.rate_hz))[near], nan=np.inf)
    return bend.start + int(near[np.argmin(pace)])


def _mean_of_seen(offset: Array) -> Array:
    seen = np.isfinite(offset).sum(axis=1)
    total = np.nansum(offset, axis=1)
    out = np.full(len(offset), np.nan)
    np.divide(total, seen, out=out, where=seen > 0)
    return out


def _ramp(value: Array, none: float, full: float) -> Array:
    return np.clip((value - none) / (full - none), 0.0, 1.0)


def _median(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) and len(known) >= len(values) / 3 else float("nan")
