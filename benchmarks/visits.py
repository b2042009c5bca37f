"""Render visits: one person walks into an empty hall, handles a load and walks out again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from detectors.synthetic.activities import Script
from detectors.synthetic.camera_rig import Camera, draw_camera
from detectors.synthetic.candidates import draw_carton
from detectors.synthetic.cast import Actor, acted, actor, floor_points_m, supports
from detectors.synthetic.draws import draw_lift, draw_spine, draw_standing
from detectors.synthetic.footage import RANGES
from detectors.synthetic.footsteps import Goal, draw_gait
from detectors.synthetic.gait import placed_load
from detectors.synthetic.light import draw_light
from detectors.synthetic.mesh import read_mesh
from detectors.synthetic.person import Person, draw_person
from detectors.synthetic.renderer import Renderer
from detectors.synthetic.scene import draw_hall
from detectors.synthetic.stage import Stage
from detectors.synthetic.stances import Spot
from detectors.synthetic.timeline import Timeline
from detectors.video_writer import Writer

RATE_HZ: Final = 15.0
SIZE_PX: Final = (960, 540)
"""Half of what the recorder writes: rendered at half the size, a person is as sharp as a cheap lens."""

ENTRANCE_M: Final = 6.5
"""Whoever stands this far aside of the middle is out of the picture."""

BACK_M: Final = 0.45
ROOM_M: Final = 1.3
TRIES: Final = 40


@dataclass(frozen=True)
class Visit:
    """A rendered visit: the film without noise, and the truth of each lift in seconds into it."""

    film: Path
    lifts: tuple[dict[str, float | str], ...]


def rendered(mesh: Path, folder: Path, seed: int, count: int) -> Iterator[Visit]:
    """Yield visits to one place, rendered once and kept in a folder.

    Parameters
    ----------
    mesh
        Folder with the base mesh of the people.
    folder
        Where films and truths are kept; what is there already is not rendered again.
    seed
        Where the random numbers start.
    count
        Number of visits; each is somebody else with other loads.

    Raises
    ------
    RuntimeError
        If there is nothing to draw with.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        film = folder / f"visit_{seed}_{number}.mp4"
        truth = film.with_suffix(".json")
        if not (film.exists() and truth.exists()):
            lifts = _render(mesh, film, np.random.default_rng([seed, number]))
            truth.write_text(json.dumps(lifts, indent=1) + "\n")
        yield Visit(film, tuple(json.loads(truth.read_text())))


def _render(mesh: Path, film: Path, rng: np.random.Generator) -> list[dict[str, float | str]]:
    person = draw_person(read_mesh(mesh), rng)
    ranges = replace(RANGES, person_px=(170.0, 230.0), elevation_deg=(5.0, 25.0), off_centre=0.0)
    camera = draw_camera(rng, (0.0, 0.85, 0.0), SIZE_PX, ranges, 0.0)
    who = actor(rng, person, _story(rng, person, camera))
    spots = floor_points_m(who)
    standing = supports(rng, who, (0.0, who.timeline.duration_s))
    stage = Stage(Renderer(), draw_hall(rng, [camera], spots) + standing, camera, draw_light(rng))
    with Writer(film, *SIZE_PX) as video:
        for frame in range(int(who.timeline.duration_s * RATE_HZ)):
            video.write(_picture(stage, who, frame / RATE_HZ), frame / RATE_HZ)
    stage.release()
    return [
        {
            "kind": str(event.kind),
            "start_s": event.start_s,
            "grasp_s": event.grasp_s,
            "end_s": event.end_s,
            "technique": str(event.technique),
        }
        for event in who.timeline.events
    ]


def _picture(stage: Stage, who: Actor, time_s: float) -> np.typing.NDArray[np.uint8]:
    there = acted(who, time_s)
    return stage.draw([there.figure], [there.load] if there.load is not None else []).image_bgr


def _story(rng: np.random.Generator, person: Person, camera: Camera) -> Timeline:
    """Return walking in from one side, a lift, a carry, a lowering, and walking out at the other side."""
    skeleton, carton = person.body.skeleton, draw_carton(rng)
    side = float(rng.choice([-1.0, 1.0]))
    right = camera.rotation[0][[0, 2]]
    way_in, way_out = (tuple((sign * ENTRANCE_M * right).tolist()) for sign in (side, -side))
    pick_task, place_task = (draw_lift(rng, skeleton, carton) for _ in range(2))
    pick = _goal(rng, pick_task.stance_m, pick_task.toe_out_deg, side)
    place = _goal(rng, place_task.stance_m, place_task.toe_out_deg, -side)
    load = None if pick_task.load is None else placed_load(pick_task.load, pick)
    start = Goal(way_in, -90.0 * side, pick_task.stance_m, pick_task.toe_out_deg)
    script = Script(skeleton, draw_standing(rng), draw_gait(rng, skeleton), start, load)
    script.approach(pick, BACK_M)
    script.idle(rng, float(rng.uniform(0.5, 2.5)))
    script.lift(pick_task, draw_spine(rng), float(rng.uniform(-0.05, 0.22)))
    script.idle(rng, float(rng.uniform(0.3, 1.5)))
    script.step_back(BACK_M)
    script.walk(place)
    script.lower(place_task, draw_spine(rng))
    script.step_back(BACK_M)
    script.idle(rng, float(rng.uniform(0.5, 3.0)))
    script.walk(replace(start, spot=way_out))
    return script.timeline()


def _goal(rng: np.random.Generator, stance_m: float, toe_out_deg: float, side: float) -> Goal:
    """Return a place on one side of the middle, at which a person is seen rather from the side."""
    spot: Spot = (side * float(rng.uniform(0.4, ROOM_M)), float(rng.uniform(-0.6, 0.6)))
    yaw_deg = float(rng.choice([-90.0, 90.0])) + float(rng.uniform(-40.0, 40.0))
    return Goal(spot, yaw_deg, stance_m, toe_out_deg)
