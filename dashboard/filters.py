"""What a page is limited to, as it stands in the address: a link gives the same view again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Filters:
    """What is chosen; None where nothing is.

    Attributes
    ----------
    date
        Site date; None for the latest that has figures.
    shift, zone, camera
        Names of the site file.
    lift
        ``lift_id`` of the lift that is looked at.
    lang
        Language of the page; None for that of the browser.
    """

    date: date | None = None
    shift: str | None = None
    zone: str | None = None
    camera: str | None = None
    lift: str | None = None
    lang: str | None = None


@dataclass(frozen=True)
class Choices:
    """What can be chosen.

    Attributes
    ----------
    first, last
        Site dates of the first and the last figures; None where there are none.
    cameras
        Zone of each camera, by its id.
    """

    first: date | None
    last: date | None
    shifts: tuple[str, ...]
    cameras: Mapping[str, str]
    languages: tuple[str, ...]

    @property
    def zones(self) -> tuple[str, ...]:
        """The zones in the order of the cameras."""
        return tuple(dict.fromkeys(self.cameras.values()))


@dataclass(frozen=True)
class Refused:
    """A value in a link that can't be followed: its key and what it was."""

    key: str
    value: str


def parse(query: Mapping[str, str], choices: Choices) -> tuple[Filters, list[Refused]]:
    """Return the filters that an address asks for, and what of it is unknown here and left out.

    Parameters
    ----------
    query
        Parameters of the address; other keys than those of `Filters` are passed over.
    """
    refused = []

    def one_of(key: str, known: tuple[str, ...]) -> str | None:
        value = query.get(key)
        if value is None or value in known:
            return value
        refused.append(Refused(key, value))
        return None

    camera, zone = one_of("camera", tuple(choices.cameras)), one_of("zone", choices.zones)
    if camera is not None and zone not in (None, choices.cameras[camera]):
        # A camera of another zone would leave nothing to show.
        refused.append(Refused("camera", camera))
        camera = None
    day = _day(query.get("date"), choices)
    if day is None and "date" in query:
        refused.append(Refused("date", query["date"]))
    filters = Filters(
        date=day,
        shift=one_of("shift", choices.shifts),
        zone=zone,
        camera=camera,
        lift=query.get("lift") or None,
        lang=one_of("lang", choices.languages),
    )
    return filters, refused


def to_query(filters: Filters) -> dict[str, str]:
    """Return the parameters of the address that give these filters again."""
    chosen = {
        "date": filters.date.isoformat() if filters.date else None,
        "shift": filters.shift,
        "zone": filters.zone,
        "camera": filters.camera,
        "lift": filters.lift,
        "lang": filters.lang,
    }
    return {key: value for key, value in chosen.items() if value is not None}


def _day(value: str | None, choices: Choices) -> date | None:
    """Return a date of which there can be figures; None if it is none."""
    if value is None or choices.first is None or choices.last is None:
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if choices.first <= day <= choices.last else None
