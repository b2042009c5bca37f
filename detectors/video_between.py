"""EDGE: read a short stretch of a recording, on the clock of its first reading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from detectors.decoding import decoded, opened, square_size_px, upright_bgr
from detectors.video import CLOSEST, Frame, Polygon, Reader, masked
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

    def frames(self, rate_hz: float) -> Iterator[Frame]:
        """Yield the frames of the stretch at about a rate, each with its time in the recording, masked.

        Raises
        ------
        VideoError
            While iterating: if the file can't be read.
        """
        source = self._jumped() if self.steady else self._read_through(rate_hz)
        due_s = self.start_s
        for frame in source:
            if frame.time_s >= self.end_s:
                return
            if frame.time_s >= due_s:
                due_s = frame.time_s + CLOSEST / rate_hz
                yield frame

    def _read_through(self, rate_hz: float) -> Iterator[Frame]:
        return iter(Reader(self.path, rate_hz, self.masks))

    def _jumped(self) -> Iterator[Frame]:
        with opened(self.path) as (container, stream):
            origin_s = size_px = None
            for frame in decoded(container, stream, lambda: None):
                if frame.is_corrupt or frame.pts is None or frame.time_base is None:
                    continue
                stamp_s = float(frame.pts * frame.time_base)
                if origin_s is None:
                    origin_s, size_px = stamp_s, square_size_px(frame, stream)
                    jump(container, stream, origin_s + self.start_s)
                    continue
                time_s = round(stamp_s - origin_s, 6)
                if size_px is not None and time_s >= self.start_s:
                    yield Frame(time_s, masked(upright_bgr(frame, size_px), self.masks))
