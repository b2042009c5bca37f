"""Fit the calibration of the back on lifts whose flexion is known."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.back_calibration import (
    LEAST_GROUPS,
    MEASURES,
    BackCalibration,
    CalibrationError,
    Term,
    ViewBand,
    weigh,
)
from detectors.ski_pole import COLUMNS

Array = NDArray[np.float64]

YAW_DEG: Final = ((-45.0, -20.0), (-20.0, 20.0), (20.0, 75.0))
"""Bands of the measured view, from behind to the front; beyond them the curve is seen edge-on."""

LARGEST_ERROR: Final = 3.0
"""Times the usual standard error: one misplaced point can bend a fit, and nobody judges such a lift."""

DRAWN_IN: Final = 3.0
"""See `weigh`. From 1 to 30 the error on lifts left out hardly moves; above, the slope on the truth falls."""


def fit_back(table: pd.DataFrame, weights_sha256: str, provenance: str) -> BackCalibration:
    """Return how the back's measures give the flexion, and how far off it is in each band of views.

    Parameters
    ----------
    table
        One row per true lift, as `proof.lifts` wants it; of those found, the rows with all changes and
        the view known and with errors of the usual size are used.
    weights_sha256
        Of the weights that saw the backs.
    provenance
        What the table was measured on.

    Raises
    ------
    CalibrationError
        If a band has fewer than three such lifts.
    """
    usable = _usable(table)
    yaw = usable["view_yaw_deg"].to_numpy(dtype=float)
    measured = usable[list(MEASURES)].astype(float)
    for above, up_to in YAW_DEG:
        lifts = usable.loc[(yaw > above) & (yaw <= up_to), "clip"].nunique()
        if lifts < LEAST_GROUPS:
            where = f"{provenance}, views from {above:g} to {up_to:g} deg"
            raise CalibrationError(
                f"calibration {where!r}: {lifts} clips with a known back, expected {LEAST_GROUPS}"
            )
    found = weigh(
        measured.fillna(measured.mean()).to_numpy(),
        usable["true_flexion_deg"].to_numpy(dtype=float),
        usable["clip"].to_numpy(),
        DRAWN_IN,
    )
    terms = tuple(
        Term(name, float(slope), float(usual))
        for name, slope, usual in zip(MEASURES, found.slopes, found.usual, strict=True)
    )
    own_se = np.abs(usable[[se for _, se in COLUMNS]].to_numpy(dtype=float) @ found.slopes[: len(COLUMNS)])
    bands = [
        _band(view, found.left_out_off_deg[here], own_se[here])
        for view in YAW_DEG
        if (here := (yaw > view[0]) & (yaw <= view[1])).any()
    ]
    return BackCalibration(weights_sha256, provenance, found.usual_deg, terms, tuple(bands))


def without_own(residual_sd_deg: float, own_se_deg: float) -> float:
    """Return what is left of a residual without what the measures' own errors put into it.

    A flexion's standard error adds the error of its own measures to the residual; counted in both, every
    error would be too large. At least half of the residual stays, as the errors are estimates.
    """
    left = residual_sd_deg**2 - own_se_deg**2
    return float(np.sqrt(max(left, (0.5 * residual_sd_deg) ** 2)))


def _usable(table: pd.DataFrame) -> pd.DataFrame:
    """Return the lifts with all changes: one that is known only where it is easy would look the best."""
    names = [name for pair in COLUMNS for name in pair]
    known = table.dropna(subset=["view_yaw_deg", "true_flexion_deg", *names])
    known = known[known["view_yaw_deg"].gt(YAW_DEG[0][0]) & known["view_yaw_deg"].le(YAW_DEG[-1][1])]
    errors = known[[name_se for _, name_se in COLUMNS]].astype(float)
    return known[(errors <= LARGEST_ERROR * errors.median()).all(axis=1)]


def _band(view: tuple[float, float], off_deg: Array, own_se_deg: Array) -> ViewBand:
    residual = float(np.sqrt(np.mean(off_deg**2)))
    return ViewBand(
        yaw_above_deg=view[0],
        yaw_up_to_deg=view[1],
        residual_sd_deg=without_own(residual, float(np.median(own_se_deg))),
        mae_deg=float(np.mean(np.abs(off_deg))),
    )
