"""Draw how a lift is done so that nothing but the spine tells what the spine does.

The task (place and height of the load, knees, trunk inclination, head, speed) is drawn without
the spine, the spine without the task. What couples them on a real body is made to give way by
parts that nobody can see through clothes or that carry the truth themselves:
- the trunk keeps its drawn inclination from hips to shoulders, so the *pelvis* turns back;
- the head keeps its drawn pitch in the world, so the *neck* makes up the difference;
- a round back is shorter, so the *elbows* make up for the few centimetres.

A task is accepted only if every spine of the range can do it. So the distribution of the spine is
the same for every task, and no task gives it away; rejecting pairs instead would leak the label.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from detectors.synthetic.balance import Crouch, SideView, balanced
from detectors.synthetic.candidates import (
    LUMBAR_DEG,
    THORACIC_DEG,
    Carton,
    Range,
    Rng,
    clear,
    draw_crouches,
    fits_between_feet,
    half_hips_m,
    hips_can,
    on_floor_if_near,
    within_reach,
)
from detectors.synthetic.figure import Load
from detectors.synthetic.skeleton import Skeleton

HEAD_FROM_TRUNK_DEG: Final[Range] = (-20.0, 35.0)
HAND_HEIGHT_M: Final[Range] = (0.18, 1.15)
FLOOR_SHARE: Final = 0.4
"""So many lifts ask for a carton on the floor; the others stand at any height."""

DOWN_S: Final[Range] = (0.7, 2.2)
UP_S: Final[Range] = (0.7, 2.4)
GRASP_S: Final[Range] = (0.15, 0.6)
BATCHES: Final = 50


@dataclass(frozen=True)
class Standing:
    """How a person stands upright."""

    pelvis_tilt_deg: float
    lumbar_deg: float
    thoracic_deg: float
    head_pitch_deg: float
    knee_deg: float


@dataclass(frozen=True)
class Spine:
    """Where the spine flexes most; ``lead`` < 1 flexes it before the hips."""

    lumbar_deg: float
    thoracic_deg: float
    lead: float


@dataclass(frozen=True)
class Task:
    """A lift or a bend without its spine: everything else that a camera might see.

    Attributes
    ----------
    hip_m, wrist_m
        Hip and wrist at the grasp: forwards of the ankles and upwards from the floor.
    load
        At its origin, in the frame of the stance: origin between the ankles, +z forwards. None
        in a bend without load, whose hands hang.
    turn_deg
        Heading of pelvis and load against the feet: a one-sided lift.
    head_pitch_deg
        Pitch of the head in the world at the grasp.
    stance_m
        Ankle to ankle.
    """

    hip_m: tuple[float, float]
    wrist_m: tuple[float, float]
    load: Load | None
    half_grip_m: float
    turn_deg: float
    knee_deg: float
    trunk_inclination_deg: float
    head_pitch_deg: float
    stance_m: float
    toe_out_deg: float
    lateral_deg: float
    twist_deg: float
    down_s: float
    grasp_s: float
    up_s: float


def draw_standing(rng: Rng) -> Standing:
    """Return an upright posture, from hollow-backed to slouched."""
    return Standing(
        pelvis_tilt_deg=float(rng.uniform(-3.0, 4.0)),
        lumbar_deg=float(np.clip(rng.normal(0.0, 4.0), -10.0, 10.0)),
        thoracic_deg=float(np.clip(rng.normal(4.0, 4.0), -5.0, 14.0)),
        head_pitch_deg=float(rng.uniform(-8.0, 20.0)),
        knee_deg=float(rng.uniform(3.0, 9.0)),
    )


def draw_spine(rng: Rng) -> Spine:
    """Return a spine: lumbar and thoracic flexion uniform from extended to full."""
    return Spine(
        lumbar_deg=float(rng.uniform(*LUMBAR_DEG)),
        thoracic_deg=float(rng.uniform(*THORACIC_DEG)),
        lead=float(np.exp(rng.uniform(-0.35, 0.35))),
    )


def draw_lift(rng: Rng, skeleton: Skeleton, carton: Carton) -> Task:
    """Return a lift of the carton that a spine of any flexion of the range can do.

    Of many candidates the one nearest to a drawn hand height is taken, so that low and high loads
    are about as frequent.

    Raises
    ------
    RuntimeError
        If none is found for this skeleton.
    """
    wanted_m = carton.grip_m if rng.random() < FLOOR_SHARE else rng.uniform(*HAND_HEIGHT_M)
    for _ in range(BATCHES):
        crouch = draw_crouches(rng, skeleton)
        view = on_floor_if_near(balanced(skeleton, crouch), carton)
        between = fits_between_feet(carton, crouch.aside_m + half_hips_m(skeleton))
        possible = clear(view, carton, between) & hips_can(skeleton, crouch, view)
        possible &= within_reach(skeleton, crouch, view, carton.half_grip_m)
        if possible.any():
            row = int(np.where(possible, np.abs(view.wrist[:, 1] - wanted_m), np.inf).argmin())
            return _task(rng, skeleton, crouch, view, row, carton)
    raise RuntimeError(f"no lift found for a stature of {skeleton.stature_m:.2f} m and {carton}")


def draw_bend(rng: Rng, skeleton: Skeleton) -> Task:
    """Return a bend without load, from soft knees to a deep squat, that any spine can do.

    Raises
    ------
    RuntimeError
        If none is found for this skeleton.
    """
    for _ in range(BATCHES):
        crouch = draw_crouches(rng, skeleton)
        view = balanced(skeleton, crouch)
        possible = np.flatnonzero(hips_can(skeleton, crouch, view))
        if len(possible):
            return _task(rng, skeleton, crouch, view, int(rng.choice(possible)), None)
    raise RuntimeError(f"no bend found for a stature of {skeleton.stature_m:.2f} m")


def _task(
    rng: Rng, skeleton: Skeleton, crouch: Crouch, view: SideView, row: int, carton: Carton | None
) -> Task:
    half_stance_m = float(crouch.aside_m[row]) + half_hips_m(skeleton)
    one_sided = rng.random() < 0.4 and not (carton and fits_between_feet(carton, half_stance_m))
    turn_deg = float(np.clip(rng.normal(0.0, 9.0), -25.0, 25.0)) if one_sided else 0.0
    hip, wrist = view.hip[row], view.wrist[row]
    trunk_deg = float(crouch.trunk_inclination_deg[row])
    return Task(
        hip_m=(float(hip[0]), float(hip[1])),
        wrist_m=(float(wrist[0]), float(wrist[1])),
        load=None if carton is None else _load(carton, view, row, turn_deg),
        half_grip_m=0.2 if carton is None else carton.half_grip_m,
        turn_deg=turn_deg,
        knee_deg=float(crouch.knee_deg[row]),
        trunk_inclination_deg=trunk_deg,
        head_pitch_deg=trunk_deg + float(rng.uniform(*HEAD_FROM_TRUNK_DEG)),
        stance_m=2.0 * half_stance_m,
        toe_out_deg=float(rng.uniform(0.0, 18.0)),
        lateral_deg=float(rng.normal(0.0, 2.0)),
        twist_deg=float(rng.normal(0.0, 2.0)),
        down_s=float(rng.uniform(*DOWN_S)),
        grasp_s=float(rng.uniform(*GRASP_S)),
        up_s=float(rng.uniform(*UP_S)),
    )


def _load(carton: Carton, view: SideView, row: int, turn_deg: float) -> Load:
    """Return the carton between the wrists; the pelvis turns about its own vertical, the load with it."""
    hip, wrist = view.hip[row], view.wrist[row]
    ahead, turn = wrist[0] - hip[0], np.radians(turn_deg)
    middle = wrist[1] - carton.grip_m + carton.size_m[1] / 2.0
    centre = np.array([np.sin(turn) * ahead, middle, hip[0] + np.cos(turn) * ahead])
    return Load(centre, carton.size_m, turn_deg, held=False)
