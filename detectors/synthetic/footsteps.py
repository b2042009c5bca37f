"""Where the feet are put: the steps of a walk to a goal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from detectors.synthetic.figure import Array, Foot
from detectors.synthetic.skeleton import Skeleton
from detectors.synthetic.stances import Spot, feet_at

TURN_PER_STEP_DEG: Final = 45.0
SHORT_WAY_M: Final = 0.6
TRACK_M: Final = 0.17
"""Ankle to ankle across the way while walking."""


@dataclass(frozen=True)
class Gait:
    """How a person walks."""

    step_s: float
    step_m: float
    clearance_m: float
    knee_deg: float
    lean_deg: float
    arm_swing_deg_per_m: float


@dataclass(frozen=True)
class Step:
    """One foot (0 left, 1 right) put to a place; ``yaw_deg`` is the heading of the body after it."""

    side: int
    start_s: float
    end_s: float
    to: Foot
    yaw_deg: float


@dataclass(frozen=True)
class Goal:
    """Where a walk ends, and how the feet stand there."""

    spot: Spot
    yaw_deg: float
    stance_m: float
    toe_out_deg: float


@dataclass(frozen=True)
class Walk:
    """Steps from where the feet stood, in order of time."""

    feet: tuple[Foot, Foot]
    yaw_deg: float
    start_s: float
    steps: tuple[Step, ...]

    @property
    def end_s(self) -> float:
        """When both feet stand again."""
        return self.steps[-1].end_s if self.steps else self.start_s


def draw_gait(rng: np.random.Generator, skeleton: Skeleton) -> Gait:
    """Return a gait from a shuffle to a brisk walk."""
    return Gait(
        step_s=float(rng.uniform(0.45, 0.75)),
        step_m=float(rng.uniform(0.22, 0.36)) * skeleton.stature_m,
        clearance_m=float(rng.uniform(0.05, 0.11)),
        knee_deg=float(rng.uniform(7.0, 16.0)),
        lean_deg=float(rng.uniform(-1.0, 6.0)),
        arm_swing_deg_per_m=float(rng.uniform(15.0, 45.0)),
    )


def plan(feet: tuple[Foot, Foot], yaw_deg: float, goal: Goal, gait: Gait, start_s: float) -> Walk:
    """Return the steps to a goal: turn on the spot, walk straight, turn on the spot.

    Short ways are stepped forwards, backwards or aside without turning.
    """
    from_spot = middle(feet)
    way = np.subtract(goal.spot, from_spot)
    distance = float(np.hypot(*way))
    places: list[tuple[int, Foot, float]] = []
    heading = yaw_deg
    if distance > SHORT_WAY_M:
        heading = nearest_turn(yaw_deg, float(np.degrees(np.arctan2(way[0], way[1]))))
        places += _turning(from_spot, yaw_deg, heading, (TRACK_M, 5.0))
    if distance > 0.02:
        places += _straight(from_spot, way / distance, distance, gait, heading)
    final = nearest_turn(heading, goal.yaw_deg)
    places += _turning(goal.spot, heading, final, (goal.stance_m, goal.toe_out_deg))
    last = feet_at(goal.stance_m, goal.toe_out_deg, goal.spot, final)
    places += [(side, last[side], final) for side in (0, 1)]
    steps: list[Step] = []
    for side, to, yaw in _moved_only(places, feet):
        time_s = steps[-1].end_s if steps else start_s
        steps.append(Step(side, time_s, time_s + gait.step_s, to, yaw))
    return Walk(feet, yaw_deg, start_s, tuple(steps))


def middle(feet: tuple[Foot, Foot]) -> Spot:
    """Return the floor point (x, z) between the ankles."""
    return (feet[0].x_m + feet[1].x_m) / 2.0, (feet[0].z_m + feet[1].z_m) / 2.0


def nearest_turn(from_deg: float, to_deg: float) -> float:
    """Return ``to_deg`` plus whole turns, within half a turn of ``from_deg``."""
    return from_deg + (to_deg - from_deg + 180.0) % 360.0 - 180.0


def _turning(
    spot: Spot, from_deg: float, to_deg: float, stance: tuple[float, float]
) -> list[tuple[int, Foot, float]]:
    count = int(np.ceil(abs(to_deg - from_deg) / TURN_PER_STEP_DEG - 1e-9))
    order = (0, 1) if to_deg > from_deg else (1, 0)  # the foot on the inner side goes first
    places = []
    for yaw in np.linspace(from_deg, to_deg, count + 1)[1:]:
        feet = feet_at(*stance, spot, float(yaw))
        places += [(side, feet[side], float(yaw)) for side in order]
    return places


def _straight(
    spot: Spot, way: Array, distance_m: float, gait: Gait, yaw_deg: float
) -> list[tuple[int, Foot, float]]:
    count = int(np.ceil(distance_m / gait.step_m))
    places = []
    for row in range(1, count + 1):
        here = np.add(spot, way * distance_m * row / count)
        side = row % 2
        places.append((side, feet_at(TRACK_M, 5.0, (float(here[0]), float(here[1])), yaw_deg)[side], yaw_deg))
    return places


def _moved_only(
    places: list[tuple[int, Foot, float]], feet: tuple[Foot, Foot]
) -> list[tuple[int, Foot, float]]:
    """Return the places without steps onto the same place."""
    now, kept = list(feet), []
    for side, to, yaw in places:
        far = np.hypot(to.x_m - now[side].x_m, to.z_m - now[side].z_m)
        if far > 0.01 or abs(to.yaw_deg - now[side].yaw_deg) > 1.0:
            kept.append((side, to, yaw))
            now[side] = to
    return kept
