"""Whether a camera's clock slips steadily, as far as its recordings of one date can tell.

Two things tell it. Where whatever writes the files has a clock of its own, the time from the end of a
recording, by the camera, until its file was last written grows or shrinks from recording to recording. And
where one recording follows another without a break, their starts by the camera's clock run away from the
lengths of what was recorded; so they do too where the recorder loses, or records twice, a moment at each
file, which can't be told apart. Files that were copied in batches tell nothing: they jump, they don't slip.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import theilslopes

LEAST_RECORDINGS: Final = 8
LEAST_SPAN_S: Final = 7200.0
LEAST_SLIP_S: Final = 10.0
"""Less within a date moves hardly anything into another shift, and rounded starts look like it."""

MOST_SHARE: Final = 0.01
"""Of the time, that a clock slips at most, 36 s in an hour; what slips faster was copied, not recorded."""

STEADY: Final = 0.2
"""Share of the slip that half of the recordings may lie off the line."""

BREAK_S: Final = 60.0
"""A longer gap, or overlap, between two recordings is no slip of a clock."""

Array = NDArray[np.float64]


def slip_s(rows: pd.DataFrame) -> float:
    """Return how far the clock of a camera ran ahead over its recordings of a date; NaN if it can't be told.

    Parameters
    ----------
    rows
        Recordings of one camera in the order of their starts: ``start_utc``, ``end_utc``, and
        ``written_utc``, when the file was last written, null where unknown.
    """
    written = rows.dropna(subset=["written_utc"])
    late_s = (written["end_utc"] - written["written_utc"]).dt.total_seconds()
    slip = _steady_s(_since_first_s(written), np.asarray(late_s, dtype=np.float64))
    return slip if not np.isnan(slip) else _of_lengths_s(rows)


def _of_lengths_s(rows: pd.DataFrame) -> float:
    """Return how far the starts run ahead of the lengths in the longest series without a break."""
    gaps_s = (rows["start_utc"] - rows["end_utc"].shift()).dt.total_seconds()
    series = (gaps_s.abs() > BREAK_S).cumsum()
    if series.empty:
        return float("nan")
    longest = rows[series == series.mode().iloc[0]]
    ahead_s = np.concatenate([[0.0], gaps_s[longest.index[1:]]]).cumsum()
    return _steady_s(_since_first_s(longest), ahead_s)


def _since_first_s(rows: pd.DataFrame) -> Array:
    since: Array = (rows["start_utc"] - rows["start_utc"].min()).dt.total_seconds().to_numpy(np.float64)
    return since


def _steady_s(elapsed_s: Array, ahead_s: Array) -> float:
    if len(elapsed_s) < LEAST_RECORDINGS or np.ptp(elapsed_s) < LEAST_SPAN_S:
        return float("nan")
    slope, intercept, *_ = theilslopes(ahead_s, elapsed_s)
    slip = float(slope * np.ptp(elapsed_s))
    off_s = float(np.median(np.abs(ahead_s - intercept - slope * elapsed_s)))
    steady = abs(slope) <= MOST_SHARE and off_s <= STEADY * abs(slip)
    return slip if steady and abs(slip) >= LEAST_SLIP_S else float("nan")
