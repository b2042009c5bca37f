"""A site's own map from the machine's probability of a spine bend to what its reviewers say.

The map is a line on the logit ([1]_), of two numbers, since labels come in hundreds: isotonic regression
needs thousands ([2]_). It is drawn towards leaving all as it is, as far as the labels leave it open.

References
----------
.. [1] Platt 1999, Advances in Large Margin Classifiers; Cox 1958, Biometrika 45:562.
.. [2] Niculescu-Mizil & Caruana 2005, ICML.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

from detectors.thresholds import Calibration

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

FARTHEST_LOGIT: Final = 8.0
"""A probability within 0.0003 of 0 or 1 counts as that: the tails of the model are not known better."""

SLOPE_SPREAD: Final = 0.5
INTERCEPT_SPREAD: Final = 1.0
"""Standard deviations of how far the map of a site is expected to be from leaving all as it is."""


class NoBetterError(ValueError):
    """The fitted map is not offered; the message says why."""


def fit_map(p: Array, bent: Mask) -> Calibration:
    """Return the map that foretells the answers best, drawn towards leaving probabilities as they are.

    Raises
    ------
    NoBetterError
        If a higher probability does not mean a likelier bend.
    """
    x = _logit(p)

    def cost(line: Array) -> float:
        slope, intercept = line
        drawn = ((slope - 1.0) / SLOPE_SPREAD) ** 2 + (intercept / INTERCEPT_SPREAD) ** 2
        return float(np.logaddexp(0.0, np.where(bent, -1.0, 1.0) * (slope * x + intercept)).sum() + drawn / 2)

    slope, intercept = minimize(cost, np.array([1.0, 0.0]), method="BFGS").x
    if slope <= 0.0:
        raise NoBetterError("lifts with a higher probability are no likelier spine bends by the labels")
    return Calibration(round(float(slope), 4), round(float(intercept), 4))


def raw_probability(calibration: Calibration, p: float) -> float:
    """Return the probability before the map that it turns into ``p``."""
    return float(expit((logit(p) - calibration.intercept) / calibration.slope))


def log_loss(p: Array, bent: Mask) -> Array:
    """Return the log loss of each probability, shape (n,); that of a sure error is `FARTHEST_LOGIT`."""
    return np.asarray(np.logaddexp(0.0, np.where(bent, -1.0, 1.0) * _logit(p)))


def _logit(p: Array) -> Array:
    return np.clip(logit(p), -FARTHEST_LOGIT, FARTHEST_LOGIT)
