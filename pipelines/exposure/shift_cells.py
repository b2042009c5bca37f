"""Which rows of the figures per shift must be hidden: cameras within zones within the site.

A zone is the sum of its cameras and the site that of its zones. A row of few workers is hidden, and
with it as many others as it takes that no sum gives it back: among the cameras of a zone first,
then among the zones. All cameras of a hidden zone are hidden, so that they can't add up to it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.shift_table import Level
from pipelines.exposure.rates import Array
from pipelines.exposure.small_groups import Rule, publish

LEAST_WIDTH: Final = 10.0
"""Lifts, lowerings and bends by which a hidden count must stay open; fewer than these tell no share."""

_SHIFT: Final = ["shift_date", "shift"]
Mask = NDArray[np.bool_]


def hidden_rows(cells: pd.DataFrame, least_group_size: float, least_observed_h: float) -> pd.Series:
    """Return whether each row must be hidden, with the index of ``cells``.

    What is hidden depends on how much was seen, not on how it was judged: two policies with the
    same limits hide the same rows, so that their figures can't be played off against each other.

    Parameters
    ----------
    cells
        One row per shift and camera, zone and site: ``shift_date``, ``shift``, ``level``, ``zone``,
        ``movements`` (lifts, lowerings and bends), ``observed_person_h`` and ``workers``, 0 where
        nobody was seen. Such a row tells of nobody and is never hidden.
    least_group_size, least_observed_h
        Workers, and person-hours in view, below which a row is small.
    """
    rule = Rule(least_group_size, least_observed_h, LEAST_WIDTH)
    few = (cells["workers"] < rule.least_group_size) | (cells["observed_person_h"] < rule.least_observed_h)
    small = (cells["workers"] > 0) & few
    out = pd.Series(False, index=cells.index)
    touched = cells[_SHIFT].agg(tuple, axis=1).isin(set(cells.loc[small, _SHIFT].agg(tuple, axis=1)))
    for _, rows in cells[touched].groupby(_SHIFT, sort=False):
        out[rows.index] = _of_shift(rows, small[rows.index].to_numpy())
    return out


def _of_shift(rows: pd.DataFrame, small: Mask) -> Mask:
    hidden = small.copy()
    level, zone = rows["level"].to_numpy(), rows["zone"].to_numpy()
    movements, peopled = rows["movements"].to_numpy(dtype=float), rows["workers"].to_numpy() > 0
    zones, site = np.flatnonzero(level == Level.ZONE), np.flatnonzero(level == Level.SITE)
    for at in zones:
        cameras = np.flatnonzero((level == Level.CAMERA) & (zone == zone[at]))
        hidden[cameras], with_them = _complemented(movements[cameras], hidden[cameras], peopled[cameras])
        hidden[at] |= with_them
    hidden[zones], with_them = _complemented(movements[zones], hidden[zones], peopled[zones])
    hidden[site] |= with_them
    hidden[(level == Level.CAMERA) & peopled & np.isin(zone, zone[zones[hidden[zones]]])] = True
    return hidden


def _complemented(movements: Array, hidden: Mask, peopled: Mask) -> tuple[Mask, bool]:
    """Return the parts of a sum to hide so that none is given back, and whether the sum is one of them."""
    if not hidden.any():
        return hidden, False
    # Small or not is known here: 1 worker for those, 2 for the others, none where nobody was seen.
    groups = np.where(peopled, np.where(hidden, 1.0, 2.0), 0.0)[:, None]
    shown = publish(movements[:, None], groups, np.ones_like(groups), Rule(2.0, 0.0, LEAST_WIDTH))
    parts: Mask = np.any(shown.hidden[:-1], axis=1)
    return parts, bool(shown.hidden[-1].any())
