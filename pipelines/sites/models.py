"""What may stand in a site file: its tables, keys, units, defaults and ranges."""

from __future__ import annotations

from datetime import time
from enum import StrEnum
from typing import Annotated, Final

from pydantic import BeforeValidator, Field, Strict, ValidationInfo, field_validator

from detectors.model_files import EMBEDDED
from pipelines.sites.access import Access
from pipelines.sites.cameras import Camera
from pipelines.sites.reading import Reading
from pipelines.sites.reviewing import Clips, Review
from pipelines.sites.types import (
    NAME_RULE,
    Name,
    Number,
    Positive,
    Table,
    Text,
    TimeOfDay,
    Whole,
    zone_name,
)


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


class PoseEngine(StrEnum):
    """What runs the pose model: the optimised model of this machine where there is one, or always PyTorch."""

    AUTO = "auto"
    TORCH = "torch"


class Pose(Table):
    """The pose model, how densely it reads a recording, and whether backs are looked at close up."""

    weights: Text = Field(default=EMBEDDED, description="the name or the path of pose weights")
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = Field(
        default=None, description="the SHA-256 of the weights, 64 digits 0-9 and a-f"
    )
    back: Annotated[bool, Strict()] = Field(default=True, description="true or false")
    image_size: Annotated[Whole, Field(multiple_of=32)] = Field(
        default=640, description="a whole number of pixels, a multiple of 32"
    )
    device: Text = Field(default="cpu", description="a device of PyTorch such as 'cpu' or 'cuda:0'")
    engine: PoseEngine = Field(default=PoseEngine.AUTO, description="'auto' or 'torch'")
    rate_hz: Annotated[Number, Field(ge=5, le=60)] = Field(default=15.0, description="a number from 5 to 60")


class EngineName(StrEnum):
    """What spreads the recordings of a night: this machine's processes, or a cluster."""

    PROCESSES = "processes"
    DASK = "dask"
    RAY = "ray"


class Nightly(Table):
    """When the nightly run starts, in local time, and what it may use."""

    at: TimeOfDay = Field(default=time(4, 30), description="a local time as 'HH:MM'")
    workers: Whole = Field(default=2, description="a whole number of at least 1")
    finish_by: TimeOfDay | None = Field(default=None, description="a local time as 'HH:MM'")
    limit_per_video_hour_min: Positive = Field(default=240.0, description="a number of minutes above 0")
    limit_min: Positive = Field(default=10.0, description="a number of minutes above 0")
    prometheus_file: Text | None = Field(default=None, description="the path of a file ending in .prom")
    audit_file: Text | None = Field(default=None, description="the path of a file outside the store")
    engine: EngineName = Field(default=EngineName.PROCESSES, description="'processes', 'dask' or 'ray'")
    scheduler: Text | None = Field(
        default=None,
        validate_default=True,
        description="the address of a Dask scheduler such as 'tcp://10.0.0.5:8786'",
    )
    address: Text | None = Field(
        default=None,
        validate_default=True,
        description="the address of a Ray cluster such as '10.0.0.5:6379'",
    )

    @field_validator("scheduler", "address")
    @classmethod
    def _of_its_engine(cls, value: str | None, info: ValidationInfo) -> str | None:
        engine = info.data.get("engine")
        of = EngineName.DASK if info.field_name == "scheduler" else EngineName.RAY
        if engine is of and value is None:
            raise ValueError(f"is missing, expected the address to be used, since engine is '{of}'")
        if engine not in (of, None) and value is not None:
            raise ValueError(f"is {value!r}, but engine is '{engine}', expected '{of}' beside it")
        return value


class Retention(Table):
    """How many days each is kept; None keeps it for good. `retaining_tables.PERIODS` says what goes when."""

    footage_days: Whole | None = Field(default=None, description="a whole number of at least 1")
    clips_days: Whole | None = Field(default=None, description="a whole number of at least 1")
    poses_days: Whole | None = Field(default=None, description="a whole number of at least 1")
    labels_days: Whole | None = Field(default=None, description="a whole number of at least 1")
    # The figures of a shift that crosses midnight are made over two nights.
    lifts_days: Annotated[Whole, Field(ge=2)] | None = Field(
        default=None, description="a whole number of at least 2"
    )


class Shift(Table):
    """A shift in local time; one that ends at or before its start crosses midnight."""

    name: Text = Field(description="the name of a shift")
    start: TimeOfDay = Field(description="a local time as 'HH:MM'")
    end: TimeOfDay = Field(description="a local time as 'HH:MM'")
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = Field(
        default=tuple(Weekday),
        description="a list of days from 'mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'",
    )


WHOLE_DAY: Final = Shift.model_validate({"name": "day", "start": "00:00", "end": "00:00"})
"""The one shift of a site that names none: the calendar day of its clock."""


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
    reading: Reading = Field(default=Reading(), description="a table [reading]")
    nightly: Nightly = Field(default=Nightly(), description="a table [nightly]")
    retention: Retention = Field(default=Retention(), description="a table [retention]")
    cameras: Annotated[tuple[Camera, ...], Field(min_length=1)] = Field(
        description="at least one table [[cameras]]"
    )
    shifts: tuple[Shift, ...] = Field(default=(WHOLE_DAY,), description="tables [[shifts]]")
    policy: PolicyTable = Field(default=PolicyTable(), description="a table [policy]")
    report: Report = Field(default=Report(), description="a table [report]")
    review: Review = Field(default=Review(), description="a table [review]")
    clips: Clips = Field(default=Clips(), description="a table [clips]")
    access: Access | None = Field(default=None, description="a table [access] with login")

    @field_validator("shifts")
    @classmethod
    def _one_at_least(cls, shifts: tuple[Shift, ...]) -> tuple[Shift, ...]:
        return shifts or (WHOLE_DAY,)
