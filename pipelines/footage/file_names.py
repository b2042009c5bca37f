"""Times that stand in file names, read by a pattern of strptime's directives and ``*``."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator

from pipelines.one_line import shown

_DIGITS = {
    "%Y": r"\d{4}",
    "%y": r"\d{2}",
    "%m": r"\d{2}",
    "%d": r"\d{2}",
    "%j": r"\d{3}",
    "%H": r"\d{2}",
    "%M": r"\d{2}",
    "%S": r"\d{2}",
    "%f": r"\d{1,6}",
    "%z": r"Z|[+-]\d{2}:?\d{2}",
}
_PIECE = re.compile(r"%.?|\*|[^%*]+", re.DOTALL)
# A time needs one of each: year, day of the year, hour and minute.
_NEEDED = ({"%Y"}, {"%y"}), ({"%m", "%d"}, {"%j"}), ({"%H"},), ({"%M"},)


def time_in_name(stem: str, pattern: str) -> datetime | None:
    """Return the time that a file's stem gives by a pattern, or None if it does not fit.

    The pattern covers the whole stem: text stands for itself, ``*`` for any text, ``%%`` for
    a percent sign, and each directive for a number of fixed width (``%S`` may be left out).

    Parameters
    ----------
    stem
        Name of the file less its last ending.
    pattern
        A checked pattern, e.g. ``"dock-2_%Y%m%dT%H%M%S"``.

    Returns
    -------
    datetime or None
        Naive unless the pattern has ``%z``.
    """
    pieces = _PIECE.findall(pattern)
    found = re.fullmatch("".join(_as_regex(piece) for piece in pieces), stem, re.ASCII | re.DOTALL)
    if found is None:
        return None
    try:
        return datetime.strptime(" ".join(found.groups()), " ".join(_directives(pieces)))
    except ValueError:
        # The digits are there, but give no date, such as month 13.
        return None


def _as_regex(piece: str) -> str:
    if piece in _DIGITS:
        return f"({_DIGITS[piece]})"
    return {"*": ".*", "%%": "%"}.get(piece, re.escape(piece))


def _directives(pieces: list[str]) -> list[str]:
    return [piece for piece in pieces if piece.startswith("%") and piece != "%%"]


def _checked(pattern: str) -> str:
    directives = _directives(_PIECE.findall(pattern))
    unknown = [directive for directive in directives if directive not in _DIGITS]
    if unknown:
        known = " ".join(_DIGITS)
        raise ValueError(f"is {shown(pattern)} with {unknown[0]!r}, expected directives from {known}")
    twice = [directive for directive in directives if directives.count(directive) > 1]
    if twice:
        raise ValueError(f"is {shown(pattern)} with {twice[0]!r} twice, expected each directive once")
    if not all(any(way <= set(directives) for way in ways) for ways in _NEEDED):
        raise ValueError(f"is {shown(pattern)}, expected at least %Y %m %d %H %M")
    return pattern


FileNamePattern = Annotated[str, AfterValidator(_checked)]
