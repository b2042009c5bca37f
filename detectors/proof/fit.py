"""Fit the calibration of the back on lifts whose flexion is known."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.back_calibration import BackCalibration, Calibration, ViewBand, fit_calibration
from detectors.ski_pole import COLUMNS

Array = NDArray[np.float64]

YAW_DEG: Final = ((-45.0, -20.0), (-20.0, 20.0), (20.0, 75.0))
"""Bands of the measured view, from behind to the front; beyond them the curve is seen edge-on."""

LARGEST_ERROR: Final = 3.0
"""Times the usual standard error: one misplaced point can bend a line, and nobody judges such a lift."""


def fit_back(table: pd.DataFrame, weights_sha256: str, provenance: str) -> BackCalibration:
    """Return a line per band of views, all from the measure that errs least on lifts left out of the fit.

    Parameters
    ----------
    table
        One row per true lift, as `proof.lifts` wants it; of those found, the rows with all measures and
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
    names = [name for name, _ in COLUMNS]
    usable = _usable(table)
    fits = {name: _fits(usable, name, provenance) for name in names}
    best = min(names, key=lambda name: _mae_deg(fits[name]))
    bands = tuple(
        ViewBand(
            yaw_above_deg=above,
            yaw_up_to_deg=up_to,
            slope=line.slope,
            intercept_deg=line.intercept_deg,
            residual_sd_deg=line.residual_sd_deg,
            mae_deg=line.mae_deg,
            measure=best,
        )
        for (above, up_to), (line, _) in zip(YAW_DEG, fits[best], strict=True)
    )
    return BackCalibration(weights_sha256, provenance, bands)


def _usable(table: pd.DataFrame) -> pd.DataFrame:
    """Return the lifts with all measures: one that is known only where it is easy would look the best."""
    names = [name for pair in COLUMNS for name in pair]
    known = table.dropna(subset=["view_yaw_deg", "true_flexion_deg", *names])
    errors = known[[name_se for _, name_se in COLUMNS]].astype(float)
    return known[(errors <= LARGEST_ERROR * errors.median()).all(axis=1)]


def _fits(usable: pd.DataFrame, measure: str, provenance: str) -> list[tuple[Calibration, int]]:
    """Return the line of each band, with its number of lifts."""
    yaw, error = usable["view_yaw_deg"].to_numpy(dtype=float), dict(COLUMNS)[measure]
    fits = []
    for above, up_to in YAW_DEG:
        band = usable[(yaw > above) & (yaw <= up_to)]
        measured, se, true = (
            band[name].to_numpy(dtype=float) for name in (measure, error, "true_flexion_deg")
        )
        where = f"{provenance}, views from {above:g} to {up_to:g} deg"
        line = fit_calibration(measured, true, band["clip"].to_numpy(), where)
        fits.append((without_measure(line, se), len(band)))
    return fits


def without_measure(line: Calibration, measured_se: Array) -> Calibration:
    """Return a line whose residual lacks what the measure's own errors put into it.

    A flexion's standard error adds the error of its own measure to the residual; counted in both, every
    error would be too large. At least half of the residual stays, as the errors are estimates.
    """
    by_measure = line.slope * float(np.median(measured_se))
    left = line.residual_sd_deg**2 - by_measure**2
    return replace(line, residual_sd_deg=float(np.sqrt(max(left, (0.5 * line.residual_sd_deg) ** 2))))


def _mae_deg(fits: list[tuple[Calibration, int]]) -> float:
    return float(np.average([line.mae_deg for line, _ in fits], weights=[n for _, n in fits]))
