"""Where somebody may bend or reach: the stretches of a scan that every frame must be looked at of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import maximum_filter1d, minimum_filter1d

from detectors import posture
from detectors.camera import STEEPEST_YAW_DEG
from detectors.filtering import median_known
from detectors.hands import carry_confidence
from detectors.intervals import from_mask
from detectors.lifts import Row
from detectors.motion import Motion
from detectors.reading.plan import widened
from detectors.reading.policy import ReadingPolicy
from detectors.walking import WALKING_STATURE, hip_speed

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Stretches = list[tuple[float, float]]

BRIEFEST_S: Final = 0.25
"""A bend lasts 0.4 s or more; between looks its flanks are cut off."""

REACH_S: Final = 2.0
BORDER_SHARE: Final = 0.02
"""Whoever is first or last seen this near to the border of the picture walks in or out."""

SHORTEST_STANDING_S: Final = 0.6


def to_look_at(motion: Motion, policy: ReadingPolicy) -> Array:
    """Return the stretches in which a person must be looked at in every frame, shape (n, 2), seconds.

    Postures that may be part of a bend and hands that may reach, with margins; short times out of sight;
    and the ends of a track inside the picture, as somebody who is lost there may just be bent double.
    """
    handling = _as_times(motion, _lasting(may_bend(motion, policy), motion) | may_reach(motion, policy))
    lost = _as_times(motion, _hidden(motion, policy)) + _lost(motion, policy)
    wide = [*widened(handling, policy.margin_s), *widened(lost, policy.lost_margin_s)]
    return widened([(start_s, end_s) for start_s, end_s in wide], 0.0)


def may_bend(motion: Motion, policy: ReadingPolicy) -> Mask:
    """Return where a posture may be part of a bend or a squat, shape (n_frames,)."""
    hips = median_known(motion.hip_height[motion.standing])
    shoulders = median_known(motion.shoulder_height[motion.standing])
    # Whoever was never seen upright has nothing to be compared with, so that flexed knees alone count.
    lower = ~(hips - motion.hip_height < policy.hip_drop_stature)
    drops = shoulders - motion.shoulder_height >= policy.shoulder_drop_stature
    end_on = np.abs(motion.yaw_deg) > STEEPEST_YAW_DEG - 10.0
    return np.asarray(
        (motion.trunk_deg >= policy.trunk_deg)
        | ((motion.straighter_knee_deg >= policy.knee_deg) & lower)
        | (drops & end_on)
    )


def may_reach(motion: Motion, policy: ReadingPolicy) -> Mask:
    """Return where hands that may carry go up or down while the hips stay, shape (n_frames,)."""
    rate = motion.view.rate_hz
    # An upright person may face either way; the surer reading counts.
    carry = np.fmax(carry_confidence(motion, 1.0), carry_confidence(motion, -1.0))
    heights = posture.grips(motion.xy)[..., 1] / motion.stature_px[:, None]
    level = np.abs(heights[:, 0] - heights[:, 1]) <= policy.hands_level_stature
    held = (carry >= policy.least_carry) & level & (motion.grip_height >= policy.least_hand_stature)
    span = max(3, round(REACH_S * rate))
    highest = maximum_filter1d(np.where(held, motion.grip_height, -np.inf), span)
    lowest = minimum_filter1d(np.where(held, motion.grip_height, np.inf), span)
    stays = ~(hip_speed(motion) > 2.0 * WALKING_STATURE)
    return np.asarray((highest - lowest >= policy.hand_travel_stature) & held & stays)


def _lasting(mask: Mask, motion: Motion) -> Mask:
    """Return the mask without what passes too quickly to be a bend: one look that went wrong."""
    lasting = np.zeros(len(mask), dtype=bool)
    for start, end in from_mask(mask):
        unseen_beside = ~np.isfinite(motion.trunk_deg[max(0, start - 1) : end + 1]).all()
        lasting[start:end] = unseen_beside or end - start >= BRIEFEST_S * motion.view.rate_hz
    return lasting


def _hidden(motion: Motion, policy: ReadingPolicy) -> Mask:
    """Return where a person is out of sight for a short time between being seen, shape (n_frames,)."""
    hidden = np.zeros(len(motion.time_s), dtype=bool)
    for start, end in from_mask(~np.isfinite(motion.trunk_deg)):
        seen_again = start > 0 and end < len(hidden)
        hidden[start:end] = seen_again and end - start <= policy.hidden_s * motion.view.rate_hz
    return hidden


def _lost(motion: Motion, policy: ReadingPolicy) -> Stretches:
    """Return the times between looks in which a track begins or ends inside the picture."""
    track, view = motion.track, motion.view
    size = np.array([view.width_px, view.height_px, view.width_px, view.height_px])
    begin_s, end_s = float(track.time_s[0]), float(track.time_s[-1])
    times = []
    # The tracker believes in nobody whom it saw but once: who is new was there a look earlier.
    for at, time in ((0, (begin_s - policy.scan_step_s, begin_s)), (-1, (end_s, end_s))):
        shares = track.box_px[at] / size
        if shares[:2].min() > BORDER_SHARE and shares[2:].max() < 1.0 - BORDER_SHARE:
            times.append(time)
    return times


def _as_times(motion: Motion, mask: Mask) -> Stretches:
    step_s = 1.0 / motion.view.rate_hz
    edges_s = motion.time_s[0] + from_mask(mask) * step_s
    return [(float(start_s), float(end_s)) for start_s, end_s in edges_s]


def to_compare_with(motion: Motion, lifts: Sequence[Row], policy: ReadingPolicy) -> Array:
    """Return the standing nearest to each lift whose back may be judged, shape (n, 2), seconds.

    Parameters
    ----------
    lifts
        Rows of `detectors.lifts.find_lifts` for this motion.
    """
    time_s, rate = motion.time_s, motion.view.rate_hz
    free = motion.standing & np.isfinite(motion.trunk_deg)
    spans = [(_number(lift, "start_s"), _number(lift, "end_s")) for lift in lifts]
    for start_s, end_s in spans:
        free[(time_s >= start_s) & (time_s < end_s)] = False
    runs = from_mask(free)
    runs = runs[runs[:, 1] - runs[:, 0] >= SHORTEST_STANDING_S * rate]
    places = np.concatenate([np.arange(start, end) for start, end in runs] or [np.zeros(0, np.int64)])
    chosen = np.zeros(len(time_s), dtype=bool)
    for lift, (start_s, end_s) in zip(lifts, spans, strict=True):
        if _judgeable(lift, policy):
            away_s = np.maximum(np.maximum(start_s - time_s[places], time_s[places] - end_s), 0.0)
            chosen[places[np.argsort(away_s, kind="stable")[: round(policy.standing_s * rate)]]] = True
    return widened(_as_times(motion, chosen), 0.0)


def _judgeable(lift: Row, policy: ReadingPolicy) -> bool:
    """Return whether a back may be judged at all: seen from aside, large enough and leant; unknown may."""
    return not (
        _number(lift, "view_angle_deg") > policy.widest_view_deg
        or _number(lift, "person_height_px") < policy.least_height_px
        or _number(lift, "trunk_inclination_peak_deg") < policy.least_lean_deg
    )


def _number(lift: Row, name: str) -> float:
    return float(str(lift[name]))
