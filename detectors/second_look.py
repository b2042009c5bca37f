"""EDGE: read a recording a second time, only where somebody lifts, and look at the backs close up."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.analysis import Analysis, with_backs
from detectors.back_crop import cut, to_picture
from detectors.back_looks import CROP_PX, Looks, looks_of
from detectors.back_pose import BackSource, Crop
from detectors.back_rows import SeenBack
from detectors.keypoints import BACK5
from detectors.video import Frame, Polygon, ReadReport
from detectors.video_again import frames_at

Array = NDArray[np.float64]

CROPS_HELD: Final = 32
"""Crops that wait for the model: five megabytes."""


def look_again(
    analysis: Analysis, path: Path, masks: Sequence[Polygon], report: ReadReport, source: BackSource
) -> Analysis:
    """Return the analysis with what the back did in each lift.

    Parameters
    ----------
    analysis
        What the first reading gave.
    path, masks, report
        The recording, what is hidden in it, and how the first reading went.
    source
        The model of the back.

    Raises
    ------
    VideoError
        If the recording can't be read any more.
    """
    if analysis.lifts.empty:
        return analysis
    lifts = analysis.lifts
    looks = [looks_of(m, lifts[lifts["track"] == m.track.number]) for m in analysis.motions]
    times = [time_s for one in looks for time_s in one.time_s]
    points = look(frames_at(path, times, masks, report.steady), looks, source)
    seen = [SeenBack(one, found) for one, found in zip(looks, points, strict=True)]
    return with_backs(analysis, seen, source.calibration, source.version)


def look(frames: Iterable[Frame], looks: Sequence[Looks], source: BackSource) -> list[Array]:
    """Return the points of the back for each of the looks, shape (n, 5, 3): px in the picture, confidence.

    Frames are cut as they come and none is kept. NaN where a frame is missing or shows no back.
    """
    found = [np.full((len(one.rows), len(BACK5), 3), np.nan) for one in looks]
    due: dict[float, list[tuple[int, int]]] = {}
    for number, one in enumerate(looks):
        for place, time_s in enumerate(one.time_s.tolist()):
            due.setdefault(time_s, []).append((number, place))
    held: list[tuple[int, int, Crop]] = []
    for frame in frames:
        for number, place in due.get(frame.time_s, ()):
            held.append((number, place, cut(frame.image, looks[number].crops[place], CROP_PX)))
        if len(held) >= CROPS_HELD:
            _find(held, looks, source, found)
            held = []
    _find(held, looks, source, found)
    return found


def _find(
    held: Sequence[tuple[int, int, Crop]], looks: Sequence[Looks], source: BackSource, found: list[Array]
) -> None:
    """Write the points of the crops into the places that they were cut for."""
    if not held:
        return
    points = source.points([crop for _, _, crop in held])
    maps = np.stack([looks[number].crops[place] for number, place, _ in held])
    points = np.concatenate([to_picture(points[..., :2], maps), points[..., 2:]], axis=2)
    for (number, place, _), back in zip(held, points, strict=True):
        found[number][place] = back
