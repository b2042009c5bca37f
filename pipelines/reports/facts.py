"""What a report is made from: the figures of a shift, the list of redesigns and the follow-ups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import pandas as pd

from detectors.shift_table import Level
from pipelines.exposure.follow_up import FollowUp
from pipelines.exposure.redesign import Action
from pipelines.judging.policy import NamedPolicy
from pipelines.reports.words import Row, number


@dataclass(frozen=True)
class ShiftFacts:
    """All that is told of one shift.

    Attributes
    ----------
    site, day, shift
        Name of the site, site date on which the shift started, and its name.
    start, end
        Local times, ``[start, end)``, with their zone.
    metrics
        Rows of `SHIFT_METRICS` of this shift: each camera and zone, and the site.
    actions
        Origins to raise, from the recordings of the dates ``looked_at``, both included.
    follow_ups
        Of all changes recorded so far, as they stood the day after the shift.
    changes
        What was changed, in words, by the id of the change.
    """

    site: str
    day: date
    shift: str
    start: datetime
    end: datetime
    metrics: pd.DataFrame
    policy: NamedPolicy
    actions: tuple[Action, ...]
    looked_at: tuple[date, date]
    follow_ups: tuple[FollowUp, ...]
    changes: dict[str, str]

    def rows(self, level: Level) -> list[Row]:
        """Return the figures of a level, in the order of zones and cameras."""
        of_level = self.metrics[self.metrics["level"] == level].sort_values(["zone", "camera_id"])
        return [{str(name): value for name, value in row.items()} for row in of_level.to_dict("records")]

    @property
    def zones(self) -> list[Row]:
        """The figures of the zones, those with most lifts first and those without figures last."""
        return sorted(self.rows(Level.ZONE), key=lambda row: -np.nan_to_num(number(row, "lifts"), nan=-1.0))

    @property
    def whole(self) -> Row:
        """The figures of the site."""
        return self.rows(Level.SITE)[0]

    @property
    def limits(self) -> tuple[int, float]:
        """Workers and person-hours below which a group is small."""
        return self.policy.figures.least_group_size, self.policy.figures.least_observed_h
