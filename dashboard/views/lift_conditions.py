"""Part of the page Lift: what a verdict needs, and what this lift had of it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard import parts
from dashboard.context import Context
from dashboard.summaries.lift import Why
from dashboard.views.listing import listing
from dashboard.wording import NO_DATA, mark
from detectors.columns import unit_of

CONDITIONS: Final = {
    "person_height_px": mark("Height of the person in the picture"),
    "view_angle_deg": mark("Angle of the camera off the side"),
    "seen_share": mark("Share of pictures with shoulder, hip, knee and ankle seen"),
    "overlap_share": mark("Covered by another person"),
    "frames_around_peak": mark("Pictures around the farthest lean"),
    "trunk_inclination_peak_deg": mark("Lean of the trunk"),
    "standing_reference_s": mark("Time seen standing, to compare with"),
    "standing_windows": mark("Stretches seen standing, to compare with"),
    "back_chord_ratio": mark("Length from hips to shoulders over that standing"),
    "spine_flexion_se_deg": mark("Standard error of the flexion"),
}
UNITS: Final = {"deg": "°", "px": " px", "s": " s"}


def conditions(at: Context, judged: Why) -> None:
    """Draw what had to be fulfilled for a verdict, and what was."""
    say = at.say
    st.subheader(say("What a verdict needs"))
    rows = [
        {
            "met": say("✓ met") if row["met"] else say("✗ not met"),
            "condition": named(at, row),
            "measured": shown(at, row["column"], row["measured"]),
            "needed": needed(at, row),
        }
        for row in judged.conditions.to_dict("records")
    ]
    heads = {
        "met": say("Result"),
        "condition": say("Condition"),
        "measured": say("Measured"),
        "needed": say("Needed"),
    }
    table = pd.DataFrame(rows)
    listing(table, heads)
    parts.download_row(at, "lift", say("What a verdict needs"), table)


def named(at: Context, row: Mapping[Hashable, Any]) -> str:
    """Return what a condition is about, in words."""
    name = CONDITIONS[row["column"]]
    return at.say(name)


def needed(at: Context, row: Mapping[Hashable, Any]) -> str:
    """Return what a condition asks for."""
    limit = shown(at, row["column"], row["limit"])
    return (
        at.say("at least {limit}", limit=limit) if row["at_least"] else at.say("at most {limit}", limit=limit)
    )


def shown(at: Context, column: str, value: float) -> str:
    """Return a measure with its unit, a dash where it is unknown."""
    if pd.isna(value):
        return NO_DATA
    if column.endswith("_share"):
        return at.say.percent(value)
    digits = 2 if column.endswith("_ratio") else 1 if column.endswith("_s") else 0
    return f"{at.say.number(value, digits)}{UNITS.get(unit_of(column), '')}"
