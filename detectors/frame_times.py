"""From the timestamps of a recording to seconds after its first frame, and what was lost on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np

PAUSE_S: Final = 1.0
"""From this long without a frame, a stretch counts as missing.

Cameras slow to about one frame per second while nothing moves, and sound may end a little
after the picture.
"""


@dataclass(frozen=True)
class ReadReport:
    """What was read of a recording; times in seconds after the first undamaged frame.

    ``frames_damaged`` are frames that the decoder calls damaged, ``packets_failed`` those that gave no
    frame, ``frames_backwards`` frames dropped because their time didn't advance, ``clock_restarts`` how
    often the timestamps began anew. ``first_s`` is
    how long after the declared start that frame came (add it to the recording's start),
    ``end_s`` the end of the last frame. ``declared_s`` is NaN where the file doesn't say. ``missing_s``
    sums the stretches of at least ``PAUSE_S`` without an undamaged frame: before, between and, up to
    the declared duration, after the frames. ``seen_s`` is what remains.
    """

    frames_decoded: int = 0
    frames_kept: int = 0
    frames_damaged: int = 0
    frames_backwards: int = 0
    packets_failed: int = 0
    clock_restarts: int = 0
    first_s: float = np.nan
    end_s: float = np.nan
    declared_s: float = np.nan
    missing_s: float = 0.0
    seen_s: float = 0.0

    @property
    def steady(self) -> bool:
        """Whether every frame has its place on one clock, so that jumping to a time finds the same frame."""
        faults = (self.frames_damaged, self.packets_failed, self.frames_backwards, self.clock_restarts)
        return not any(faults)


@dataclass
class FrameTimes:
    """The clock of one pass over a recording: it corrects times and counts.

    ``step_s`` is the nominal time between frames, ``start_s`` the declared time of the first frame (None
    if unknown) and ``declared_s`` the declared duration (NaN if unknown).
    """

    step_s: float
    start_s: float | None = None
    declared_s: float = np.nan
    _good: int = field(default=0, init=False)
    _damaged: int = field(default=0, init=False)
    _backwards: int = field(default=0, init=False)
    _failed: int = field(default=0, init=False)
    _restarts: int = field(default=0, init=False)
    _origin_s: float | None = field(default=None, init=False)
    _lead_s: float = field(default=0.0, init=False)
    _last_s: float = field(default=-np.inf, init=False)
    _end_s: float = field(default=np.nan, init=False)
    _gaps_s: float = field(default=0.0, init=False)

    def count_failure(self) -> None:
        """Count a packet that gave no frame."""
        self._failed += 1

    def count_damaged(self) -> None:
        """Count a damaged frame; its time is not trusted either."""
        self._damaged += 1

    def add(self, stamp_s: float | None, duration_s: float | None) -> float | None:
        """Count an undamaged frame and return its time in seconds after the first one.

        Parameters
        ----------
        stamp_s
            Presentation timestamp on the file's own clock. None where the file lost it: the frame then
            comes one nominal step after the last.
        duration_s
            Declared duration of the frame; None or 0 if unknown.

        Returns
        -------
        float or None
            The time, or None if it doesn't advance.
        """
        self._good += 1
        time_s = round(self._since_first_s(stamp_s), 6)
        if time_s <= self._last_s:
            self._backwards += 1
            return None
        gap_s = time_s - self._seen_until_s
        self._gaps_s += gap_s if gap_s >= PAUSE_S else 0.0
        self._last_s, self._end_s = time_s, time_s + (duration_s or self.step_s)
        return time_s

    @property
    def _seen_until_s(self) -> float:
        """The time up to which pictures tell what happened; a frame that stands longer tells no more."""
        return max(self._last_s + self.step_s, -self._lead_s)

    def _since_first_s(self, stamp_s: float | None) -> float:
        next_s = max(self._last_s + self.step_s, 0.0)
        if stamp_s is None:
            return next_s
        if self._origin_s is None:
            self._origin_s = stamp_s - next_s
            self._lead_s = 0.0 if self.start_s is None else max(self._origin_s - self.start_s, 0.0)
        # Recordings joined end to end restart the clock; dropping all that follows would lose hours.
        if stamp_s - self._origin_s < self._last_s - PAUSE_S:
            self._origin_s = stamp_s - next_s
            self._restarts += 1
        return stamp_s - self._origin_s

    def report(self, frames_kept: int) -> ReadReport:
        """Return what was read so far."""
        seen_until_s = self._seen_until_s + self._lead_s
        tail_s = float(np.nan_to_num(self.declared_s - seen_until_s))
        return ReadReport(
            frames_decoded=self._good + self._damaged,
            frames_kept=frames_kept,
            frames_damaged=self._damaged,
            frames_backwards=self._backwards,
            packets_failed=self._failed,
            clock_restarts=self._restarts,
            first_s=self._lead_s if self._good else np.nan,
            end_s=self._end_s,
            declared_s=self.declared_s,
            missing_s=self._gaps_s + (tail_s if tail_s >= PAUSE_S else 0.0),
            seen_s=seen_until_s - self._gaps_s,
        )
