"""The busiest hour of each row of the figures per shift."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from detectors.vocabulary import LiftKind
from pipelines.exposure.peak_hour import LEAST_OBSERVED_H, STEP_S, WINDOW_S
from pipelines.exposure.rates import Array
from pipelines.exposure.shift_counts import CAMERA, ROW, at_levels

COLUMNS: Final = ("peak_start_utc", "peak_lifts", "peak_observed_person_h", "peak_lifts_per_person_h")
WINDOW: Final = round(WINDOW_S / STEP_S)
"""Steps of 5 minutes of a window."""

_STEP: Final = [*CAMERA, "step"]


def peaks(rows: pd.Index, lifts: pd.DataFrame, exposure: pd.DataFrame) -> pd.DataFrame:
    """Return the busiest 60 minutes of each row, as `peak_hour` finds them; NaN where too little was seen.

    Each step of 5 minutes is summed once per camera; windows of all rows are made of these sums.

    Parameters
    ----------
    rows
        Rows to be looked at, as `ROW`.
    lifts, exposure
        As for `shift_counts.camera_sums`.
    """
    lifted = lifts[lifts["kind"] == LiftKind.LIFT]
    lifted = lifted[CAMERA].assign(step=np.floor(_steps(lifted["start_utc"])), lifts=1.0)
    minute = _steps(exposure["minute_utc"])
    seen = exposure[CAMERA].assign(
        step=np.floor(minute),
        end=np.ceil(minute + 60.0 / STEP_S),
        observed_s=exposure["observed_person_s"].fillna(0.0),
    )
    lifted = at_levels(lifted.groupby(_STEP)["lifts"].sum().reset_index())
    seen = at_levels(seen.groupby(_STEP).agg({"end": "max", "observed_s": "sum"}).reset_index())
    spans = seen.groupby(ROW).agg({"step": "min", "end": "max"}).reindex(rows)
    first, steps = spans["step"].to_numpy(), (spans["end"] - spans["step"]).to_numpy()
    width = round(np.nanmax(steps, initial=WINDOW))
    count = _windows(_placed(rows, first, lifted, "lifts", width))
    # Sums of 900 s must reach 0.25 h.
    person_h = _windows(_placed(rows, first, seen, "observed_s", width)).round(3) / 3600.0
    inside = np.arange(count.shape[1]) <= np.maximum(steps - WINDOW, 0.0)[:, None]
    counted = inside & (person_h >= LEAST_OBSERVED_H)
    rate = np.divide(count, person_h, out=np.full_like(count, -1.0), where=counted)
    best = rate.argmax(axis=1)
    at = np.arange(len(rows)), best
    found = np.stack([(first + best) * STEP_S, count[at], person_h[at], rate[at]], axis=1)
    found[~counted.any(axis=1)] = np.nan
    out = pd.DataFrame(found, index=rows, columns=list(COLUMNS))
    return out.assign(peak_start_utc=pd.to_datetime(out["peak_start_utc"], unit="s", utc=True))


def _steps(times: pd.Series) -> Array:
    """Return the times in steps since 1970."""
    steps: Array = times.dt.as_unit("us").astype("int64").to_numpy() / (STEP_S * 1e6)
    return steps


def _placed(rows: pd.Index, first: Array, sums: pd.DataFrame, amount: str, width: int) -> Array:
    """Return the amounts of each row from its first step on, shape (n_rows, width)."""
    row = rows.get_indexer(pd.MultiIndex.from_frame(sums[ROW]))
    step = sums["step"].to_numpy() - first[row] if len(rows) else np.full(len(row), -1.0)
    asked = (row >= 0) & (step >= 0.0) & (step < width)
    out: Array = np.zeros((len(rows), width))
    np.add.at(out, (row[asked], step[asked].astype(np.int64)), sums[amount].to_numpy()[asked])
    return out


def _windows(amounts: Array) -> Array:
    """Return the sum of each run of `WINDOW` steps, shape (n_rows, width - WINDOW + 1)."""
    total = np.pad(amounts, ((0, 0), (1, 0))).cumsum(axis=1)
    inside: Array = total[:, WINDOW:] - total[:, :-WINDOW]
    return inside
