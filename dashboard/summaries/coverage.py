"""Is the data of a day complete? What came in and was analysed, camera by camera and shift by shift."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from dashboard.wording import mark
from detectors.shift_table import Level

COLUMNS: Final = [
    "shift_date", "shift", "level", "zone", "camera_id", "status", "start_utc", "end_utc",
    "cameras", "cameras_without_data", "expected_h", "received_h", "excluded_h", "analysed_h",
    "observed_person_h",
]  # fmt: skip
"""What is needed of the figures of the shifts."""

COMPLETE_FROM: Final = 0.98
"""A recorder loses seconds where one file ends and the next begins."""


class State(StrEnum):
    """How much of a camera's shift was analysed."""

    COMPLETE = "complete"
    PARTLY = "partly"
    NOTHING = "nothing"
    NOT_EXPECTED = "not_expected"


WORDS: Final = {
    State.COMPLETE: mark("complete"),
    State.PARTLY: mark("partly"),
    State.NOTHING: mark("no data"),
    State.NOT_EXPECTED: mark("not expected"),
}
ICONS: Final = {State.COMPLETE: "●", State.PARTLY: "◐", State.NOTHING: "○", State.NOT_EXPECTED: "·"}
"""Shapes, so that nobody needs the colours."""


@dataclass(frozen=True)
class Coverage:
    """What of some shifts was seen.

    Attributes
    ----------
    cells
        One row per camera and shift: ``shift_date``, ``shift``, ``start_utc``, ``zone``, ``camera_id``,
        ``expected_h``, ``received_h``, ``excluded_h``, ``analysed_h``, ``missing_h`` and ``state``
        (`State`), in the order of time.
    failed
        Cameras of which nothing was analysed in any shift that expected them.
    expected_h, analysed_h, missing_h, excluded_h
        Camera-hours in all; missing is what was expected and not analysed, excluded what the
        policy leaves out since the clock of the camera was wrong.
    """

    cells: pd.DataFrame
    failed: tuple[str, ...]
    expected_h: float
    analysed_h: float
    missing_h: float
    excluded_h: float

    @property
    def complete(self) -> bool:
        """Whether every camera's shift is complete; false where nothing was expected."""
        return not self.cells.empty and bool((self.cells["state"] == State.COMPLETE).all())


def coverage(metrics: pd.DataFrame) -> Coverage:
    """Return what of the shifts was seen.

    Parameters
    ----------
    metrics
        Rows of the figures per shift with `COLUMNS`, already limited to what is asked for. Only those of
        cameras count. Suppressed rows have their hours, too: coverage tells of nobody.
    """
    cells = metrics.loc[metrics["level"] == Level.CAMERA].sort_values(["start_utc", "zone", "camera_id"])
    cells = cells[["shift_date", "shift", "start_utc", "zone", "camera_id", *_HOURS]].reset_index(drop=True)
    cells[_HOURS] = cells[_HOURS].fillna(0.0)
    cells["missing_h"] = (cells["expected_h"] - cells["analysed_h"]).clip(lower=0.0)
    cells["state"] = pd.Series(_states(cells), dtype="str", index=cells.index)
    dark = cells[cells["state"] != State.NOT_EXPECTED].groupby("camera_id", sort=False)["state"]
    failed = dark.agg(lambda states: bool((states == State.NOTHING).all()))
    return Coverage(
        cells,
        tuple(str(name) for name in failed.index[failed.astype(bool)]),
        float(cells["expected_h"].sum()),
        float(cells["analysed_h"].sum()),
        float(cells["missing_h"].sum()),
        float(cells["excluded_h"].sum()),
    )


_HOURS: Final = ["expected_h", "received_h", "excluded_h", "analysed_h"]


def _states(cells: pd.DataFrame) -> list[str]:
    expected, analysed = cells["expected_h"], cells["analysed_h"]
    conditions = [analysed <= 0.0, analysed < COMPLETE_FROM * expected]
    states = np.select(conditions, [State.NOTHING, State.PARTLY], State.COMPLETE)
    return [
        str(state) for state in np.where((expected <= 0.0) & (analysed <= 0.0), State.NOT_EXPECTED, states)
    ]
