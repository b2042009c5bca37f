"""Mask, resample, fill and smooth keypoint tracks; gaps stay gaps."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, medfilt, sosfiltfilt

from detectors import intervals

Array = NDArray[np.float64]

LONGEST_FILLED_GAP_S: Final = 0.3
HIGHEST_CUTOFF_HZ: Final = 3.0
"""A bend of one second keeps 69.8 of 70 degrees at 3 Hz, 67 at 1.5 Hz."""

TWO_PASSES: Final = 0.802
"""Share of its cut-off that a 2nd-order filter keeps when it runs there and back (Winter 2009)."""

SPEED_OVER_S: Final = 0.3


def mask_unsure(keypoints: Array, least_confidence: float, width_px: int, height_px: int) -> Array:
    """Return positions with unsure keypoints, and those on the picture's border, as NaN.

    Parameters
    ----------
    keypoints
        Shape (n_frames, n_keypoints, 3): column px, row px, confidence.
    least_confidence
        Keypoints below it are not seen.
    width_px, height_px
        A body that leaves the picture gets its missing points squeezed onto the border;
        they would read as a sudden squat.

    Returns
    -------
    Array
        Shape (n_frames, n_keypoints, 2).
    """
    xy = keypoints[..., :2].copy()
    border = 0.01 * height_px
    inside = (xy > border).all(axis=-1) & (xy[..., 0] < width_px - border) & (xy[..., 1] < height_px - border)
    xy[~inside | ~(keypoints[..., 2] >= least_confidence)] = np.nan
    return xy


def resample(time_s: Array, values: Array, grid_s: Array) -> Array:
    """Return the values linearly interpolated on a grid; NaN across gaps over 0.3 s.

    Parameters
    ----------
    time_s
        Shape (n,), increasing.
    values
        Shape (n, ...), NaN where not seen.
    grid_s
        Shape (m,).

    Returns
    -------
    Array
        Shape (m, ...). A grid point is filled when the seen values around it are at most
        0.3 s apart, so a single seen value fills nothing but its own time.
    """
    flat = values.reshape(len(values), -1)
    out = np.full((len(grid_s), flat.shape[1]), np.nan)
    for i, column in enumerate(flat.T):
        seen = np.isfinite(column)
        if not seen.any():
            continue
        at = time_s[seen]
        after = np.clip(np.searchsorted(at, grid_s), 0, len(at) - 1)
        before = np.clip(np.searchsorted(at, grid_s, side="right") - 1, 0, len(at) - 1)
        bridged = (at[after] - at[before] <= LONGEST_FILLED_GAP_S) & (grid_s >= at[0]) & (grid_s <= at[-1])
        out[bridged, i] = np.interp(grid_s[bridged], at, column[seen])
    return out.reshape(len(grid_s), *values.shape[1:])


def smooth(values: Array, rate_hz: float) -> Array:
    """Return the values after a median of three and a zero-lag 4th-order low pass.

    Parameters
    ----------
    values
        Shape (n, ...) on a uniform grid; NaN runs split the signal and stay NaN.
    rate_hz
        Grid rate. The cut-off is the lower of 3 Hz and 0.3 of the rate, so that slow
        cameras are not asked for more than they sample.
    """
    cutoff = min(HIGHEST_CUTOFF_HZ, 0.3 * rate_hz)
    low_pass = butter(2, cutoff / TWO_PASSES, fs=rate_hz, output="sos")
    flat = values.reshape(len(values), -1)
    out = flat.copy()
    for i, column in enumerate(flat.T):
        for start, end in intervals.from_mask(np.isfinite(column)):
            run = column[start:end]
            if len(run) >= 3:
                padded = np.r_[run[0], run, run[-1]]
                run = medfilt(padded, 3)[1:-1]
            if len(run) >= 6:
                run = sosfiltfilt(low_pass, run, padlen=min(len(run) - 1, 9))
            out[start:end, i] = run
    return out.reshape(values.shape)


def speed(values: Array, rate_hz: float) -> Array:
    """Return the change per second over the 0.3 s around each position; shorter follows the noise.

    Parameters
    ----------
    values
        Shape (n, ...) on a uniform grid; where either end of the 0.3 s is NaN, so is the speed.
        The first and the last value count as held beyond the ends.
    rate_hz
        Grid rate.
    """
    half = max(1, round(0.5 * SPEED_OVER_S * rate_hz))
    padded = np.pad(values, [(half, half), *[(0, 0)] * (values.ndim - 1)], mode="edge")
    return np.asarray((padded[2 * half :] - padded[: -2 * half]) * rate_hz / (2 * half))


def median_known(values: Array) -> float:
    """Return the median of the values that are known; NaN where none is."""
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")
