"""What may stand in a site file: its tables, keys, units, defaults and ranges."""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, Strict, ValidationInfo, field_validator

from detectors.model_files import EMBEDDED
from pipelines.file_names import FileNamePattern
from pipelines.site_types import (
    NAME_RULE,
    Name,
    Number,
    Polygon,
    Positive,
    Table,
    Text,
    TimeOfDay,
    Whole,
    footage_pattern,
    zone_name,
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


class Weekday(StrEnum):
    """Day of the week on which a shift starts."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


class SiteTable(Table):
    """The site itself. Its name stands in folder names, so it is as plain as a camera's."""

    name: Name = Field(description=NAME_RULE)
    time_zone: Annotated[str, BeforeValidator(zone_name)] = Field(
        description="an IANA time zone such as 'Europe/Berlin'"
    )


class StoreTable(Table):
    """Where the tables are written."""

    url: Text = Field(description="a folder or a URL such as 's3://bucket/store'")


class Pose(Table):
    """The pose model, how densely it reads a recording, and whether backs are looked at close up."""

    weights: Text = Field(default=EMBEDDED, description="the name or the path of pose weights")
    back: Annotated[bool, Strict()] = Field(default=True, description="true or false")
    image_size: Annotated[Whole, Field(multiple_of=32)] = Field(
        default=640, description="a whole number of pixels, a multiple of 32"
    )
    device: Text = Field(default="cpu", description="a device of PyTorch such as 'cpu' or 'cuda:0'")
    rate_hz: Annotated[Number, Field(ge=5, le=60)] = Field(default=15.0, description="a number from 5 to 60")


class Nightly(Table):
    """When the nightly run starts, in local time, and what it may use."""

    at: TimeOfDay = Field(default=time(4, 30), description="a local time as 'HH:MM'")
    workers: Whole = Field(default=2, description="a whole number of at least 1")
    limit_per_video_hour_min: Positive = Field(default=240.0, description="a number of minutes above 0")
    limit_min: Positive = Field(default=10.0, description="a number of minutes above 0")


class Retention(Table):
    """How long footage, lifts and poses are kept; None keeps them for good."""

    footage_days: Whole | None = Field(default=None, description="a whole number of at least 1")
    lifts_days: Whole | None = Field(default=None, description="a whole number of at least 1")
    poses_days: Whole | None = Field(default=None, description="a whole number of at least 1")


class Camera(Table):
    """One camera: where its recordings lie, when they start and what it looks at."""

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

    @field_validator("file_name_pattern")
    @classmethod
    def _given_where_it_is_read(cls, pattern: str | None, info: ValidationInfo) -> str | None:
        if pattern is None and info.data.get("start_time") is StartTime.FILE_NAME:
            example = "'dock-2_%Y%m%dT%H%M%S' or '*_%Y%m%d_%H%M%S'"
            raise ValueError(f"is missing, expected one such as {example}, since start_time is 'file_name'")
        return pattern


class Shift(Table):
    """A shift in local time; one that ends at or before its start crosses midnight."""

    name: Text = Field(description="the name of a shift")
    start: TimeOfDay = Field(description="a local time as 'HH:MM'")
    end: TimeOfDay = Field(description="a local time as 'HH:MM'")
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = Field(
        default=tuple(Weekday),
        description="a list of days from 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'",
    )


class PolicyTable(Table):
    """The policy by which lifts are judged; None takes the one that is built in."""

    file: Text | None = Field(default=None, description="the path of a policy file")


class Report(Table):
    """Where the two-page reports of the shifts go, and who is told; None makes none, and tells nobody."""

    folder: Text | None = Field(default=None, description="the path of a folder")
    notify: Annotated[str, Field(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")] | None = Field(
        default=None, description="a notification block of Prefect such as 'slack-webhook/safety'"
    )

    @field_validator("notify")
    @classmethod
    def _of_a_report(cls, block: str | None, info: ValidationInfo) -> str | None:
        if block is not None and info.data.get("folder") is None:
            raise ValueError(
                f"is {block!r}, but there is nothing to tell of, expected report.folder beside it"
            )
        return block


class SiteFile(Table):
    """The whole site file."""

    site: SiteTable = Field(description="a table [site] with name and time_zone")
    store: StoreTable = Field(description="a table [store] with url")
    pose: Pose = Field(default=Pose(), description="a table [pose]")
    nightly: Nightly = Field(default=Nightly(), description="a table [nightly]")
    retention: Retention = Field(default=Retention(), description="a table [retention]")
    cameras: Annotated[tuple[Camera, ...], Field(min_length=1)] = Field(
        description="at least one table [[cameras]]"
    )
    shifts: tuple[Shift, ...] = Field(default=(), description="tables [[shifts]]")
    policy: PolicyTable = Field(default=PolicyTable(), description="a table [policy]")
    report: Report = Field(default=Report(), description="a table [report]")
