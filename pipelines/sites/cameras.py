"""What may stand in the table of a camera in a site file."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from pipelines.footage.file_names import FileNamePattern
from pipelines.sites.types import (
    NAME_RULE,
    Day,
    Name,
    Number,
    Polygon,
    Positive,
    Table,
    Text,
    footage_pattern,
)


class StartTime(StrEnum):
    """Where the start time of a recording stands."""

    FILE_NAME = "file_name"
    CONTAINER = "container"
    SIDECAR = "sidecar"


class Clock(StrEnum):
    """The clock that wrote the time in a file name."""

    SITE = "site"
    UTC = "utc"


class Camera(Table):
    """One camera: where its recordings lie, when they start and what it looks at.

    It should record from ``since`` to ``until``, both included; None where it always did, or still does.
    """

    id: Name = Field(description=NAME_RULE)
    footage: Annotated[str, BeforeValidator(footage_pattern)] = Field(
        description="a pattern of files such as 'footage/dock-2/**/*.mp4'"
    )
    zone: Text = Field(description="the name of a zone of the site")
    start_time: StartTime = Field(description="'file_name', 'container' or 'sidecar'")
    file_name_pattern: FileNamePattern | None = Field(
        default=None,
        validate_default=True,
        description="a pattern for the whole name less its ending, such as 'dock-2_%Y%m%dT%H%M%S'",
    )
    clock: Clock = Field(default=Clock.SITE, description="'site' or 'utc'")
    pitch_deg: Annotated[Number, Field(ge=0, le=80)] | None = Field(
        default=None, description="a number from 0 (level) to 80 (looking down)"
    )
    privacy_masks: tuple[Polygon, ...] = Field(
        default=(),
        description="polygons of at least three points [x, y], each a fraction 0 to 1 of the picture",
    )
    typical_load_kg: Positive | None = Field(default=None, description="a number of kilograms above 0")
    since: Day | None = Field(default=None, description="a date such as 2026-03-02, without quotes")
    until: Day | None = Field(default=None, description="a date such as 2026-03-02, without quotes")

    def in_service(self, first: date, last: date) -> bool:
        """Return whether it should record on any of the site dates, both included."""
        return not (self.since is not None and last < self.since) and not (
            self.until is not None and self.until < first
        )

    @field_validator("until")
    @classmethod
    def _not_before_since(cls, until: date | None, info: ValidationInfo) -> date | None:
        since = info.data.get("since")
        if until is not None and since is not None and until < since:
            raise ValueError(f"is {until}, expected a date not before since, which is {since}")
        return until

    @field_validator("start_time")
    @classmethod
    def _read_without_opening(cls, start_time: StartTime, info: ValidationInfo) -> StartTime:
        if "://" in info.data.get("footage", "") and start_time is not StartTime.FILE_NAME:
            raise ValueError(f"is '{start_time}', expected 'file_name' for footage in an object store")
        return start_time

    @field_validator("file_name_pattern")
    @classmethod
    def _given_where_it_is_read(cls, pattern: str | None, info: ValidationInfo) -> str | None:
        if pattern is None and info.data.get("start_time") is StartTime.FILE_NAME:
            example = "'dock-2_%Y%m%dT%H%M%S' or '*_%Y%m%d_%H%M%S'"
            raise ValueError(f"is missing, expected one such as {example}, since start_time is 'file_name'")
        return pattern
