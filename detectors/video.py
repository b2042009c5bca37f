"""EDGE: read recordings by presentation timestamp."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from detectors.decoding import VideoError, decoded, opened, quarter_turns, square_size_px, upright_bgr
from detectors.frame_times import FrameTimes, ReadReport

__all__ = ["CLOSEST", "Frame", "Polygon", "ReadReport", "Reader", "VideoError", "VideoInfo", "probe"]

CLOSEST: Final = 0.89
"""Share of ``1 / rate_hz`` from which two kept frames may follow each other.

One, less a tenth for jitter and a hundredth for times rounded to a millisecond: 60 frames
per second read at 15 Hz give every 4th frame, 50 every 3rd, 25 and 30 every 2nd, 16.7 all.
"""

# Frames per second where the file says nothing at all.
_USUAL_RATE_HZ: Final = 25.0
# Clocks that were never set stand at the epoch of their format: 1904, 1970, 1980.
_FIRST_SET_CLOCK: Final = datetime(2000, 1, 1, tzinfo=UTC)

Polygon = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class VideoInfo:
    """What a recording says of itself; the size is that of the upright picture with square pixels."""

    width_px: int
    height_px: int
    frame_rate_hz: float
    declared_s: float
    start_utc: datetime | None
    codec: str


@dataclass(frozen=True)
class Frame:
    """One picture: its time in seconds after the first frame, and its BGR image, shape (h, w, 3)."""

    time_s: float
    image: NDArray[np.uint8]


def probe(path: Path) -> VideoInfo:
    """Return the size, rate, duration and start of a recording, from its header and its first picture.

    Rate and duration are NaN and the start is None where the file doesn't say.

    Raises
    ------
    VideoError
        If the file isn't a video, holds no decodable picture, or declares an absurd size.
    """
    with opened(path) as (container, stream):
        frame = next(decoded(container, stream, lambda: None), None)
        if frame is None:
            raise _nothing_decoded(path)
        width_px, height_px = square_size_px(frame, stream)
        if quarter_turns(frame) % 2:
            width_px, height_px = height_px, width_px
        return VideoInfo(
            width_px=width_px,
            height_px=height_px,
            frame_rate_hz=_frame_rate_hz(stream),
            declared_s=_declared_s(container, stream),
            start_utc=_start_utc(stream.metadata | container.metadata),
            codec=stream.codec_context.name,
        )


@dataclass
class Reader:
    """Iterate over the frames of a recording at about ``rate_hz``; afterwards ``report`` tells what was read.

    Times come from presentation timestamps, so a variable frame rate keeps its true times; 0 is
    the first undamaged frame. A frame is kept once ``CLOSEST / rate_hz`` has passed since the last
    kept one, which gives even steps on a steady camera. Frames that the decoder calls damaged are
    counted, not yielded: a smeared picture would be measured as a posture. Pictures come upright
    and with square pixels, all in the size of the first.

    Parameters
    ----------
    path
        The recording.
    rate_hz
        Frames wanted per second.
    masks
        Polygons of at least three (x, y) in fractions of the upright picture, filled with black.

    Raises
    ------
    VideoError
        While iterating: if the file isn't a video, reading fails, or no frame could be decoded.
    """

    path: Path
    rate_hz: float
    masks: Sequence[Polygon] = ()
    report: ReadReport = field(default_factory=ReadReport, init=False)

    def __post_init__(self) -> None:
        if not self.rate_hz > 0:
            raise ValueError(f"rate_hz is {self.rate_hz}, expected more than 0")

    def __iter__(self) -> Iterator[Frame]:
        """Yield the kept frames in order of time."""
        with opened(self.path) as (container, stream):
            times = clock_of(container, stream)
            size_px, due_s, kept = None, 0.0, 0
            try:
                for frame in decoded(container, stream, times.count_failure):
                    time_s = time_of(times, frame)
                    if time_s is None or time_s < due_s:
                        continue
                    size_px = size_px or square_size_px(frame, stream)
                    due_s, kept = time_s + CLOSEST / self.rate_hz, kept + 1
                    yield Frame(time_s, masked(upright_bgr(frame, size_px), self.masks))
            finally:
                self.report = times.report(kept)
            if not kept:
                raise _nothing_decoded(self.path)


def _nothing_decoded(path: Path) -> VideoError:
    return VideoError(f"{path.name}: no undamaged frame could be decoded, expected at least one")


def masked(image: NDArray[np.uint8], masks: Sequence[Polygon]) -> NDArray[np.uint8]:
    """Return the picture with the masks filled with black; it is changed in place."""
    height_px, width_px = image.shape[:2]
    corners = [np.rint(np.asarray(mask) * (width_px, height_px)).astype(np.int32) for mask in masks]
    # One by one: filled together, polygons that overlap would cancel out.
    for polygon in corners:
        cv2.fillPoly(image, [polygon], (0, 0, 0))
    return image


def _seconds(ticks: int | None, time_base: Fraction | None) -> float | None:
    return None if ticks is None or time_base is None else float(ticks * time_base)


def time_of(times: FrameTimes, frame: VideoFrame) -> float | None:
    """Return the time of the next frame on the clock of a pass; None for one that is damaged or goes back."""
    if frame.is_corrupt:
        times.count_damaged()
        return None
    return times.add(_seconds(frame.pts, frame.time_base), _seconds(frame.duration, frame.time_base))


def _frame_rate_hz(stream: VideoStream) -> float:
    rate = stream.average_rate or stream.guessed_rate
    return float(rate) if rate else np.nan


def _declared_s(container: InputContainer, stream: VideoStream) -> float:
    own_s = _seconds(stream.duration, stream.time_base)
    return own_s or (container.duration / 1e6 if container.duration else np.nan)


def clock_of(container: InputContainer, stream: VideoStream) -> FrameTimes:
    """Return the clock for one pass over a recording."""
    return FrameTimes(
        step_s=1.0 / float(np.nan_to_num(_frame_rate_hz(stream), nan=_USUAL_RATE_HZ)),
        start_s=_seconds(stream.start_time, stream.time_base),
        declared_s=_declared_s(container, stream),
    )


def _start_utc(metadata: dict[str, str]) -> datetime | None:
    try:
        start = datetime.fromisoformat(metadata.get("creation_time", ""))
    except ValueError:
        return None
    start = start.replace(tzinfo=UTC) if start.tzinfo is None else start.astimezone(UTC)
    return start if start >= _FIRST_SET_CLOCK else None
