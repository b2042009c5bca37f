"""EDGE: the whole pictures of a recording for the gate, and the times of all its frames, in one pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from detectors.decoding import opened, square_size_px, upright_bgr
from detectors.frame_times import ReadReport
from detectors.video import Frame, Polygon, clock_of, masked

CELLS_WIDE: Final = 160
PROBED_S: Final = 60.0
"""So much of a recording tells how far apart its whole pictures are."""

LOOK_S: Final = 1.0
"""Where every picture is decoded, the gate sees one in this time."""


@dataclass(frozen=True)
class Shot:
    """One picture for the gate; it is converted only as far as asked for."""

    time_s: float
    _picture: VideoFrame
    _size_px: tuple[int, int]
    _masks: Sequence[Polygon]

    def small(self) -> NDArray[np.uint8]:
        """Return the upright picture in grey, 160 cells wide, masked, shape (height, 160)."""
        width_px, height_px = self._size_px
        scale = CELLS_WIDE / max(width_px, height_px)
        size = max(8, round(scale * width_px)), max(8, round(scale * height_px))
        image = masked(upright_bgr(self._picture, size), self._masks)
        return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), dtype=np.uint8)

    def whole(self) -> Frame:
        """Return the picture as a reading of the whole recording gives it."""
        return Frame(self.time_s, masked(upright_bgr(self._picture, self._size_px), self._masks))


@dataclass
class Survey:
    """Iterate over the pictures that the gate sees; afterwards the rest tells of all frames.

    Attributes
    ----------
    steady
        Whether every packet has its place on one clock and every picture for the gate was sound. If not,
        the recording must be read whole.
    times_s
        Times of all frames as `detectors.video.Reader` gives them, shape (n,).
    report
        What a reading of the whole recording would report if no frame were damaged.
    """

    path: Path
    masks: Sequence[Polygon]
    longest_key_gap_s: float
    steady: bool = field(default=True, init=False)
    times_s: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0), init=False)
    report: ReadReport = field(default_factory=ReadReport, init=False)

    def __iter__(self) -> Iterator[Shot]:
        """Yield the pictures in order of time.

        Raises
        ------
        VideoError
            If the file can't be read.
        """
        every = self._keys_apart_s() > self.longest_key_gap_s
        stamps: list[tuple[int, int]] = []
        seen: list[float] = []
        with opened(self.path) as (container, stream):
            if not every:
                stream.codec_context.skip_frame = "NONKEY"
            origin_s, size_px, due_s = None, None, -np.inf
            for picture in self._pictures(container, stream, stamps):
                stamp_s = float((picture.pts or 0) * (picture.time_base or 0))
                origin_s = stamp_s if origin_s is None else origin_s
                size_px = size_px or square_size_px(picture, stream)
                time_s = round(stamp_s - origin_s, 6)
                if time_s >= due_s:
                    due_s = time_s + LOOK_S - 1e-6
                    seen.append(time_s)
                    yield Shot(time_s, picture, size_px, self.masks)
            self._reckon(container, stream, stamps)
        self.steady &= bool(seen) and bool(np.isin(seen, self.times_s).all())

    def _pictures(
        self, container: InputContainer, stream: VideoStream, stamps: list[tuple[int, int]]
    ) -> Iterator[VideoFrame]:
        """Yield what decodes, noting the stamp and duration of each packet."""
        for packet in container.demux(stream):
            if packet.size:
                self.steady &= packet.pts is not None and not packet.is_corrupt
                if packet.pts is not None and not packet.is_discard:
                    stamps.append((packet.pts, packet.duration or 0))
            for picture in packet.decode():
                self.steady &= picture.pts is not None and not picture.is_corrupt
                yield picture

    def _reckon(self, container: InputContainer, stream: VideoStream, stamps: list[tuple[int, int]]) -> None:
        """Put all frames on the clock of a reading: shown in order of their stamps, not of the packets."""
        clock, base = clock_of(container, stream), stream.time_base
        times = [
            clock.add(float(stamp * base), float(duration * base))
            for stamp, duration in sorted(stamps)
            if base is not None
        ]
        self.times_s = np.array([time_s for time_s in times if time_s is not None], dtype=float)
        self.report = clock.report(len(self.times_s))
        self.steady &= self.report.steady

    def _keys_apart_s(self) -> float:
        """Return the longest time between the whole pictures at the start; infinite for one alone."""
        keys_s: list[float] = []
        with opened(self.path) as (container, stream):
            for packet in container.demux(stream):
                time_s = _seconds(packet)
                if time_s is not None and packet.is_keyframe:
                    keys_s.append(time_s)
                if keys_s and time_s is not None and time_s - keys_s[0] > PROBED_S:
                    break
        return float(np.diff(keys_s).max()) if len(keys_s) > 1 else np.inf


def _seconds(packet: Packet[VideoStream]) -> float | None:
    return None if packet.pts is None or packet.time_base is None else float(packet.pts * packet.time_base)
