"""Whether one more recording can be read before a night must be over, by all that is known of its pace."""

from __future__ import annotations

import heapq
import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from pipelines.sites.local_time import first_instants

CAUTION: Final = 1.25
"""A recording is begun only if it would be done in time even if it took so much longer than expected."""

CLOSING_S: Final = 120.0
"""Kept free at the end for the digest, the figures and the reports."""

UNKNOWN_SPEED: Final = 0.5
"""Seconds of work per second of video until anything is known."""

UNKNOWN_LENGTH_S: Final = 3600.0
"""Taken for a recording that does not declare its length, where no other one does."""

TRUST: Final = 1.0
"""So many recordings must be seen before what is seen counts as much as what was expected."""


@dataclass(frozen=True)
class Work:
    """One recording to be read: ``part`` names it, ``video_s`` is its length in seconds."""

    part: str
    camera_id: str
    video_s: float


def deadline_utc(finish_by: time, tz: ZoneInfo, now_utc: datetime) -> datetime:
    """Return the next instant after now at which the clock of the zone shows a local time."""
    today = datetime.combine(now_utc.astimezone(tz).date(), finish_by)
    instants = first_instants(pd.date_range(today, periods=2, unit="us"), tz)
    return next(one.to_pydatetime() for one in instants if one > now_utc)


def lengths(declared_s: Mapping[str, float]) -> dict[str, float]:
    """Return the seconds of video of each part; the usual length where none is declared (NaN)."""
    known = [seconds for seconds in declared_s.values() if math.isfinite(seconds)]
    usual_s = statistics.median(known) if known else UNKNOWN_LENGTH_S
    return {part: seconds if math.isfinite(seconds) else usual_s for part, seconds in declared_s.items()}


@dataclass
class Pace:
    """How fast the work goes, and whether more may be begun.

    Speeds are seconds of work per second of video. Those expected are corrected by the ratio of the time
    that recordings took to the time expected, of all cameras and, as more is seen, of each.

    Attributes
    ----------
    until_s
        When the last recording must be done, seconds on the clock of every ``now_s``; infinite for no end.
    speeds
        Expected for each camera; a camera without one gets the median of the others.
    """

    until_s: float
    speeds: Mapping[str, float]
    _begun: dict[str, tuple[Work, float]] = field(default_factory=dict, init=False)
    _seen: list[tuple[str, float, float]] = field(default_factory=list, init=False)

    def begin(self, work: Work, now_s: float) -> None:
        """Note that a recording has been begun."""
        self._begun[work.part] = (work, now_s)

    def finish(self, part: str, now_s: float) -> None:
        """Note that a recording is done."""
        work, begun_s = self._begun.pop(part)
        self._seen.append((work.camera_id, self._first_guess_s(work), now_s - begun_s))

    def fits(self, work: Work, now_s: float) -> bool:
        """Return whether a recording that is begun now would be done in time."""
        return now_s + CAUTION * self.expected_s(work, now_s) <= self.until_s

    def expected_s(self, work: Work, now_s: float) -> float:
        """Return how long a recording will take, by all that is known now."""
        # One that is late already tells that its camera is slow before it is done.
        late = [
            (one.camera_id, self._first_guess_s(one), now_s - begun_s)
            for one, begun_s in self._begun.values()
            if now_s - begun_s > self._first_guess_s(one)
        ]
        seen = self._seen + late
        overall = _ratio(seen, 1.0)
        own = _ratio([one for one in seen if one[0] == work.camera_id], overall)
        return own * self._first_guess_s(work)

    def could_fit(self, work: Work, begins_s: float) -> bool:
        """Return whether a recording is short enough to be read at all in a night that begins at a time.

        Only its length tells, at the speed of a usual camera: the recordings of a camera that takes more
        work must not be passed over for those of others. True while nothing is known.
        """
        return not self.speeds or begins_s + CAUTION * work.video_s * self._usual_speed() <= self.until_s

    def _usual_speed(self) -> float:
        return statistics.median(self.speeds.values()) if self.speeds else UNKNOWN_SPEED

    def _first_guess_s(self, work: Work) -> float:
        return work.video_s * self.speeds.get(work.camera_id, self._usual_speed())


def _ratio(seen: Sequence[tuple[str, float, float]], before: float) -> float:
    """Return time taken over time expected, drawn towards what was thought before."""
    expected_s = sum(one[1] for one in seen)
    if not expected_s > 0:
        return before
    trust_s = TRUST * expected_s / len(seen)
    return (sum(one[2] for one in seen) + before * trust_s) / (expected_s + trust_s)


@dataclass(frozen=True)
class Rehearsal:
    """What a night would do: the parts that it reads, in their order, and when it ends, in seconds."""

    read: tuple[str, ...]
    end_s: float


def rehearse(works: Sequence[Work], pace: Pace, workers: int, took_s: Mapping[str, float]) -> Rehearsal:
    """Go through a night from second 0 without reading anything.

    Parameters
    ----------
    works
        In the order in which they are to be begun.
    took_s
        How long each part takes.
    """
    under_way: list[tuple[float, str]] = []
    now_s, read = 0.0, []
    for work in works:
        while len(under_way) >= workers or (under_way and not pace.fits(work, now_s)):
            now_s, part = heapq.heappop(under_way)
            pace.finish(part, now_s)
        if not pace.fits(work, now_s):
            break
        pace.begin(work, now_s)
        heapq.heappush(under_way, (now_s + took_s[work.part], work.part))
        read.append(work.part)
    return Rehearsal(tuple(read), max([now_s, *(end_s for end_s, _ in under_way)]))


def seconds_left(until: datetime, now: datetime) -> float:
    """Return how long recordings may be read before a night that must be over at an instant."""
    return (until - now - timedelta(seconds=CLOSING_S)).total_seconds()
