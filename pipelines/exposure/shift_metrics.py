"""The figures per shift: counts, rates and shares with intervals and coverage, small groups hidden."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import pandas as pd

from detectors.contract import conform, empty
from detectors.shift_table import ALL, SHIFT_METRICS, Level, Shown
from pipelines.exposure.crews import with_stated
from pipelines.exposure.shift_cells import hidden_rows
from pipelines.exposure.shift_counts import (
    CAMERA,
    ROW,
    SHIFT,
    TRACK_COUNTS,
    camera_sums,
    track_sums,
    with_sums,
)
from pipelines.exposure.shift_coverage import expected, recordings_in, spans, versions
from pipelines.exposure.shift_estimates import estimates
from pipelines.exposure.shift_peaks import peaks
from pipelines.footage.wrong_clocks import CLOCK_FAULTS, is_left_out, without
from pipelines.judging.figure_policy import Figures

COVERAGE: Final = ("cameras", "cameras_without_data", "expected_h", "received_h", "excluded_h", "analysed_h")
"""What is told of every row: it is about cameras, not about people."""

_HOLDS: Final = ["longest_hold_above_20_s", "longest_hold_above_60_s"]


@dataclass(frozen=True)
class SeenShifts:
    """Some shifts, what should have been seen of them, and what was.

    Attributes
    ----------
    instances
        One row per shift: ``shift_date``, ``shift``, ``start_utc``, ``end_utc``.
    cameras
        As for `shift_coverage.expected`: one row per camera of the site.
    footage
        Rows of the footage table, those too that only reach into the shifts.
    lifts
        Rows of the lifts table with their judgement, ``shift`` and ``shift_date``.
    exposure
        Rows of the exposure table with ``shift`` and ``shift_date``.
    clock_faults
        Rows of the table of recordings whose clock was wrong.
    """

    instances: pd.DataFrame
    cameras: pd.DataFrame
    footage: pd.DataFrame
    lifts: pd.DataFrame
    exposure: pd.DataFrame
    clock_faults: pd.DataFrame = field(default_factory=lambda: empty(CLOCK_FAULTS))


def shift_metrics(seen: SeenShifts, figures: Figures, policy_id: str) -> pd.DataFrame:
    """Return the table `SHIFT_METRICS` of some shifts: a row per camera, per zone and for the site.

    Every camera of the site has a row in every shift, also one that recorded nothing: its status is
    ``no_data`` and it has no counts, rather than counts of 0. The figures of small groups, and of rows
    that would give them away, are null; what is hidden does not depend on the verdicts.
    """
    if seen.instances.empty:
        return empty(SHIFT_METRICS)
    seen = _within(seen, figures)
    recordings = recordings_in(seen.instances, seen.footage)
    rows = with_sums(_cameras(seen, recordings, figures))
    status = _status(rows, figures)
    rows = _without(rows, status)
    parts = [
        rows,
        estimates(rows, track_sums(seen.lifts), figures),
        peaks(rows.index[status == Shown.SHOWN], seen.lifts, seen.exposure),
    ]
    out = pd.concat([parts[0], parts[1], parts[2].reindex(rows.index)], axis=1)
    out = out.join(versions(recordings)).reset_index().join(spans(seen.instances), on=SHIFT)
    out = out.assign(status=status.to_numpy(), policy_id=policy_id)[SHIFT_METRICS.names]
    return conform(SHIFT_METRICS, out.astype({c.name: c.dtype for c in SHIFT_METRICS.columns}))


def shown_counts(seen: SeenShifts, figures: Figures) -> pd.DataFrame:
    """Return the counts alone of the rows that `shift_metrics` shows, with the columns of `ROW`."""
    if seen.instances.empty:
        return empty(SHIFT_METRICS)[[*ROW, *TRACK_COUNTS]]
    seen = _within(seen, figures)
    rows = with_sums(_cameras(seen, recordings_in(seen.instances, seen.footage), figures))
    return rows.loc[_status(rows, figures) == Shown.SHOWN, list(TRACK_COUNTS)].reset_index()


def _within(seen: SeenShifts, figures: Figures) -> SeenShifts:
    """Return the same without the lifts and the minutes of other shifts and of wrong clocks."""
    asked = pd.MultiIndex.from_frame(seen.instances[SHIFT])
    lifts, exposure = (
        frame[pd.MultiIndex.from_frame(frame[SHIFT]).isin(asked)] for frame in (seen.lifts, seen.exposure)
    )
    if seen.clock_faults.empty:
        return replace(seen, lifts=lifts, exposure=exposure)
    of = seen.clock_faults, figures.leave_out_clocks
    footage = seen.footage.assign(excluded=is_left_out(seen.footage, *of))
    return replace(seen, footage=footage, lifts=without(lifts, *of), exposure=without(exposure, *of))


def _cameras(seen: SeenShifts, recordings: pd.DataFrame, figures: Figures) -> pd.DataFrame:
    """Return the sums and hours of each shift and camera; one without a plan was not expected to record."""
    plan = expected(seen.instances, seen.cameras)
    received_h = recordings.groupby(CAMERA)["received_h"].sum()
    known = pd.concat([plan[CAMERA], received_h.reset_index()[CAMERA]]).drop_duplicates()
    sums = camera_sums(known, seen.lifts, seen.exposure)
    return sums.assign(
        workers=with_stated(sums["workers"], figures.workers_per_shift),
        cameras=1,
        cameras_without_data=(sums["analysed_h"] == 0.0).astype("int64"),
        expected_h=plan.set_index(CAMERA)["expected_h"].reindex(sums.index, fill_value=0.0),
        received_h=received_h.reindex(sums.index, fill_value=0.0),
        excluded_h=recordings.groupby(CAMERA)["excluded_h"].sum().reindex(sums.index, fill_value=0.0),
    )


def _status(rows: pd.DataFrame, figures: Figures) -> pd.Series:
    cells = rows.reset_index().assign(movements=rows[["lifts", "lowerings", "bends"]].sum(axis=1).to_numpy())
    hidden = hidden_rows(cells, figures.least_group_size, figures.least_observed_h)
    names = np.select(
        [hidden.to_numpy(), rows["cameras_without_data"] == rows["cameras"], rows["workers"] == 0.0],
        [Shown.SUPPRESSED, Shown.NO_DATA, Shown.NOBODY_SEEN],
        Shown.SHOWN,
    )
    return pd.Series(names.astype(str), rows.index)


def _without(rows: pd.DataFrame, status: pd.Series) -> pd.DataFrame:
    """Blank what may not be told, and what is not known."""
    blank = status.isin([Shown.SUPPRESSED, Shown.NO_DATA])
    people = [name for name in rows.columns if name not in COVERAGE]
    out = rows.copy()
    out[people] = out[people].mask(blank, axis=0)
    # The longest of a sum is that of one of its parts: of a hidden one, if no part shown has it.
    parts = status[status == Shown.SUPPRESSED].reset_index()
    zones = parts.loc[parts["level"] == Level.CAMERA, [*SHIFT, "zone"]].assign(level=str(Level.ZONE))
    sites = parts.loc[parts["level"] != Level.SITE, SHIFT].assign(level=str(Level.SITE), zone=ALL)
    above = pd.concat([zones, sites]).assign(camera_id=ALL)[ROW].drop_duplicates()
    out.loc[out.index.isin(pd.MultiIndex.from_frame(above)), _HOLDS] = np.nan
    return out
