"""Whole recordings of one person: drawn sequences of activities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from detectors.synthetic.activities import Script
from detectors.synthetic.candidates import Carton, Rng, draw_carton
from detectors.synthetic.draws import Task, draw_bend, draw_lift, draw_spine, draw_standing
from detectors.synthetic.figure import Load
from detectors.synthetic.footsteps import Goal, draw_gait
from detectors.synthetic.gait import placed_load
from detectors.synthetic.skeleton import Skeleton
from detectors.synthetic.stances import Spot
from detectors.synthetic.timeline import Timeline

ROOM_M: Final = 1.6
BACK_M: Final = 0.45
"""How far a person steps back from a load before turning away."""

FREE_M: Final = 1.0
"""Feet and ways keep this far from a load at rest, where the room allows."""

SHARES: Final = {"move": 0.45, "bend": 0.25, "reach": 0.10, "idle": 0.20}


@dataclass(frozen=True)
class Place:
    """Where the load rests, and how one stands and reaches there."""

    goal: Goal
    task: Task


def draw_timeline(rng: Rng, skeleton: Skeleton, home: Spot, lasts_s: float) -> Timeline:
    """Return what a person does around a spot: lifts, carries, lowerings, bends, reaches, idling.

    Parameters
    ----------
    home
        Floor point (x, z) that the person stays within ``ROOM_M`` of, m.
    lasts_s
        No new activity begins after this time.
    """
    carton = draw_carton(rng)
    place = _place(rng, skeleton, home, carton)
    load = _resting(place)
    start = _goal(rng, home, draw_bend(rng, skeleton), home, load)
    script = Script(skeleton, draw_standing(rng), draw_gait(rng, skeleton), start, load)
    while script.time_s < lasts_s:
        doing = rng.choice(list(SHARES), p=list(SHARES.values()))
        if doing == "move":
            place = _move(rng, script, place, _place(rng, skeleton, home, carton))
        elif doing == "bend":
            task = draw_bend(rng, skeleton)
            script.walk(_goal(rng, home, task, script.goal.spot, _resting(place)))
            script.bend(task, draw_spine(rng))
        elif doing == "reach":
            height_m = skeleton.stature_m * float(rng.uniform(0.7, 1.1))
            script.reach(height_m, float(rng.uniform(0.3, 0.5)), float(rng.uniform(1.5, 3.0)))
        else:
            script.idle(rng, float(rng.uniform(1.0, 4.0)))
    return script.timeline()


def _move(rng: Rng, script: Script, pick: Place, place: Place) -> Place:
    """Lift the load, carry it elsewhere and put it down; return where it rests then."""
    script.approach(pick.goal, BACK_M)
    script.lift(pick.task, draw_spine(rng), float(rng.uniform(-0.05, 0.22)))
    script.idle(rng, float(rng.uniform(0.2, 0.8)))
    script.step_back(BACK_M)
    script.walk(place.goal)
    script.lower(place.task, draw_spine(rng))
    script.step_back(BACK_M)
    return place


def _place(rng: Rng, skeleton: Skeleton, home: Spot, carton: Carton) -> Place:
    task = draw_lift(rng, skeleton, carton)
    return Place(_goal(rng, home, task, home, None), task)


def _resting(place: Place) -> Load | None:
    return None if place.task.load is None else placed_load(place.task.load, place.goal)


def _goal(rng: Rng, home: Spot, task: Task, start: Spot, load: Load | None) -> Goal:
    """Return a goal in the room, if possible one whose way from the start keeps clear of the load."""
    for _ in range(40):
        away, direction = ROOM_M * np.sqrt(rng.random()), rng.uniform(0.0, 2.0 * np.pi)
        spot = (home[0] + float(away * np.sin(direction)), home[1] + float(away * np.cos(direction)))
        if load is None or _clearance_m(start, spot, load) > FREE_M:
            break
    return Goal(spot, float(rng.uniform(-180.0, 180.0)), task.stance_m, task.toe_out_deg)


def _clearance_m(start: Spot, end: Spot, load: Load) -> float:
    """Return how far the straight way passes from the middle of the load, m."""
    way, to_load = np.subtract(end, start), load.centre_m[[0, 2]] - np.array(start)
    share = np.clip(to_load @ way / max(float(way @ way), 1e-9), 0.0, 1.0)
    return float(np.linalg.norm(to_load - share * way))
