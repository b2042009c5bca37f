"""EDGE: reads the store for the pages; what was read is kept until the parts it came from change.

Each read is keyed by the version of the dates that it needs, which costs one look at each of their
folders. Rows come without ``site``; ``date`` is the ISO date that they are filed under.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import pandas as pd
import streamlit as st

from dashboard.context import Context
from detectors.columns import TableSpec
from detectors.tables import JUDGEMENTS, LIFTS, SHIFT_METRICS
from pipelines.changes.interventions import INTERVENTIONS
from pipelines.clips.kept import recording_rows
from pipelines.demo.days import PART, SIMULATED
from pipelines.judging.policy import NamedPolicy
from pipelines.sites.site import Site
from pipelines.storage.store import Store, StoreError, judged, open_store
from pipelines.storage.versions import Day, version

KEPT_READS: Final = 48
"""Tables that are kept in memory, over all readers."""


def shift_metrics(at: Context, first: Day, last: Day, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Return the figures of the shifts of some dates, both included, under the policy in force."""
    names = None if columns is None else [*dict.fromkeys([*columns, "policy_id"])]
    frame = read(at, SHIFT_METRICS, first, last, names)
    return frame[frame["policy_id"] == at.policy.policy_id].reset_index(drop=True)


def lifts(at: Context, first: Day, last: Day, columns: Sequence[str]) -> pd.DataFrame:
    """Return the named columns of the lifts of some dates, with their judgement by the policy in force.

    ``lift_id`` is always there; ``technique`` and ``reason`` are null where the policy judged nothing.
    """
    rows = read(at, LIFTS, first, last, [*dict.fromkeys(["lift_id", *columns])])
    verdicts = read(at, JUDGEMENTS, first, last)
    return judged(rows, verdicts.drop(columns="date"), at.policy.policy_id)


def read(
    at: Context, spec: TableSpec, first: Day, last: Day, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return the rows of some dates of a table, both included; only the named columns are read.

    Raises
    ------
    StoreError
        If the store can't be read.
    """
    kept = version(at.store, spec, at.site.name, first, last)
    names = None if columns is None else tuple(columns)
    return _read(at.site.store_url, at.site.name, (first, last), names, kept, spec)


def of_recording(at: Context, spec: TableSpec, day: date, lift: pd.Series) -> pd.DataFrame:
    """Return the rows of a table that come from the recording of a lift; it is one small part, not kept.

    Raises
    ------
    StoreError
        If it can't be read.
    """
    return recording_rows(at.store, spec, at.site.name, day, lift)


def days_with_figures(site: Site, store: Store, policy: NamedPolicy) -> tuple[Day, Day]:
    """Return the first and the last site date with figures under a policy; None where there are none."""
    parts = _listed(site, store, SHIFT_METRICS)
    days = [day for name, day in parts if name == policy.policy_id]
    return (min(days), max(days)) if days else (None, None)


def policies_with_figures(at: Context) -> pd.DataFrame:
    """Return ``policy_id``, ``first``, ``last``, ``dates`` of each policy with figures."""
    table = pd.DataFrame(_listed(at.site, at.store, SHIFT_METRICS), columns=["policy_id", "date"])
    spans = table.groupby("policy_id")["date"].agg(first="min", last="max", dates="nunique").reset_index()
    return spans.sort_values(["last", "first"], ignore_index=True)


def simulated_days(site: Site, store: Store) -> tuple[date, date] | None:
    """Return the first and the last date of made-up data; None where all of it was recorded."""
    days = [day for _, day in _listed(site, store, SIMULATED)]
    return (min(days), max(days)) if days else None


def recorded_days(at: Context) -> list[date]:
    """Return the dates with figures that have lifts of recordings, not only made-up ones, the last first."""
    first, last = at.choices.first, at.choices.last
    if first is None or last is None:
        return []
    days = {day for name, day in _listed(at.site, at.store, LIFTS) if name != PART and first <= day <= last}
    return sorted(days, reverse=True)


def interventions(at: Context) -> pd.DataFrame:
    """Return every recorded change of the site by date."""
    frame = read(at, INTERVENTIONS, None, None)
    return frame.sort_values(["date", "recorded_utc", "intervention_id"], ignore_index=True)


def _listed(site: Site, store: Store, spec: TableSpec) -> list[tuple[str, date]]:
    kept = version(store, spec, site.name, None, None)
    return _parts(site.store_url, site.name, kept, spec)


@st.cache_data(max_entries=KEPT_READS, show_spinner=False)
def _read(
    url: str,
    site: str,
    dates: tuple[Day, Day],
    columns: tuple[str, ...] | None,
    kept: str,  # noqa: ARG001  the version and the table, part of the key of what is kept
    _spec: TableSpec,
) -> pd.DataFrame:
    store = open_store(url)
    try:
        frame = store.read(_spec, site, *dates, columns)
    except StoreError:
        # A part that was listed may have been removed since; listed again, it is not there.
        frame = store.read(_spec, site, *dates, columns)
    return frame.drop(columns="site").astype({"date": "str"})


@st.cache_data(max_entries=KEPT_READS, show_spinner=False)
def _parts(url: str, site: str, kept: str, _spec: TableSpec) -> list[tuple[str, date]]:  # noqa: ARG001
    """Return name and date of every part of a table."""
    return [(part.name, part.date) for part in open_store(url).parts(_spec, site)]
