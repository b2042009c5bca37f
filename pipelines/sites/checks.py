"""Faults between the entries of a site file: doubles, overlaps and clock changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from itertools import combinations
from pathlib import PurePath
from typing import TypeVar
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationError

from pipelines.sites.local_time import clock_change_at
from pipelines.sites.models import Nightly, Shift, Weekday
from pipelines.sites.types import Table

YEARS_AHEAD = 10
_WEEK_MIN = 7 * 24 * 60

T = TypeVar("T", bound=Table)


def across(raw: Mapping[str, object], today: date) -> list[str]:
    """Return one sentence per fault between entries, given the tables as the file has them.

    Entries that are faulty in themselves are left out, so that one mistake hides no other.
    """
    return [
        *_repeats(raw, "cameras", "id", str),
        *_repeats(raw, "cameras", "footage", lambda pattern: str(PurePath(pattern))),
        *_repeats(raw, "shifts", "name", str),
        *_overlaps(raw),
        *_nightly_clock(raw, today),
    ]


def _entries(raw: Mapping[str, object], section: str) -> list[dict[str, object]]:
    """Return the entries of a section, an empty one in place of what is no table."""
    entries = raw.get(section)
    if not isinstance(entries, list):
        return []
    return [entry if isinstance(entry, dict) else {} for entry in entries]


def _repeats(raw: Mapping[str, object], section: str, key: str, plain: Callable[[str], str]) -> list[str]:
    first_at: dict[str, int] = {}
    faults = []
    for index, entry in enumerate(_entries(raw, section)):
        value = entry.get(key)
        if not isinstance(value, str):
            continue
        first = first_at.setdefault(plain(value), index)
        if first != index:
            same = f"the same as {section}[{first}].{key}"
            faults.append(f"{section}[{index}].{key} is {value!r}, {same}, expected a different one")
    return faults


def _overlaps(raw: Mapping[str, object]) -> list[str]:
    shifts = [shift for entry in _entries(raw, "shifts") if (shift := _valid(Shift, entry)) is not None]
    minutes = [_minutes_of_week(shift) for shift in shifts]
    faults = []
    for (a, minutes_a), (b, minutes_b) in combinations(zip(shifts, minutes, strict=True), 2):
        common = np.flatnonzero(minutes_a & minutes_b)
        if len(common):
            day, minute = divmod(int(common[0]), 24 * 60)
            when = f"{list(Weekday)[day]} at {minute // 60:02d}:{minute % 60:02d}"
            faults.append(f"shifts {a.name!r} and {b.name!r} overlap on {when}, expected one shift at a time")
    return faults


def _minutes_of_week(shift: Shift) -> NDArray[np.bool_]:
    """Return which minutes of the week a shift covers, shape (10080,), from Monday 00:00."""
    start_min = shift.start.hour * 60 + shift.start.minute
    length_min = (shift.end.hour * 60 + shift.end.minute - start_min) % (24 * 60) or 24 * 60
    covered = np.zeros(_WEEK_MIN, dtype=np.bool_)
    for day, name in enumerate(Weekday):
        if name in shift.days:
            first = day * 24 * 60 + start_min
            # A shift of the week's last evening goes on in its first morning.
            covered[np.arange(first, first + length_min) % _WEEK_MIN] = True
    return covered


def _nightly_clock(raw: Mapping[str, object], today: date) -> list[str]:
    nightly = _valid(Nightly, raw.get("nightly", {}))
    site = raw.get("site")
    zone = site.get("time_zone") if isinstance(site, dict) else None
    if nightly is None or not isinstance(zone, str) or zone not in available_timezones():
        return []
    change = clock_change_at(nightly.at, ZoneInfo(zone), today, YEARS_AHEAD)
    if change is None:
        return []
    day, does = change
    return [
        f"nightly.at is '{nightly.at:%H:%M}', which the clock of {zone} {does} on {day}, "
        "expected a local time that no clock change touches, such as '04:30'"
    ]


def _valid(model: type[T], value: object) -> T | None:
    try:
        return model.model_validate(value)
    except ValidationError:
        return None
