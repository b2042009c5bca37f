"""Build the figures per shift from the store, two weeks at a time; a part for each date and policy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd

from detectors.shift_table import Shown
from detectors.tables import EXPOSURE, FOOTAGE, LIFTS, SHIFT_METRICS
from detectors.technique import judge
from pipelines.exposure.shift_metrics import SeenShifts, shift_metrics
from pipelines.footage.wrong_clocks import CLOCK_FAULTS
from pipelines.judging.assess import MEASURES
from pipelines.judging.policy import NamedPolicy
from pipelines.retention.receipts import incomplete
from pipelines.sites.models import Weekday
from pipelines.sites.shifts import assign, planned, windows
from pipelines.sites.site import Site
from pipelines.storage.store import Store

VERDICT: Final = ("technique", "reason")
LIFT_COLUMNS: Final = (
    *("zone", "camera_id", "footage_id", "kind", "start_utc", "origin_band", "track_id"),
    *("hold_above_20_s", "hold_above_60_s"),
    *VERDICT,
)
"""What the figures need of each lift and its judgement."""

EXPOSURE_COLUMNS: Final = (
    *("zone", "camera_id", "footage_id", "minute_utc", "analysed_s", "observed_person_s"),
    *("judgeable_person_s", "trunk_above_20_person_s", "trunk_above_60_person_s"),
)
FOOTAGE_COLUMNS: Final = (
    *("zone", "camera_id", "footage_id", "start_utc", "end_utc", "declared_s"),
    *("model_version", "code_version"),
)

STEP_DAYS: Final = 14
"""Dates that are worked on at once: memory holds them and no more, however long the period is."""

DAY: Final = timedelta(days=1)

Judged = Callable[[date, date], pd.DataFrame]
"""Gives the lifts filed under the dates first to last with their judgement and ``date``."""

_INSTANCES: Final = {
    "shift_date": "str",
    "shift": "str",
    "start_utc": "datetime64[us, UTC]",
    "end_utc": "datetime64[us, UTC]",
}


@dataclass(frozen=True)
class ShiftDays:
    """Gives the shifts of some dates with what was seen of them.

    A shift may lie in recordings that are filed under the date before or after, since it may
    cross midnight and recordings may too.
    """

    store: Store
    site: Site

    def figures(self, day: date, judged: Judged, policy: NamedPolicy) -> pd.DataFrame:
        """Return the figures of the shifts that start on a date, under the policy that judged the lifts."""
        (_, seen) = next(self.steps(day, day, judged))
        return shift_metrics(seen, policy.figures, policy.policy_id)

    def steps(self, first: date, last: date, judged: Judged) -> Iterator[tuple[list[date], SeenShifts]]:
        """Yield the shifts that start on the dates, a few dates at a time; each date is read once."""
        held, unread = None, first - DAY
        for n in range(0, (last - first).days + 1, STEP_DAYS):
            begin = first + n * DAY
            end = min(begin + (STEP_DAYS - 1) * DAY, last)
            new = self._read(unread, end + DAY, judged)
            held, unread = new if held is None else _moved_on(held, begin - DAY, new), end + 2 * DAY
            days = [begin + k * DAY for k in range((end - begin).days + 1)]
            shifts = pd.concat([instances(self.site, day) for day in days], ignore_index=True)
            yield days, SeenShifts(shifts, planned(self.site), *held)

    def _read(self, first: date, last: date, judged: Judged) -> tuple[pd.DataFrame, ...]:
        lifts = judged(first, last)
        exposure = self.store.read(EXPOSURE, self.site.name, first, last, EXPOSURE_COLUMNS)
        return (
            self.store.read(FOOTAGE, self.site.name, first, last, FOOTAGE_COLUMNS),
            lifts.join(assign(lifts["start_utc"], self.site)),
            exposure.join(assign(exposure["minute_utc"], self.site)),
            self.store.read(CLOCK_FAULTS, self.site.name, first, last),
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
    for days, seen in ShiftDays(store, site).steps(first - DAY, last + DAY, judged):
        figures = shift_metrics(seen, policy.figures, policy.policy_id)
        yield from told(store, site, (first, last), figures, days)


def told(
    store: Store, site: Site, asked: tuple[date, date], figures: pd.DataFrame, days: list[date]
) -> Iterator[tuple[date, pd.DataFrame]]:
    """Yield those of the dates that there is something to tell of, with their rows of the figures.

    Parameters
    ----------
    asked
        First and last of the dates that are told of in any case, no data though there be.
    """
    of_day = dict(iter(figures.groupby("shift_date")))
    gone = incomplete(store, site.name, days[0] - DAY, days[-1] + DAY)
    for day in days:
        if {day - DAY, day, day + DAY} & gone:
            # Lifts of its shifts were deleted since: the figures that were made of them stay.
            continue
        rows = of_day.get(day.isoformat(), figures.iloc[:0]).reset_index(drop=True)
        if asked[0] <= day <= asked[1] or _has_data(rows) or _known(store, site, day):
            yield day, rows


def judged_by(store: Store, site: Site, policy: NamedPolicy) -> Judged:
    """Return what gives the stored lifts of dates, judged by a policy whatever judgements are stored."""

    def judged(first: date, last: date) -> pd.DataFrame:
        columns = {*MEASURES, *LIFT_COLUMNS} - set(VERDICT)
        lifts = store.read(LIFTS, site.name, first, last, sorted(columns))
        verdicts = judge(lifts, policy.policy)
        return lifts.assign(**verdicts[list(VERDICT)])

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


def write_all(store: Store, site: Site, policy: NamedPolicy, figures: Mapping[date, pd.DataFrame]) -> None:
    """Replace the figures of many dates, as `write` does those of each, checked as one table."""
    days = [day for day, rows in figures.items() if len(rows)]
    for day in figures.keys() - set(days):
        write(store, site, day, policy, figures[day])
    if days:
        dates = np.repeat([day.isoformat() for day in days], [len(figures[day]) for day in days])
        where = pd.DataFrame({"date": pd.Series(dates, dtype="str"), "part": policy.policy_id})
        whole = pd.concat([figures[day] for day in days], ignore_index=True)
        store.write_parts(SHIFT_METRICS, whole, site.name, where)


def _moved_on(
    held: tuple[pd.DataFrame, ...], first: date, new: tuple[pd.DataFrame, ...]
) -> tuple[pd.DataFrame, ...]:
    """Return the tables from a date on, with what comes after them."""
    return tuple(
        pd.concat([old[old["date"] >= first.isoformat()], rows], ignore_index=True)
        for old, rows in zip(held, new, strict=True)
    )


def _has_data(figures: pd.DataFrame) -> bool:
    return bool((figures["status"] != Shown.NO_DATA).any())


def _known(store: Store, site: Site, day: date) -> bool:
    return any(store.parts(spec, site.name, day, day) for spec in (FOOTAGE, SHIFT_METRICS))
