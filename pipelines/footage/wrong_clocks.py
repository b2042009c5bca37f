"""The table of recordings whose camera's clock was wrong, and what of them the figures leave out."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum
from typing import Final

import pandas as pd

from detectors.columns import RECORDING, TableSpec, number, text


class ClockFault(StrEnum):
    """What shows that a clock was wrong."""

    FUTURE = "future"
    OVERLAP = "overlap"
    DRIFT = "drift"


CLOCK_FAULTS: Final = TableSpec(
    "clock_faults",
    "recording and what is wrong with its clock",
    ("footage_id", "camera_id", "fault"),
    (
        *RECORDING,
        text(
            "fault",
            "it ends after its file was written, it begins before the one before it ends, or the clock slips",
            "overlap",
            tuple(ClockFault),
        ),
        number("by_s", "the end, the overlap, or the slip ahead over recordings of the date", 240.0, None),
    ),
)
"""Filed under the site date of the recording, in one part, by the night that saw its file."""

PART: Final = "found"
_KEY: Final = ["camera_id", "footage_id"]


def is_left_out(rows: pd.DataFrame, faults: pd.DataFrame, named: Collection[ClockFault]) -> pd.Series:
    """Return whether each row is of a recording that the policy leaves out of the figures.

    Parameters
    ----------
    rows
        With ``camera_id`` and ``footage_id``.
    faults
        Rows of `CLOCK_FAULTS`.
    named
        The faults whose recordings are left out.
    """
    bad = faults.loc[faults["fault"].isin([str(one) for one in named]), _KEY]
    if bad.empty:
        return pd.Series(False, index=rows.index)
    keys = pd.MultiIndex.from_frame(rows[_KEY].astype("str"))
    return pd.Series(keys.isin(pd.MultiIndex.from_frame(bad.astype("str"))), index=rows.index)


def without(rows: pd.DataFrame, faults: pd.DataFrame, named: Collection[ClockFault]) -> pd.DataFrame:
    """Return lifts or minutes but those of recordings that the policy leaves out, numbered anew."""
    return rows[~is_left_out(rows, faults, named)].reset_index(drop=True)
