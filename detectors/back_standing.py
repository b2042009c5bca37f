"""How one person's back looks when standing: the reference that a bend is held against, and its error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import median_abs_deviation, norm, t

from detectors import intervals
from detectors.back_curve import C7, MEASURES, Back, measures
from detectors.spine import AROUND_PEAK_S

Array = NDArray[np.float64]

LEAST_WINDOWS: Final = 5
"""Fewer windows of standing don't tell how much they differ."""

ASSUMED_WINDOW_SD: Final = (9.0, 0.75, 6.5)
"""Spread of curvature, pole gap and turn taken then: three of four rendered people show less."""

LEAST_SEEN_SHARE: Final = 0.5
CLIPPED_BEYOND_SD: Final = 3.0
MEDIAN_OVER_MEAN_ERROR: Final = float(np.sqrt(np.pi / 2.0))
"""The median of normal values errs more than their mean by this factor."""


@dataclass(frozen=True)
class Standing:
    """How one person stands, from the whole track; NaN where that can't be known.

    Attributes
    ----------
    shape
        The middle shape, (5, 2), as in `Back.shapes`.
    shape_per_deg
        How much it changes per degree of yaw, (5, 2).
    window_sd, error
        Per measure, (3,): the spread of windows of standing, and the standard error of the reference.
    jump
        Per measure, (3,): how far a frame is off the line between its neighbours, the median.
    windows
        Number of windows, each as long as the one around a peak.
    """

    shape: Array
    shape_per_deg: Array
    window_sd: Array
    error: Array
    jump: Array
    windows: int


def standing_reference(back: Back, standing: NDArray[np.bool_], rate_hz: float) -> Standing:
    """Return how the person stands.

    Parameters
    ----------
    back
        The whole track.
    standing
        True where the person stands upright and still, shape (n,).
    rate_hz
        Frames per second.

    Notes
    -----
    Neighbouring frames share most of their error, so frames are not counted: standing is cut into windows
    as long as the one around a peak, each is reduced to its middle shape, and the reference is the median
    of these. Their spread is then the error of one window, however the frames inside are correlated. A
    slouch in less than half of the windows moves the median little and the spread to a limit. Where the
    person never stands for a whole window, the single frames give the reference and no spread.
    """
    shapes, weight = back.shapes(), back.weights()
    usable = standing & ends_seen(back)
    windows = whole_windows(usable, rate_hz)
    frames = windows if len(windows) else np.flatnonzero(usable)[:, None]
    middles = middle(shapes[frames])
    more, less = (middle(middle(back.shapes(by)[frames]), axis=0) for by in (1.0, -1.0))
    values = measures(middles, weight[frames].mean(axis=1))
    spread = np.array([_spread(column) for column in values.T])
    known = np.isfinite(spread) & (len(windows) >= LEAST_WINDOWS)
    sd = np.where(known, spread, ASSUMED_WINDOW_SD)
    each = jumps(measures(shapes, weight)[frames]).reshape(-1, len(MEASURES))
    return Standing(
        shape=middle(middles, axis=0),
        shape_per_deg=(more - less) / 2.0,
        window_sd=sd,
        error=MEDIAN_OVER_MEAN_ERROR * sd / np.sqrt(max(len(windows), 1)),
        jump=np.where(known, middle(each, axis=0), np.nan),
        windows=len(windows),
    )


def ends_seen(back: Back) -> NDArray[np.bool_]:
    """Return the frames whose sacrum and C7 are seen, shape (n,)."""
    return np.asarray(np.isfinite(back.shapes()[:, C7]).all(axis=1))


def jumps(values: Array) -> Array:
    """Return how far each frame but the outer two is off the line between its neighbours; axis 1 is time.

    Unlike the step from frame to frame, it is the noise and not the movement.
    """
    return np.abs(np.diff(values, n=2, axis=1)) / 2.0


def middle(values: Array, axis: int = 1) -> Array:
    """Return the median of the known values along an axis; NaN where fewer than half are known."""
    if not values.shape[axis]:
        return np.full(np.delete(values.shape, axis), np.nan)
    enough = np.isfinite(values).mean(axis=axis) >= LEAST_SEEN_SHARE
    median = np.nanmedian(np.where(np.expand_dims(enough, axis), values, 0.0), axis=axis)
    return np.where(enough, median, np.nan)


def whole_windows(mask: NDArray[np.bool_], rate_hz: float) -> NDArray[np.int64]:
    """Return the frames of each window that fits into the mask, shape (n_windows, n_frames)."""
    length = 2 * round(AROUND_PEAK_S * rate_hz) + 1
    firsts = [np.arange(start, end - length + 1, length) for start, end in intervals.from_mask(mask)]
    return np.concatenate([np.empty(0, np.int64), *firsts])[:, None] + np.arange(length)


def _spread(values: Array) -> float:
    """Return the standard deviation of the known values, outliers clipped; NaN if there are too few.

    Enlarged so that the normal 95 % interval holds although the deviation is itself an estimate.
    """
    known = values[np.isfinite(values)]
    if len(known) < LEAST_WINDOWS:
        return float("nan")
    reach = CLIPPED_BEYOND_SD * median_abs_deviation(known, scale="normal")
    clipped = np.clip(known, np.median(known) - reach, np.median(known) + reach)
    return float(np.std(clipped, ddof=1) * t.ppf(0.975, len(known) - 1) / norm.ppf(0.975))
