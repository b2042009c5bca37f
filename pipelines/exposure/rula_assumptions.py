"""What RULA asks for and a camera at the side doesn't see: stated, never guessed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from pipelines.exposure.inputs import within


class Wrist(StrEnum):
    """How far the wrist bends, in the order of RULA's scores 1 to 3."""

    NEUTRAL = "neutral"
    UP_TO_15_DEG = "up_to_15_deg"
    OVER_15_DEG = "over_15_deg"


class ForceKind(StrEnum):
    """How the force acts."""

    INTERMITTENT = "intermittent"
    STATIC_OR_REPEATED = "static_or_repeated"
    SHOCK = "shock"


@dataclass(frozen=True)
class Assumptions:
    """The items of RULA that are assumed; a NaN load leaves the score unknown.

    Attributes
    ----------
    upright_within_deg
        RULA scores an upright or well supported trunk 1 without saying how far upright reaches;
        0 to 20.
    trunk_supported
        Sitting and well supported: the trunk scores 1 at any angle.
    legs_unsupported_or_uneven
        Legs and feet not supported, or the weight not evenly on both.
    lower_arm_across_or_out
        Working across the midline of the body or out to its side.
    wrist_twist_near_end
        Twisted near the end of its range rather than in mid-range.
    static_or_over_4_per_min
        Held longer than a minute, or repeated 4 times a minute or more; counts for the arm and for
        the trunk. (Some worksheets print 10 minutes.)
    load_kg, force
        Mass or force, at least 0, and how it acts; counts for the arm and for the trunk.

    Raises
    ------
    ValueError
        If the load is negative, or below 2 kg and static or repeated: RULA has no score for it.
    """

    upright_within_deg: float
    trunk_supported: bool
    trunk_twisted: bool
    trunk_bent_sideways: bool
    neck_twisted: bool
    neck_bent_sideways: bool
    legs_unsupported_or_uneven: bool
    upper_arm_abducted: bool
    shoulder_raised: bool
    arm_supported: bool
    lower_arm_across_or_out: bool
    wrist: Wrist
    wrist_deviated: bool
    wrist_twist_near_end: bool
    static_or_over_4_per_min: bool
    load_kg: float
    force: ForceKind

    def __post_init__(self) -> None:
        within("upright_within_deg", self.upright_within_deg, 0, 20)
        within("load_kg", self.load_kg)
        if self.force is ForceKind.STATIC_OR_REPEATED and self.load_kg < 2:
            raise ValueError(
                f"load_kg is {self.load_kg:g} with a static or repeated force, expected at least 2: "
                "RULA scores less only as intermittent"
            )

    @property
    def upper_arm_points(self) -> int:
        """Points that the unseen adds to the upper arm; may be -1."""
        return self.upper_arm_abducted + self.shoulder_raised - self.arm_supported

    @property
    def wrist_score(self) -> int:
        """1 neutral to 3 beyond 15 deg; 1 more if deviated."""
        return 1 + list(Wrist).index(self.wrist) + self.wrist_deviated

    @property
    def use_points(self) -> float:
        """Muscle use and force: what scores A and B both gain; NaN for an unknown load.

        Force: below 2 kg 0; 2 to 10 kg 1, static or repeated 2; beyond 10 kg 2, static or repeated
        3; shock 3.
        """
        muscle = self.static_or_over_4_per_min
        if self.force is ForceKind.SHOCK:
            return muscle + 3
        if self.load_kg != self.load_kg:
            return self.load_kg
        heavy = (self.load_kg >= 2) + (self.load_kg > 10)
        return muscle + heavy + (self.force is ForceKind.STATIC_OR_REPEATED)


NOTHING_ADDED: Final = Assumptions(
    upright_within_deg=5.0,
    trunk_supported=False,
    trunk_twisted=False,
    trunk_bent_sideways=False,
    neck_twisted=False,
    neck_bent_sideways=False,
    legs_unsupported_or_uneven=False,
    upper_arm_abducted=False,
    shoulder_raised=False,
    arm_supported=False,
    lower_arm_across_or_out=False,
    wrist=Wrist.NEUTRAL,
    wrist_deviated=False,
    wrist_twist_near_end=False,
    static_or_over_4_per_min=False,
    load_kg=0.0,
    force=ForceKind.INTERMITTENT,
)
"""No unseen item changes the score: what the angles alone amount to. The 5 deg are this project's."""
