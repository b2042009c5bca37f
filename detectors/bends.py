"""Find the bends of a motion: from leaving the upright posture to being upright again."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

from detectors import intervals
from detectors.camera import STEEPEST_YAW_DEG
from detectors.filtering import median_known, speed
from detectors.motion import UPRIGHT_KNEE_DEG, UPRIGHT_TRUNK_DEG, Motion

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

ON_TRUNK_DEG: Final = 30.0
ON_KNEE_DEG: Final = 45.0
ON_HIP_DROP_STATURE: Final = 0.12
OFF_HIP_DROP_STATURE: Final = 0.06
ON_SHOULDER_DROP_STATURE: Final = 0.14
OFF_SHOULDER_DROP_STATURE: Final = 0.07
FRONTAL_DEG_PER_STATURE: Final = 250.0
"""A stoop of 75 deg lowers the shoulders by about 0.3 of the stature."""

SHORTEST_S: Final = 0.4
SHORTEST_GAP_S: Final = 0.4
LONGEST_HIDDEN_S: Final = 1.5
SPLIT_DIP_DEG: Final = 15.0
SPLIT_GRIP_RISE_STATURE: Final = 0.08
STILL_DEG_PER_S: Final = 20.0
STANDING_HIP_STATURE: Final = 0.491
"""Hip over ankle, share of stature (Drillis and Contini 1966), less the ankle height."""


@dataclass(frozen=True)
class Bend:
    """One bend: positions on the motion's grid, ``[start, end)``.

    Attributes
    ----------
    cut_start, cut_end
        The bend was under way when the person came into, or went out of, sight.
    """

    start: int
    end: int
    cut_start: bool
    cut_end: bool


def find_bends(motion: Motion) -> list[Bend]:
    """Return the bends of a motion in time order.

    1. Down: trunk inclination of 30 deg or more, or both knees flexed 45 deg or more with the
       hips 0.12 of the stature lower than standing (squats keep the trunk upright); seen
       end-on, the shoulders 0.14 lower. It lasts until trunk, hips and shoulders are up again.
    2. Stretches out of sight of up to 1.5 s before or after a down belong to it; gaps below 0.4 s
       are closed; bends below 0.4 s are dropped.
    3. A bend is split where the trunk rises by 15 deg or more between two deep points and the
       hands rise with it: two loads taken without standing up between.
    4. Start and end move outwards to where the posture comes to rest (below 20 deg/s).
    """
    rate = motion.view.rate_hz
    down = _bridge_hidden(_down(motion), motion, rate)
    found = intervals.merge_gaps(intervals.from_mask(down), SHORTEST_GAP_S * rate)
    found = found[found[:, 1] - found[:, 0] >= SHORTEST_S * rate] if len(found) else found
    pieces = [piece for start, end in found for piece in _split(motion, int(start), int(end))]
    return [_widen(motion, piece, pieces) for piece in pieces]


def _down(motion: Motion) -> Mask:
    """Return where the person is down, with hysteresis between the on and the off thresholds."""
    hip_drop, shoulder_drop = _hip_drop(motion), _frontal_drop(motion)
    on = (motion.trunk_deg >= ON_TRUNK_DEG) | (shoulder_drop >= ON_SHOULDER_DROP_STATURE)
    on |= (motion.straighter_knee_deg >= ON_KNEE_DEG) & (hip_drop >= ON_HIP_DROP_STATURE)
    held = (motion.trunk_deg >= UPRIGHT_TRUNK_DEG) | (shoulder_drop >= OFF_SHOULDER_DROP_STATURE)
    held |= (motion.straighter_knee_deg >= UPRIGHT_KNEE_DEG) & (hip_drop >= OFF_HIP_DROP_STATURE)
    down = np.zeros(len(on), dtype=bool)
    for start, end in intervals.from_mask(held):
        triggers = np.flatnonzero(on[start:end])
        if len(triggers):
            down[start + triggers[0] : end] = True
    return down


def _hip_drop(motion: Motion) -> Array:
    """Return how far the hips are below their standing height, share of stature."""
    standing = motion.hip_height[motion.standing]
    known = standing[np.isfinite(standing)]
    upright = float(np.median(known)) if len(known) >= 3 else STANDING_HIP_STATURE
    return upright - motion.hip_height


def _frontal_drop(motion: Motion) -> Array:
    """Return how far the shoulders are below standing, share of stature, where the person is seen end-on.

    From the front or rear neither trunk nor knees are seen to bend. Zero in other views.
    """
    standing = median_known(motion.shoulder_height[motion.standing])
    end_on = np.abs(motion.yaw_deg) > STEEPEST_YAW_DEG
    return np.where(end_on, standing - motion.shoulder_height, 0.0)


def _bridge_hidden(down: Mask, motion: Motion, rate: float) -> Mask:
    """Return the mask with short unseen stretches beside a down filled in.

    Pose models lose people who bend towards the camera; whoever was last seen going down, or
    is first seen again coming up, was down between.
    """
    out = down.copy()
    for start, end in intervals.from_mask(~np.isfinite(motion.trunk_deg)):
        seen_again = start > 0 and end < len(down)
        if seen_again and (down[start - 1] or down[end]) and end - start <= LONGEST_HIDDEN_S * rate:
            out[start:end] = True
    return out


def _split(motion: Motion, start: int, end: int) -> list[tuple[int, int]]:
    """Return the parts of a bend, cut at each rise that trunk and hands make together."""
    trunk, grip = _filled(motion.trunk_deg[start:end]), _filled(motion.grip_height[start:end])
    # Edge values low enough that a peak beside an edge counts in full.
    peaks = find_peaks(np.r_[0.0, trunk, 0.0], prominence=SPLIT_DIP_DEG)[0] - 1
    cuts: list[int] = []
    for left, right in pairwise(peaks):
        valley = int(left + np.argmin(trunk[left : right + 1]))
        rise = grip[valley] - max(grip[left : valley + 1].min(), grip[valley : right + 1].min())
        if rise >= SPLIT_GRIP_RISE_STATURE:
            cuts.append(start + valley)
    return list(pairwise([start, *cuts, end]))


def _filled(values: Array) -> Array:
    """Return the values with NaN interpolated; zero where nothing is known."""
    known = np.flatnonzero(np.isfinite(values))
    return np.interp(np.arange(len(values)), known, values[known]) if len(known) else np.zeros(len(values))


def _widen(motion: Motion, piece: tuple[int, int], pieces: list[tuple[int, int]]) -> Bend:
    """Return a bend whose ends lie where the posture comes to rest, or meets its neighbour."""
    start, end = piece
    floor = max((other_end for _, other_end in pieces if other_end <= start), default=0)
    ceiling = min(
        (other_start for other_start, _ in pieces if other_start >= end), default=len(motion.time_s)
    )
    depth = motion.trunk_deg + 0.5 * motion.knee_deg + FRONTAL_DEG_PER_STATURE * _frontal_drop(motion)
    pace = speed(depth, motion.view.rate_hz)
    first, last = start, end
    while first > floor and pace[first - 1] > STILL_DEG_PER_S:
        first -= 1
    while last < ceiling and pace[last] < -STILL_DEG_PER_S:
        last += 1
    return Bend(first, last, cut_start=_cut(motion, first - 1), cut_end=_cut(motion, last))


def _cut(motion: Motion, beside: int) -> bool:
    """Return whether nothing is seen of the person just outside a bend."""
    return not 0 <= beside < len(motion.time_s) or not np.isfinite(motion.trunk_deg[beside])
