"""Judge months of stored lifts under a policy, say what that changes, and only then write it.

A few dates are in memory at a time, in each of as many processes as there are cores. What was judged
waits in a temporary folder until all is said.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pandas as pd

from detectors.tables import FOOTAGE, LIFTS
from pipelines.judging.policy import NamedPolicy
from pipelines.judging.rejudging import COUNTS, Change, Kept, Stretch, added, judge_stretch, write_stretch
from pipelines.judging.shift_figures import DAY
from pipelines.judging.side_by_side import side_by_side
from pipelines.nights.job import UNDATED
from pipelines.scratch import scratch_folder
from pipelines.sites.site import Site
from pipelines.storage.store import Store

__all__ = ["COUNTS", "Reassessment", "reassess", "stored_span", "write"]

STRETCH_DAYS: Final = 56
"""Dates that one process works through at a time; the two next to them are read again."""


@dataclass(frozen=True)
class Reassessment:
    """What a policy says of the stored lifts, not written yet.

    Attributes
    ----------
    stretches
        Judgements and figures of all dates, a stretch of dates each.
    moved
        How many lifts moved from which verdict to which, shape (verdicts, verdicts).
    shares
        One row per zone: ``shifts`` that both policies show, and the sums of `COUNTS` over these, with
        the ending ``_before`` for the policy in force. What is suppressed is not in them.
    change, folder
        What was asked, and where the judgements wait: the folder goes when this does.
    """

    stretches: list[Stretch]
    moved: pd.DataFrame
    shares: pd.DataFrame
    change: Change
    folder: TemporaryDirectory[str]

    @property
    def judged(self) -> dict[date, Kept]:
        """By site date: the judgements, in a file."""
        return {day: kept for one in self.stretches for day, kept in one.kept.items()}

    @property
    def figures(self) -> dict[date, pd.DataFrame]:
        """By site date: the figures per shift."""
        return {day: table for one in self.stretches for day, table in one.figures.items()}


def reassess(
    store: Store, site: Site, in_force: NamedPolicy, policy: NamedPolicy, span: tuple[date, date]
) -> Reassessment:
    """Judge the stored lifts of the dates, both included, and write nothing.

    Before is what is stored of the policy in force, or indeterminate where nothing is.

    Raises
    ------
    StoreError
        If the store can't be read.
    """
    folder = scratch_folder()
    change = Change(store, site, in_force, policy, span, Path(folder.name))
    # Shifts of the dates before and after may reach into the recordings of those asked for.
    stretches = list(_stretches(span[0] - DAY, span[1] + DAY))
    found = list(side_by_side(partial(judge_stretch, change), stretches))
    shares = pd.concat([one.shares for one in found]).groupby("zone").sum().reset_index()
    return Reassessment(found, added([one.moved for one in found]), shares, change, folder)


def write(store: Store, site: Site, found: Reassessment) -> None:
    """Write judgements and figures, stretch by stretch, each part whole; twice writes the same.

    Raises
    ------
    StoreError
        If a part can't be written; judging again writes it.
    """
    change = replace(found.change, store=store, site=site)
    for _ in side_by_side(partial(write_stretch, change), found.stretches):
        pass


def stored_span(store: Store, site: Site, first: date | None, last: date | None) -> tuple[date, date] | None:
    """Return the first and last date asked for that have recordings or lifts; None if none has."""
    parts = [
        part.date
        for spec in (FOOTAGE, LIFTS)
        for part in store.parts(spec, site.name, first or UNDATED + timedelta(days=1), last)
    ]
    return (min(parts), max(parts)) if parts else None


def _stretches(first: date, last: date) -> Iterator[tuple[date, date]]:
    for n in range(0, (last - first).days + 1, STRETCH_DAYS):
        begin = first + n * DAY
        yield begin, min(begin + (STRETCH_DAYS - 1) * DAY, last)
