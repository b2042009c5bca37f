"""EDGE: several people at work, filmed by several cameras, as videos with their exact truth."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from detectors.synthetic.camera_rig import Camera, CameraRanges, draw_camera
from detectors.synthetic.cast import Actor, acted, actor, collide, floor_points_m, supports
from detectors.synthetic.degrade import Degradation, degrade, draw_degradation
from detectors.synthetic.light import Light, draw_light
from detectors.synthetic.mesh import read_mesh
from detectors.synthetic.observe import observe
from detectors.synthetic.person import Person, draw_person
from detectors.synthetic.renderer import Renderer
from detectors.synthetic.scene import draw_hall
from detectors.synthetic.shot_truth import camera_truth, view_truth
from detectors.synthetic.solids import Solid
from detectors.synthetic.stage import Stage
from detectors.synthetic.stories import draw_timeline
from detectors.video_writer import Writer

Array = NDArray[np.float64]

CHECKS_PER_S: Final = 4.0
TRIES: Final = 200
ROOM_M: Final = 2.0

RANGES: Final = CameraRanges(
    elevation_deg=(5.0, 40.0), distance_m=(6.0, 10.0), person_px=(170.0, 240.0), off_centre=0.1
)
"""Cameras that see all of the room and people large enough to be judged."""

MOST_BITS_S: Final = 500_000
"""What recorders spend on a second of such small pictures."""


@dataclass(frozen=True)
class Take:
    """What to film, drawn from ``seed``; after ``lasts_s`` nobody begins anything new."""

    mesh: Path
    out: Path
    seed: int
    people: int = 2
    cameras: int = 2
    lasts_s: float = 20.0
    rate_hz: float = 15.0
    size_px: tuple[int, int] = (960, 544)


def render_footage(take: Take) -> Iterator[Path]:
    """Film a take; yields each video when it is finished, then the file with the lifts.

    ``take_<seed>_cam<k>.mp4`` has its truth in ``take_<seed>_cam<k>.jsonl``, one line per frame;
    ``take_<seed>.json`` holds cameras, people and their lifts, in seconds from the first frame.

    Raises
    ------
    RuntimeError
        If there is nothing to draw with, or the people find no way round each other.
    """
    rng = np.random.default_rng([take.seed])
    mesh, renderer = read_mesh(take.mesh), Renderer()
    actors, standing = _cast(rng, take, [draw_person(mesh, rng) for _ in range(take.people)])
    spots_m = np.concatenate([floor_points_m(who) for who in actors])
    middle = spots_m.mean(axis=0)
    first_deg = rng.uniform(0.0, 360.0)
    cameras = [
        draw_camera(
            rng, (middle[0], 0.85, middle[1]), take.size_px, RANGES, first_deg + 360.0 / take.cameras * k
        )
        for k in range(take.cameras)
    ]
    hall = draw_hall(rng, cameras, spots_m) + standing
    light = draw_light(rng)
    take.out.mkdir(parents=True, exist_ok=True)
    for k, camera in enumerate(cameras):
        path = take.out / f"take_{take.seed}_cam{k + 1}.mp4"
        _film(renderer, _Setup(hall, camera, light, draw_degradation(rng)), actors, (path, take.rate_hz))
        yield path
    path = take.out / f"take_{take.seed}.json"
    path.write_text(json.dumps(_record(take, cameras, actors), indent=1) + "\n")
    yield path


@dataclass(frozen=True)
class _Setup:
    hall: Sequence[Solid]
    camera: Camera
    light: Light
    degradation: Degradation


def _cast(rng: np.random.Generator, take: Take, people: Sequence[Person]) -> tuple[list[Actor], list[Solid]]:
    """Draw what everybody does, again and again until nobody walks into another or into a support."""
    for _ in range(TRIES):
        spread = rng.uniform(-1.0, 1.0, (len(people), 2)) * ROOM_M * (len(people) - 1)
        actors = [
            actor(rng, person, draw_timeline(rng, person.body.skeleton, (x_m, z_m), take.lasts_s))
            for person, (x_m, z_m) in zip(people, spread.tolist(), strict=True)
        ]
        standing = [solid for who in actors for solid in supports(rng, who, (0.0, _duration_s(actors)))]
        times_s = np.arange(0.0, _duration_s(actors), 1.0 / CHECKS_PER_S)
        if not any(collide([acted(who, time_s).figure for who in actors], standing) for time_s in times_s):
            return actors, standing
    raise RuntimeError(
        f"take {take.seed}: people walked into each other in all of {TRIES} tries, "
        f"expected fewer than {take.people} people or less than {take.lasts_s} s"
    )


def _duration_s(actors: Sequence[Actor]) -> float:
    return max(who.timeline.duration_s for who in actors)


def _film(renderer: Renderer, setup: _Setup, actors: Sequence[Actor], target: tuple[Path, float]) -> None:
    """Write one camera's video and, line by line, its truth."""
    path, rate_hz = target
    camera, stage = setup.camera, Stage(renderer, setup.hall, setup.camera, setup.light)
    rng = np.random.default_rng([ord(letter) for letter in path.stem])
    truth = path.with_suffix(".jsonl")
    with Writer(path, camera.width_px, camera.height_px, MOST_BITS_S) as video, truth.open("w") as lines:
        for frame in range(int(_duration_s(actors) * rate_hz)):
            time_s = frame / rate_hz
            there = [acted(who, time_s) for who in actors]
            figures = [one.figure for one in there]
            picture = stage.draw(figures, [one.load for one in there if one.load is not None])
            seen = observe(camera, picture, figures)
            video.write(degrade(picture.image_bgr, setup.degradation, rng), time_s)
            people = [view_truth(camera, one, person) for one, person in zip(there, seen, strict=True)]
            lines.write(json.dumps({"frame": frame, "time_s": time_s, "people": people}) + "\n")
    stage.release()


def _record(take: Take, cameras: Sequence[Camera], actors: Sequence[Actor]) -> dict[str, Any]:
    return {
        "seed": take.seed,
        "rate_hz": take.rate_hz,
        "duration_s": _duration_s(actors),
        "cameras": [camera_truth(camera) for camera in cameras],
        "lifts": [
            {"person": i, **asdict(event)} for i, who in enumerate(actors) for event in who.timeline.events
        ],
    }
