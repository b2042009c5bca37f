"""What a night will take: its work by camera, when it is over, and what of it fits before a deadline."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from pipelines.nights.deadline import CLOSING_S, UNKNOWN_SPEED, Pace, Work, rehearse, seconds_left


class Known(StrEnum):
    """Where the speed of a camera is known from."""

    EARLIER = "earlier nights"
    PROBE = "probe"
    OTHERS = "other cameras"
    NOTHING = "a guess"


@dataclass(frozen=True)
class CameraWork:
    """The work of one camera: ``speed`` is in seconds of work per second of video."""

    camera_id: str
    recordings: int
    video_h: float
    speed: float
    known: Known
    read: int

    @property
    def work_h(self) -> float:
        """Hours of work of one worker for all recordings."""
        return self.video_h * self.speed


@dataclass(frozen=True)
class NightPlan:
    """What a night is expected to take.

    Attributes
    ----------
    cameras
        One per camera that has something to read, in the order of their ids.
    begins_utc, over_utc
        When it begins, and when it would be over if it read everything.
    finish_utc, ends_utc
        When it must be over, None for no such time, and when it would be over with what fits before.
    """

    cameras: tuple[CameraWork, ...]
    begins_utc: datetime
    over_utc: datetime
    finish_utc: datetime | None
    ends_utc: datetime

    @property
    def share_read(self) -> float:
        """Share of the recordings that is read; 1 where there are none."""
        found = sum(one.recordings for one in self.cameras)
        return sum(one.read for one in self.cameras) / found if found else 1.0


@dataclass(frozen=True)
class Speeds:
    """Seconds of work per second of video by camera, from earlier nights and from a probe."""

    earlier: Mapping[str, float]
    probed: Mapping[str, float]

    def of(self, camera_id: str) -> tuple[float, Known]:
        """Return the speed of a camera, and where it is known from: nights tell more than a probe."""
        if camera_id in self.earlier:
            return self.earlier[camera_id], Known.EARLIER
        if camera_id in self.probed:
            return self.probed[camera_id], Known.PROBE
        others = [*self.earlier.values(), *self.probed.values()]
        return (statistics.median(others), Known.OTHERS) if others else (UNKNOWN_SPEED, Known.NOTHING)


def plan_night(
    works: Sequence[Work],
    speeds: Speeds,
    workers: int,
    begins_utc: datetime,
    finish_utc: datetime | None,
) -> NightPlan:
    """Return what a night will take.

    Parameters
    ----------
    works
        Recordings to read, in the order in which they will be begun.
    speeds
        Known so far.
    workers
        Recordings that are read at once.
    """
    of_camera = {name: speeds.of(name) for name in sorted({one.camera_id for one in works})}
    expected = {name: speed for name, (speed, _) in of_camera.items()}
    took_s = {one.part: one.video_s * expected[one.camera_id] for one in works}
    whole = rehearse(works, Pace(float("inf"), expected), workers, took_s)
    until_s = float("inf") if finish_utc is None else seconds_left(finish_utc, begins_utc)
    pace = Pace(until_s, expected)
    fitting = rehearse([one for one in works if pace.could_fit(one, 0.0)], pace, workers, took_s)
    read = set(fitting.read)
    cameras = []
    for name, (speed, known) in of_camera.items():
        own = [one for one in works if one.camera_id == name]
        video_h = sum(one.video_s for one in own) / 3600.0
        fit = sum(one.part in read for one in own)
        cameras.append(CameraWork(name, len(own), video_h, speed, known, fit))
    closing = timedelta(seconds=CLOSING_S)
    return NightPlan(
        tuple(cameras),
        begins_utc,
        begins_utc + timedelta(seconds=whole.end_s) + closing,
        finish_utc,
        begins_utc + timedelta(seconds=fitting.end_s) + closing,
    )
