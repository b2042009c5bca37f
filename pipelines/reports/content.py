"""What stands in the report of a shift, whatever it is drawn as: sections of points, tables and bars."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Points:
    """Sentences, one below the other."""

    kind: ClassVar[str] = "points"
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table of text; ``note`` stands below it, empty if there is nothing to say."""

    kind: ClassVar[str] = "table"
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Bar:
    """A share with its two kinds of doubt, each 0..1; NaN throughout where it is not shown.

    Attributes
    ----------
    label, words
        What it is of, and the figure in words, or why there is none.
    value, low, high
        Share among the determinate lifts with its 95 % interval.
    lowest, highest
        What the indeterminate lifts allow.
    """

    label: str
    words: str
    value: float
    low: float
    high: float
    lowest: float
    highest: float

    @property
    def shown(self) -> bool:
        """Whether there is anything to draw."""
        return not math.isnan(self.value)


@dataclass(frozen=True)
class Bars:
    """Shares below one another on one scale from 0 to 1."""

    kind: ClassVar[str] = "bars"
    bars: tuple[Bar, ...]
    note: str


Part = Points | Table | Bars


@dataclass(frozen=True)
class Section:
    """A headed part of a page."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class ReportContent:
    """A report of two pages.

    Attributes
    ----------
    title, subtitle
        What it is of.
    pages
        The sections of each of the two pages.
    stamp
        Policy, model and code that the figures stand on; at the foot of both pages.
    """

    title: str
    subtitle: str
    pages: tuple[tuple[Section, ...], tuple[Section, ...]]
    stamp: str

    @property
    def digest(self) -> str:
        """The first points of the report as plain text, for a message."""
        first = self.pages[0][0].parts[0]
        return "\n".join([self.subtitle, *(first.lines if isinstance(first, Points) else ())])
