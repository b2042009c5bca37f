"""How far the reading of a recording is: a number in a file, for whoever watches the night."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from detectors.video import Frame

PROGRESS_EVERY_S: Final = 2.0
"""Seconds of video between two notes of progress."""


def noting(progress_file: Path | None) -> Callable[[float], None]:
    """Return what notes, every few seconds of video, up to which second the recording is read."""
    due_s = 0.0

    def note(time_s: float) -> None:
        nonlocal due_s
        if progress_file and time_s >= due_s:
            # Replaced whole: a reader sees the old number or the new one.
            temporary = progress_file.with_suffix(".tmp")
            temporary.write_text(f"{time_s:.1f}")
            os.replace(temporary, progress_file)  # noqa: PTH105 - atomic on every platform
            due_s = time_s + PROGRESS_EVERY_S

    return note


def noted(frames: Iterable[Frame], note: Callable[[float], None]) -> Iterator[Frame]:
    """Yield the frames, noting the time of each."""
    for frame in frames:
        note(frame.time_s)
        yield frame
