"""What REBA asks for and a camera at the side doesn't see: stated, never guessed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pipelines.exposure.inputs import within


class Coupling(StrEnum):
    """How the hands hold the load, in the order of REBA's points 0 to 3."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"
    UNACCEPTABLE = "unacceptable"


@dataclass(frozen=True)
class Assumptions:
    """The items of REBA that are assumed; a NaN load leaves the score unknown.

    Attributes
    ----------
    upright_within_deg
        REBA scores an upright trunk 1 without saying how far upright reaches; 0 to 20.
    weight_on_one_leg
        Also a feather weight or an unstable stance.
    sitting
        Bent knees count for nothing then.
    load_kg
        Mass or force on the hands, at least 0.
    load_shock
        Shock or a rapid build-up of the force.
    arm_supported
        Also leaning, or an arm that gravity helps.
    held_over_a_minute, small_range_over_4_per_min, rapid_large_or_unstable
        REBA's activities: static parts, repeated small movements other than walking, rapid large
        changes of posture or an unstable base.
    """

    upright_within_deg: float
    trunk_twisted_or_bent_sideways: bool
    neck_twisted_or_bent_sideways: bool
    weight_on_one_leg: bool
    sitting: bool
    load_kg: float
    load_shock: bool
    upper_arm_abducted_or_rotated: bool
    shoulder_raised: bool
    arm_supported: bool
    wrist_bent_over_15_deg: bool
    wrist_deviated_or_twisted: bool
    coupling: Coupling
    held_over_a_minute: bool
    small_range_over_4_per_min: bool
    rapid_large_or_unstable: bool

    def __post_init__(self) -> None:
        within("load_kg", self.load_kg)
        within("upright_within_deg", self.upright_within_deg, 0, 20)

    @property
    def upper_arm_points(self) -> int:
        """Points that the unseen adds to the upper arm; may be -1."""
        return self.upper_arm_abducted_or_rotated + self.shoulder_raised - self.arm_supported

    @property
    def wrist_score(self) -> int:
        """1 to 15 deg, 2 beyond; 1 more if deviated or twisted."""
        return 1 + self.wrist_bent_over_15_deg + self.wrist_deviated_or_twisted

    @property
    def load_points(self) -> float:
        """0 below 5 kg, 1 to 10 kg, 2 beyond; 1 more for shock; NaN for an unknown load."""
        heavy = (self.load_kg >= 5) + (self.load_kg > 10)
        return heavy + self.load_shock if self.load_kg == self.load_kg else self.load_kg

    @property
    def coupling_points(self) -> int:
        """0 good to 3 unacceptable."""
        return list(Coupling).index(self.coupling)

    @property
    def activity_points(self) -> int:
        """1 for each of the activities."""
        return self.held_over_a_minute + self.small_range_over_4_per_min + self.rapid_large_or_unstable


NOTHING_ADDED: Final = Assumptions(
    upright_within_deg=5.0,
    trunk_twisted_or_bent_sideways=False,
    neck_twisted_or_bent_sideways=False,
    weight_on_one_leg=False,
    sitting=False,
    load_kg=0.0,
    load_shock=False,
    upper_arm_abducted_or_rotated=False,
    shoulder_raised=False,
    arm_supported=False,
    wrist_bent_over_15_deg=False,
    wrist_deviated_or_twisted=False,
    coupling=Coupling.GOOD,
    held_over_a_minute=False,
    small_range_over_4_per_min=False,
    rapid_large_or_unstable=False,
)
"""No unseen item changes the score: what the angles alone amount to. The 5 deg are this project's."""
