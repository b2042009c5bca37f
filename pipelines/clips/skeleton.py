"""EDGE: write a clip on which nobody is shown: drawings on a picture of the empty place."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.video import Reader
from detectors.video_writer import Writer
from pipelines.clips.cutting import EVERY_FRAME_HZ, LONGEST_S, Drawing, Image
from pipelines.clips.looks import ClipError, ClipFault
from pipelines.clips.pace import Pace

BLOCK_PX: Final = 16
LARGEST_ERROR: Final = 20.0
"""Grey levels by which a block may differ from what was drawn; encoding the thin lines alters it by 13."""


def write_skeleton(
    background: Image, span_s: tuple[float, float], target: Path, drawing: Drawing, pace: Pace
) -> None:
    """Write an MP4 of drawings; no picture of the recording is read for it.

    Parameters
    ----------
    background
        The empty place, BGR.
    span_s
        Start and end of the clip, seconds into the recording; at most `LONGEST_S` of it is taken.
    target
        The file; it appears when every picture in it is the drawn one.
    drawing
        Draws onto the background; given the time in the recording.
    pace
        Which moments are shown, and when.

    Raises
    ------
    ClipError
        If a written picture is another than the drawn one; no file is left.
    """
    times_s = moments(span_s, pace)
    height_px, width_px = background.shape[:2]
    unseen = target.with_name(f".{target.name}.unseen.mp4")
    try:
        with Writer(unseen, width_px, height_px) as writer:
            for time_s in times_s:
                writer.write(drawing(background, time_s), pace.shown_s(time_s, times_s[0]))
        check_drawn(unseen, (drawing(background, time_s) for time_s in times_s), len(times_s))
        unseen.replace(target)
    finally:
        unseen.unlink(missing_ok=True)


def check_drawn(path: Path, drawn: Iterable[Image], n: int) -> None:
    """Refuse a clip of ``n`` pictures with one that is not the drawn one.

    Raises
    ------
    ClipError
        It names the first such picture.
    """
    number = 0
    for number, (frame, expected) in enumerate(
        zip(Reader(path, EVERY_FRAME_HZ), drawn, strict=False), start=1
    ):
        if apart(frame.image, expected) > LARGEST_ERROR:
            raise ClipError(
                f"picture {number} of {n} is not what was drawn; there is no clip",
                ClipFault.PICTURES_DIFFER,
                number,
            )
    if number != n:
        raise ClipError(f"the clip has {number} pictures, expected {n}; there is no clip")


def apart(image: Image, other: Image) -> float:
    """Return by how many grey levels two pictures differ in the block in which they differ most."""
    height_px, width_px = (BLOCK_PX * (side // BLOCK_PX) for side in other.shape[:2])
    error = np.abs(image[:height_px, :width_px].astype(float) - other[:height_px, :width_px]).mean(axis=-1)
    blocks: NDArray[np.float64] = error.reshape(height_px // BLOCK_PX, BLOCK_PX, -1, BLOCK_PX)
    return float(blocks.mean(axis=(1, 3)).max())


def moments(span_s: tuple[float, float], pace: Pace) -> list[float]:
    """Return the times of the pictures of a clip that no recording sets."""
    time_s, end_s = span_s[0], min(span_s[1], span_s[0] + LONGEST_S)
    times_s = []
    while round(time_s, 6) < end_s:
        times_s.append(round(time_s, 6))
        time_s += 1.0 / pace.rate_hz(time_s)
    return times_s
