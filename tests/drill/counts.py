"""What a drill counts; nothing passes that has not run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

MUST_RUN: Final = ("kills", "faults")
"""Counts that must not be zero, else the drill has shown nothing."""

MUST_BE_ZERO: Final = ("lifts_lost", "lifts_doubled", "differing", "crashes")


@dataclass
class Counts:
    """What was done to the program, and what came of it.

    Attributes
    ----------
    kills
        Runs that died of a SIGKILL from here.
    faults
        Writes, reads and clocks that were made to fail.
    hostile_inputs
        Files that were made to harm; None where that part did not run.
    lifts_lost, lifts_doubled
        Rows that the uninterrupted run has and the one after a fault has not, and the other way round.
    differing
        Reruns whose files were not, byte for byte, those of the uninterrupted run.
    crashes
        Reruns, or runs beside a fault, that ended in anything but success or one clear sentence.
    packets_out
        Packets that left towards the network; None where nobody could watch.
    of
        How many of what, for the report.
    remarks
        One sentence on each thing that went wrong.
    """

    kills: int = 0
    faults: int = 0
    hostile_inputs: int | None = None
    lifts_lost: int = 0
    lifts_doubled: int = 0
    differing: int = 0
    crashes: int = 0
    packets_out: int | None = None
    of: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)

    def add(self, other: Counts) -> None:
        """Add what another part of the drill counted."""
        for name in ("kills", "faults", *MUST_BE_ZERO):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        if other.hostile_inputs is not None:
            self.hostile_inputs = (self.hostile_inputs or 0) + other.hostile_inputs
        self.of.update(other.of)
        self.remarks += other.remarks

    def crashed(self, remark: str) -> None:
        """Count a crash, and say of what."""
        self.crashes += 1
        self.remarks.append(remark)

    def shortfalls(self, asked: Sequence[str] = MUST_RUN) -> list[str]:
        """Return why the drill did not pass; empty where it did.

        Parameters
        ----------
        asked
            The counts that must not be zero.
        """
        numbers = vars(self)
        faults = [f"{name} is {numbers[name]}, expected 0" for name in MUST_BE_ZERO if numbers[name]]
        faults += [f"{name} is 0: nothing was shown" for name in asked if not numbers[name]]
        if self.hostile_inputs == 0:
            faults.append("hostile_inputs is 0: nothing was shown")
        if self.packets_out is None:
            faults.append("packets_out is unknown: the network could not be watched")
        elif self.packets_out:
            faults.append(f"packets_out is {self.packets_out}, expected 0")
        return faults
