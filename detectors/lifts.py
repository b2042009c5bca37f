"""Motion in, lifts out: every lift, lowering and bend of a track as a row of measures."""

from __future__ import annotations

from typing import Final

import numpy as np

from detectors import measures, spine
from detectors.bends import ON_TRUNK_DEG, Bend, find_bends
from detectors.hands import Hands, read_hands
from detectors.motion import Motion
from detectors.reaches import Reach, find_reaches
from detectors.tracking import Track, largest_overlap
from detectors.vocabulary import KindReason, LiftKind
from detectors.walking import walks

Row = dict[str, object]

LONGEST_LIFT_S: Final = 20.0
"""Longer stays near the floor are work in a low posture or rest, not the handling of one load."""

SHORTEST_LIFT_S: Final = 0.6
"""Nobody bends, takes a load and stands again in less; keypoints that jump do."""


def find_lifts(motion: Motion, others: list[Track]) -> list[Row]:
    """Return one row per lift, lowering and bend of a motion, in time order.

    Parameters
    ----------
    motion
        One track.
    others
        The tracks seen at the same time: a person in front hides what is measured.

    Returns
    -------
    list of dict
        The measured columns of the lifts table with times in seconds (``start_s``,
        ``grasp_s``, ``peak_s``, ``end_s``; ``[start, end)``), without identity and versions.
        Crouching with an upright trunk and empty hands is no bend and gives no row, nor does
        walking along with the trunk leant; a load
        handled while standing upright gives a lift or lowering with reason ``reached``.
    """
    bends = find_bends(motion)
    bends = sorted([*bends, *find_reaches(motion, bends)], key=lambda bend: bend.start)
    edges = [0, *(bend.end for bend in bends)], [*(bend.start for bend in bends), len(motion.time_s)]
    rows = []
    for i, bend in enumerate(bends):
        hands = read_hands(motion, bend, _facing(motion, bend), (edges[0][i], edges[1][i + 1]))
        row = _row(motion, bend, hands, others)
        if row is not None:
            rows.append(row)
    return rows


def _row(motion: Motion, bend: Bend, hands: Hands, others: list[Track]) -> Row | None:
    kind, kind_reason = (bend.kind, KindReason.REACHED) if isinstance(bend, Reach) else hands.kind(bend)
    peak, yaw = measures.peak_of(motion, bend), spine.yaw_of(motion, bend)
    figures = measures.posture_row(motion, bend, hands, peak)
    start_s, end_s = _time(motion, bend.start), _time(motion, bend.end)
    lasts_as_a_lift = SHORTEST_LIFT_S <= end_s - start_s <= LONGEST_LIFT_S
    if walks(motion, bend):
        return None
    if kind is LiftKind.BEND or not lasts_as_a_lift:
        if not figures["trunk_inclination_peak_deg"] >= ON_TRUNK_DEG:
            return None
        kind = LiftKind.BEND
    origin, destination = _heights(kind, hands)
    return {
        "kind": str(kind),
        "kind_reason": str(kind_reason),
        "start_s": start_s,
        "grasp_s": _time(motion, hands.grasp),
        "peak_s": _time(motion, peak),
        "end_s": end_s,
        "duration_s": end_s - start_s,
        **figures,
        **spine.spine_row(motion, bend, peak, yaw),
        **measures.view_row(motion, bend, peak, yaw),
        "origin_height_stature": origin,
        "destination_height_stature": destination,
        "origin_band": measures.band(origin),
        "destination_band": measures.band(destination),
        "facing": _facing(motion, bend),
        "overlap_share": largest_overlap(motion.track, others, start_s, end_s),
        "analysis_rate_hz": motion.view.rate_hz,
    }


def _facing(motion: Motion, bend: Bend) -> float:
    return bend.facing if isinstance(bend, Reach) else measures.facing(motion, bend)


def _heights(kind: LiftKind, hands: Hands) -> tuple[float, float]:
    """Return the grip height where the load came from and where it went; NaN where there was none."""
    if kind is LiftKind.LIFT:
        return hands.low, hands.after
    if kind is LiftKind.LOWERING:
        return hands.before, hands.low
    return float("nan"), float("nan")


def _time(motion: Motion, position: int) -> float:
    """Return the time of a grid position; the position after the last frame is one step later."""
    step = 1.0 / motion.view.rate_hz
    return float(np.round(motion.time_s[0] + position * step, 6))
