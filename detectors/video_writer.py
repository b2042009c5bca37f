"""EDGE: write videos that browsers play."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import av
import numpy as np
from numpy.typing import NDArray

# Common multiple of the usual frame rates; any source time lands within 6 microseconds.
_TIME_BASE: Final = Fraction(1, 90_000)

# No frames that wait for a later one: with them MP4 declares a wrong duration when frames come unevenly.
_ENCODING: Final = {"crf": "23", "preset": "veryfast", "bf": "0"}


class Writer:
    """Write an H.264 MP4 whose frames keep their own times, as a context manager.

    The file appears under its name only when complete: it is written beside it, renamed when the
    ``with`` block ends and removed when the block fails. The index stands before the pictures,
    so that playing starts at once. Odd sizes are padded by one pixel, as 4:2:0 colour needs. No
    metadata is written.

    Parameters
    ----------
    path, width_px, height_px
        The file, and the size of the pictures.
    most_bits_s
        As recorders limit themselves: at most so many bits per second, and a whole picture at least every
        30 frames, so that movement and noise cost sharpness. None: as sharp everywhere, whatever it takes.

    Raises
    ------
    ValueError
        On `write`: if the image has another shape or its time doesn't advance. At the end of the
        block: if no frame was written.
    """

    def __init__(self, path: Path, width_px: int, height_px: int, most_bits_s: int | None = None) -> None:
        self._path = path
        self._encoding = _ENCODING if most_bits_s is None else _ENCODING | _limited(most_bits_s)
        self._temporary = path.with_name(f".{path.name}.tmp")
        self._shape = (height_px, width_px, 3)
        self._last_pts = -1

    def __enter__(self) -> Self:
        height_px, width_px, _ = self._shape
        options = {"movflags": "+faststart"}
        self._container = av.open(f"file:{self._temporary}", "w", format="mp4", options=options)
        self._container.flags |= av.container.Flags.bitexact.value
        self._stream = self._container.add_stream("libx264", options=self._encoding)
        self._stream.width = width_px + width_px % 2
        self._stream.height = height_px + height_px % 2
        self._stream.pix_fmt = "yuv420p"
        self._stream.time_base = _TIME_BASE
        codec = self._stream.codec_context
        codec.time_base = _TIME_BASE
        # x264 encodes differently with each number of threads: the same everywhere.
        codec.thread_count = 2
        return self

    def write(self, image_bgr: NDArray[np.uint8], time_s: float) -> None:
        """Append one BGR image, shape (height, width, 3), to be shown from ``time_s``."""
        pts = round(time_s / _TIME_BASE)
        if image_bgr.shape != self._shape or image_bgr.dtype != np.uint8:
            raise ValueError(
                f"{self._path.name}: image of shape {image_bgr.shape} and type {image_bgr.dtype}, "
                f"expected {self._shape} and uint8"
            )
        if pts <= self._last_pts:
            earliest_s = float((self._last_pts + 1) * _TIME_BASE)
            raise ValueError(f"{self._path.name}: frame at {time_s} s, expected at least {earliest_s:.5f} s")
        height_px, width_px, _ = self._shape
        padded = np.pad(image_bgr, ((0, height_px % 2), (0, width_px % 2), (0, 0)), mode="edge")
        frame = av.VideoFrame.from_ndarray(padded, format="bgr24")
        frame.pts, frame.time_base = pts, _TIME_BASE
        self._container.mux(self._stream.encode(frame))
        self._last_pts = pts

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._finish()
        finally:
            self._container.close()
            self._temporary.unlink(missing_ok=True)

    def _finish(self) -> None:
        if self._last_pts < 0:
            raise ValueError(f"{self._path.name}: no frame was written, expected at least one")
        self._container.mux(self._stream.encode(None))
        self._container.close()
        self._temporary.replace(self._path)


def _limited(most_bits_s: int) -> dict[str, str]:
    return {"maxrate": str(most_bits_s), "bufsize": str(2 * most_bits_s), "g": "30"}
