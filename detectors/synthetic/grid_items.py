"""Single lifts for a proof: each by a person of its own, before a camera at a fixed angle off the side view.

Angle of view and elevation go round with the number of the lift, so that each has its share. The change
of flexion is drawn first and alone: uniform, and the same for every person, task, camera and light.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from detectors.synthetic.activities import Script
from detectors.synthetic.camera_rig import Camera, CameraRanges, draw_camera
from detectors.synthetic.candidates import LUMBAR_DEG, THORACIC_DEG, Range, Rng, draw_carton
from detectors.synthetic.cast import Actor, acted, actor, collide, supports
from detectors.synthetic.degrade import Degradation, draw_degradation
from detectors.synthetic.draws import HEAD_FROM_TRUNK_DEG, Spine, Standing, Task, draw_lift, draw_standing
from detectors.synthetic.footsteps import Gait, Goal, draw_gait
from detectors.synthetic.gait import placed_load
from detectors.synthetic.light import Light, draw_light
from detectors.synthetic.mesh import Mesh
from detectors.synthetic.person import Person, draw_person
from detectors.synthetic.scene import draw_hall
from detectors.synthetic.skeleton import Skeleton
from detectors.synthetic.solids import Solid
from detectors.synthetic.timeline import Timeline

OFF_SIDE_DEG: Final = (0.0, 15.0, -15.0, 30.0, -30.0, 45.0, -45.0, 60.0, -60.0, 90.0, -90.0)
"""Angle of the camera off the side view: positive before the person, negative behind."""

ELEVATION_DEG: Final = (5.0, 20.0, 35.0)
"""As many as share no factor with the angles above: going round, both meet in every pair."""

CHANGE_DEG: Final[Range] = (-5.0, 80.0)
STANDING_DEG: Final[Range] = (-10.0, 15.0)
"""Flexion of those who stand here: from each of them every change is within the range of spines."""

STAND_S: Final = 3.5
"""Long enough for five windows of standing: with fewer, how much they differ is only assumed."""

DOWN_S: Final = 0.6
HOLD_S: Final = 0.6
UP_S: Final = 0.5
AFTER_S: Final = 0.4

PERSON_PX: Final[Range] = (160.0, 320.0)
DISTANCE_M: Final[Range] = (4.0, 10.0)
MEAN_STATURE_M: Final = 1.72
"""What `draw_camera` takes a person's height for."""

DEPTH_STATURE: Final = 0.2
"""From the toes to the back of a person who stands, share of stature."""

TRIES: Final = 50
CHECKS: Final = 12


@dataclass(frozen=True)
class Item:
    """One lift, ready to be filmed; its frames are to be spoiled by ``degradation``."""

    who: Actor
    duration_s: float
    off_side_deg: float
    elevation_deg: float
    camera: Camera
    hall: list[Solid]
    light: Light
    degradation: Degradation


@dataclass(frozen=True)
class _Lift:
    """How the lift is done, but for the shifts while standing, which begin at ``idle_seed``."""

    skeleton: Skeleton
    standing: Standing
    gait: Gait
    goal: Goal
    task: Task
    spine: Spine
    above_hips_m: float
    idle_seed: int


def draw_item(mesh: Mesh, seed: int, number: int, head: int = 0) -> Item:
    """Return the lift of a number; it depends on nothing else.

    Parameters
    ----------
    head
        0, or another draw of the head's pitch at the grasp in the otherwise same lift.

    Raises
    ------
    RuntimeError
        If the person finds no place for the load.
    """
    rng = np.random.default_rng([seed, number])
    change_deg = float(rng.uniform(*CHANGE_DEG))
    off_side_deg = OFF_SIDE_DEG[number % len(OFF_SIDE_DEG)]
    elevation_deg = ELEVATION_DEG[number % len(ELEVATION_DEG)]
    person = draw_person(mesh, rng)
    standing = draw_standing_within(rng)
    spine = draw_spine_of(rng, standing, change_deg)
    lift, props = _possible_lift(rng, person, standing, spine)
    who = actor(rng, person, _timeline(_with_head(lift, (seed, number, head))))
    side = 90.0 if rng.random() < 0.5 else -90.0
    azimuth_deg = lift.goal.yaw_deg + side * (1.0 - off_side_deg / 90.0)
    ranges = _camera_ranges(elevation_deg, person.body.skeleton.stature_m)
    camera = draw_camera(rng, (0.0, 0.85, 0.0), (640, 480), ranges, azimuth_deg)
    hall = draw_hall(rng, [camera], np.zeros((1, 2)))
    return Item(
        who=who,
        duration_s=who.timeline.duration_s + AFTER_S,
        off_side_deg=off_side_deg,
        elevation_deg=elevation_deg,
        camera=camera,
        hall=hall + props,
        light=draw_light(rng),
        degradation=draw_degradation(rng),
    )


def draw_standing_within(rng: Rng) -> Standing:
    """Return an upright posture from which every change of ``CHANGE_DEG`` is possible."""
    while True:
        standing = draw_standing(rng)
        if STANDING_DEG[0] <= standing.lumbar_deg + standing.thoracic_deg <= STANDING_DEG[1]:
            return standing


def draw_spine_of(rng: Rng, standing: Standing, change_deg: float) -> Spine:
    """Return a spine flexed by a change more than when standing, shared between its parts at random."""
    total_deg = standing.lumbar_deg + standing.thoracic_deg + change_deg
    least = max(LUMBAR_DEG[0], total_deg - THORACIC_DEG[1])
    most = min(LUMBAR_DEG[1], total_deg - THORACIC_DEG[0])
    lumbar_deg = float(rng.uniform(least, most))
    return Spine(lumbar_deg, total_deg - lumbar_deg, lead=float(np.exp(rng.uniform(-0.35, 0.35))))


def _possible_lift(rng: Rng, person: Person, standing: Standing, spine: Spine) -> tuple[_Lift, list[Solid]]:
    """Draw the task until nothing that holds the load up is in the way, and return it with what does.

    The spine stays the same meanwhile, so that its distribution is left as it was drawn.
    """
    skeleton = person.body.skeleton
    for _ in range(TRIES):
        task = replace(draw_lift(rng, skeleton, draw_carton(rng)), down_s=DOWN_S, grasp_s=HOLD_S, up_s=UP_S)
        goal = Goal((0.0, 0.0), float(rng.uniform(-180.0, 180.0)), task.stance_m, task.toe_out_deg)
        above_hips_m = float(rng.uniform(-0.05, 0.22))
        idle_seed = int(rng.integers(2**32))
        lift = _Lift(skeleton, standing, draw_gait(rng, skeleton), goal, task, spine, above_hips_m, idle_seed)
        who = actor(rng, person, _timeline(lift))
        props = supports(rng, who, (0.0, who.timeline.duration_s))
        times_s = np.linspace(0.0, who.timeline.duration_s, CHECKS)
        if not any(collide([acted(who, float(time_s)).figure], props) for time_s in times_s):
            return lift, props
    raise RuntimeError(f"no place for the load found in {TRIES} tries, expected one")


def _with_head(lift: _Lift, seeds: tuple[int, int, int]) -> _Lift:
    if not seeds[2]:
        return lift
    from_trunk_deg = float(np.random.default_rng(seeds).uniform(*HEAD_FROM_TRUNK_DEG))
    pitch_deg = lift.task.trunk_inclination_deg + from_trunk_deg
    return replace(lift, task=replace(lift.task, head_pitch_deg=pitch_deg))


def _timeline(lift: _Lift) -> Timeline:
    """Return standing, the lift, and standing with the load."""
    load = None if lift.task.load is None else placed_load(lift.task.load, lift.goal)
    script = Script(lift.skeleton, lift.standing, lift.gait, lift.goal, load)
    script.idle(
        np.random.default_rng(lift.idle_seed), STAND_S - 0.5
    )  # it stands still for half a second more
    script.lift(lift.task, lift.spine, lift.above_hips_m)
    return script.timeline()


def _camera_ranges(elevation_deg: float, stature_m: float) -> CameraRanges:
    """Return cameras at an elevation that show a person upright as high as ``PERSON_PX`` says."""
    elevation = np.radians(elevation_deg)
    # From above a body is foreshortened, but shows its depth as well.
    larger = MEAN_STATURE_M / stature_m / (np.cos(elevation) + DEPTH_STATURE * np.sin(elevation))
    return CameraRanges(
        elevation_deg=(elevation_deg, elevation_deg),
        distance_m=DISTANCE_M,
        person_px=(PERSON_PX[0] * larger, PERSON_PX[1] * larger),
        off_centre=0.1,
    )
