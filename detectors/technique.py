"""Judge measured lifts: hip hinge, spine bend, squat, or why this camera can't tell.

The spine is decided first and the knees second: a squat with a rounded back is a spine bend.
Every function takes measures from the lifts table and a policy, so months of stored lifts
can be judged anew without video.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import norm

from detectors.vocabulary import LegPattern, Reason, Technique

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Gates:
    """What a lift must fulfil before its technique is judged.

    Attributes
    ----------
    largest_view_angle_deg, least_height_px, least_seen_share, largest_overlap_share, least_frames
        Seen well enough: near the side view, tall enough, near-side keypoints seen, nobody in
        front, enough frames around the peak.
    least_trunk_deg
        An upright trunk loads the question with noise: no technique below it.
    least_standing_s
        Upright time of the same person to compare with.
    implausible_chord_ratio, implausible_trunk_deg
        Outside these the shoulder or hip points are wrong, whatever their confidence.
    """

    largest_view_angle_deg: float = 30.0
    least_height_px: float = 160.0
    least_seen_share: float = 0.6
    largest_overlap_share: float = 0.3
    least_frames: int = 5
    least_trunk_deg: float = 30.0
    least_standing_s: float = 0.5
    implausible_chord_ratio: float = 0.6
    implausible_trunk_deg: float = 125.0


@dataclass(frozen=True)
class SpineModel:
    """How the back chord of COCO keypoints spreads when the spine stays neutral and when it bends.

    The chord shortens to about 0.83 of standing in a spine bend and 0.93 to 1.0 in a hinge.
    A share of the bends does not shorten it at all: the shoulder points move forward with the
    arms and make up for what the spine gives away. So a short chord is evidence of a bend,
    while a long one is no proof of a neutral spine.
    """

    neutral_mean: float = 0.95
    neutral_sd: float = 0.04
    bent_mean: float = 0.83
    bent_sd: float = 0.05
    hidden_share: float = 0.25


@dataclass(frozen=True)
class Policy:
    """Every threshold of the judgement; its content hash stands on each figure."""

    gates: Gates = field(default_factory=Gates)
    spine: SpineModel = field(default_factory=SpineModel)
    spine_bend_from: float = 0.80
    neutral_up_to: float = 0.10
    squat_knee_deg: float = 60.0
    squat_index_below: float = 50.0
    soft_knee_deg: float = 15.0
    bent_knee_deg: float = 35.0


DEFAULT_POLICY: Final = Policy()


def judge(lifts: pd.DataFrame, policy: Policy = DEFAULT_POLICY) -> pd.DataFrame:
    """Return the judgement of each lift, one row per row of ``lifts``, same order.

    Parameters
    ----------
    lifts
        Rows of the lifts table.

    Returns
    -------
    pd.DataFrame
        Columns ``lift_id``, ``technique``, ``p_spine_bend``, ``reason``, ``leg_pattern``,
        ``margin_se``. Where a gate fails, ``p_spine_bend`` is NaN: unknown, not safe.
    """
    reason = failed_gate(lifts, policy.gates)
    chord, error = _column(lifts, "back_chord_ratio"), _column(lifts, "back_chord_ratio_se")
    judgeable = reason == Reason.JUDGED
    p = np.where(judgeable, probability_of_bend(chord, error, policy.spine), np.nan)
    bent, neutral = p >= policy.spine_bend_from, p <= policy.neutral_up_to
    squat = (_column(lifts, "knee_flexion_grasp_deg") >= policy.squat_knee_deg) & (
        _column(lifts, "stoop_squat_index") < policy.squat_index_below
    )
    technique = np.select(
        [bent, neutral & squat, neutral],
        [Technique.SPINE_BEND, Technique.SQUAT, Technique.HIP_HINGE],
        Technique.INDETERMINATE,
    )
    long_chord = chord > 0.5 * (policy.spine.neutral_mean + policy.spine.bent_mean)
    open_reason = np.where(long_chord, Reason.SPINE_NOT_SEEN, Reason.BORDERLINE)
    reason = np.where(judgeable & ~(bent | neutral), open_reason, reason)
    return pd.DataFrame(
        {
            "lift_id": lifts["lift_id"].to_numpy(),
            "technique": technique.astype(str),
            "p_spine_bend": p,
            "reason": reason.astype(str),
            "leg_pattern": leg_pattern(_column(lifts, "knee_flexion_grasp_deg"), policy).astype(str),
            "margin_se": np.where(judgeable, _margin_se(chord, error, policy), np.nan),
        }
    ).astype(dict.fromkeys(("lift_id", "technique", "reason", "leg_pattern"), "str"))


def failed_gate(lifts: pd.DataFrame, gates: Gates) -> NDArray[np.object_]:
    """Return the first gate that each lift fails, ``Reason.JUDGED`` where none; unknown fails."""
    view, height = _column(lifts, "view_angle_deg"), _column(lifts, "person_height_px")
    trunk, chord = _column(lifts, "trunk_inclination_peak_deg"), _column(lifts, "back_chord_ratio")
    passes = [
        (Reason.SIZE, height >= gates.least_height_px),
        (Reason.VIEW, view <= gates.largest_view_angle_deg),
        (
            Reason.OCCLUSION,
            (_column(lifts, "seen_share") >= gates.least_seen_share)
            & (_column(lifts, "overlap_share") <= gates.largest_overlap_share),
        ),
        (Reason.TOO_SHORT, _column(lifts, "frames_around_peak") >= gates.least_frames),
        (Reason.UPRIGHT, trunk >= gates.least_trunk_deg),
        (Reason.NO_STANDING_REFERENCE, _column(lifts, "standing_reference_s") >= gates.least_standing_s),
        (
            Reason.IMPLAUSIBLE,
            (chord >= gates.implausible_chord_ratio) & (trunk <= gates.implausible_trunk_deg),
        ),
    ]
    return np.select([~ok for _, ok in passes], [reason for reason, _ in passes], Reason.JUDGED).astype(
        object
    )


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


def leg_pattern(knee_flexion_deg: Array, policy: Policy) -> NDArray[np.object_]:
    """Return what the knees did at the grasp: straight, soft, bent or deep; unknown where not seen."""
    bounds = [policy.soft_knee_deg, policy.bent_knee_deg, policy.squat_knee_deg]
    below = [knee_flexion_deg < bound for bound in bounds]
    names = [LegPattern.STRAIGHT, LegPattern.SOFT, LegPattern.BENT]
    known = np.isfinite(knee_flexion_deg)
    return np.select([~known, *below], [LegPattern.UNKNOWN, *names], LegPattern.DEEP).astype(object)


def _margin_se(chord: Array, error: Array, policy: Policy) -> Array:
    """Return how many standard errors the chord is from where the bend verdict begins."""
    grid = np.linspace(policy.spine.bent_mean, policy.spine.neutral_mean, 121)
    p = probability_of_bend(grid[None, :], error[:, None], policy.spine)
    threshold = grid[np.argmin(np.abs(p - policy.spine_bend_from), axis=1)]
    return np.asarray(np.abs(chord - threshold) / error)


def _column(lifts: pd.DataFrame, name: str) -> Array:
    return lifts[name].to_numpy(dtype=float, na_value=np.nan)
