"""EDGE: the bar under an annotated picture: when each lift happens and where we are now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2

from detectors.lettering import Colour, Image, letter_px, text_width_px, write
from detectors.vocabulary import LiftKind, Technique

COLOURS_BGR: Final[dict[Technique, Colour]] = {
    Technique.HIP_HINGE: (115, 158, 0),
    Technique.SPINE_BEND: (0, 94, 213),
    Technique.SQUAT: (233, 180, 86),
    Technique.INDETERMINATE: (190, 190, 190),
}
"""Okabe and Ito's bluish green, vermilion and sky blue, which colour-blind people tell apart; and grey."""

LETTERS: Final = {
    Technique.HIP_HINGE: "H",
    Technique.SPINE_BEND: "B",
    Technique.SQUAT: "S",
    Technique.INDETERMINATE: "?",
}
"""The letter over each segment, so that colour never speaks alone."""

_WHITE: Final = (255, 255, 255)
_BLACK: Final = (0, 0, 0)


@dataclass(frozen=True)
class BarSegment:
    """One lift on the bar: ``[start_s, end_s)``, seconds into the video; a bend without load is hollow."""

    start_s: float
    end_s: float
    technique: Technique
    kind: LiftKind


@dataclass(frozen=True)
class LiftBar:
    """The bar: its segments, the length of the video and the time of this picture, in seconds."""

    segments: tuple[BarSegment, ...]
    duration_s: float
    now_s: float


@dataclass(frozen=True)
class _Track:
    """Where the bar lies: the columns of its ends and the rows of its edges, px."""

    left: int
    right: int
    top: int
    bottom: int
    duration_s: float

    def column(self, time_s: float) -> int:
        share = min(max(time_s / self.duration_s, 0.0), 1.0) if self.duration_s > 0 else 0.0
        return self.left + round(share * (self.right - self.left))


def draw_bar(image: Image, bar: LiftBar) -> None:
    """Draw the bar on the lower edge of the picture, in place."""
    size_px = letter_px(image)
    height_px, width_px = image.shape[:2]
    bottom = height_px - size_px
    track = _Track(size_px, width_px - size_px, bottom - size_px, bottom, bar.duration_s)
    shade = image[track.top - 2 * size_px :]
    shade[:] = shade // 3
    cv2.rectangle(image, (track.left, track.top), (track.right, track.bottom), (90, 90, 90), cv2.FILLED)
    written_to = 0
    for segment in sorted(bar.segments, key=lambda segment: segment.start_s):
        _draw_segment(image, segment, track)
        letter = LETTERS[segment.technique]
        middle = (track.column(segment.start_s) + track.column(segment.end_s)) // 2
        left = middle - text_width_px(letter, size_px) // 2
        # In a long video lifts crowd: a letter that would cover the last one is left out.
        if left >= written_to:
            write(image, letter, (left, track.top - size_px // 2), _WHITE, size_px)
            written_to = left + text_width_px(letter, size_px) + size_px // 4
    _draw_cursor(image, track.column(bar.now_s), track)


def _draw_segment(image: Image, segment: BarSegment, track: _Track) -> None:
    stroke_px = max(2, (track.bottom - track.top) // 6)
    start, end = track.column(segment.start_s), track.column(segment.end_s)
    corners = (start, track.top), (max(end - 1, start + stroke_px), track.bottom)
    colour = COLOURS_BGR[segment.technique]
    cv2.rectangle(image, *corners, colour, cv2.FILLED)
    inside = (
        (corners[0][0] + stroke_px, track.top + stroke_px),
        (corners[1][0] - stroke_px, track.bottom - stroke_px),
    )
    if segment.kind is LiftKind.BEND and inside[1][0] > inside[0][0]:
        cv2.rectangle(image, *inside, _BLACK, cv2.FILLED)


def _draw_cursor(image: Image, column: int, track: _Track) -> None:
    reach_px = (track.bottom - track.top) // 3
    ends = (column, track.top - reach_px), (column, track.bottom + reach_px)
    width_px = max(2, (track.bottom - track.top) // 7)
    cv2.line(image, *ends, _BLACK, 3 * width_px)
    cv2.line(image, *ends, _WHITE, width_px)
