"""Find the lifts made while standing upright: a load taken from, or put on, a shelf or table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors import intervals, posture
from detectors.bends import ON_TRUNK_DEG, Bend
from detectors.filtering import median_known, speed
from detectors.hands import CARRIES, LEAST_TRAVEL_STATURE, carry_confidence
from detectors.motion import Motion
from detectors.vocabulary import LiftKind
from detectors.walking import WALKING_STATURE, hip_speed

Array = NDArray[np.float64]

LONGEST_TRAVEL_S: Final = 2.0
LEAST_SPEED_STATURE: Final = 0.1
"""Vertical speed of hands under way, statures per second."""

BROKEN_TRAVEL_S: Final = 0.2
CARRIED_BEFORE_S: Final = 0.3
CARRIED_AFTER_S: Final = 0.4
HELD_WITHIN_STATURE: Final = 0.05
"""Hands that carry stay this level before and after; waving hands turn round at once."""

LEVEL_STATURE: Final = 0.06
"""Hips that move faster, in statures per second, are those of somebody walking."""

KNUCKLE_STATURE: Final = 0.43
"""Below, hands merely hang (Drillis and Contini 1966)."""


@dataclass(frozen=True)
class Reach(Bend):
    """The time in which both hands travel up or down, upright: positions ``[start, end)``.

    Attributes
    ----------
    rising
        The hands go up: a lift; otherwise a lowering.
    facing
        Side of the hips on which the hands are in the picture: 1 right, -1 left. An upright
        trunk does not tell the facing.
    """

    rising: bool
    facing: float

    @property
    def kind(self) -> LiftKind:
        """The kind of the event, told by the way the hands went."""
        return LiftKind.LIFT if self.rising else LiftKind.LOWERING


def find_reaches(motion: Motion, bends: list[Bend]) -> list[Reach]:
    """Return the reaches of a motion in time order.

    Both hands go up, or down, by 0.15 of the stature or more within 2 s, level with each other
    and never below knuckle height, the trunk upright and the hips in place. They carry and
    hold their height for 0.3 s before and 0.4 s after; waving, gestures and a telephone
    taken up from hanging hands don't. Times of bends are left out.
    """
    rate = motion.view.rate_hz
    pace = speed(motion.grip_height, rate)
    taken = np.array([(bend.start, bend.end) for bend in bends], dtype=np.int64).reshape(-1, 2)
    free = ~intervals.to_mask(taken, len(pace))
    reaches = []
    for way in (1.0, -1.0):
        moving = intervals.from_mask(way * pace >= LEAST_SPEED_STATURE)
        for start, end in intervals.merge_gaps(moving, BROKEN_TRAVEL_S * rate):
            facing = _side_of_hands(motion, slice(start, end))
            reach = Reach(int(start), int(end), cut_start=False, cut_end=False, rising=way > 0, facing=facing)
            if end - start <= LONGEST_TRAVEL_S * rate and _carried(motion, reach, free):
                reaches.append(reach)
    return sorted(reaches, key=lambda reach: reach.start)


def _carried(motion: Motion, reach: Reach, free: NDArray[np.bool_]) -> bool:
    """Return whether a load may have travelled: how the body and the hands were before, during and after."""
    rate = motion.view.rate_hz
    first = reach.start - max(2, round(CARRIED_BEFORE_S * rate))
    last = reach.end + max(2, round(CARRIED_AFTER_S * rate))
    if first < 0 or last > len(motion.time_s) or not free[first:last].all():
        return False
    before, after = slice(first, reach.start), slice(reach.end, last)
    return _in_place(motion, slice(first, last), slice(reach.start, reach.end)) and _hands_carry(
        motion, before, after, reach
    )


def _in_place(motion: Motion, whole: slice, travel: slice) -> bool:
    """Return whether the trunk stays upright, the hips in place and the hands level with each other."""
    heights = posture.grips(motion.xy)[whole, :, 1] / motion.stature_px[whole, None]
    return bool(
        (motion.trunk_deg[whole] < ON_TRUNK_DEG).all()
        and np.abs(heights[:, 0] - heights[:, 1]).mean() <= LEVEL_STATURE
        and (hip_speed(motion)[travel] <= WALKING_STATURE).all()
    )


def _hands_carry(motion: Motion, before: slice, after: slice, reach: Reach) -> bool:
    """Return whether the hands carry and hold their height on both sides of a travel long enough."""
    carry = carry_confidence(motion, reach.facing)
    height = motion.grip_height
    held = all(
        (carry[beside] >= CARRIES).all() and np.ptp(height[beside]) <= HELD_WITHIN_STATURE
        for beside in (before, after)
    )
    origin, destination = median_known(height[before]), median_known(height[after])
    travel = destination - origin if reach.rising else origin - destination
    return held and travel >= LEAST_TRAVEL_STATURE and min(origin, destination) >= KNUCKLE_STATURE


def _side_of_hands(motion: Motion, during: slice) -> float:
    hips = posture.sides(motion.xy[during], "hip").mean(axis=1)
    ahead = posture.grips(motion.xy[during]).mean(axis=1)[:, 0] - hips[:, 0]
    return -1.0 if median_known(ahead) < 0 else 1.0
