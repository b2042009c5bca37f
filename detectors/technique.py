"""Judge measured lifts: hip hinge, spine bend, squat, or why this camera can't tell.

The spine is decided first and the knees second: a squat with a rounded back is a spine bend.
Where the points on the back were seen, their flexion over standing decides; elsewhere the chord
from hips to shoulders. Every function takes measures from the lifts table and a policy, so months
of stored lifts can be judged anew without video.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from detectors.thresholds import DEFAULT_POLICY, Gates, Policy, SpineModel
from detectors.vocabulary import LegPattern, Reason, Technique

__all__ = ["DEFAULT_POLICY", "Gates", "Policy", "SpineModel", "judge"]

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


def judge(lifts: pd.DataFrame, policy: Policy = DEFAULT_POLICY) -> pd.DataFrame:
    """Return the judgement of each lift, one row per row of ``lifts``, same order.

    Parameters
    ----------
    lifts
        Rows of the lifts table; columns of the back that an older table lacks count as unknown.

    Returns
    -------
    pd.DataFrame
        Columns ``lift_id``, ``technique``, ``p_spine_bend``, ``reason``, ``leg_pattern``,
        ``margin_se``. Where a gate fails, ``p_spine_bend`` is NaN: unknown, not safe.
    """
    back = back_seen(lifts)
    reason = failed_gate(lifts, policy.gates)
    judgeable = reason == Reason.JUDGED
    by_back, margin_by_back = _by_back(lifts, policy)
    by_chord, margin_by_chord = _by_chord(lifts, policy)
    p = np.where(judgeable, np.where(back, by_back, by_chord), np.nan)
    plain = ~_oblique(lifts, back, policy.gates) | (margin_by_back >= policy.oblique_margin_se)
    bent = plain & (p >= policy.spine_bend_from)
    neutral = plain & (p <= np.where(back, policy.back_neutral_up_to, policy.neutral_up_to))
    squat = (_column(lifts, "knee_flexion_grasp_deg") >= policy.squat_knee_deg) & (
        _column(lifts, "stoop_squat_index") < policy.squat_index_below
    )
    technique = np.select(
        [bent, neutral & squat, neutral],
        [Technique.SPINE_BEND, Technique.SQUAT, Technique.HIP_HINGE],
        Technique.INDETERMINATE,
    )
    long_chord = _column(lifts, "back_chord_ratio") > 0.5 * (
        policy.spine.neutral_mean + policy.spine.bent_mean
    )
    open_reason = np.where(long_chord & ~back, Reason.SPINE_NOT_SEEN, Reason.BORDERLINE)
    reason = np.where(judgeable & ~(bent | neutral), open_reason, reason)
    return pd.DataFrame(
        {
            "lift_id": lifts["lift_id"].to_numpy(),
            "technique": technique.astype(str),
            "p_spine_bend": p,
            "reason": reason.astype(str),
            "leg_pattern": leg_pattern(_column(lifts, "knee_flexion_grasp_deg"), policy).astype(str),
            "margin_se": np.where(judgeable, np.where(back, margin_by_back, margin_by_chord), np.nan),
        }
    ).astype(dict.fromkeys(("lift_id", "technique", "reason", "leg_pattern"), "str"))


def back_seen(lifts: pd.DataFrame) -> Mask:
    """Return whether the points on the back gave a flexion and its error, shape (n,)."""
    flexion, error = _flexion(lifts)
    return np.isfinite(flexion) & (error > 0.0)


def failed_gate(lifts: pd.DataFrame, gates: Gates) -> NDArray[np.object_]:
    """Return the first gate that each lift fails, ``Reason.JUDGED`` where none; unknown fails."""
    back, view = back_seen(lifts), _column(lifts, "view_angle_deg")
    trunk, chord = _column(lifts, "trunk_inclination_peak_deg"), _column(lifts, "back_chord_ratio")
    stood = np.where(
        back,
        _column_if_there(lifts, "standing_windows") >= gates.least_standing_windows,
        _column(lifts, "standing_reference_s") >= gates.least_standing_s,
    )
    near_side = view <= gates.largest_view_angle_deg
    least_trunk = np.where(back & near_side, gates.least_back_trunk_deg, gates.least_trunk_deg)
    passes = [
        (
            Reason.SIZE,
            _column(lifts, "person_height_px")
            >= np.where(back, gates.least_back_height_px, gates.least_height_px),
        ),
        (Reason.VIEW, view <= np.where(back, gates.largest_back_view_deg, gates.largest_view_angle_deg)),
        (
            Reason.OCCLUSION,
            (_column(lifts, "seen_share") >= gates.least_seen_share)
            & (_column(lifts, "overlap_share") <= gates.largest_overlap_share),
        ),
        (Reason.TOO_SHORT, _column(lifts, "frames_around_peak") >= gates.least_frames),
        (Reason.UPRIGHT, trunk >= least_trunk),
        (Reason.NO_STANDING_REFERENCE, stood),
        (
            Reason.IMPLAUSIBLE,
            (chord >= gates.implausible_chord_ratio) & (trunk <= gates.implausible_trunk_deg),
        ),
        (Reason.FLEXION_UNSURE, ~back | (_flexion(lifts)[1] <= gates.largest_flexion_se_deg)),
    ]
    return np.select([~ok for _, ok in passes], [reason for reason, _ in passes], Reason.JUDGED).astype(
        object
    )


def _oblique(lifts: pd.DataFrame, back: Mask, gates: Gates) -> Mask:
    """Return whether a back was seen from farther off the side than a chord is judged, shape (n,)."""
    return back & (_column(lifts, "view_angle_deg") > gates.largest_view_angle_deg)


def probability_of_flexion(flexion_deg: Array, error_deg: Array, threshold_deg: float) -> Array:
    """Return the probability that the true flexion exceeds the threshold; NaN stays NaN.

    The error is that of a normal spread round the measured flexion.
    """
    return np.asarray(norm.cdf((flexion_deg - threshold_deg) / error_deg))


def probability_of_bend(chord: Array, error: Array, model: SpineModel) -> Array:
    """Return the probability that the spine bent, given the chord and its error; neither class favoured.

    A bend's chord is short, or, in a share of the bends, as long as a neutral one; both
    spreads are widened by the error of this measurement.
    """
    # Beyond the means the spreads say no more: a longer chord is not a straighter back.
    chord = np.clip(chord, model.bent_mean, model.neutral_mean)
    neutral = norm.pdf(chord, model.neutral_mean, np.hypot(model.neutral_sd, error))
    short = norm.pdf(chord, model.bent_mean, np.hypot(model.bent_sd, error))
    bent = (1.0 - model.hidden_share) * short + model.hidden_share * neutral
    return np.asarray(bent / (bent + neutral))


def chord_threshold(error: Array, model: SpineModel, probability: float) -> Array:
    """Return the chord at which `probability_of_bend` has a value, else the mean of the nearer class.

    Between the means the logarithm of the ratio of the two spreads is a falling parabola in the chord:
    its first root above the mean of the bends, in the form that holds for spreads of equal width too.
    """
    odds = probability / (1.0 - probability) if probability < 1.0 else np.inf
    if odds <= model.hidden_share:  # every chord is a bend at least so probably
        return np.full_like(error, model.neutral_mean)
    if model.hidden_share >= 1.0 or not np.isfinite(odds):  # none is
        return np.full_like(error, model.bent_mean)
    ratio = (odds - model.hidden_share) / (1.0 - model.hidden_share)
    neutral, bent = np.hypot(model.neutral_sd, error), np.hypot(model.bent_sd, error)
    apart = model.neutral_mean - model.bent_mean
    square, slope = 0.5 / neutral**2 - 0.5 / bent**2, -apart / neutral**2
    at_bent = np.log(neutral / bent) + 0.5 * (apart / neutral) ** 2 - np.log(ratio)
    root = np.sqrt(np.maximum(slope**2 - 4.0 * square * at_bent, 0.0))
    return np.asarray(model.bent_mean + np.clip(2.0 * at_bent / (root - slope), 0.0, apart))


def leg_pattern(knee_flexion_deg: Array, policy: Policy) -> NDArray[np.object_]:
    """Return what the knees did at the grasp: straight, soft, bent or deep; unknown where not seen."""
    bounds = [policy.soft_knee_deg, policy.bent_knee_deg, policy.squat_knee_deg]
    below = [knee_flexion_deg < bound for bound in bounds]
    names = [LegPattern.STRAIGHT, LegPattern.SOFT, LegPattern.BENT]
    known = np.isfinite(knee_flexion_deg)
    return np.select([~known, *below], [LegPattern.UNKNOWN, *names], LegPattern.DEEP).astype(object)


def _by_back(lifts: pd.DataFrame, policy: Policy) -> tuple[Array, Array]:
    """Return probability of a bend and margin by the points on the back; NaN where they were not seen."""
    flexion, error = _flexion(lifts)
    error = np.where(error > 0.0, error, np.nan)
    p = probability_of_flexion(flexion, error, policy.flexion_threshold_deg)
    return policy.calibration.of(p), np.asarray(np.abs(flexion - policy.flexion_threshold_deg) / error)


def _by_chord(lifts: pd.DataFrame, policy: Policy) -> tuple[Array, Array]:
    """Return probability of a bend and margin by the chord, whose threshold is where that verdict begins."""
    chord, error = _column(lifts, "back_chord_ratio"), _column(lifts, "back_chord_ratio_se")
    threshold = chord_threshold(error, policy.spine, policy.spine_bend_from)
    return probability_of_bend(chord, error, policy.spine), np.asarray(np.abs(chord - threshold) / error)


def _flexion(lifts: pd.DataFrame) -> tuple[Array, Array]:
    return _column_if_there(lifts, "spine_flexion_deg"), _column_if_there(lifts, "spine_flexion_se_deg")


def _column_if_there(lifts: pd.DataFrame, name: str) -> Array:
    return _column(lifts, name) if name in lifts else np.full(len(lifts), np.nan)


def _column(lifts: pd.DataFrame, name: str) -> Array:
    return lifts[name].to_numpy(dtype=float, na_value=np.nan)
