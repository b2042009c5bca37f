"""A motion as key postures over time."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

import numpy as np

from detectors.synthetic.figure import Array, Load, Posture
from detectors.synthetic.postures import blended, minimum_jerk, on_floor
from detectors.vocabulary import LiftKind, Technique

LATE: Final = 1.6
"""Exponent by which a load leaves the floor before it comes to the body, and clears the knees."""


class Phase(StrEnum):
    """What the person is doing."""

    STAND = "stand"
    DESCEND = "descend"
    GRASP = "grasp"
    RISE = "rise"
    HOLD = "hold"
    PUT_DOWN = "put_down"
    RELEASE = "release"
    STRAIGHTEN = "straighten"
    WALK = "walk"
    CARRY = "carry"
    TURN = "turn"
    BEND = "bend"
    SQUAT = "squat"
    REACH = "reach"


@dataclass(frozen=True)
class Key:
    """A posture at a time; the other fields tell how the motion goes on until the next key.

    Attributes
    ----------
    eased
        Minimum jerk, else at constant speed.
    lead
        Exponent of the spine's progress: below 1 it flexes before the hips.
    backwards
        The motion to the next key runs as the reverse of one that started there.
    """

    time_s: float
    posture: Posture
    load: Load | None
    phase: Phase
    eased: bool = True
    lead: float = 1.0
    backwards: bool = False


@dataclass(frozen=True)
class LiftEvent:
    """Truth of one lift, lowering or bend without load.

    Attributes
    ----------
    start_s, grasp_s, end_s
        The trunk leaves standing; the hands take or let go of the load, or are lowest in a bend;
        standing again. The event is ``[start_s, end_s)``.
    lumbar_change_deg, thoracic_change_deg
        Flexion at the grasp less that of standing before (after, in a lowering).
    technique
        As ``truth.technique`` rules.
    """

    kind: LiftKind
    start_s: float
    grasp_s: float
    end_s: float
    lumbar_change_deg: float
    thoracic_change_deg: float
    knee_flexion_deg: float
    technique: Technique


@dataclass(frozen=True)
class Moment:
    """What is there to draw at one time."""

    posture: Posture
    load: Load | None
    phase: Phase


@dataclass(frozen=True)
class Timeline:
    """Keys in order of time, and the lifts among them."""

    keys: tuple[Key, ...]
    events: tuple[LiftEvent, ...]

    @property
    def duration_s(self) -> float:
        """Time of the last key."""
        return self.keys[-1].time_s

    def supports(self) -> tuple[Load, ...]:
        """Return what must stand under the load wherever it rests above the floor."""
        found: dict[tuple[float, ...], Load] = {}
        for load in (key.load for key in self.keys if key.load is not None and not key.load.held):
            width, height, depth = load.size_m
            top = float(load.centre_m[1]) - height / 2.0
            if top > 0.01:
                x_m, z_m = float(load.centre_m[0]), float(load.centre_m[2])
                centre = np.array([x_m, top / 2.0, z_m])
                found[x_m, z_m, top] = Load(centre, (1.3 * width, top, depth), load.yaw_deg, held=False)
        return tuple(found.values())

    def at(self, time_s: float) -> Moment:
        """Return the moment at a time; before the first and after the last key nothing moves."""
        row = bisect_right(self.keys, time_s, key=lambda key: key.time_s) - 1
        if row < 0 or row >= len(self.keys) - 1:
            key = self.keys[max(row, 0)]
            return Moment(key.posture, key.load, key.phase)
        return _between(self.keys[row], self.keys[row + 1], time_s)


def _between(key: Key, following: Key, time_s: float) -> Moment:
    share = (time_s - key.time_s) / (following.time_s - key.time_s)
    first, second = (following, key) if key.backwards else (key, following)
    share = 1.0 - share if key.backwards else share
    eased = minimum_jerk(share) if key.eased else share
    late = eased**LATE if key.eased else eased
    posture = blended(first.posture, second.posture, eased, eased**key.lead)
    load = key.load
    if load is not None and load.held and first.load is not None and second.load is not None:
        load = _moved(first.load, second.load, eased, late)
        posture = replace(posture, hands_m=grips(load, first))
    return Moment(posture, load, key.phase)


def grips(load: Load, key: Key) -> Array:
    """Return the wrists (2, 3) on a load that is held as it is in a key."""
    start = load if key.load is None else key.load
    turn_deg = load.yaw_deg - start.yaw_deg
    held = [on_floor(hand - start.centre_m, (0.0, 0.0), turn_deg) for hand in key.posture.hands_m]
    return np.array(held) + load.centre_m


def _moved(first: Load, second: Load, share: float, late: float) -> Load:
    shares = np.array([late, share, late])
    centre = first.centre_m + shares * (second.centre_m - first.centre_m)
    yaw_deg = first.yaw_deg + late * (second.yaw_deg - first.yaw_deg)
    return replace(first, centre_m=centre, yaw_deg=yaw_deg, held=True)
