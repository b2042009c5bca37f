"""Fit a site's own map from the machine's probability of a spine bend to what its reviewers say.

Labels are not weighted: they were drawn by verdict, which the probability decides, and given the
probability a bend is then as likely in the sample as outside it.

Recordings whose hash says so are held out; the map is offered only where they got no worse by it. The
thresholds of the policy stay: they are probabilities, and the map is what makes these come true.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import t

from detectors.thresholds import Calibration
from pipelines.exposure.rates import TAIL
from pipelines.reviewing.probability_map import NoBetterError, fit_map, log_loss

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

LEAST_BENDS: Final = 40
LEAST_OTHERS: Final = 40
LEAST_HELD_OUT: Final = 10
"""Of each of both in the held-out part."""

LEAST_RECORDINGS: Final = 12
LEAST_HELD_OUT_RECORDINGS: Final = 4
HELD_OUT_SHARE: Final = 1 / 3


class TooFewLabelsError(ValueError):
    """There are too few labels to fit on; the message says what is there and what is needed."""


@dataclass(frozen=True)
class Held:
    """How well probabilities foretell the answers in the held-out part.

    Attributes
    ----------
    log_loss, brier
        Means; lower is better.
    """

    log_loss: float
    brier: float


@dataclass(frozen=True)
class Fit:
    """A fitted map, and what it does to recordings that it was not fitted on.

    Attributes
    ----------
    before, after
        By the calibration in force, and by the fitted one.
    gain, gain_low, gain_high
        Mean log loss before less after with its 95 % interval over recordings.
    """

    calibration: Calibration
    labels: int
    bends: int
    recordings: int
    held_out: int
    before: Held
    after: Held
    gain: float
    gain_low: float
    gain_high: float


def fit_site(looks: pd.DataFrame, in_force: Calibration) -> Fit:
    """Fit the map and try it on the held-out recordings.

    Parameters
    ----------
    looks
        ``footage_id``, ``p`` as the points on the back give it without any calibration, and ``bent``: what
        the reviewers say; one row per lift.

    Raises
    ------
    TooFewLabelsError
        If there are too few of one kind, or of too few recordings.
    NoBetterError
        If the labels contradict the probabilities, or the held-out recordings got worse.
    """
    held = is_held_out(looks["footage_id"])
    refuse_too_few(looks, held)
    p, bent = looks["p"].to_numpy(dtype=np.float64), looks["bent"].to_numpy(dtype=bool)
    found = fit_map(p[~held], bent[~held])
    before, after = in_force.of(p[held]), found.of(p[held])
    loss_before, loss_after = log_loss(before, bent[held]), log_loss(after, bent[held])
    gain, half = _over_recordings(loss_before - loss_after, looks["footage_id"][held])
    if gain < 0.0:
        raise NoBetterError(
            f"the fitted map foretells the held-out recordings worse than the policy in force: log loss "
            f"{loss_after.mean():.4f} after {loss_before.mean():.4f}, so it is not offered"
        )
    return Fit(
        found,
        len(looks),
        int(bent.sum()),
        looks["footage_id"].nunique(),
        int(held.sum()),
        Held(float(loss_before.mean()), float(((before - bent[held]) ** 2).mean())),
        Held(float(loss_after.mean()), float(((after - bent[held]) ** 2).mean())),
        gain,
        gain - half,
        gain + half,
    )


def is_held_out(footage_id: pd.Series) -> Mask:
    """Return which lifts are of recordings that are held out: by the hash of each, so always the same."""
    kept = {one: _lot(one) < HELD_OUT_SHARE for one in footage_id.unique()}
    return footage_id.map(kept).to_numpy(dtype=bool)


def refuse_too_few(looks: pd.DataFrame, held: Mask) -> None:
    """Refuse labels that are too few; as `fit_site`."""
    bent, recording = looks["bent"].to_numpy(dtype=bool), looks["footage_id"]
    needed = {
        "spine bends": (int(bent.sum()), LEAST_BENDS),
        "other lifts": (int((~bent).sum()), LEAST_OTHERS),
        "recordings": (recording.nunique(), LEAST_RECORDINGS),
        "held-out spine bends": (int((bent & held).sum()), LEAST_HELD_OUT),
        "held-out other lifts": (int((~bent & held).sum()), LEAST_HELD_OUT),
        "held-out recordings": (recording[held].nunique(), LEAST_HELD_OUT_RECORDINGS),
    }
    short = [f"{n} {what} (at least {least})" for what, (n, least) in needed.items() if n < least]
    if short:
        raise TooFewLabelsError("too few blind labels to calibrate on: " + ", ".join(short))


def _lot(name: str) -> float:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=4).digest(), "big") / 2**32


def _over_recordings(gain: Array, footage_id: pd.Series) -> tuple[float, float]:
    """Return the mean and half its 95 % interval; the lifts of a recording are not independent."""
    mean = float(gain.mean())
    sums = pd.Series(gain - mean).groupby(footage_id.to_numpy()).sum().to_numpy()
    clusters = len(sums)
    spread = math.sqrt(clusters / (clusters - 1.0) * float((sums**2).sum())) / len(gain)
    return mean, float(t.isf(TAIL, clusters - 1)) * spread
