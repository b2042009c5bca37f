"""From the measured back to degrees of lumbar and thoracic flexion.

The angle between lines through points on the back is not the flexion of the spine below them: the points
ride on the vertebrae and soft tissue. A `BackCalibration` is fitted where the flexion is known, and says how
well it did on people that it had not seen. It weighs the whole curve, bent and standing, beside the measured
changes: which point errs how much is not alike, and the shape of those who stand is seen least well.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.ski_pole import COLUMNS, SHAPES

Array = NDArray[np.float64]

MEASURES: Final = (*(name for name, _ in COLUMNS), *SHAPES)
"""Columns that a calibration may weigh; the changes, which come first, must be known."""

LEAST_GROUPS: Final = 3


class CalibrationError(ValueError):
    """There is nothing to fit; one sentence says why."""


@dataclass(frozen=True)
class Term:
    """Degrees of flexion per unit of one measure, and the value that stands for one that is not known."""

    measure: str
    slope: float
    usual: float


@dataclass(frozen=True)
class ViewBand:
    """How far off the flexion is for lifts of one range of views.

    The range is one of the column ``view_yaw_deg``, above ``yaw_above_deg`` and up to ``yaw_up_to_deg``:
    from the front the near half of the back stands before the spine, from behind it does not. Spread and
    mean absolute size are those of the errors on lifts left out of the fit.
    """

    yaw_above_deg: float
    yaw_up_to_deg: float
    residual_sd_deg: float
    mae_deg: float


@dataclass(frozen=True)
class BackCalibration:
    """How the flexion follows from what one model of the back measures.

    Attributes
    ----------
    weights_sha256
        Of the file of weights whose points it was fitted on: other weights err in other ways.
    provenance
        What it was fitted on.
    usual_deg
        Flexion where every measure has its usual value.
    terms
        What each measure adds.
    bands
        From behind to the front; outside of them nothing is known.

    Raises
    ------
    ValueError
        If a value can't be; the message names every fault.
    """

    weights_sha256: str
    provenance: str
    usual_deg: float
    terms: tuple[Term, ...]
    bands: tuple[ViewBand, ...]

    def __post_init__(self) -> None:
        faults = [
            f"measure {term.measure!r} is unknown, expected one of {', '.join(MEASURES)}"
            for term in self.terms
            if term.measure not in MEASURES
        ]
        if not any(term.measure in dict(COLUMNS) for term in self.terms):
            faults.append("no term is a change of the back, expected at least one")
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
        """Return flexion and its standard error for the columns of a back; NaN outside the bands.

        Parameters
        ----------
        row
            The changes of the back with their standard errors, as of `ski_pole.back_row`, and its curves. A
            change that is unknown makes the flexion so; a point of a curve that is counts as usual.
        view_yaw_deg
            Off the side, positive from the front, negative from behind; NaN = unknown.
        """
        band = next(
            (band for band in self.bands if band.yaw_above_deg < view_yaw_deg <= band.yaw_up_to_deg), None
        )
        if band is None:
            return float("nan"), float("nan")
        added = [term.slope * (self._known(term, row) - term.usual) for term in self.terms]
        # The changes come from the same points: where one is too large, so are the others.
        own_se = abs(
            sum(term.slope * row[dict(COLUMNS)[term.measure]] for term in self.terms if _is_change(term))
        )
        return float(self.usual_deg + sum(added)), float(np.hypot(own_se, band.residual_sd_deg))

    def _known(self, term: Term, row: Mapping[str, float]) -> float:
        value = row[term.measure]
        return term.usual if np.isnan(value) and not _is_change(term) else value


@dataclass(frozen=True)
class Weighed:
    """What each measure adds, shape (k,), and by how much each bend was off in the fit that left it out."""

    usual_deg: float
    slopes: Array
    usual: Array
    left_out_off_deg: Array


def weigh(measured: Array, true_deg: Array, groups: NDArray[np.generic], drawn_in: float) -> Weighed:
    """Return how to weigh several measures of a bend so that they give its flexion: a ridge regression.

    Hoerl & Kennard 1970, Technometrics 12, 55: each slope, per standard deviation of its measure, is drawn
    towards nothing as if by so many lifts without any flexion, for measures that go together would else
    play one off against the other.

    Parameters
    ----------
    measured, true_deg
        One row per bend, shapes (n, k) and (n,), all known.
    groups
        The person, or the clip, of each bend, shape (n,): each is predicted by a fit on the others.
    drawn_in
        Lifts by which the slopes are drawn in; 0 for least squares.

    Raises
    ------
    CalibrationError
        If there are fewer than three groups, or a measure is the same in all bends.
    """
    names = np.unique(groups)
    if len(names) < LEAST_GROUPS:
        raise CalibrationError(f"{len(names)} groups of known bends, expected {LEAST_GROUPS}")
    flat = np.flatnonzero(np.ptp(measured, axis=0) == 0)
    if len(flat):
        raise CalibrationError(f"a measure is always {measured[0, flat[0]]:g}, expected it to differ")
    off = np.empty_like(true_deg)
    for name in names:
        out = groups == name
        usual_deg, slopes, usual = _ridge(measured[~out], true_deg[~out], drawn_in)
        off[out] = usual_deg + (measured[out] - usual) @ slopes - true_deg[out]
    return Weighed(*_ridge(measured, true_deg, drawn_in), off)


def _ridge(x: Array, y: Array, drawn_in: float) -> tuple[float, Array, Array]:
    usual, spread = x.mean(axis=0), np.maximum(x.std(axis=0), np.finfo(float).tiny)
    z = (x - usual) / spread
    slopes = np.linalg.solve(z.T @ z + drawn_in * np.eye(z.shape[1]), z.T @ (y - y.mean()))
    return float(y.mean()), slopes / spread, usual


def _is_change(term: Term) -> bool:
    return term.measure in dict(COLUMNS)
