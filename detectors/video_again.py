"""EDGE: read single frames of a recording once more, at the times that its first reading gave them."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from detectors.decoding import decoded, opened, square_size_px, upright_bgr
from detectors.video import Frame, Polygon, clock_of, masked, time_of

SEEK_FROM_S: Final = 5.0
"""From this long to the next frame wanted, a jump to the picture group before it is cheaper than reading."""


def frames_at(
    path: Path, times_s: Iterable[float], masks: Sequence[Polygon], steady: bool
) -> Iterator[Frame]:
    """Yield the frames of a recording that have the given times, in order of time, masked.

    Parameters
    ----------
    path
        The recording.
    times_s
        Times of frames as `detectors.video.Reader` gave them; one that no frame has is passed over.
    masks
        As for the `Reader`: what was hidden from the first reading stays hidden.
    steady
        Whether stretches between the frames may be jumped over: see `ReadReport.steady`. What a jump does
        not find is looked for by reading on from the start.

    Raises
    ------
    VideoError
        While iterating: if the file can't be read any more.
    """
    wanted = deque(sorted({float(time_s) for time_s in times_s}))
    if not wanted:
        return
    for source in (_jumped, _read_through) if steady else (_read_through,):
        with opened(path) as (container, stream):
            size_px = None
            for frame, time_s in source(container, stream, wanted):
                size_px = size_px or square_size_px(frame, stream)
                if wanted and wanted[0] == time_s:
                    wanted.popleft()
                    yield Frame(time_s, masked(upright_bgr(frame, size_px), masks))
                if not wanted:
                    return


def _read_through(
    container: InputContainer, stream: VideoStream, wanted: deque[float]
) -> Iterator[tuple[VideoFrame, float]]:
    """Yield every frame with its time on the same clock as in the first reading."""
    clock = clock_of(container, stream)
    for frame in decoded(container, stream, clock.count_failure):
        time_s = time_of(clock, frame)
        if time_s is not None:
            while wanted and wanted[0] < time_s:
                wanted.popleft()
            yield frame, time_s


def _jumped(
    container: InputContainer, stream: VideoStream, wanted: deque[float]
) -> Iterator[tuple[VideoFrame, float]]:
    """Yield frames with their times up to the first that a jump has missed."""
    origin_s, aimed_s = None, 0.0
    for frame in decoded(container, stream, lambda: None):
        if frame.is_corrupt:
            continue
        if frame.pts is None or frame.time_base is None:
            return
        stamp_s = float(frame.pts * frame.time_base)
        origin_s = stamp_s if origin_s is None else origin_s
        time_s = round(stamp_s - origin_s, 6)
        if time_s > wanted[0]:
            return
        yield frame, time_s
        # Once for each aim: the group may begin long before it, even before the present frame.
        if wanted and wanted[0] - time_s > SEEK_FROM_S and wanted[0] != aimed_s:
            aimed_s = wanted[0]
            jump(container, stream, aimed_s + origin_s)


def jump(container: InputContainer, stream: VideoStream, stamp_s: float) -> None:
    """Go to the picture group that holds a timestamp; what comes next begins there."""
    if stream.time_base is not None:
        container.seek(int(stamp_s / stream.time_base), stream=stream)
