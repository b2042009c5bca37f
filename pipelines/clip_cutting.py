"""EDGE: cut the clip of a lift with every head covered, and refuse it where one still shows."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.anonymise import bare, cover
from detectors.head_boxes import between_sights, core_boxes, head_boxes, stranger_boxes, strangers
from detectors.keypoints import FACE, INDEX
from detectors.pose import People, PoseSource, follow
from detectors.video import Reader
from detectors.video_between import Stretch
from detectors.video_writer import Writer
from pipelines.kept_clips import ClipError

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

RATE_HZ: Final = 15.0
"""Pictures per second of a clip: smooth enough to see a lift, and each is looked at twice."""

LONGEST_S: Final = 30.0
SURE_PERSON: Final = 0.25
SURE_FACE: Final = 0.5
"""From these confidences on, what the second look finds must be under a cover."""

FACE_ROWS: Final = [INDEX[name] for name in FACE]
EVERY_FRAME_HZ: Final = 1000.0

Drawing = Callable[[Image, float], Image]


class Remembering:
    """A pose model that remembers everyone it found: a tracker drops those of whom it is not sure."""

    def __init__(self, source: PoseSource) -> None:
        self.version = source.version
        self.seen: list[People] = []
        self._source = source

    def people(self, image: Image) -> People:
        """Return the people in a BGR picture."""
        self.seen.append(self._source.people(image))
        return self.seen[-1]


def cut_clip(stretch: Stretch, source: PoseSource, target: Path, drawing: Drawing) -> None:
    """Write an MP4 of a stretch of a recording in which nobody's head shows.

    1. Find the people in every picture, and where somebody was missed, where their head must be.
    2. Write the pictures, first drawn upon and then covered.
    3. Read the written file and remove it if a head shows: see `check`.

    Parameters
    ----------
    stretch
        At most `LONGEST_S` of it is taken.
    source
        Finds the people, in both looks.
    target
        The file; it appears when it has passed the second look.
    drawing
        Draws onto a picture; given the time in the recording.

    Raises
    ------
    ClipError
        If the stretch has no picture, or a head shows in the clip; no file is left.
    VideoError
        If the recording can't be read.
    """
    limited = Stretch(
        stretch.path,
        stretch.start_s,
        min(stretch.end_s, stretch.start_s + LONGEST_S),
        stretch.masks,
        stretch.steady,
    )
    covers = covers_of(limited, source)
    unseen = target.with_name(f".{target.name}.unseen.mp4")
    try:
        _write(limited, covers, unseen, drawing)
        check(unseen, limited, list(covers.values()), source)
        unseen.replace(target)
    finally:
        unseen.unlink(missing_ok=True)


def covers_of(stretch: Stretch, source: PoseSource) -> dict[float, Array]:
    """Return by time of each picture the boxes to cover, shape (n, 4) px.

    Raises
    ------
    ClipError
        If the stretch has no picture.
    """
    looking = Remembering(source)
    followed = follow(stretch.frames(RATE_HZ), looking, RATE_HZ)
    if not len(followed.frame_times_s):
        raise ClipError(
            f"{stretch.path.name} has no picture from {stretch.start_s:.1f} s to {stretch.end_s:.1f} s"
        )
    covers = {}
    for time_s, people in zip(followed.frame_times_s.tolist(), looking.seen, strict=True):
        missed = [between_sights(track, time_s) for track in followed.tracks]
        covers[time_s] = np.concatenate([head_boxes(people.box_px, people.keypoints), *missed])
    return covers


def check(path: Path, stretch: Stretch, covers: list[Array], source: PoseSource) -> None:
    """Look at a written clip anew, and refuse it where a head is not covered.

    Parameters
    ----------
    path
        The clip.
    stretch
        What it was cut from. Seen as in a mirror, so that the model answers anew, it tells where the heads
        are; there the clip must show tiles of one colour.
    covers
        What was covered in each of its pictures, in order.
    source
        Finds the people. Whoever it finds in the clip itself must be one of those, or hidden too.

    Raises
    ------
    ClipError
        It names the first picture that shows a head, or says that pictures are missing.
    """
    shown = Reader(path, EVERY_FRAME_HZ)
    number = 0
    for number, (frame, truth) in enumerate(zip(shown, stretch.frames(RATE_HZ), strict=False), start=1):
        needed = must_hide(sure(in_mirror(source, truth.image)), sure(source.people(frame.image)))
        if bare(frame.image, covers[number - 1], needed):
            raise ClipError(f"a head is not covered in picture {number} of {len(covers)}; there is no clip")
    if number != len(covers) or shown.report.frames_kept != len(covers):
        raise ClipError(f"the clip has {number} pictures, expected {len(covers)}; there is no clip")


def must_hide(there: People, shown: People) -> Array:
    """Return what a picture of a clip must hide, shape (n, 4): the heads there, and those of strangers.

    Parameters
    ----------
    there
        Who was found in the recording.
    shown
        Who was found in the clip.
    """
    new = strangers(shown.box_px, there.box_px)
    heads = core_boxes(there.box_px, there.keypoints)
    return np.concatenate([heads, stranger_boxes(shown.box_px[new], shown.keypoints[new])])


def in_mirror(source: PoseSource, image: Image) -> People:
    """Return the people in a picture as they are found in its mirror image; left and right are swapped."""
    people = source.people(np.ascontiguousarray(image[:, ::-1]))
    width_px = float(image.shape[1])
    box_px, keypoints = people.box_px.copy(), people.keypoints.copy()
    box_px[:, [0, 2]] = width_px - people.box_px[:, [2, 0]]
    keypoints[..., 0] = width_px - people.keypoints[..., 0]
    return People(box_px, people.confidence, keypoints)


def sure(people: People) -> People:
    """Return the people that are there for sure, or whose face is."""
    faces = (people.keypoints[:, FACE_ROWS, 2] >= SURE_FACE).any(axis=1)
    there = (people.confidence >= SURE_PERSON) | faces
    return People(people.box_px[there], people.confidence[there], people.keypoints[there])


def _write(stretch: Stretch, covers: dict[float, Array], target: Path, drawing: Drawing) -> None:
    frames = stretch.frames(RATE_HZ)
    first = next(frames)
    height_px, width_px = first.image.shape[:2]
    with Writer(target, width_px, height_px) as writer:
        for frame in chain([first], frames):
            # Covered last, so that nothing that is drawn can bring back what was hidden.
            shown = cover(drawing(frame.image, frame.time_s), covers[frame.time_s])
            writer.write(shown, frame.time_s - first.time_s)
