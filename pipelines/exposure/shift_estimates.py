"""Rates, shares and bands of the rows of the figures per shift."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.shift_table import Level
from pipelines.exposure.clustered import Moments, share_of_moments
from pipelines.exposure.rates import (
    Array,
    Estimate,
    ShareBounds,
    corrected_share,
    divide,
    per_person_hour,
    spine_bend_bounds,
)
from pipelines.exposure.shift_counts import ROW, TRACK_COUNTS
from pipelines.judging.figure_policy import Bands, Figures

ANGLES_DEG: Final = (20, 60)


def estimates(rows: pd.DataFrame, tracks: pd.DataFrame, figures: Figures) -> pd.DataFrame:
    """Return the columns of estimates for sums of counts and hours; NaN where those are unknown.

    Parameters
    ----------
    rows
        Counts and person-hours, indexed as `shift_counts.ROW`.
    tracks
        From `shift_counts.track_sums`.
    figures
        Gives the bands, and the reviewed lifts by which the share of a zone is corrected.
    """
    hours = _values(rows, "observed_person_h")
    rate = per_person_hour(_values(rows, "lifts"), hours)
    bounds = spine_bend_bounds(_values(rows, "spine_bends"), _others(rows), _values(rows, "indeterminate"))
    outer = _outer(bounds, rows, tracks)
    columns: dict[str, Array | NDArray[np.object_]] = {
        **_limits("lifts_per_person_h", rate),
        **_limits("lowerings_per_person_h", per_person_hour(_values(rows, "lowerings"), hours)),
        **_limits("spine_bend_share", bounds.judged),
        "spine_bend_share_lowest": bounds.lowest.value,
        "spine_bend_share_highest": bounds.highest.value,
        "spine_bend_share_outer_low": outer.low,
        "spine_bend_share_outer_high": outer.high,
        "indeterminate_share": bounds.indeterminate,
        **_limits("corrected_spine_bend_share", _corrected(rows, figures)),
        **_banded("lifts_rate_band", rate, figures.lifts_per_person_h_bands),
        **_banded("spine_bend_band", outer, figures.spine_bend_bands),
    }
    for angle in ANGLES_DEG:
        above = divide(_values(rows, f"trunk_above_{angle}_person_h"), hours)
        columns[f"trunk_above_{angle}_share"] = np.minimum(above, 1.0)
        entries = _values(rows, f"entries_above_{angle}")
        columns[f"entries_above_{angle}_per_person_min"] = divide(entries, hours * 60.0)
    return pd.DataFrame(columns, index=rows.index)


def _outer(bounds: ShareBounds, rows: pd.DataFrame, tracks: pd.DataFrame) -> Estimate:
    """Return the share with the limits that allow for chance, for the indeterminate and for like tracks."""
    known = ~np.isnan(bounds.lowest.value)
    bent, unknown = (tracks[name].to_numpy(dtype=np.float64) for name in ("spine_bends", "indeterminate"))
    every = tracks[list(TRACK_COUNTS)].to_numpy(dtype=np.float64).sum(axis=1)
    low = share_of_moments(_moments(rows.index, tracks, bent, every)).low
    high = share_of_moments(_moments(rows.index, tracks, bent + unknown, every)).high
    return Estimate(
        bounds.judged.value,
        np.where(known, np.fmin(low, bounds.lowest.low), np.nan),
        np.where(known, np.fmax(high, bounds.highest.high), np.nan),
    )


def _moments(index: pd.Index, tracks: pd.DataFrame, found: Array, n: Array) -> Moments:
    """Return the sums over the tracks of each row, 0 where it has none."""
    products = {"found": found, "n": n, "found_found": found**2, "found_n": found * n, "n_n": n**2}
    of_tracks = tracks[ROW].assign(clusters=(n > 0.0).astype("float64"), **products)
    sums = of_tracks.groupby(ROW).sum().reindex(index, fill_value=0.0)
    return Moments(**{name: _values(sums, name) for name in sums.columns})


def _corrected(rows: pd.DataFrame, figures: Figures) -> Estimate:
    """Return the corrected share of the zones with reviews; a mix of zones has no one error to correct by."""
    value, low, high = (np.full(len(rows), np.nan) for _ in range(3))
    found = _values(rows, "spine_bends")
    judged = found + _others(rows)
    zone, level = rows.index.get_level_values("zone"), rows.index.get_level_values("level")
    for name, validation in figures.validation.items():
        of_zone = (zone == name) & (level != Level.SITE)
        share = corrected_share(found[of_zone], judged[of_zone], validation).corrected
        value[of_zone], low[of_zone], high[of_zone] = share.value, share.low, share.high
    return Estimate(value, low, high)


def _banded(name: str, estimate: Estimate, bands: Bands) -> dict[str, NDArray[np.object_]]:
    limits = {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
    return {column: band_of(values, bands) for column, values in limits.items()}


def band_of(values: Array, bands: Bands) -> NDArray[np.object_]:
    """Return the name of the band that each value lies in; None where it is unknown."""
    names = np.array([*bands, None], dtype=object)
    position = np.searchsorted(list(bands.values()), values, side="right") - 1
    return np.asarray(names[np.where(np.isnan(values), len(bands), position)])


def _limits(name: str, estimate: Estimate) -> dict[str, Array]:
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}


def _others(rows: pd.DataFrame) -> Array:
    """Return the determinate lifts that are no spine bends."""
    return _values(rows, "hip_hinges") + _values(rows, "squats")


def _values(rows: pd.DataFrame, name: str) -> Array:
    return rows[name].to_numpy(dtype=np.float64)
