"""What one process does of a change of policy: judge a stretch of dates, and later write it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from detectors.shift_table import Level, Shown
from detectors.tables import JUDGEMENTS, LIFTS
from pipelines.exposure.shift_metrics import SeenShifts, shift_metrics, shown_counts
from pipelines.judging import shift_figures
from pipelines.judging.assess import MEASURES, RECORDING, changes, judge_lifts, judgements_of, write_day
from pipelines.judging.policy import NamedPolicy
from pipelines.judging.shift_figures import LIFT_COLUMNS, VERDICT, ShiftDays
from pipelines.sites.site import Site
from pipelines.storage.store import Store

COUNTS: Final = ["spine_bends", "hip_hinges", "squats", "indeterminate"]

_BEFORE: Final = {name: f"{name}_before" for name in VERDICT}
_ZONE: Final = ["shift_date", "shift", "zone"]


@dataclass(frozen=True)
class Change:
    """A change of policy: the dates asked for, and where the judgements wait until they are written."""

    store: Store
    site: Site
    in_force: NamedPolicy
    policy: NamedPolicy
    asked: tuple[date, date]
    folder: Path


@dataclass(frozen=True)
class Kept:
    """The file of the judgements of a date, each with camera and recording; its length is their number."""

    path: Path
    lifts: int

    def __len__(self) -> int:
        return self.lifts


@dataclass(frozen=True)
class Stretch:
    """What a policy says of a stretch of dates.

    Attributes
    ----------
    kept, figures
        By site date: the judgements, and the figures per shift.
    moved
        How many lifts moved from which verdict to which.
    shares
        One row per zone and shift that both policies show: ``zone``, and `COUNTS` under both.
    """

    kept: dict[date, Kept]
    figures: dict[date, pd.DataFrame]
    moved: pd.DataFrame
    shares: pd.DataFrame


def judge_stretch(change: Change, dates: tuple[date, date]) -> Stretch:
    """Judge the lifts of the dates first to last and make the figures of their shifts."""
    kept: dict[date, Kept] = {}
    figures: dict[date, pd.DataFrame] = {}
    moved, shares = [], []
    days = ShiftDays(change.store, change.site)
    for step, seen in days.steps(*dates, _judged_twice(change)):
        asked = [day for day in step if change.asked[0] <= day <= change.asked[1]]
        lifts = seen.lifts[seen.lifts["date"].isin([day.isoformat() for day in asked])]
        kept |= {day: _keep(change, day, rows) for day, rows in _by_date(lifts, asked)}
        before = lifts[["lift_id", _BEFORE["technique"]]].dropna()
        moved.append(changes(before.rename(columns={v: k for k, v in _BEFORE.items()}), lifts))
        table = shift_metrics(seen, change.policy.figures, change.policy.policy_id)
        shares.append(_both(table, _as_before(seen, change.in_force)))
        figures |= dict(shift_figures.told(change.store, change.site, change.asked, table, step))
    return Stretch(kept, figures, added(moved), pd.concat(shares, ignore_index=True))


def write_stretch(change: Change, stretch: Stretch) -> None:
    """Write judgements and then figures, each part whole."""
    for day, one in stretch.kept.items():
        rows = pd.read_feather(one.path)
        write_day(change.store, change.site.name, day, rows[list(RECORDING)], rows[JUDGEMENTS.names])
    if change.site.shifts:
        shift_figures.write_all(change.store, change.site, change.policy, stretch.figures)


def added(tables: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the sum of tables of `changes`, some of which have a row for lifts not judged before."""
    total = tables[0]
    for table in tables[1:]:
        total = total.add(table, fill_value=0)
    names = [*tables[0].columns, *(name for name in total.index if name not in tables[0].columns)]
    return total.reindex(index=names, columns=tables[0].columns).astype("int64")


def _judged_twice(change: Change) -> shift_figures.Judged:
    """Return what gives the lifts of dates with the judgements of both policies."""
    columns = sorted({*MEASURES, *RECORDING, *LIFT_COLUMNS} - set(VERDICT))

    def judged(first: date, last: date) -> pd.DataFrame:
        lifts = change.store.read(LIFTS, change.site.name, first, last, columns)
        asked = change.store, change.site.name, change.in_force, first, last
        known = judgements_of(*asked, ["lift_id", *VERDICT]).rename(columns=_BEFORE)
        verdicts = judge_lifts(lifts, change.policy).drop(columns="lift_id")
        return lifts.merge(known, on="lift_id", how="left").join(verdicts)

    return judged


def _keep(change: Change, day: date, rows: pd.DataFrame) -> Kept:
    path = change.folder / f"{day}.feather"
    rows[[*RECORDING, *JUDGEMENTS.names]].reset_index(drop=True).to_feather(path)
    return Kept(path, len(rows))


def _by_date(lifts: pd.DataFrame, days: list[date]) -> Iterator[tuple[date, pd.DataFrame]]:
    of_day = lifts.groupby("date").indices
    for day in days:
        if day.isoformat() in of_day:
            yield day, lifts.iloc[of_day[day.isoformat()]]


def _as_before(seen: SeenShifts, in_force: NamedPolicy) -> pd.DataFrame:
    lifts = seen.lifts.assign(**{name: seen.lifts[before] for name, before in _BEFORE.items()})
    return shown_counts(replace(seen, lifts=lifts), in_force.figures)


def _both(figures: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    new = figures[(figures["level"] == Level.ZONE) & (figures["status"] == Shown.SHOWN)]
    old = before[before["level"] == Level.ZONE]
    columns = [*_ZONE, *COUNTS]
    both = new[columns].merge(old[columns], on=_ZONE, suffixes=("", "_before"))
    return both.drop(columns=["shift_date", "shift"]).assign(shifts=1)
