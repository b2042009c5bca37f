"""Which frames of a recording are looked at for the back, and where in them the person is.

The back is looked at around the peak of each lift, and in windows of standing beside the lifts, to which
the peak is compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors import posture
from detectors.back_crop import crop_frames
from detectors.back_standing import whole_windows
from detectors.motion import Motion
from detectors.spine import AROUND_PEAK_S

Array = NDArray[np.float64]
Positions = NDArray[np.int64]

CROP_PX: Final = 224
"""Width and height of the crops that the model of the back was trained on."""

WINDOWS_PER_LIFT: Final = 8
WINDOWS_PER_TRACK: Final = 24
"""More windows of standing cost time and tell little more: the error falls with the root of their number."""

FARTHEST_FRAME_STEPS: Final = 0.75
"""A frame farther from the time of a posture shows another posture."""


@dataclass(frozen=True)
class Looks:
    """When and where the back of one track is looked at; one entry per look, in order of time.

    Attributes
    ----------
    motion
        The track's motion.
    positions
        Places on the motion's grid, shape (n,).
    rows
        The frames of the track that are nearest in time, shape (n,).
    crops
        Maps from the crops of ``CROP_PX`` to the picture, shape (n, 2, 3): see `detectors.back_crop`.
    """

    motion: Motion
    positions: Positions
    rows: Positions
    crops: Array

    @property
    def time_s(self) -> Array:
        """Times of the frames, seconds into the recording, shape (n,)."""
        return self.motion.track.time_s[self.rows]


def looks_of(motion: Motion, lifts: pd.DataFrame) -> Looks:
    """Return where to look at the back of a track.

    Parameters
    ----------
    motion
        The track's motion.
    lifts
        The lifts of this track: ``start_s``, ``peak_s``, ``end_s``; without any nothing is looked at.
    """
    crops, rows = crop_maps(motion), _nearest(motion.track.time_s, motion.time_s)
    far = np.abs(motion.track.time_s[rows] - motion.time_s) * motion.view.rate_hz > FARTHEST_FRAME_STEPS
    there = np.isfinite(crops).all(axis=(1, 2)) & ~far
    chosen = np.zeros(len(there), dtype=bool)
    if len(lifts):
        for peak_s in lifts["peak_s"]:
            chosen[motion.around(position_of(motion, peak_s), AROUND_PEAK_S)] = True
        spans = lifts[["start_s", "end_s"]].to_numpy(dtype=float)
        # Whoever reaches for a load stands too, but not as somebody at rest.
        since_s, left_s = motion.time_s[:, None] - spans[:, 0], spans[:, 1] - motion.time_s[:, None]
        handling = ((since_s >= 0.0) & (left_s > 0.0)).any(axis=1)
        chosen[_standing_windows(motion, motion.standing & there & ~handling, spans).ravel()] = True
    positions = np.flatnonzero(chosen & there)
    return Looks(motion, positions, rows[positions], crops[positions])


def crop_maps(motion: Motion) -> Array:
    """Return the map from the crop to the picture at each time, shape (n, 2, 3); NaN where not seen.

    The surer side leads as everywhere: of a person seen from the side, hips and shoulders are the near ones.
    """
    hips, shoulders = (
        posture.blend(posture.sides(motion.xy, joint), posture.weights(motion.confidence, joint))
        for joint in ("hip", "shoulder")
    )
    return crop_frames(hips, shoulders, motion.stature_px, CROP_PX)


def position_of(motion: Motion, time_s: float) -> int:
    """Return the place of a time on the motion's grid."""
    return round(float((time_s - motion.time_s[0]) * motion.view.rate_hz))


def _standing_windows(motion: Motion, standing: NDArray[np.bool_], spans: Array) -> Positions:
    """Return the windows of standing nearest to the lifts, shape (n_windows, n_frames).

    Single frames where nobody stands for a whole window.
    """
    windows = whole_windows(standing, motion.view.rate_hz)
    if not len(windows):
        windows = np.flatnonzero(standing)[:, None]
    first_s, last_s = motion.time_s[windows[:, :1]], motion.time_s[windows[:, -1:]]
    away_s = np.maximum(np.maximum(spans[:, 0] - last_s, first_s - spans[:, 1]), 0.0)
    rank = away_s.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    candidates = np.flatnonzero((rank < WINDOWS_PER_LIFT).any(axis=1))
    # By rank first, so that among many lifts none is left without windows of its own while there is room.
    order = np.lexsort((away_s[candidates].min(axis=1), rank[candidates].min(axis=1)))
    return windows[candidates[order[:WINDOWS_PER_TRACK]]]


def _nearest(times_s: Array, at_s: Array) -> Positions:
    """Return for each time the place of the nearest of sorted times."""
    between = (times_s[1:] + times_s[:-1]) / 2.0
    return np.searchsorted(between, at_s).astype(np.int64)
