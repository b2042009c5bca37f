"""A progress bar over files and video-seconds; silent when nobody looks at a terminal."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from pipelines.scratch import scratch_folder

POLL_S: Final = 0.5


@dataclass
class NightProgress:
    """Where the night stands: finished recordings, and the notes of those under way."""

    folder: Path
    durations_s: dict[str, float]
    _finished: set[str] = field(default_factory=set)

    def note(self, part: str) -> Path:
        """Return the file in which the worker of a recording notes how far it is."""
        return self.folder / f"{part}.s"

    def finish(self, part: str) -> None:
        """Count a recording as finished."""
        self._finished.add(part)

    def files(self) -> int:
        """Return how many recordings are finished."""
        return len(self._finished)

    def video_s(self) -> float:
        """Return how many seconds of video are done, finished or noted."""
        return sum(self._done_s(part, duration) for part, duration in self.durations_s.items())

    def _done_s(self, part: str, duration: float) -> float:
        if part in self._finished:
            return duration
        try:
            return min(float(self.note(part).read_text()), duration)
        except (OSError, ValueError):
            return 0.0


@contextmanager
def watched(durations_s: dict[str, float]) -> Iterator[NightProgress]:
    """Show a progress bar while the block runs, where standard error is a terminal.

    Parameters
    ----------
    durations_s
        Declared seconds of each recording to come, by its part name; NaN where not known.
    """
    known = {part: seconds if math.isfinite(seconds) else 0.0 for part, seconds in durations_s.items()}
    with scratch_folder() as folder:
        night = NightProgress(Path(folder), known)
        console = Console(stderr=True)
        if not console.is_terminal:
            yield night
            return
        stop = Event()
        watcher = Thread(target=_show, args=(night, console, stop), daemon=True)
        watcher.start()
        try:
            yield night
        finally:
            stop.set()
            watcher.join()


def _show(night: NightProgress, console: Console, stop: Event) -> None:
    columns = (
        TextColumn("recordings"),
        MofNCompleteColumn(),
        BarColumn(),
        TextColumn("{task.fields[video]}"),
        TimeRemainingColumn(compact=True),
    )
    total_s = sum(night.durations_s.values())
    with Progress(*columns, console=console, transient=True) as bar:
        files = bar.add_task("", total=len(night.durations_s), video="")
        video = bar.add_task("", total=max(total_s, 1.0), visible=False, video="")
        while not stop.wait(POLL_S):
            done_s = night.video_s()
            bar.update(video, completed=done_s)
            remaining = bar.tasks[1].time_remaining
            left = f", about {remaining / 60:.0f} min left" if remaining else ""
            bar.update(
                files, completed=night.files(), video=f"{done_s:.0f} of {total_s:.0f} s of video{left}"
            )
