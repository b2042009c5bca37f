"""How the digest reads: as tables for a terminal of 80 columns or more, and as Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from rich.box import SIMPLE_HEAD
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from detectors.vocabulary import Reason

NO_DATA: Final = "no data"
NO_RECORDINGS: Final = "no recordings found"
OUTSIDE: Final = "(outside shifts)"
TOO_LITTLE: Final = "too little seen"
SUPPRESSED: Final = "suppressed"
ALL_READ: Final = "Every camera delivered, and every recording was read."

WIDE: Final = 120
"""Columns of a terminal from which the tables show more."""

REASON_WORDS: Final = {
    str(Reason.VIEW): "off the side",
    str(Reason.SIZE): "too small",
    str(Reason.OCCLUSION): "partly hidden",
    str(Reason.TOO_SHORT): "too short",
    str(Reason.UPRIGHT): "trunk upright",
    str(Reason.IMPLAUSIBLE): "implausible points",
    str(Reason.NO_STANDING_REFERENCE): "never seen standing",
    str(Reason.SPINE_NOT_SEEN): "spine not seen",
    str(Reason.FLEXION_UNSURE): "flexion unsure",
    str(Reason.BORDERLINE): "borderline",
}

# Column: its head (a soft hyphen where only a terminal breaks the word), and whether a narrow terminal
# shows it.
_CAMERAS: Final = {
    "camera_id": ("camera", True),
    "zone": ("zone", True),
    "recordings": ("recordings", True),
    "failed": ("lost", True),
    "received_h": ("video", True),
    "analysed_h": ("analysed", True),
    "observed_person_h": ("person-\ntime", True),
    "judgeable_share": ("judgeable", True),
    "problem": ("problem", False),
}
_SHIFTS: Final = {
    "shift": ("shift", True),
    "zone": ("zone", True),
    "analysed_h": ("analysed", False),
    "observed_person_h": ("person-\ntime", False),
    "lifts": ("lifts", True),
    "lowerings": ("lower\u00ad\nings", True),
    "bends": ("bends", True),
    "spine_bend_share": ("spine\nbends", True),
    "hinges": ("hinges", False),
    "squats": ("squats", False),
    "indeterminate": ("indeter\u00ad\nminate (mostly)", True),
    "lifts_per_person_h": ("lifts per\nperson-hour", True),
    "coverage": ("cover\u00ad\nage", True),
}
_MARKDOWN_ONLY: Final = {"shift_date": "date", "not_judged": "not judged"}
_LEGEND: Final = (
    "spine bends: of the lifts and lowerings with a verdict; bends: without a load, not judged here; "
    "coverage: share of the observed person-time in which technique can be judged"
)
_FEW: Final = (
    "suppressed: too few people are known to work there, or were in view for too short, to tell of it, or it "
    "would give such a group away; state how many work in a zone in the policy file "
    "([figures.workers_per_shift])"
)
_OF_PEOPLE: Final = (
    *("lifts", "observed_person_h", "judgeable_share", "lowerings", "bends", "spine_bend_share", "hinges"),
    *("spine_bends", "squats", "indeterminate", "not_judged", "lifts_per_person_h", "coverage"),
)
"""What is not told of a few people; the first of a table says so, in a column that is always shown."""


@dataclass(frozen=True)
class _Sheet:
    """A table that shows as many columns as the terminal has room for."""

    title: str
    frame: pd.DataFrame
    columns: dict[str, tuple[str, bool]]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """Yield the table for the width at hand."""
        wide = options.max_width >= WIDE
        shown = {name: head for name, (head, narrow) in self.columns.items() if wide or narrow}
        table = Table(title=self.title, title_justify="left", box=SIMPLE_HEAD, show_edge=False)
        table.padding = (0, 1, 0, 0)
        for name, head in shown.items():
            is_number = pd.api.types.is_numeric_dtype(self.frame[name]) and name != "indeterminate"
            table.add_column(
                head.replace("\u00ad", "-"), justify="right" if is_number else "left", overflow="fold"
            )
        for row in _worded(self.frame)[list(shown)].itertuples(index=False):
            table.add_row(*map(Text, row))
        yield table if len(self.frame) else Text(f"{self.title}: {NO_DATA}")
        yield Text()


def renderables(cameras: pd.DataFrame, shifts: pd.DataFrame, notes: Sequence[str]) -> list[RenderableType]:
    """Return the tables, one of shifts per date, and below them what needs attention."""
    dates = shifts.groupby("shift_date") if len(shifts) else [("", shifts)]
    sheets = [_Sheet(f"Shifts {date}".strip(), rows, _SHIFTS) for date, rows in dates]
    legend = [Text(words, style="dim") for words in _legends(cameras, shifts)]
    lines = [Text(f"! {note}") for note in notes] or [Text(ALL_READ)]
    return [_Sheet("Cameras", cameras, _CAMERAS), *sheets, *legend, Group(Text(), *lines)]


def markdown(site: str, cameras: pd.DataFrame, shifts: pd.DataFrame, notes: Sequence[str]) -> str:
    """Return the whole digest as Markdown."""
    parts = [
        f"# {site}: morning digest",
        f"## Cameras\n\n{_markdown(cameras, _CAMERAS)}",
        f"## Shifts\n\n{_markdown(shifts, _SHIFTS)}",
        *_legends(cameras, shifts),
        "## Attention\n\n" + "\n".join(f"- {_cell(note)}" for note in notes or [ALL_READ]),
    ]
    return "\n\n".join(parts) + "\n"


def _legends(cameras: pd.DataFrame, shifts: pd.DataFrame) -> list[str]:
    """Return what the tables need to be understood."""
    few = bool(cameras["suppressed"].any() or shifts["suppressed"].any())
    return [*([_LEGEND] if len(shifts) else []), *([_FEW] if few else [])]


def duration(hours: float) -> str:
    """Return a duration in the unit in which it reads well: seconds, minutes or hours."""
    if hours < 1 / 60:
        return f"{hours * 3600:.0f} s"
    return f"{hours * 60:.1f} min" if hours < 1 else f"{hours:.1f} h"


def _worded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return every cell as text."""
    words = {name: [_word(name, value) for value in frame[name]] for name in frame.columns}
    if "lifts_per_person_h" in frame:
        rates = zip(words["lifts_per_person_h"], frame["analysed_h"] > 0, strict=True)
        words["lifts_per_person_h"] = [
            TOO_LITTLE if rate == NO_DATA and watched else rate for rate, watched in rates
        ]
        reasons = [REASON_WORDS.get(reason, "") for reason in frame["main_reason"]]
        counts = zip(words["indeterminate"], reasons, strict=True)
        words["indeterminate"] = [f"{count} {reason}".strip() for count, reason in counts]
    told = [name for name in _OF_PEOPLE if name in words]
    for at in np.flatnonzero(frame["suppressed"]).tolist():
        for name in told:
            words[name][at] = SUPPRESSED if name == told[0] else ""
    return pd.DataFrame(words, dtype="str")


def _word(column: str, value: str | float | None) -> str:
    if pd.isna(value):
        return "" if column in ("zone", "problem") else NO_DATA
    if column in ("judgeable_share", "coverage"):
        return "<1%" if 0 < float(value) < 0.005 else f"{value:.0%}"
    if column == "lifts_per_person_h":
        return f"{value:.1f}"
    return duration(float(value)) if column.endswith("_h") else str(value)


def _markdown(frame: pd.DataFrame, columns: dict[str, tuple[str, bool]]) -> str:
    if frame.empty:
        return NO_DATA
    named = _MARKDOWN_ONLY | {name: head for name, (head, _) in columns.items()}
    shown = {name: named[name] for name in frame.columns if name in named}
    heads = [_in_one_line(head) for head in shown.values()]
    rows = [heads, ["---"] * len(heads), *_worded(frame)[list(shown)].to_numpy().tolist()]
    return "\n".join("| " + " | ".join(map(_cell, row)) + " |" for row in rows)


def _in_one_line(head: str) -> str:
    return head.replace("\u00ad\n", "").replace("-\n", "-").replace("\n", " ")


def _cell(words: str) -> str:
    return " ".join(words.split()).replace("|", "\\|")
