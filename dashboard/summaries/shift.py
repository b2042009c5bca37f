"""One shift in depth: which it is, its figures, and what its loads and backs did."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from dashboard.wording import mark
from detectors.shift_table import Level, Shown
from detectors.vocabulary import HeightBand, Technique
from pipelines.exposure.rates import per_person_hour, share

VERDICTS: Final = {
    "spine_bends": (Technique.SPINE_BEND, mark("spine bend")),
    "hip_hinges": (Technique.HIP_HINGE, mark("hip hinge")),
    "squats": (Technique.SQUAT, mark("squat")),
    "indeterminate": (Technique.INDETERMINATE, mark("cannot be told")),
    "upright": (Technique.INDETERMINATE, mark("trunk too upright")),
}
"""Count of the figures per shift, the verdict whose colour it has, and its word."""

ORIGINS: Final = {
    "origin_floor": (HeightBand.FLOOR, mark("below the knuckles")),
    "origin_knuckle": (HeightBand.KNUCKLE, mark("knuckle to shoulder")),
    "origin_shoulder": (HeightBand.SHOULDER, mark("above the shoulders")),
    "origin_unknown": (None, mark("height not seen")),
}

COLUMNS: Final = [
    *("shift", "level", "zone", "camera_id", "status", "start_utc", "end_utc", "analysed_h", "expected_h"),
    *("observed_person_h", "judgeable_person_h", "lifts", "lowerings", "bends", *VERDICTS, *ORIGINS),
    *("lifts_per_person_h", "lifts_per_person_h_low", "lifts_per_person_h_high"),
    *("spine_bend_share", "spine_bend_share_low", "spine_bend_share_high"),
    *("corrected_spine_bend_share", "corrected_spine_bend_share_low", "corrected_spine_bend_share_high"),
    *("spine_bend_share_outer_low", "spine_bend_share_outer_high", "indeterminate_share"),
    *("trunk_above_20_share", "trunk_above_60_share", "entries_above_20", "entries_above_60"),
    *("longest_hold_above_20_s", "longest_hold_above_60_s", "peak_start_utc", "peak_lifts"),
    *("peak_observed_person_h", "peak_lifts_per_person_h", "model_version", "code_version"),
]
"""What the page needs of the figures per shift."""

HOLD_EDGES_S: Final = (0.0, 1.0, 2.0, 4.0, 8.0, np.inf)


@dataclass(frozen=True)
class Rate:
    """Events per observed person-hour with their 95 % interval; NaN where nobody was observed."""

    n: int
    observed_person_h: float
    value: float
    low: float
    high: float


def latest_shift(metrics: pd.DataFrame) -> str | None:
    """Return the shift that started last of those with data, else last of all; None where there is none."""
    if metrics.empty:
        return None
    seen = metrics[metrics["analysed_h"] > 0.0]
    rows = metrics if seen.empty else seen
    return str(rows.sort_values("start_utc")["shift"].iloc[-1])


def row_of(metrics: pd.DataFrame, zone: str | None, camera: str | None) -> pd.Series | None:
    """Return the row of a shift that the filters ask for: a camera's, a zone's or the site's.

    Parameters
    ----------
    metrics
        Rows of the figures of one shift.
    """
    level = Level.CAMERA if camera else Level.ZONE if zone else Level.SITE
    rows = metrics[metrics["level"] == level]
    if camera:
        rows = rows[rows["camera_id"] == camera]
    elif zone:
        rows = rows[rows["zone"] == zone]
    return None if rows.empty else rows.iloc[0]


def corrected_rows(metrics: pd.DataFrame, row: pd.Series, zones: Collection[str]) -> pd.DataFrame:
    """Return the rows of a shift whose corrected share stands for what is asked for: its own, or its zones'.

    Parameters
    ----------
    metrics
        Rows of the figures of one shift.
    row
        The one of these that is asked for. A site mixes zones that err differently, so it has none itself.
    zones
        Those that may be told of in its place.
    """
    if row["level"] == Level.SITE:
        rows = metrics[(metrics["level"] == Level.ZONE) & metrics["zone"].isin(zones)]
    else:
        rows = row.to_frame().T
    told = (rows["status"] == Shown.SHOWN) & rows["corrected_spine_bend_share"].notna()
    return rows[told]


def told_cameras(metrics: pd.DataFrame) -> frozenset[str]:
    """Return the cameras of a shift whose own figures may be told: of no others are single lifts shown."""
    told = (metrics["level"] == Level.CAMERA) & (metrics["status"] == Shown.SHOWN)
    return frozenset(metrics.loc[told, "camera_id"])


def counted(row: pd.Series, names: Sequence[str]) -> pd.DataFrame:
    """Return some counts of a row with their shares of all of them: ``name``, ``n``, ``share``, limits.

    Parameters
    ----------
    row
        Of the figures per shift.
    names
        Of counts of the row.

    Returns
    -------
    DataFrame
        One row per count in that order; shares and Wilson's limits ``low`` and ``high`` are NaN where
        nothing was counted.
    """
    n = row[list(names)].to_numpy(dtype=np.float64)
    known = np.nan_to_num(n)
    of_all = share(known, np.full(len(known), known.sum()))
    return pd.DataFrame(
        {"name": names, "n": known, "share": of_all.value, "low": of_all.low, "high": of_all.high}
    )


def bend_rate(row: pd.Series, angle_deg: int) -> Rate:
    """Return how often trunks went beyond an angle, 20 or 60 deg, per observed person-hour."""
    n, hours = float(row[f"entries_above_{angle_deg}"]), float(row["observed_person_h"])
    found = per_person_hour(n, hours)
    return Rate(int(n), hours, float(found.value), float(found.low), float(found.high))


def holds(lifts: pd.DataFrame) -> pd.DataFrame:
    """Return how long trunks stayed bent: movements by time above 20 and above 60 deg.

    Parameters
    ----------
    lifts
        Rows of the lifts table with ``hold_above_20_s`` and ``hold_above_60_s``; unknown times are left out,
        and so are movements that never went beyond the angle.

    Returns
    -------
    DataFrame
        ``angle_deg``, ``from_s``, ``to_s`` (the band is half-open; the last is open) and ``n``.
    """
    rows = []
    for angle_deg in (20, 60):
        held_s = lifts[f"hold_above_{angle_deg}_s"].dropna().to_numpy(dtype=np.float64)
        counts, _ = np.histogram(held_s[held_s > 0.0], bins=HOLD_EDGES_S)
        bands = zip(HOLD_EDGES_S[:-1], HOLD_EDGES_S[1:], counts, strict=True)
        rows += [(angle_deg, low, high, int(n)) for low, high, n in bands]
    return pd.DataFrame(rows, columns=["angle_deg", "from_s", "to_s", "n"])
