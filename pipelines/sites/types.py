"""The kinds of values that stand in a site file, and what each must be."""

from __future__ import annotations

import re
from datetime import date, time
from pathlib import PurePath
from typing import Annotated, Final
from zoneinfo import available_timezones

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict

from pipelines.one_line import shown
from pipelines.sites.near_names import did_you_mean

LONGEST_NAME_BYTES: Final = 255
"""No file system has longer names."""


def time_of_day(value: object) -> time:
    """Return a local time given as 'HH:MM'."""
    if not isinstance(value, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError
    return time.fromisoformat(value)


def zone_name(value: object) -> object:
    """Refuse names that are no IANA time zone."""
    if isinstance(value, str) and value not in (names := available_timezones()):
        hint = did_you_mean(value, names) or ", expected one such as 'Europe/Berlin'"
        raise ValueError(f"is {shown(value)}, which is no IANA time zone{hint}")
    return value


def footage_pattern(value: object) -> object:
    """Refuse patterns that name no file, or with '..' below a wildcard, which no base folder bounds."""
    parts = PurePath(value).parts if isinstance(value, str) else ()
    wild = [bool(set("*?[") & set(part)) for part in parts]
    below_wildcard = parts[wild.index(True) :] if any(wild) else ()
    too_long = any(len(part.encode()) > LONGEST_NAME_BYTES for part in parts)
    names_no_file = not parts or parts[-1] in ("/", "..", "**") or too_long
    if names_no_file or ".." in below_wildcard or any("**" in part and part != "**" for part in parts):
        raise ValueError
    return value


Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$", max_length=80)]
Text = Annotated[str, Field(pattern=r"\S")]
Whole = Annotated[int, Strict(), Field(ge=1)]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Positive = Annotated[Number, Field(gt=0)]
Fraction = Annotated[Number, Field(ge=0, le=1)]
Polygon = Annotated[tuple[tuple[Fraction, Fraction], ...], Field(min_length=3)]
Day = Annotated[date, Strict()]
TimeOfDay = Annotated[time, BeforeValidator(time_of_day)]

NAME_RULE = "letters, digits, '.', '_' or '-', starting with a letter or digit"


class Table(BaseModel):
    """A table of the site file; each field's description says what a value should be."""

    model_config = ConfigDict(frozen=True, extra="forbid")
