"""How many people a group holds at least, without knowing who: the most in view at once, or those stated.

Tracks are no measure of it, for one worker may leave any number of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

LEAST_MINUTE_S: Final = 30.0
"""Analysed seconds of a minute from which its mean number of people in view counts."""


def at_once(exposure: pd.DataFrame, by: list[str]) -> pd.Series:
    """Return the most people in view of each group on average over a minute, rounded.

    More than one on average are two at once at least; rounding keeps out who was found twice for a
    moment. Groups without a minute of `LEAST_MINUTE_S` are left out.

    Parameters
    ----------
    exposure
        Rows of the exposure table.
    by
        Columns that make the groups.
    """
    minutes = exposure[exposure["analysed_s"] >= LEAST_MINUTE_S]
    people = (minutes["observed_person_s"] / minutes["analysed_s"]).round()
    return minutes[by].assign(workers=people).groupby(by)["workers"].max()


def with_stated(seen: pd.Series, stated: Mapping[str, int]) -> pd.Series:
    """Return the more of those seen and those stated for the zone, where anybody was seen.

    Parameters
    ----------
    seen
        Workers of each group, whose index has a level ``zone``; 0 stays 0.
    stated
        Workers of a zone in a shift, where they are known.
    """
    known = pd.Series(seen.index.get_level_values("zone").map(stated), seen.index, dtype="float64")
    return seen.where(seen == 0.0, np.fmax(seen, known))
