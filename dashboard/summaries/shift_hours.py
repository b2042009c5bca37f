"""When and where the low bends of a shift were: zone by hour of the clock, small cells hidden."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from detectors.shift_table import Level, Shown
from pipelines.exposure.bend_hours import ALL, Seen, bends_by_hour
from pipelines.exposure.rates import per_person_hour
from pipelines.exposure.shift_cells import LEAST_WIDTH
from pipelines.exposure.small_groups import Rule
from pipelines.judging.figure_policy import Figures

COUNTS: Final = ["bends", "low_bends", "spine_bends", "judged"]


class Cell(StrEnum):
    """What there is to tell of a zone in an hour."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    NOBODY = "nobody"
    NO_DATA = "no_data"


def bends_by_zone_and_hour(
    seen: Seen, metrics: pd.DataFrame, figures: Figures, hours: list[int]
) -> pd.DataFrame:
    """Return the low bends of each zone and hour of one shift, those of small groups hidden.

    Heights are not told apart here, so that no cell can be had by setting one table off against another.
    A zone whose shift is hidden is hidden in every hour.

    Parameters
    ----------
    seen
        Lifts, lowerings and bends of the shift, and its minutes, of all cameras.
    metrics
        Figures of that shift.
    figures
        What the policy shows and hides.
    hours
        Hours of the clock in the order of the shift.

    Returns
    -------
    DataFrame
        ``zone``, ``hour``, ``cell`` (`Cell`), ``observed_person_h``, ``bends`` (movements of any kind),
        ``low_bends``, ``spine_bends``, ``judged``, and low bends per observed person-hour as ``rate``,
        ``rate_low`` and ``rate_high``; NaN where not shown.
    """
    rule = Rule(figures.least_group_size, figures.least_observed_h, LEAST_WIDTH)
    one_band = seen.lifts.assign(origin_band=pd.Series(pd.NA, index=seen.lifts.index, dtype="str"))
    counts = bends_by_hour(replace(seen, lifts=one_band), rule)
    counts = counts[(counts["origin_band"] != ALL) & (counts["hour"] != ALL)]
    counts = counts.assign(hour=counts["hour"].astype("int64"), hidden=counts["hidden"].astype("bool"))
    by_cell = counts.groupby(["zone", "hour"]).agg({**dict.fromkeys(COUNTS, "sum"), "hidden": "any"})
    zones = metrics.loc[metrics["level"] == Level.ZONE].set_index("zone")["status"]
    index = pd.MultiIndex.from_product([list(zones.index), hours], names=["zone", "hour"])
    seconds = seen.exposure.groupby(["zone", "hour"])[["analysed_s", "observed_person_s"]].sum()
    cells = by_cell.reindex(index).join(seconds.reindex(index).fillna(0.0)).reset_index()
    cells[COUNTS] = cells[COUNTS].astype("float64").fillna(0.0)
    zone_hidden = cells["zone"].map(zones) == Shown.SUPPRESSED
    cells["cell"] = _states(cells, (cells["hidden"].eq(True) | zone_hidden).to_numpy(dtype=np.bool_))
    cells["observed_person_h"] = cells["observed_person_s"] / 3600.0
    shown = cells["cell"] == Cell.SHOWN
    told = [*COUNTS, "observed_person_h"]
    cells[told] = cells[told].where(shown)
    rate = per_person_hour(cells["low_bends"].to_numpy(), cells["observed_person_h"].to_numpy())
    cells = cells.assign(rate=rate.value, rate_low=rate.low, rate_high=rate.high)
    return cells[["zone", "hour", "cell", "observed_person_h", *COUNTS, "rate", "rate_low", "rate_high"]]


def _states(cells: pd.DataFrame, hidden: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> pd.Series:
    # Nothing analysed comes first: it is about cameras, and tells of nobody.
    unseen = cells["analysed_s"] <= 0.0
    nobody = cells["observed_person_s"] <= 0.0
    states = np.select([unseen, hidden, nobody], [Cell.NO_DATA, Cell.HIDDEN, Cell.NOBODY], Cell.SHOWN)
    return pd.Series(states.astype(str), index=cells.index)


def hours_of(start: pd.Timestamp, end: pd.Timestamp) -> list[int]:
    """Return the hours of the clock that a shift touches, in its order, each once.

    Parameters
    ----------
    start, end
        Local times; where clocks go back, the hour that comes twice stands once.
    """
    # In UTC, for local steps would jump where clocks change.
    first, last = start.tz_convert("UTC").floor("h"), end.tz_convert("UTC")
    steps = pd.date_range(first, last, freq="h", inclusive="left").tz_convert(start.tz)
    return list(dict.fromkeys(steps.hour.tolist()))
