"""What is wrong in a site file, one sentence per fault."""

from __future__ import annotations

from typing import get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from pipelines.one_line import shown
from pipelines.sites.models import SiteFile
from pipelines.sites.near_names import nearest

Place = tuple[int | str, ...]


def sentences(error: ValidationError) -> list[str]:
    """Return one sentence per fault: the place, what stands there and what was expected.

    A required key that is missing only because it is misspelt gives one sentence, not two, and a
    list is not called too short because of faulty entries.
    """
    details = error.errors()
    explained = {place for detail in details if (place := _meant(detail)) is not None}
    explained |= {detail["loc"][:length] for detail in details for length in range(1, len(detail["loc"]))}
    return [
        _sentence(detail)
        for detail in details
        if not (detail["type"] in {"missing", "too_short"} and detail["loc"] in explained)
    ]


def dotted(place: Place) -> str:
    """Return a place as it is written in the sentences, e.g. ``cameras[0].id``."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return "".join(steps).removeprefix(".")


def _sentence(detail: ErrorDetails) -> str:
    place = detail["loc"]
    if detail["type"] == "extra_forbidden":
        meant = _meant(detail)
        hint = f"; did you mean {meant[-1]!r}?" if meant else ""
        return f"{_prefix(place[:-1])}unknown key {place[-1]!r}{hint}"
    if detail["type"] == "missing" and isinstance(place[-1], int):
        return f"{dotted(place[:-1])} has too few values, expected {_expected(place)}"
    if detail["type"] == "missing":
        return f"{_prefix(place[:-1])}missing key {place[-1]!r}, expected {_expected(place)}"
    own_words = str(detail.get("ctx", {}).get("error", ""))
    said = own_words or f"is {shown(detail['input'])}, expected {_expected(place)}"
    return f"{dotted(place)} {said}"


def _prefix(place: Place) -> str:
    return f"{dotted(place)}: " if place else ""


def _meant(detail: ErrorDetails) -> Place | None:
    """Return the place that an unknown key was probably meant for."""
    if detail["type"] != "extra_forbidden":
        return None
    *parent, key = detail["loc"]
    name = nearest(str(key), _fields(tuple(parent)))
    return (*parent, name) if name else None


def _expected(place: Place) -> str:
    """Return what belongs in a place, as the nearest field around it describes itself."""
    *parents, name = (index for index, step in enumerate(place) if isinstance(step, str))
    described = _fields(place[:name] if parents else ())[str(place[name])].description
    return described or "another value"


def _fields(parent: Place) -> dict[str, FieldInfo]:
    """Return the fields of the table that stands in a place; () is the whole file."""
    if not parent:
        return SiteFile.model_fields
    annotation = SiteFile.model_fields[str(parent[0])].annotation
    table = next(iter(get_args(annotation)), annotation)
    assert isinstance(table, type)
    assert issubclass(table, BaseModel)
    return table.model_fields
