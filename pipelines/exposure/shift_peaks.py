"""The busiest hour of each row of the figures per shift."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.vocabulary import LiftKind
from pipelines.exposure.peak_hour import peak_hour
from pipelines.exposure.rates import Array
from pipelines.exposure.shift_counts import CAMERA, ROW, at_levels

COLUMNS: Final = ("peak_start_utc", "peak_lifts", "peak_observed_person_h", "peak_lifts_per_person_h")
_NOTHING: Final = np.empty(0, dtype=np.int64)
Positions = dict[Hashable, NDArray[np.int64]]


def peaks(rows: pd.Index, lifts: pd.DataFrame, exposure: pd.DataFrame) -> pd.DataFrame:
    """Return the busiest 60 minutes of each row, as `peak_hour` finds them; NaN where too little was seen.

    Parameters
    ----------
    rows
        Rows to be looked at, as `ROW`.
    lifts, exposure
        As for `shift_counts.camera_sums`.
    """
    lifted = at_levels(lifts.loc[lifts["kind"] == LiftKind.LIFT, [*CAMERA, "start_utc"]])
    seen = at_levels(exposure[[*CAMERA, "minute_utc", "observed_person_s"]])
    lifted_s, minute_s = _seconds(lifted["start_utc"]), _seconds(seen["minute_utc"])
    observed_s = seen["observed_person_s"].fillna(0.0).to_numpy()
    of_lifts, of_minutes = _positions(lifted), _positions(seen)
    found = []
    for row in rows:
        minutes, mine = of_minutes.get(row, _NOTHING), of_lifts.get(row, _NOTHING)
        peak = peak_hour(lifted_s[mine], minute_s[minutes], observed_s[minutes])
        found.append((peak.start_s, peak.lifts, peak.observed_person_h, peak.lifts_per_person_hour))
    out = pd.DataFrame(np.reshape(found, (-1, len(COLUMNS))), index=rows, columns=list(COLUMNS))
    return out.assign(peak_start_utc=pd.to_datetime(out["peak_start_utc"], unit="s", utc=True))


def _seconds(times: pd.Series) -> Array:
    seconds: Array = times.dt.as_unit("us").astype("int64").to_numpy() / 1e6
    return seconds


def _positions(frame: pd.DataFrame) -> Positions:
    return {row: np.asarray(at) for row, at in frame.groupby(ROW).indices.items()}
