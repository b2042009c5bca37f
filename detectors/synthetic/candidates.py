"""Crouches and cartons from which a lift is drawn, and which of them any spine can do."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.synthetic.balance import Crouch, SideView, along, trunk_chord
from detectors.synthetic.figure import Array
from detectors.synthetic.skeleton import Skeleton

Rng = np.random.Generator
Mask = NDArray[np.bool_]
Range = tuple[float, float]

LUMBAR_DEG: Final[Range] = (-10.0, 60.0)
THORACIC_DEG: Final[Range] = (-5.0, 35.0)
KNEE_DEG: Final[Range] = (5.0, 135.0)
TRUNK_DEG: Final[Range] = (30.0, 105.0)

ARM_LIMITS: Final[Range] = (0.50, 0.965)
"""Elbows from sharply bent to nearly straight, as shares of the arm from shoulder to wrist."""

HIP_LIMITS_DEG: Final[Range] = (-20.0, 155.0)
"""The straightest spine of the range needs the most hip: this limit decides how low the hands come."""

STRAIGHT_LEG_LIMIT_DEG: Final = 118.0
"""Most hip flexion with straight knees, as of limber people; it grows as the knees slacken the hamstrings."""

TOES_M: Final = 0.20
"""The tip of the shoe lies this far before the ankle."""

GRIP_GAP_M: Final = 0.015
NEAR_FLOOR_M: Final = 0.04
CANDIDATES: Final = 1000


@dataclass(frozen=True)
class Carton:
    """A box: width, height and depth, m, and how high over its bottom the wrists are that hold it."""

    size_m: tuple[float, float, float]
    grip_m: float

    @property
    def half_grip_m(self) -> float:
        """From the middle of the carton to the wrists beside it."""
        return self.size_m[0] / 2.0 + GRIP_GAP_M


def draw_carton(rng: Rng) -> Carton:
    """Return a carton that fits two hands."""
    width, height, depth = (float(rng.uniform(*span)) for span in ((0.18, 0.50), (0.14, 0.50), (0.16, 0.40)))
    return Carton((width, height, depth), 0.05 + height * float(rng.uniform(0.3, 0.9)))


def half_hips_m(skeleton: Skeleton) -> float:
    """Return half the distance of the hip joints, m."""
    return skeleton.length_m("left_thigh", "right_thigh") / 2.0


def draw_crouches(rng: Rng, skeleton: Skeleton) -> Crouch:
    """Return ``CANDIDATES`` crouches with a spine of middling length."""
    count = CANDIDATES
    # Half of the lifts with straight to soft knees, as on the floor; the rest anything up to a squat.
    soft = rng.random(count) < 0.5
    chords = [length for length, _ in spine_chords(skeleton)]
    return Crouch(
        knee_deg=np.where(soft, rng.uniform(KNEE_DEG[0], 45.0, count), rng.uniform(*KNEE_DEG, count)),
        trunk_inclination_deg=rng.uniform(*TRUNK_DEG, count),
        chord_m=float(np.mean(chords)),
        arm_deg=rng.uniform(-30.0, 60.0, count),
        arm_share=rng.uniform(0.7, 0.95, count),
        load_kg=rng.uniform(2.0, 16.0, count),
        centre_m=rng.uniform(0.03, 0.07, count),
        aside_m=rng.uniform(0.10, 0.34, count) - half_hips_m(skeleton),
    )


def spine_chords(skeleton: Skeleton) -> list[tuple[float, float]]:
    """Return length and lean of the trunk at the corners of the range of spines."""
    return [trunk_chord(skeleton, lumbar, back) for lumbar in LUMBAR_DEG for back in THORACIC_DEG]


def on_floor_if_near(view: SideView, carton: Carton) -> SideView:
    """Return the view with the wrists moved by centimetres where the carton hangs just at the floor."""
    bottoms = view.wrist[:, 1] - carton.grip_m
    lift = np.where(np.abs(bottoms) < NEAR_FLOOR_M, -bottoms, 0.0)
    return replace(view, wrist=view.wrist + lift[:, None] * np.array([0.0, 1.0]))


def fits_between_feet(carton: Carton, half_stance_m: Array | float) -> Mask:
    """Whether the carton can stand between the shoes, shape (n,)."""
    return np.asarray(2.0 * half_stance_m > carton.size_m[0] + 0.16)


def clear(view: SideView, carton: Carton, between_feet: Mask) -> Mask:
    """Whether the carton stands in neither floor, feet, knees nor belly, shape (n,)."""
    bottoms = view.wrist[:, 1] - carton.grip_m
    near = view.wrist[:, 0] - carton.size_m[2] / 2.0
    tops = bottoms + carton.size_m[1]
    feet = between_feet & (tops < view.knee[:, 1]) | (near > TOES_M + 0.02)
    knees = (tops < view.knee[:, 1] - 0.08) | (near > view.knee[:, 0] + 0.07)
    return np.asarray((bottoms > -1e-9) & feet & knees)


def within_reach(skeleton: Skeleton, crouch: Crouch, view: SideView, half_grip_m: float) -> Mask:
    """Whether the arms of every spine of the range can reach the wrists, shape (n,)."""
    half_shoulders_m = skeleton.length_m("left_upper_arm", "right_upper_arm") / 2.0
    possible = np.ones(len(view.hip), dtype=np.bool_)
    for chord_m, _ in spine_chords(skeleton):
        shoulder = view.hip + along(chord_m, crouch.trunk_inclination_deg)
        forwards, upwards = (view.wrist - shoulder).T
        arm = np.sqrt(forwards**2 + upwards**2 + (half_shoulders_m - half_grip_m) ** 2) / skeleton.arm_m
        possible &= (arm >= ARM_LIMITS[0]) & (arm <= ARM_LIMITS[1])
    return possible


def hips_can(skeleton: Skeleton, crouch: Crouch, view: SideView) -> Mask:
    """Whether the hip joints of every spine of the range are within their limits, shape (n,)."""
    possible = np.ones(len(view.hip), dtype=np.bool_)
    slack = STRAIGHT_LEG_LIMIT_DEG + 0.45 * crouch.knee_deg
    for _, lean_deg in spine_chords(skeleton):
        hip_deg = crouch.trunk_inclination_deg - lean_deg + view.thigh_deg
        possible &= (hip_deg >= HIP_LIMITS_DEG[0]) & (hip_deg <= np.minimum(slack, HIP_LIMITS_DEG[1]))
    return possible
