"""How fast a clip goes: which moments of the recording it shows, and when."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

RATE_HZ: Final = 15.0
"""Pictures per second of a clip: smooth enough to see a lift, and each is looked at again."""

SLOW_RATE_HZ: Final = 30.0
"""Where it goes slowly, as many of the recording's pictures as most cameras make."""

SLOWER: Final = 3.0
SLOW_AROUND_S: Final = 0.5


@dataclass(frozen=True)
class Pace:
    """The pace of a clip; times are seconds into the recording.

    Attributes
    ----------
    slow_s
        What is shown at a third of its speed, ``[start, end)``; None for nothing.
    """

    slow_s: tuple[float, float] | None = None

    @classmethod
    def slow_around(cls, time_s: float) -> Pace:
        """Return the pace at which the second around a time goes slowly."""
        return cls((max(0.0, time_s - SLOW_AROUND_S), time_s + SLOW_AROUND_S))

    def rate_hz(self, time_s: float) -> float:
        """Return how many pictures per second of the recording are wanted at a time."""
        slow = self.slow_s is not None and self.slow_s[0] <= time_s < self.slow_s[1]
        return SLOW_RATE_HZ if slow else RATE_HZ

    def shown_s(self, time_s: float, first_s: float) -> float:
        """Return when a clip that begins at ``first_s`` shows a moment of the recording."""
        if self.slow_s is None:
            return time_s - first_s
        start_s, end_s = (max(edge_s, first_s) for edge_s in self.slow_s)
        within_s = min(max(time_s, start_s), end_s) - start_s
        return time_s - first_s + (SLOWER - 1.0) * within_s
