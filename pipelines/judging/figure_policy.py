"""The policy's part on the figures per shift: small groups, risk bands, reviews and follow-ups."""

from __future__ import annotations

import re
from collections.abc import Mapping
from itertools import pairwise
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict, ValidationError
from pydantic_core import ErrorDetails

from pipelines.exposure.rates import Validation
from pipelines.footage.wrong_clocks import ClockFault
from pipelines.one_line import shown
from pipelines.sites.near_names import did_you_mean

BAND: Final = re.compile(r"[a-z][a-z0-9_]*")
UNSAID: Final = ("safe", "harmless", "danger")
"""No measure of a posture says so, and neither may the name of a band."""

CLOCKS: Final = (ClockFault.FUTURE, ClockFault.OVERLAP)
"""Wrong clocks whose recordings count for nothing unless the policy says otherwise."""

Bands = Mapping[str, float]


def _bands(value: dict[str, float]) -> Bands:
    names, starts = list(value), list(value.values())
    if bad := [name for name in names if not BAND.fullmatch(name)]:
        raise ValueError(f"has a band {bad[0]!r}, expected lower-case letters, digits and '_'")
    if said := [name for name in names if any(word in name for word in UNSAID)]:
        raise ValueError(f"has a band {said[0]!r}: no posture is known to be that, name how much it is")
    if len(starts) < 2 or starts[0] != 0.0 or not all(low < high for low, high in pairwise(starts)):
        raise ValueError("expected two or more bands, the first from 0 and each from more than the last")
    return value


def _share_bands(value: Bands) -> Bands:
    if max(value.values()) >= 1.0:
        raise ValueError("expected bands from shares below 1")
    return value


def _weeks(value: tuple[int, ...]) -> tuple[int, ...]:
    if any(later <= week for week, later in pairwise(value)):
        raise ValueError("expected weeks in ascending order, none twice")
    return value


Number = Annotated[float, Strict(), Field(ge=0, allow_inf_nan=False)]
Whole = Annotated[int, Strict(), Field(ge=1)]
Starts = Annotated[dict[str, Number], AfterValidator(_bands)]


class Figures(BaseModel):
    """What the figures per shift show and hide; each field's description says what a value should be.

    Attributes
    ----------
    least_group_size, least_observed_h
        Workers, and person-hours in view, below which the figures of a cell are hidden.
    workers_per_shift
        Workers of a zone in a shift, where known. Elsewhere only those count who were in view at once.
    spine_bend_bands, lifts_per_person_h_bands
        Name of each band and the value from which on it holds, ascending from 0. There is no published
        limit for the share; those of the rate are the hourly ones of the ACGIH TLV for lifting.
    validation
        Reviewed lifts of a zone under these very thresholds, for the correction of its share.
    leave_out_clocks
        Recordings that show a wrong clock in one of these ways are left out of lifts and of exposure alike.
    follow_up_weeks
        Weeks after an intervention at which it is compared with the time before.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    least_group_size: Whole = Field(default=5, description="a whole number of at least 1")
    least_observed_h: Number = Field(default=0.5, description="a number of hours of at least 0")
    follow_up_weeks: Annotated[tuple[Whole, ...], AfterValidator(_weeks)] = Field(
        default=(1, 4, 12), description="a list of whole numbers of at least 1"
    )
    leave_out_clocks: tuple[ClockFault, ...] = Field(
        default=CLOCKS, description=f"a list of {', '.join(map(repr, map(str, ClockFault)))}"
    )
    spine_bend_bands: Annotated[Starts, AfterValidator(_share_bands)] = Field(
        default={"few": 0.0, "some": 0.1, "many": 0.3},
        description="a table of bands and the share from which each holds",
    )
    lifts_per_person_h_bands: Starts = Field(
        default={"seldom": 0.0, "regular": 12.0, "frequent": 30.0, "very_frequent": 360.0},
        description="a table of bands and the rate from which each holds",
    )
    workers_per_shift: Mapping[str, Whole] = Field(
        default={}, description="a table of zones and whole numbers of at least 1"
    )
    validation: Mapping[str, Validation] = Field(
        default={},
        description="a table for each zone: spine_bends, spine_bends_found, others, others_found, whole "
        "numbers, those found at most as many as there are",
    )

    def plain(self) -> dict[str, object]:
        """Return the values as they are hashed: the order of zones does not matter, that of bands does."""
        # Unless it is said, a policy keeps the name that it had before there was a choice.
        unsaid = {"leave_out_clocks"} if set(self.leave_out_clocks) == set(CLOCKS) else set()
        return {
            **self.model_dump(mode="json", exclude=unsaid),
            "spine_bend_bands": list(self.spine_bend_bands.items()),
            "lifts_per_person_h_bands": list(self.lifts_per_person_h_bands.items()),
        }


def figure_faults(error: ValidationError) -> list[str]:
    """Return one sentence per fault of the table ``[figures]``."""
    return list(dict.fromkeys(_sentence(detail) for detail in error.errors()))


def _sentence(detail: ErrorDetails) -> str:
    place = [str(step) for step in detail["loc"]]
    field = Figures.model_fields.get(place[0]) if place else None
    if field is None:
        where = place[0] if place else "?"
        return f"figures: unknown key {where!r}{did_you_mean(where, Figures.model_fields)}"
    own_words = str(detail.get("ctx", {}).get("error", ""))
    if own_words and detail["type"] == "value_error" and place[0] != "validation":
        return f"figures.{place[0]}: {own_words}"
    found = "" if detail["type"] == "missing" else f" is {shown(detail['input'])}"
    return f"figures.{'.'.join(place)}{found or ' is missing'}, expected {field.description}"
