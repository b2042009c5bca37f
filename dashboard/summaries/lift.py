"""Why a lift was judged as it was: what decided, by how much, and what else would have been needed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from detectors.technique import back_seen, chord_threshold, judge
from detectors.thresholds import Gates, Policy
from detectors.vocabulary import Reason, Technique


class DecidedBy(StrEnum):
    """What the verdict rests on."""

    BACK = "back"
    CHORD = "chord"
    GATE = "gate"


MEASURE: Final = {DecidedBy.BACK: "spine_flexion_deg", DecidedBy.CHORD: "back_chord_ratio"}
ERROR: Final = {DecidedBy.BACK: "spine_flexion_se_deg", DecidedBy.CHORD: "back_chord_ratio_se"}
STEP: Final = {DecidedBy.BACK: 0.5, DecidedBy.CHORD: 0.005}
STEPS: Final = 200
"""A verdict is asked for at so many steps either way: 100 degrees, or as good as the whole chord."""


@dataclass(frozen=True)
class Flip:
    """The least change of the deciding measure that makes another verdict, and which."""

    change: float
    becomes: Technique


@dataclass(frozen=True)
class Why:
    """Why a lift was judged as it was.

    Attributes
    ----------
    technique, reason
        The verdict; the reason is `Reason.JUDGED` unless it is indeterminate.
    decided_by
        Points on the back, the chord from hips to shoulders, or a condition that failed.
    value, error, threshold
        The deciding measure, its standard error, and where a bend begins; NaN where a condition failed.
    probability, margin_se
        Of a spine bend; and the distance from the threshold in standard errors. NaN as before.
    flips
        What less and what more of the measure would make of it; none where a condition failed.
    conditions
        ``reason``, ``measured``, ``limit``, ``at_least`` (else at most), ``met``; see `conditions`.
    """

    technique: Technique
    reason: Reason
    decided_by: DecidedBy
    value: float
    error: float
    threshold: float
    probability: float
    margin_se: float
    flips: tuple[Flip, ...]
    conditions: pd.DataFrame

    @property
    def least_change(self) -> float:
        """The smallest change, either way, that makes another verdict; NaN where none does."""
        return min((abs(one.change) for one in self.flips), default=float("nan"))


def why(lift: pd.DataFrame, policy: Policy) -> Why:
    """Return why a lift is judged as it is by a policy.

    Parameters
    ----------
    lift
        One row of the lifts table.
    """
    verdict = judge(lift, policy).iloc[0]
    reason = Reason(verdict["reason"])
    open_or_judged = (Reason.JUDGED, Reason.BORDERLINE, Reason.SPINE_NOT_SEEN)
    decided_by = DecidedBy.GATE
    if reason in open_or_judged:
        decided_by = DecidedBy.BACK if back_seen(lift)[0] else DecidedBy.CHORD
    value, error = _measure(lift, decided_by)
    return Why(
        Technique(verdict["technique"]),
        reason,
        decided_by,
        value,
        error,
        _threshold(decided_by, error, policy),
        float(verdict["p_spine_bend"]),
        float(verdict["margin_se"]),
        flips(lift, policy, decided_by),
        conditions(lift, policy.gates),
    )


def flips(lift: pd.DataFrame, policy: Policy, decided_by: DecidedBy) -> tuple[Flip, ...]:
    """Return the nearest other verdict on either side of a measure, as the judgement itself gives it."""
    if decided_by is DecidedBy.GATE:
        return ()
    column, step = MEASURE[decided_by], STEP[decided_by]
    now = judge(lift, policy)["technique"].iloc[0]
    found = []
    for direction in (-1.0, 1.0):
        change = direction * step * np.arange(1, STEPS + 1)
        others = pd.concat([lift] * STEPS, ignore_index=True)
        others[column] = others[column].to_numpy() + change
        verdicts = judge(others, policy)["technique"].to_numpy()
        other = np.flatnonzero(verdicts != now)
        if len(other):
            found.append(Flip(float(change[other[0]]), Technique(verdicts[other[0]])))
    return tuple(found)


def conditions(lift: pd.DataFrame, gates: Gates) -> pd.DataFrame:
    """Return what had to be fulfilled for a verdict, in the order in which it is asked for.

    Returns
    -------
    pd.DataFrame
        ``reason``, ``column`` and ``measured`` (NaN = unknown, which is not met), ``limit``, ``at_least``
        (else at most), ``met``.
    """
    row, by_back = lift.iloc[0], bool(back_seen(lift)[0])
    view_up_to = gates.largest_back_view_deg if by_back else gates.largest_view_angle_deg
    height_from = gates.least_back_height_px if by_back else gates.least_height_px
    near_side = row["view_angle_deg"] <= gates.largest_view_angle_deg
    trunk_from = gates.least_back_trunk_deg if by_back and near_side else gates.least_trunk_deg
    stood: tuple[str, float] = ("standing_reference_s", gates.least_standing_s)
    if by_back:
        stood = ("standing_windows", gates.least_standing_windows)
    asked = [
        (Reason.SIZE, "person_height_px", height_from, True),
        (Reason.VIEW, "view_angle_deg", view_up_to, False),
        (Reason.OCCLUSION, "seen_share", gates.least_seen_share, True),
        (Reason.OCCLUSION, "overlap_share", gates.largest_overlap_share, False),
        (Reason.TOO_SHORT, "frames_around_peak", float(gates.least_frames), True),
        (Reason.UPRIGHT, "trunk_inclination_peak_deg", trunk_from, True),
        (Reason.NO_STANDING_REFERENCE, *stood, True),
        (Reason.IMPLAUSIBLE, "back_chord_ratio", gates.implausible_chord_ratio, True),
        (Reason.IMPLAUSIBLE, "trunk_inclination_peak_deg", gates.implausible_trunk_deg, False),
    ]
    if by_back:
        asked.append((Reason.FLEXION_UNSURE, "spine_flexion_se_deg", gates.largest_flexion_se_deg, False))
    table = pd.DataFrame(asked, columns=["reason", "column", "limit", "at_least"])
    table["measured"] = [float(row[column]) for column in table["column"]]
    more, less = table["measured"] >= table["limit"], table["measured"] <= table["limit"]
    table["met"] = np.where(table["at_least"], more, less)
    return table


def _measure(lift: pd.DataFrame, decided_by: DecidedBy) -> tuple[float, float]:
    if decided_by is DecidedBy.GATE:
        return float("nan"), float("nan")
    row = lift.iloc[0]
    return float(row[MEASURE[decided_by]]), float(row[ERROR[decided_by]])


def _threshold(decided_by: DecidedBy, error: float, policy: Policy) -> float:
    if decided_by is DecidedBy.BACK:
        return policy.flexion_threshold_deg
    if decided_by is DecidedBy.CHORD:
        return float(chord_threshold(np.array([error]), policy.spine, policy.spine_bend_from)[0])
    return float("nan")
