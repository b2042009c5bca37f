"""Counts over a whole site that may stand beside figures of which some are suppressed.

A sum of all lifts less those of the zones that are shown would be the lifts of the hidden ones. Rounded, it
leaves them as open as the figures per shift do.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from detectors.shift_table import Shown
from pipelines.exposure.shift_cells import LEAST_WIDTH


def any_suppressed(figures: Iterable[pd.DataFrame]) -> bool:
    """Return whether any row of tables `SHIFT_METRICS` is suppressed."""
    return any(bool((table["status"] == Shown.SUPPRESSED).any()) for table in figures)


def in_tens(counts: pd.DataFrame) -> pd.DataFrame:
    """Return counts rounded to the nearest ten, halves up, so that each stays open by ten."""
    tens = np.floor(counts.to_numpy(dtype=np.float64) / LEAST_WIDTH + 0.5) * LEAST_WIDTH
    return pd.DataFrame(tens, counts.index, counts.columns).astype("int64")
