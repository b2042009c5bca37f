"""What a table specification is made of: columns with type, unit, meaning and limits."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

DType = Literal["str", "float64", "int64", "bool", "datetime64[us, UTC]"]


@dataclass(frozen=True)
class Column:
    """One column: what it holds, in which unit, and which values it may take."""

    name: str
    dtype: DType
    unit: str
    meaning: str
    example: object = None
    nullable: bool = False
    low: float | None = None
    high: float | None = None
    allowed: tuple[str, ...] = ()

    def maybe(self) -> Column:
        """Return the same column with unknown (NaN, null) allowed."""
        return replace(self, nullable=True)


@dataclass(frozen=True)
class TableSpec:
    """One table of the store: its key and its columns in order."""

    name: str
    one_row_per: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The column names in order."""
        return [column.name for column in self.columns]


def text(name: str, meaning: str, example: str, allowed: tuple[str, ...] = ()) -> Column:
    """Return a column of text."""
    return Column(name, "str", "", meaning, example, allowed=allowed)


def utc(name: str, meaning: str, example: str) -> Column:
    """Return a column of instants."""
    return Column(name, "datetime64[us, UTC]", "UTC", meaning, example)


def number(
    name: str, meaning: str, example: float, low: float | None = 0.0, high: float | None = None
) -> Column:
    """Return a column of measures in the unit that its name ends in; NaN where unknown."""
    return Column(name, "float64", unit_of(name), meaning, example, nullable=True, low=low, high=high)


def count(name: str, meaning: str, example: int) -> Column:
    """Return a column of whole numbers from 0."""
    return Column(name, "int64", "1", meaning, example, low=0)


def angle(name: str, meaning: str, example: float, high: float = 180.0) -> Column:
    """Return a column of angles from 0."""
    return number(name, meaning, example, 0.0, high)


UNITS: Final = {
    "_deg": "deg",
    "_s": "s",
    "_px": "px",
    "_hz": "Hz",
    "_stature": "stature",
    "_percent": "%",
    "_ratio": "1",
    "_share": "1",
    "_mb": "MB",
}


def unit_of(name: str) -> str:
    """Return the unit that a column name ends in (``"1"`` where it has none)."""
    stem = name.removesuffix("_se")
    return next((unit for ending, unit in UNITS.items() if stem.endswith(ending)), "1")


RECORDING: Final = (
    text("footage_id", "content hash of the recording", "9f2c4e0d1b7a5c33"),
    text("camera_id", "camera as named in the site file", "dock-2"),
    text("zone", "zone that the camera watches", "inbound"),
)
VERSIONS: Final = (
    text(
        "model_version",
        "weights of pose and back, joined by +: names and first 12 digits of their SHA-256",
        "hingewise-pose@eb922c087122+hingewise-back@55d18c17b85d",
    ),
    text("code_version", "release and digest of the measuring code", "0.1.0+5d0c7a91"),
)
