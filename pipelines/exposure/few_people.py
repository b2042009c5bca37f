"""Which zones and cameras of some shifts may not be told of, for whoever shows counts of them elsewhere.

The rule is that of the figures per shift, on the same rows: what these hide must not be had from a
digest or a list beside them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from detectors.shift_table import Level
from pipelines.exposure.crews import at_once, with_stated
from pipelines.exposure.shift_cells import hidden_rows
from pipelines.exposure.shift_counts import CAMERA, SHIFT, at_levels
from pipelines.judging.figure_policy import Figures

ZONE: Final = [*SHIFT, "zone"]


@dataclass(frozen=True)
class Suppressed:
    """What few people would be told of.

    Attributes
    ----------
    zones
        Indexed by shift_date, shift and zone: whether the figures of the zone must be hidden.
    cameras
        Cameras that must be hidden in any of the shifts; their sums over shifts give those away.
    """

    zones: pd.Series
    cameras: frozenset[str]


def suppressed(lifts: pd.DataFrame, exposure: pd.DataFrame, figures: Figures) -> Suppressed:
    """Return what must be hidden of some lifts and of the time in which they were seen.

    Parameters
    ----------
    lifts
        Lifts, lowerings and bends with ``zone``, ``camera_id``, ``shift`` and ``shift_date``.
    exposure
        Rows of the exposure table with ``shift`` and ``shift_date``. Rows that belong to no shift are
        hidden as those of one where both have a name for it.
    figures
        Least group size, least person-hours, and the workers of a zone where known.
    """
    seen = exposure.groupby(CAMERA)["observed_person_s"].sum() / 3600.0
    cells = pd.concat([lifts.groupby(CAMERA).size(), seen], axis=1, keys=["movements", "observed_person_h"])
    cells = cells.rename_axis(CAMERA).fillna(0.0)
    # A short look at people gives no number of them, but somebody was there.
    people = at_once(exposure, CAMERA).reindex(cells.index).fillna(0.0).clip(lower=1.0)
    cells["workers"] = with_stated(people.where(cells.any(axis=1), 0.0), figures.workers_per_shift)
    how = {"movements": "sum", "observed_person_h": "sum", "workers": "max"}
    rows = at_levels(cells.reset_index()).groupby(["level", *CAMERA]).agg(how).reset_index()
    hidden = hidden_rows(rows, figures.least_group_size, figures.least_observed_h)
    zones, cameras = (rows["level"] == level for level in (Level.ZONE, Level.CAMERA))
    index = pd.MultiIndex.from_frame(rows.loc[zones, ZONE])
    of_zones = pd.Series(hidden[zones].to_numpy(dtype=np.bool_), index)
    return Suppressed(of_zones, frozenset(rows.loc[cameras & hidden, "camera_id"]))
