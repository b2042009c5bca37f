"""People in motion: at any time what there is to draw of each, and what is true of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detectors.synthetic.figure import Colour, Figure, Load
from detectors.synthetic.kinematics import solve, with_load_in_hands
from detectors.synthetic.person import Person
from detectors.synthetic.racks import cardboard
from detectors.synthetic.skeleton import Pose
from detectors.synthetic.solids import Solid, carton, inside
from detectors.synthetic.supports import draw_support
from detectors.synthetic.timeline import Moment, Phase, Timeline
from detectors.synthetic.truth import angles

Array = NDArray[np.float64]

LOW_M: Final = 0.4
APART_M: Final = 0.25
"""No joint of one person comes this near to a joint of another."""


@dataclass(frozen=True)
class Actor:
    """A person, what they do, and the colour and mark of their carton."""

    person: Person
    timeline: Timeline
    carton_colour: Colour
    carton_mark: float


@dataclass(frozen=True)
class Acted:
    """A person at one moment: the figure, the load if there is one, and the truth in plain words."""

    figure: Figure
    load: Solid | None
    truth: dict[str, Any]


def actor(rng: np.random.Generator, person: Person, timeline: Timeline) -> Actor:
    """Return an actor with a carton of a drawn colour."""
    return Actor(person, timeline, cardboard(rng), float(rng.random()))


def acted(who: Actor, time_s: float) -> Acted:
    """Return an actor at a time of the timeline."""
    moment = who.timeline.at(time_s)
    pose = solve(who.person.body.skeleton, moment.posture)
    load = moment.load
    if load is not None:
        load = with_load_in_hands(load, moment.posture, pose)
    box = None if load is None else carton(load, who.carton_colour, who.carton_mark)
    return Acted(who.person.figure(pose), box, _truth(who, moment, pose, load))


def supports(rng: np.random.Generator, who: Actor, between_s: tuple[float, float]) -> list[Solid]:
    """Draw what holds up the load of an actor wherever it rests in a span of time, or next to it.

    A load that is held all the time came from somewhere and goes somewhere: both are there.
    """
    keys = who.timeline.keys
    rests = [key for key in keys if key.load is not None and not key.load.held]
    first = max((i for i, key in enumerate(rests) if key.time_s <= between_s[0]), default=0)
    last = min((i for i, key in enumerate(rests) if key.time_s >= between_s[1]), default=len(rests) - 1)
    solids: dict[tuple[float, ...], list[Solid]] = {}
    for key in rests[first : last + 1]:
        load = key.load
        if load is not None:
            place = tuple(np.round(load.centre_m, 2))
            if place not in solids:
                solids[place] = draw_support(rng, load, _feet_m(who, load))
    return [solid for group in solids.values() for solid in group]


def _feet_m(who: Actor, load: Load) -> Array:
    """Return where the feet stand, (2, 2), from which a load is taken or put down."""
    near = [
        (float(np.linalg.norm(key.posture.hands_m.mean(axis=0) - load.centre_m)), i)
        for i, key in enumerate(who.timeline.keys)
        if key.phase in (Phase.GRASP, Phase.RELEASE, Phase.DESCEND)
    ]
    key = who.timeline.keys[min(near)[1] if near else 0]
    return np.array([(foot.x_m, foot.z_m) for foot in key.posture.feet])


def floor_points_m(who: Actor) -> Array:
    """Return where an actor passes: floor points (x, z), (n, 2)."""
    return np.array([key.posture.position_m for key in who.timeline.keys])


def collide(figures: Sequence[Figure], solids: Sequence[Solid] = ()) -> bool:
    """Tell whether any two people come closer than they could, or a joint or a leg is inside a solid."""
    joints = [np.array(list(figure.joints_m.values())) for figure in figures]
    if any(
        np.linalg.norm(a[:, None] - b[None], axis=2).min() < APART_M
        for i, a in enumerate(joints)
        for b in joints[:i]
    ):
        return True
    legs = [figure.vertices_m[::5] for figure in figures]
    low = [points[points[:, 1] < LOW_M] for points in legs]
    return any(bool(inside(solid, points).any()) for solid in solids for points in (*joints, *low))


def _truth(who: Actor, moment: Moment, pose: Pose, load: Load | None) -> dict[str, Any]:
    look, shape, posture = who.person.look, who.person.body.shape, moment.posture
    return {
        "phase": str(moment.phase),
        **asdict(angles(pose)),
        "neck_flexion_deg": posture.neck_flexion_deg,
        "lateral_deg": posture.lateral_deg,
        "twist_deg": posture.twist_deg,
        "yaw_deg": posture.yaw_deg,
        "load_m": None if load is None else [round(float(value), 4) for value in load.centre_m],
        "load_held": None if load is None else load.held,
        "stature_m": shape.stature_m,
        "sex": str(shape.sex),
        "top": str(look.top),
        "hat": str(look.hat),
        "vest": bool(look.vest),
        "backpack": bool(look.backpack),
        "looseness_m": look.looseness_m,
    }
