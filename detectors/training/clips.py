"""The real clips that may be trained on: a list that the user writes, each with its licence."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Final

COLUMNS: Final = ("path", "licence", "credit")

LICENCES: Final = (
    "CC0-1.0",
    "CC-BY-3.0",
    "CC-BY-4.0",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "MIT",
    "Apache-2.0",
)
"""SPDX names of the licences under which trained weights may be passed on with a credit."""


class ClipsError(ValueError):
    """The list of clips can't be used; one sentence names every fault."""


@dataclass(frozen=True)
class Clip:
    """A clip with the SPDX name of its licence and whom to credit."""

    path: Path
    licence: str
    credit: str


def read_clips(path: Path) -> list[Clip]:
    """Return the clips of a CSV file with the columns path (from the file's folder), licence and credit.

    Raises
    ------
    ClipsError
        If the file can't be read, lacks a column, or names a clip that is not there, has no licence of
        `LICENCES`, credits nobody, or is called as another.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            rows = list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ClipsError(f"{path}: can't be read as CSV ({error})") from None
    if missing := [name for name in COLUMNS if name not in (reader.fieldnames or ())]:
        raise ClipsError(f"{path}: lacks {', '.join(missing)}; expected the columns {', '.join(COLUMNS)}")
    faults = [
        f"row {number}: {fault}" for number, row in enumerate(rows, start=1) if (fault := _fault(path, row))
    ]
    names = [Path(row["path"]).stem for row in rows]
    faults += [f"two clips are called {name!r}" for name in sorted(set(names)) if names.count(name) > 1]
    if faults:
        raise ClipsError(f"{path}: " + "; ".join(faults))
    return [Clip(path.parent / row["path"], row["licence"], row["credit"]) for row in rows]


def credits_text(clips: list[Clip]) -> str:
    """Return the credits that the licences ask for, as Markdown."""
    lines = sorted({f"- {clip.path.name}: {clip.credit} ({clip.licence})" for clip in clips})
    return "\n".join(["Real pictures are frames of these clips:", "", *lines, ""])


def _fault(path: Path, row: dict[str, str]) -> str | None:
    if not row["path"] or not (path.parent / row["path"]).is_file():
        return f"no clip {row['path']!r}, expected a file named from {path.parent}"
    if row["licence"] not in LICENCES:
        return f"licence {row['licence']!r}, expected one of {', '.join(LICENCES)}"
    return None if row["credit"] else "no credit, expected whom to credit"
