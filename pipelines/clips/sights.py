"""EDGE: who is in the pictures of a stretch, by two looks: one to cover heads by, one to check by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.anonymise import lie_under
from detectors.head_boxes import (
    NONE,
    certain,
    core_boxes,
    head_boxes,
    hiding_box,
    stranger_boxes,
    strangers,
)
from detectors.head_gaps import between_sights
from detectors.keypoints import FACE, INDEX
from detectors.pose import Followed, People, PoseSource, follow
from detectors.video import Frame
from detectors.video_between import Stretch
from pipelines.clips.looks import ClipError, ClipFault
from pipelines.clips.pace import RATE_HZ, Pace

Array = NDArray[np.float64]
Image = NDArray[np.uint8]

SURE_PERSON: Final = 0.25
SURE_FACE: Final = 0.5
"""From these confidences on, what the second look finds must be under a cover."""

GUESSED_FOR_S: Final = 0.4
"""So long before and after a look that only guesses where a head is, all of that person stays covered."""

FACE_ROWS: Final = [INDEX[name] for name in FACE]


@dataclass(frozen=True)
class Sights:
    """What two looks at each picture of a clip to be found.

    Attributes
    ----------
    times_s
        Times of the pictures in the recording, increasing.
    covers
        For each, the boxes to cover, shape (n, 4) px.
    known
        For each, the boxes of the people whose heads these are, shape (m, 4) px.
    mirrored
        For each, who was found in its mirror image: the check goes by them.
    """

    times_s: list[float]
    covers: list[Array]
    known: list[Array]
    mirrored: list[People]


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


def look_through(stretch: Stretch, source: PoseSource, pace: Pace, step: int) -> Sights:
    """Look at the pictures of a stretch: at every one in the mirror, and at every ``step``-th as it is.

    The sights end with the last picture that was looked at as it is.

    Raises
    ------
    ClipError
        If the stretch has no picture.
    VideoError
        If the recording can't be read.
    """
    times_s: list[float] = []
    mirrored: list[People] = []

    def passing() -> Iterator[Frame]:
        for number, frame in enumerate(stretch.frames(pace.rate_hz)):
            times_s.append(frame.time_s)
            mirrored.append(sure(in_mirror(source, frame.image)))
            if number % step == 0:
                yield frame

    looking = Remembering(source)
    followed = follow(passing(), looking, RATE_HZ / step)
    if not times_s:
        raise ClipError(
            f"{stretch.path.name} has no picture from {stretch.start_s:.1f} s to {stretch.end_s:.1f} s",
            ClipFault.NO_PICTURE,
        )
    n = step * (len(looking.seen) - 1) + 1
    near = [_looks_near(followed, looking.seen, time_s) for time_s in times_s[:n]]
    covers = [
        np.concatenate([_to_cover(followed, looks, time_s), _guessed(followed, looking.seen, time_s)])
        for looks, time_s in zip(near, times_s, strict=False)
    ]
    known = [np.concatenate([people.box_px for people in looks]) for looks in near]
    return Sights(times_s[:n], covers, known, mirrored[:n])


def _looks_near(followed: Followed, seen: list[People], time_s: float) -> list[People]:
    """Return who was found at a time, or where nobody looked, just before and just after it."""
    after = int(np.searchsorted(followed.frame_times_s, time_s))
    return [seen[after]] if followed.frame_times_s[after] == time_s else seen[after - 1 : after + 1]


def _to_cover(followed: Followed, looks: list[People], time_s: float) -> Array:
    """Return the boxes to cover at a time: of whoever was found near it, and of whoever was missed."""
    found = [head_boxes(people.box_px, people.keypoints, people.confidence) for people in looks]
    return np.concatenate([*found, *(between_sights(track, time_s) for track in followed.tracks)])


def _guessed(followed: Followed, seen: list[People], time_s: float) -> Array:
    """Return where the heads might be of those who are a guess around a time: a model errs for a while."""
    around = np.flatnonzero(np.abs(followed.frame_times_s - time_s) <= GUESSED_FOR_S)
    found = [NONE]
    for people in (seen[i] for i in around):
        guessed = ~certain(people.box_px, people.keypoints, people.confidence)
        found += [hiding_box(box)[None] for box in people.box_px[guessed]]
    return np.concatenate(found)


def agreed(sights: Sights) -> Sights:
    """Return the sights with all covered of those whose head the two looks do not see in the same place."""
    covers = []
    for boxes, people in zip(sights.covers, sights.mirrored, strict=True):
        apart = [
            hiding_box(box)
            for box, points in zip(people.box_px, people.keypoints, strict=True)
            if not lie_under(core_boxes(box[None], points[None]), boxes)
        ]
        covers.append(np.concatenate([boxes, np.array(apart)]) if apart else boxes)
    return replace(sights, covers=covers)


def must_hide(there: People, known_px: Array, shown: People) -> Array:
    """Return what a picture of a clip must hide, shape (n, 4).

    It is the heads of those in the mirror, if their place is no guess, and all where a head might be of those
    whom only one look found.

    Parameters
    ----------
    there
        Who was found in the mirror image of the recording.
    known_px
        Boxes of those who were found in the recording as it is, shape (m, 4).
    shown
        Who was found in the clip.
    """
    sure_of = certain(there.box_px, there.keypoints, there.confidence)
    alone = ~sure_of & strangers(there.box_px, known_px)
    new = strangers(shown.box_px, np.concatenate([there.box_px, known_px]))
    guesses = [hiding_box(box)[None] for box in there.box_px[alone]]
    heads = core_boxes(there.box_px[sure_of], there.keypoints[sure_of])
    return np.concatenate([heads, *guesses, stranger_boxes(shown.box_px[new], shown.keypoints[new])])


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
