"""From the measured change of the back to degrees of lumbar and thoracic flexion.

The angle between lines through points on the back is not the flexion of the spine below them: the points
ride on the vertebrae and soft tissue. A `Calibration` is fitted where the flexion is known, and says how well
it did on people that it had not seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import linregress

from detectors.ski_pole import COLUMNS

Array = NDArray[np.float64]

LEAST_GROUPS: Final = 3


class CalibrationError(ValueError):
    """There is no line to fit; one sentence says why."""


@dataclass(frozen=True)
class Calibration:
    """Degrees of flexion = ``intercept_deg`` + ``slope`` x the measured change.

    Attributes
    ----------
    slope, intercept_deg
        Flexion per unit of the measure, and flexion where it shows no change.
    residual_sd_deg, mae_deg
        Spread and mean absolute size of the errors on groups left out of the fit.
    provenance
        What it was fitted on: data, pose model, measure.
    """

    slope: float
    intercept_deg: float
    residual_sd_deg: float
    mae_deg: float
    provenance: str

    def flexion_deg(self, measured: ArrayLike) -> Array:
        """Return the change of lumbar and thoracic flexion together, same shape; NaN stays NaN."""
        return np.asarray(self.intercept_deg + self.slope * np.asarray(measured, dtype=float))

    def flexion_se_deg(self, measured_se: ArrayLike) -> Array:
        """Return the standard error of the flexion for a standard error of the measure.

        The residual is what is left of the fit's errors beside those of the measure: see `fit_calibration`.
        """
        return np.hypot(self.slope * np.asarray(measured_se, dtype=float), self.residual_sd_deg)


@dataclass(frozen=True)
class ViewBand:
    """The line for lifts of one range of views, from the column ``measure``.

    The range is one of the column ``view_yaw_deg``, above ``yaw_above_deg`` and up to ``yaw_up_to_deg``:
    from the front the near half of the back stands before the spine, from behind it does not.
    """

    yaw_above_deg: float
    yaw_up_to_deg: float
    slope: float
    intercept_deg: float
    residual_sd_deg: float
    mae_deg: float
    measure: str


@dataclass(frozen=True)
class BackCalibration:
    """How the flexion follows from what one model of the back measures, for each band of views.

    Attributes
    ----------
    weights_sha256
        Of the file of weights whose points it was fitted on: other weights err in other ways.
    provenance
        What it was fitted on.
    bands
        From behind to the front; outside of them nothing is known.

    Raises
    ------
    ValueError
        If a value can't be; the message names every fault.
    """

    weights_sha256: str
    provenance: str
    bands: tuple[ViewBand, ...]

    def __post_init__(self) -> None:
        known = [name for name, _ in COLUMNS]
        faults = [
            f"measure {band.measure!r} is unknown, expected one of {', '.join(known)}"
            for band in self.bands
            if band.measure not in known
        ]
        if not self.bands:
            faults.append("no bands, expected at least one")
        ends = [end for band in self.bands for end in (band.yaw_above_deg, band.yaw_up_to_deg)]
        if not all(lower <= upper for lower, upper in pairwise(ends)):
            faults.append(f"the bands end at {ends}, expected none to reach into the next")
        if not all(band.residual_sd_deg >= 0 for band in self.bands):
            faults.append("a residual_sd_deg is negative")
        if faults:
            raise ValueError("; ".join(faults))

    def flexion_deg(self, row: Mapping[str, float], view_yaw_deg: float) -> tuple[float, float]:
        """Return flexion and its standard error for a row of `ski_pole.back_row`; NaN outside the bands.

        Parameters
        ----------
        row
            The changes of the back with their standard errors.
        view_yaw_deg
            Off the side, positive from the front, negative from behind; NaN = unknown.
        """
        band = next(
            (band for band in self.bands if band.yaw_above_deg < view_yaw_deg <= band.yaw_up_to_deg), None
        )
        if band is None:
            return float("nan"), float("nan")
        line = Calibration(
            band.slope, band.intercept_deg, band.residual_sd_deg, band.mae_deg, self.provenance
        )
        measured, measured_se = row[band.measure], row[dict(COLUMNS)[band.measure]]
        return float(line.flexion_deg(measured)), float(line.flexion_se_deg(measured_se))


def fit_calibration(
    measured: Array, true_deg: Array, groups: NDArray[np.generic], provenance: str
) -> Calibration:
    """Return the straight line that gives the true flexion from a measured change.

    Parameters
    ----------
    measured, true_deg
        One entry per bend, shape (n,); pairs with NaN are left out.
    groups
        The person, or the clip, of each entry, shape (n,): each is predicted by a fit on the others.
    provenance
        Names the data, so that renders and real people are never mixed unnoticed.

    Raises
    ------
    CalibrationError
        If fewer than three groups have known pairs, or the measure is the same in all of them.
    """
    known = np.isfinite(measured) & np.isfinite(true_deg)
    x, y, group = measured[known], true_deg[known], groups[known]
    names = np.unique(group)
    if len(names) < LEAST_GROUPS:
        raise CalibrationError(
            f"calibration {provenance!r}: {len(names)} groups with known pairs, expected 3"
        )
    predicted = np.empty_like(y)
    for name in names:
        out = group == name
        slope, intercept = _line(x[~out], y[~out], provenance)
        predicted[out] = intercept + slope * x[out]
    off = predicted - y
    slope, intercept = _line(x, y, provenance)
    return Calibration(
        slope=slope,
        intercept_deg=intercept,
        residual_sd_deg=float(np.sqrt(np.mean(off**2))),
        mae_deg=float(np.mean(np.abs(off))),
        provenance=provenance,
    )


def _line(x: Array, y: Array, provenance: str) -> tuple[float, float]:
    if np.ptp(x) == 0:
        raise CalibrationError(
            f"calibration {provenance!r}: the measure is always {x[0]:g}, expected it to differ"
        )
    fit = linregress(x, y)
    return float(fit.slope), float(fit.intercept)
