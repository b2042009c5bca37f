"""EDGE: single pictures of drawn people in drawn halls, spoiled as by a drawn camera."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.synthetic.camera_rig import draw_camera
from detectors.synthetic.cast import Acted, Actor, acted, actor, collide, supports
from detectors.synthetic.degrade import degrade, draw_degradation
from detectors.synthetic.light import draw_light
from detectors.synthetic.mesh import read_mesh
from detectors.synthetic.observe import Shot, observe
from detectors.synthetic.person import Person, draw_person
from detectors.synthetic.renderer import Renderer
from detectors.synthetic.scene import draw_hall, draw_occluders
from detectors.synthetic.shot_truth import camera_truth, view_truth
from detectors.synthetic.solids import Solid
from detectors.synthetic.stage import Stage
from detectors.synthetic.stories import draw_timeline
from detectors.synthetic.timeline import Timeline

Array = NDArray[np.float64]

CROWDS: Final = {0: 0.04, 1: 0.46, 2: 0.30, 3: 0.14, 4: 0.06}
"""How many people a picture shows, and how often."""

OCCLUDED: Final = 0.3
"""Share of the halls in which something stands before a person."""

IN_EVENTS: Final = 0.65
STORY_S: Final = 12.0
SPREAD_M: Final = 2.4
TRIES: Final = 6


class Studio:
    """Renders pictures with the bodies of one mesh; opened once per process.

    Raises
    ------
    RuntimeError
        If there is nothing to draw with.
    """

    def __init__(self, mesh: Path, size_px: tuple[int, int]) -> None:
        self._mesh = read_mesh(mesh)
        self._renderer = Renderer()
        self._size_px = size_px

    def shots(self, seed: int, batch: int, count: int) -> Iterator[Shot]:
        """Yield pictures of one hall, one camera and the same people in new postures.

        They depend on ``seed`` and ``batch`` alone.
        """
        rng = np.random.default_rng([seed, batch])
        crowd = int(rng.choice(list(CROWDS), p=list(CROWDS.values())))
        actors = _actors(rng, [draw_person(self._mesh, rng) for _ in range(crowd)])
        groups = [_group(rng, actors) for _ in range(count)]
        spots_m = np.array([spot for _, _, spots in groups for spot in spots] or [(0.0, 0.0)])
        camera = draw_camera(rng, (0.0, 0.85, 0.0), self._size_px)
        hall = draw_hall(rng, [camera], spots_m)
        if rng.random() < OCCLUDED:
            hall += draw_occluders(rng, camera, spots_m[rng.integers(len(spots_m))])
        stage = Stage(self._renderer, hall, camera, draw_light(rng))
        for people_there, things, _ in groups:
            figures = [one.figure for one in people_there]
            picture = stage.draw(figures, things)
            seen = observe(camera, picture, figures)
            image = degrade(picture.image_bgr, draw_degradation(rng), rng)
            truths = [view_truth(camera, one, person) for one, person in zip(people_there, seen, strict=True)]
            yield Shot(image, seen, truths, {"camera": camera_truth(camera)})
        stage.release()


def _group(
    rng: np.random.Generator, actors: list[Actor]
) -> tuple[list[Acted], list[Solid], list[tuple[float, float]]]:
    """Draw a moment of what each does, apart from the others; who finds no place stays out.

    Returns
    -------
    tuple
        The people, the cartons with what holds them up, and the floor points (x, z) of the people.
    """
    there: list[Acted] = []
    things: list[Solid] = []
    spots: list[tuple[float, float]] = []
    for who in actors:
        for _ in range(TRIES):
            time_s = _moment_s(rng, who.timeline)
            one, held_up = acted(who, time_s), supports(rng, who, (time_s, time_s))
            if not collide([one.figure, *(other.figure for other in there)], [*things, *held_up]):
                there.append(one)
                things += [*held_up, *([one.load] if one.load else [])]
                x_m, _, z_m = one.figure.joints_m["sacrum"]
                spots.append((float(x_m), float(z_m)))
                break
    return there, things, spots


def _actors(rng: np.random.Generator, people: list[Person]) -> list[Actor]:
    """Draw what people do; the first in the middle, the others about."""
    homes = rng.uniform(-SPREAD_M, SPREAD_M, (len(people), 2))
    homes[:1] = 0.0
    return [
        actor(rng, person, draw_timeline(rng, person.body.skeleton, (x_m, z_m), STORY_S))
        for person, (x_m, z_m) in zip(people, homes.tolist(), strict=True)
    ]


def _moment_s(rng: np.random.Generator, story: Timeline) -> float:
    """Draw a time; more often than not one of a lift, a lowering or a bend."""
    if story.events and rng.random() < IN_EVENTS:
        event = story.events[rng.integers(len(story.events))]
        # Most near the grasp, where the spine is independent of all else; on the way both only rise together.
        return float(rng.triangular(event.start_s, event.grasp_s, event.end_s))
    return float(rng.uniform(0.0, story.duration_s))
