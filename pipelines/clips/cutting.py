"""EDGE: cut a clip with every head covered, and refuse it where one still shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.anonymise import bare, cover
from detectors.pose import PoseSource
from detectors.video import Frame, Reader
from detectors.video_between import Stretch
from detectors.video_writer import Writer
from pipelines.clips.looks import ClipError, ClipFault
from pipelines.clips.pace import Pace
from pipelines.clips.sights import Sights, agreed, look_through, must_hide, sure

Array = NDArray[np.float64]
Image = NDArray[np.uint8]
Drawing = Callable[[Image, float], Image]

LONGEST_S: Final = 30.0
EVERY_FRAME_HZ: Final = 1000.0

FIRST_STEP, LAST_STEP = 2, 1
"""The first look takes every second picture; where the clip is refused after that, every picture."""


@dataclass(frozen=True)
class Lookers:
    """The pose models that look for people: at the recording, and at the finished clip."""

    recording: PoseSource
    clip: PoseSource


def as_it_is(image: Image, time_s: float) -> Image:
    """Return a picture with nothing drawn onto it."""
    del time_s
    return image


def cut_clip(
    stretch: Stretch,
    lookers: Lookers,
    target: Path,
    drawing: Drawing = as_it_is,
    pace: Pace = Pace(),  # noqa: B008 - frozen
) -> Sights:
    """Write an MP4 of a stretch of a recording in which nobody's head shows.

    1. Find the people in every second picture, and where their heads must be in the others.
    2. Write the pictures, first drawn upon and then covered.
    3. Read the written file and remove it if a head shows: see `check`.
    4. Where one does, begin again: find the people in every picture, and cover all of those whose head the
       two looks at the recording do not see in the same place.

    Parameters
    ----------
    stretch
        At most `LONGEST_S` of it is taken.
    lookers
        Find the people.
    target
        The file; it appears when it has passed the check.
    drawing
        Draws onto a picture; given the time in the recording.
    pace
        Which pictures are shown, and when.

    Returns
    -------
    Sights
        What was covered in each picture.

    Raises
    ------
    ClipError
        If the stretch has no picture, or a head shows in the clip; no file is left.
    VideoError
        If the recording can't be read.
    """
    limited = replace(stretch, end_s=min(stretch.end_s, stretch.start_s + LONGEST_S))
    unseen = target.with_name(f".{target.name}.unseen.mp4")
    try:
        for step in (FIRST_STEP, LAST_STEP):
            sights = look_through(limited, lookers.recording, pace, step)
            if step == LAST_STEP:
                sights = agreed(sights)
            write(limited, sights, unseen, drawing, pace)
            try:
                check(unseen, sights, lookers.clip)
                break
            except ClipError as error:
                if error.fault is not ClipFault.HEAD_SHOWS or step == LAST_STEP:
                    raise
        unseen.replace(target)
        return sights
    finally:
        unseen.unlink(missing_ok=True)


def check(path: Path, sights: Sights, source: PoseSource) -> None:
    """Look at a written clip anew, and refuse it where a head is not covered.

    In every picture each head that the recording shows in the mirror must be under tiles of one colour, and
    so must the head of everybody else whom the model finds in the clip itself.

    Parameters
    ----------
    path
        The clip.
    sights
        What was covered in each of its pictures, and who was found in the mirror.
    source
        Finds the people in the clip.

    Raises
    ------
    ClipError
        It names the first picture that shows a head, or says that pictures are missing.
    """
    n, number = len(sights.times_s), 0
    shown = Reader(path, EVERY_FRAME_HZ)
    pictures = zip(shown, sights.covers, sights.known, sights.mirrored, strict=False)
    for number, (frame, covered, known, there) in enumerate(pictures, start=1):
        if bare(frame.image, covered, must_hide(there, known, sure(source.people(frame.image)))):
            raise ClipError(
                f"a head is not covered in picture {number} of {n}; there is no clip",
                ClipFault.HEAD_SHOWS,
                number,
            )
    if number != n or shown.report.frames_kept != n:
        raise ClipError(f"the clip has {number} pictures, expected {n}; there is no clip", picture=number)


def write(stretch: Stretch, sights: Sights, target: Path, drawing: Drawing, pace: Pace) -> None:
    """Write the pictures that were looked at, each drawn upon and then covered."""
    frames = _looked_at(stretch, sights, pace)
    first, covered = next(frames)
    height_px, width_px = first.image.shape[:2]
    with Writer(target, width_px, height_px) as writer:
        for frame, boxes in chain([(first, covered)], frames):
            # Covered last, so that nothing that is drawn can bring back what was hidden.
            shown = cover(drawing(frame.image, frame.time_s), boxes)
            writer.write(shown, pace.shown_s(frame.time_s, first.time_s))


def _looked_at(stretch: Stretch, sights: Sights, pace: Pace) -> Iterator[tuple[Frame, Array]]:
    """Yield the pictures that were looked at with their covers; one that was not seen before is refused."""
    covers = dict(zip(sights.times_s, sights.covers, strict=True))
    for frame in stretch.frames(pace.rate_hz):
        if frame.time_s > sights.times_s[-1]:
            return
        if frame.time_s not in covers:
            raise ClipError(f"{stretch.path.name} shows another picture at {frame.time_s:.2f} s than before")
        yield frame, covers[frame.time_s]
