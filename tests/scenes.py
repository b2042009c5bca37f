"""What people do before a camera: lifts, lowerings, bends and what merely looks like them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stick_figure import (
    CARRY,
    HINGE,
    SQUAT,
    STAND,
    STOOP,
    Camera,
    Movement,
    Pose,
    film,
    hanging,
    steps,
    through,
    walking,
    waving,
)

from detectors.lifts import Row, find_lifts
from detectors.motion import Motion, View, motion
from detectors.tracking import Track

DOWN_S, LOW_S, RISE_S, UP_S = 1.5, 2.7, 3.1, 4.3
"""A load is approached from 1.5 to 2.7 s, held low until 3.1 s and brought up until 4.3 s."""


@dataclass(frozen=True)
class Scene:
    """A movement and how long it is watched."""

    movement: Movement
    until_s: float = 6.0


def low_and_up(before: Pose, low: Pose, after: Pose) -> Scene:
    """Return a scene of going down to a low pose and coming up again, at the known times."""
    return Scene(through([(DOWN_S, before), (LOW_S, low), (RISE_S, low), (UP_S, after)]))


def held(forward: float, height: float) -> Pose:
    """Return standing with both hands on a box in front."""
    return Pose(grip_forward=forward, grip_height=height, grip_half=0.09)


def _reach(before: Pose, after: Pose) -> Scene:
    return Scene(
        through([(0.5, STAND), (1.5, before), (2.5, before), (3.5, after), (5.5, after), (5.6, after)])
    )


def _double(between: Pose) -> Scene:
    keys = [(1.5, STAND), (2.7, STOOP), (3.0, STOOP), (4.0, between), (4.2, between), (5.2, STOOP)]
    return Scene(through([*keys, (5.5, STOOP), (6.7, CARRY)]), 8.0)


def _sitting(lean_deg: float) -> Scene:
    lean = Pose(lean_deg, 60, -0.20, grip_forward=0.05, grip_height=0.38, grip_half=0.10)
    seat = Pose(6, 95, -0.27, grip_forward=0.0, grip_height=0.40, grip_half=0.10)
    keys = [(1.0, STAND), (1.9, lean), (2.6, seat), (6.0, seat), (6.8, lean), (7.6, STAND)]
    return Scene(through(keys), 9.0)


_HALF_UP = Pose(45, 10, -0.08, 0.95, 0.30, 0.50, 0.09)
_CROUCH = Pose(12, 115, -0.12, grip_forward=0.16, grip_height=0.36, grip_half=0.12)
_TURNED = replace(STAND, turn_deg=360.0)

LIFTS = {
    "stoop": low_and_up(STAND, STOOP, CARRY),
    "hinge": low_and_up(STAND, HINGE, CARRY),
    "squat": low_and_up(STAND, SQUAT, CARRY),
    "set down and taken up again": low_and_up(CARRY, STOOP, CARRY),
}
LOWERINGS = {
    "stoop": low_and_up(CARRY, STOOP, STAND),
    "hinge": low_and_up(CARRY, HINGE, STAND),
    "squat": low_and_up(CARRY, SQUAT, STAND),
}
EMPTY_BENDS = {
    "hands hang": low_and_up(STAND, hanging(Pose(60, 10, -0.10)), STAND),
    "hands touch the floor": low_and_up(STAND, STOOP, STAND),
    "leaning far to sit down": _sitting(42.0),
}
NOTHING = {
    "walking": Scene(walking()),
    "treading on the spot": Scene(walking(speed=0.0)),
    "carrying a box": Scene(walking(0.5, carrying=True)),
    "walking out of the picture": Scene(walking(1.2), 5.0),
    "sitting": _sitting(20.0),
    "crouching to rest": Scene(through([(1.0, STAND), (2.2, _CROUCH), (6.0, _CROUCH), (7.2, STAND)]), 9.0),
    "waving one arm": Scene(waving()),
    "waving both arms": Scene(waving(both=True)),
    "turning round": Scene(through([(1.0, STAND), (4.0, _TURNED)])),
}
SHELF_LIFT = _reach(held(0.30, 0.62), held(0.30, 0.95))
SHELF_LOWERING = _reach(held(0.28, 0.95), held(0.22, 0.56))
TWO_LOADS = _double(_HALF_UP)
TWO_HANDFULS = _double(replace(STOOP, trunk_deg=65.0))
COMING_IN_BENT = Scene(through([(0.6, STOOP), (1.8, STAND)]), 4.0)
COMING_UP_WITH_A_LOAD = Scene(through([(0.6, STOOP), (1.8, CARRY)]), 4.0)


def observe(track: Track, camera: Camera, rate_hz: float) -> Motion:
    """Return the motion of a track filmed at a rate."""
    return motion(track, View(camera.width_px, camera.height_px, rate_hz, camera.pitch_deg))


def rows_of(
    scene: Scene, camera: Camera | None = None, rate_hz: float = 15.0, noise: float = 0.0, seed: int = 0
) -> list[Row]:
    """Return the rows that the lifts of a scene give."""
    camera = camera or Camera()
    track = film(scene.movement, steps(rate_hz, scene.until_s), camera, noise, seed)
    return find_lifts(observe(track, camera, rate_hz), [track])
