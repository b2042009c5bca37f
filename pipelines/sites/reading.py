"""The table [reading] of the site file: where in a recording the pose model looks."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field, Strict

from detectors.reading.policy import ReadingPolicy
from pipelines.sites.types import Number, Positive, Table, Whole

USUAL: Final = ReadingPolicy()


class Reading(Table):
    """What a site may have reason to change of `detectors.reading.policy.ReadingPolicy`; units as there."""

    exhaustive: Annotated[bool, Strict()] = Field(default=False, description="true or false")
    shortest_s: Positive = Field(default=USUAL.shortest_s, description="a number of seconds above 0")
    longest_key_gap_s: Positive = Field(
        default=USUAL.longest_key_gap_s, description="a number of seconds above 0"
    )
    changed_octaves: Annotated[Number, Field(gt=0, le=1)] = Field(
        default=USUAL.changed_octaves, description="a number above 0 and at most 1"
    )
    changed_cells: Whole = Field(default=USUAL.changed_cells, description="a whole number of at least 1")
    scan_step_s: Annotated[Number, Field(gt=0, le=0.28)] = Field(
        default=USUAL.scan_step_s, description="a number of seconds above 0 and at most 0.28"
    )
    margin_s: Annotated[Number, Field(ge=0.6)] = Field(
        default=USUAL.margin_s, description="a number of seconds of at least 0.6"
    )
    standing_s: Annotated[Number, Field(ge=0)] = Field(
        default=USUAL.standing_s, description="a number of seconds of at least 0"
    )

    def policy(self) -> ReadingPolicy | None:
        """Return how recordings are read; None where every frame is looked at."""
        return None if self.exhaustive else ReadingPolicy(**self.model_dump(exclude={"exhaustive"}))
