"""Build the figures per shift from the store, day by day, and write them: one part per date and policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

import pandas as pd

from detectors.shift_table import Shown
from detectors.tables import EXPOSURE, FOOTAGE, LIFTS, SHIFT_METRICS
from detectors.technique import judge
from pipelines.exposure.shift_metrics import SeenShifts, shift_metrics
from pipelines.policy import NamedPolicy
from pipelines.shifts import assign, windows
from pipelines.site import Site
from pipelines.site_models import Weekday
from pipelines.store import Store

LIFT_COLUMNS: Final = (
    *("zone", "camera_id", "kind", "start_utc", "origin_band", "hold_above_20_s", "hold_above_60_s"),
    *("track_id", "technique", "reason"),
)
"""What the figures need of each lift and its judgement."""

Judged = Callable[[date], pd.DataFrame]
"""Gives the lifts filed under a date with their judgement."""

_INSTANCES: Final = {
    "shift_date": "str",
    "shift": "str",
    "start_utc": "datetime64[us, UTC]",
    "end_utc": "datetime64[us, UTC]",
}


@dataclass
class ShiftDays:
    """Gives the figures of one date after the other; each day of the store is read once.

    A shift may lie in recordings that are filed under the date before or after, since it may
    cross midnight and recordings may too.
    """

    store: Store
    site: Site
    _days: dict[date, tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]] = field(default_factory=dict)

    def figures(self, day: date, judged: Judged, policy: NamedPolicy) -> pd.DataFrame:
        """Return the figures of the shifts that start on a date, under the policy that judged the lifts."""
        around = [day + timedelta(days=days) for days in (-1, 0, 1)]
        self._days = {one: self._days.get(one) or self._read(one, judged) for one in around}
        lifts, exposure, footage = (
            pd.concat(frames, ignore_index=True) for frames in zip(*self._days.values(), strict=True)
        )
        cameras = pd.DataFrame([(one.zone, one.id) for one in self.site.cameras], dtype="str")
        cameras.columns = pd.Index(["zone", "camera_id"])
        seen = SeenShifts(instances(self.site, day), cameras, footage, lifts, exposure)
        return shift_metrics(seen, policy.figures, policy.policy_id)

    def _read(self, day: date, judged: Judged) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        lifts = judged(day)[list(LIFT_COLUMNS)]
        exposure = self.store.read(EXPOSURE, self.site.name, day, day)
        return (
            lifts.join(assign(lifts["start_utc"], self.site)),
            exposure.join(assign(exposure["minute_utc"], self.site)),
            self.store.read(FOOTAGE, self.site.name, day, day),
        )


def instances(site: Site, day: date) -> pd.DataFrame:
    """Return the shifts that start on a date: ``shift_date``, ``shift``, ``start_utc``, ``end_utc``."""
    weekday = list(Weekday)[day.weekday()]
    rows = [
        (day.isoformat(), shift.name, *windows(shift, day, site.tz))
        for shift in site.shifts
        if weekday in shift.days
    ]
    table = pd.DataFrame(rows, columns=list(_INSTANCES)).astype(_INSTANCES)
    # A shift that lies within the hour that the clock skips never was.
    return table[table["start_utc"] < table["end_utc"]].reset_index(drop=True)


def of_dates(
    store: Store, site: Site, policy: NamedPolicy, first: date, last: date, judged: Judged
) -> Iterator[tuple[date, pd.DataFrame]]:
    """Yield the figures of every date whose shifts the recordings of ``first`` to ``last`` reach into.

    The dates before and after only if the store has something of them: a day before the first
    recording, or one still to come, is no day without data.
    """
    days = ShiftDays(store, site)
    for n in range(-1, (last - first).days + 2):
        day = first + timedelta(days=n)
        figures = days.figures(day, judged, policy)
        if first <= day <= last or _has_data(figures) or _known(store, site, day):
            yield day, figures


def judged_by(store: Store, site: Site, policy: NamedPolicy) -> Judged:
    """Return what gives the stored lifts of a date, judged by a policy whatever judgements are stored."""

    def judged(day: date) -> pd.DataFrame:
        lifts = store.read(LIFTS, site.name, day, day)
        verdicts = judge(lifts, policy.policy)
        return lifts.assign(technique=verdicts["technique"], reason=verdicts["reason"])

    return judged


def rebuild(store: Store, site: Site, policy: NamedPolicy, first: date, last: date) -> None:
    """Judge the stored lifts of the dates, and write the figures of their shifts.

    Building twice writes the same files. The judgements themselves are not written.
    """
    if not site.shifts:
        return
    for day, figures in of_dates(store, site, policy, first, last, judged_by(store, site, policy)):
        write(store, site, day, policy, figures)


def write(store: Store, site: Site, day: date, policy: NamedPolicy, figures: pd.DataFrame) -> None:
    """Replace the figures of one date and policy whole."""
    store.write(SHIFT_METRICS, figures, site.name, day, policy.policy_id)


def _has_data(figures: pd.DataFrame) -> bool:
    return bool((figures["status"] != Shown.NO_DATA).any())


def _known(store: Store, site: Site, day: date) -> bool:
    return any(store.parts(spec, site.name, day, day) for spec in (FOOTAGE, SHIFT_METRICS))
