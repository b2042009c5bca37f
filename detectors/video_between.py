"""EDGE: read a short stretch of a recording, on the clock of its first reading."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from detectors.decoding import decoded, opened, square_size_px, upright_bgr
from detectors.video import CLOSEST, Frame, Polygon, clock_of, masked, time_of
from detectors.video_again import jump


@dataclass(frozen=True)
class Stretch:
    """A stretch ``[start_s, end_s)`` of a recording.

    Attributes
    ----------
    steady
        Whether the file may be jumped in: see `detectors.frame_times.ReadReport.steady`. Else it is read
        from its start, which takes as long as decoding it.
    """

    path: Path
    start_s: float
    end_s: float
    masks: Sequence[Polygon] = ()
    steady: bool = True

    def frames(self, rate_hz: float | Callable[[float], float]) -> Iterator[Frame]:
        """Yield the frames of the stretch at about a rate, each with its time in the recording, masked.

        Parameters
        ----------
        rate_hz
            Or a function that tells it for a time.

        Raises
        ------
        VideoError
            While iterating: if the file can't be read.
        """
        rate_at = rate_hz if callable(rate_hz) else lambda _: rate_hz
        with opened(self.path) as (container, stream):
            due_s, size_px = self.start_s, None
            for frame, time_s in (_jumped if self.steady else _read_through)(container, stream, self.start_s):
                if time_s >= self.end_s:
                    return
                size_px = size_px or square_size_px(frame, stream)
                if time_s >= due_s:
                    due_s = time_s + CLOSEST / rate_at(time_s)
                    yield Frame(time_s, masked(upright_bgr(frame, size_px), self.masks))


def _read_through(
    container: InputContainer, stream: VideoStream, start_s: float
) -> Iterator[tuple[VideoFrame, float]]:
    del start_s
    clock = clock_of(container, stream)
    for frame in decoded(container, stream, clock.count_failure):
        time_s = time_of(clock, frame)
        if time_s is not None:
            yield frame, time_s


def _jumped(
    container: InputContainer, stream: VideoStream, start_s: float
) -> Iterator[tuple[VideoFrame, float]]:
    """Yield the first frame of the recording, then those from the picture group before a time on."""
    origin_s = None
    for frame in decoded(container, stream, lambda: None):
        if frame.is_corrupt or frame.pts is None or frame.time_base is None:
            continue
        stamp_s = float(frame.pts * frame.time_base)
        if origin_s is None:
            origin_s = stamp_s
            yield frame, 0.0
            jump(container, stream, origin_s + start_s)
        else:
            yield frame, round(stamp_s - origin_s, 6)
