"""Tracks of people: one person followed through consecutive frames, and broken tracks joined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

LONGEST_BREAK_S: Final = 1.5
FARTHEST_JUMP_HEIGHTS: Final = 0.35
"""Feet may move this share of the person's height across a break, and as much again per second."""

LARGEST_RESIZE: Final = 1.6


@dataclass(frozen=True)
class Track:
    """One person followed by the tracker; a track is not an identity.

    Attributes
    ----------
    number
        Counter within the recording.
    time_s
        Shape (n,), increasing, seconds into the recording.
    box_px
        Shape (n, 4): x1, y1, x2, y2.
    keypoints
        Shape (n, 17, 3): column px, row px, confidence.
    """

    number: int
    time_s: Array
    box_px: Array
    keypoints: Array


def stitch(tracks: list[Track]) -> list[Track]:
    """Return the tracks with those joined that one person most likely made.

    A track is continued by the nearest later one that begins within 1.5 s, at a foot
    position that a walking person could have reached, in a similar size. Each track is
    continued at most once; the joined track keeps the first number.
    """
    ordered = sorted(tracks, key=lambda track: (track.time_s[0], track.number))
    chains: list[list[Track]] = []
    for track in ordered:
        costs = [(_cost(chain[-1], track), i) for i, chain in enumerate(chains)]
        best = min(costs, default=(np.inf, -1))
        if np.isfinite(best[0]):
            chains[best[1]].append(track)
        else:
            chains.append([track])
    return [_joined(chain) for chain in chains]


def _cost(earlier: Track, later: Track) -> float:
    """Return the foot distance in heights when ``later`` may continue ``earlier``, else infinity."""
    gap = later.time_s[0] - earlier.time_s[-1]
    if not 0 < gap <= LONGEST_BREAK_S:
        return np.inf
    before, after = earlier.box_px[-1], later.box_px[0]
    height = max(before[3] - before[1], after[3] - after[1])
    resize = height / max(min(before[3] - before[1], after[3] - after[1]), 1.0)
    aside = (after[0] + after[2] - before[0] - before[2]) / 2
    feet = np.hypot(aside, after[3] - before[3]) / max(height, 1.0)
    reachable = feet <= FARTHEST_JUMP_HEIGHTS * (1 + gap) and resize <= LARGEST_RESIZE
    return float(feet) if reachable else np.inf


def _joined(chain: list[Track]) -> Track:
    if len(chain) == 1:
        return chain[0]
    return Track(
        chain[0].number,
        np.concatenate([track.time_s for track in chain]),
        np.concatenate([track.box_px for track in chain]),
        np.concatenate([track.keypoints for track in chain]),
    )


def largest_overlap(track: Track, others: list[Track], start_s: float, end_s: float) -> float:
    """Return the largest IoU of a track's box with any other's in ``[start_s, end_s)``."""
    largest = 0.0
    mine = (track.time_s >= start_s) & (track.time_s < end_s)
    for other in others:
        if other is track:
            continue
        common, i, j = np.intersect1d(track.time_s[mine], other.time_s, return_indices=True)
        if len(common):
            largest = max(largest, float(_iou(track.box_px[mine][i], other.box_px[j]).max()))
    return largest


def _iou(a: Array, b: Array) -> Array:
    width = np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0])
    height = np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1])
    common = np.clip(width, 0, None) * np.clip(height, 0, None)
    area = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1]) + (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    return np.asarray(common / np.maximum(area - common, 1e-9))
