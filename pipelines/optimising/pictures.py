"""Pictures of the site's own recordings, in memory: what a model is measured and calibrated on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain, zip_longest
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from detectors.pose import People, PoseSource
from detectors.video import Polygon, VideoError, probe
from detectors.video_between import Stretch

Picture = NDArray[np.uint8]

WITH_PEOPLE: Final = 96
"""So many pictures with people tell a share of 99 % from one of 95 %, and take seconds."""

WITHOUT: Final = 24
"""And some of the empty place: a model must not see people there."""

TRIED: Final = 1200
"""After so many pictures nobody is looked for any longer."""

PER_FILE: Final = 24
"""Pictures from one recording, evenly apart."""


@dataclass(frozen=True)
class Source:
    """A recording, and what is hidden in it."""

    path: Path
    masks: Sequence[Polygon]


@dataclass(frozen=True)
class Seen:
    """A picture, and who is in it by the model as it is."""

    image: Picture
    people: People


def seen_pictures(sources: Sequence[Source], pose: PoseSource) -> list[Seen]:
    """Return pictures of the recordings, most of them with people; nothing of them is written anywhere.

    Parameters
    ----------
    sources
        Newest first, the cameras by turns.
    """
    busy: list[Seen] = []
    empty: list[Seen] = []
    for tried, image in enumerate(_taken(sources)):
        if len(busy) >= WITH_PEOPLE or tried >= TRIED:
            break
        one = Seen(image, pose.people(image))
        (busy if len(one.people.confidence) else empty).append(one)
        empty = empty[-WITHOUT:]
    return busy + empty


def by_turns(files: Sequence[Sequence[Source]]) -> list[Source]:
    """Return the recordings of the cameras in turn."""
    rounds = chain.from_iterable(zip_longest(*files))
    return [one for one in rounds if one is not None]


def _taken(sources: Sequence[Source]) -> Iterator[Picture]:
    """Yield pictures of recording after recording; one that can't be read is passed over."""
    for source in sources:
        with suppress(VideoError):
            yield from _of(source)


def _of(source: Source) -> Iterator[Picture]:
    length_s = float(np.nan_to_num(probe(source.path).declared_s))
    for share in (np.arange(PER_FILE) + 0.5) / PER_FILE:
        at = Stretch(source.path, share * length_s, np.inf, source.masks)
        first = next(at.frames(1.0), None)
        if first is not None:
            yield first.image
