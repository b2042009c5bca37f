"""Sums of a shift: lifts, verdicts, person-time and hours of video, per camera, zone and site."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from detectors.shift_table import ALL, Level
from detectors.vocabulary import HeightBand, LiftKind, Reason, Technique
from pipelines.exposure.crews import at_once

SHIFT: Final = ["shift_date", "shift"]
CAMERA: Final = [*SHIFT, "zone", "camera_id"]
ROW: Final = [*SHIFT, "level", "zone", "camera_id"]

TRACK_COUNTS: Final = ("spine_bends", "hip_hinges", "squats", "indeterminate")
"""The verdicts whose shares allow for lifts of one track being alike."""

_KINDS: Final = {"lifts": LiftKind.LIFT, "lowerings": LiftKind.LOWERING, "bends": LiftKind.BEND}
_VERDICTS: Final = {
    "spine_bends": Technique.SPINE_BEND,
    "hip_hinges": Technique.HIP_HINGE,
    "squats": Technique.SQUAT,
}
_PERSON_TIME: Final = {
    "observed_person_s": "observed_person_h",
    "judgeable_person_s": "judgeable_person_h",
    "trunk_above_20_person_s": "trunk_above_20_person_h",
    "trunk_above_60_person_s": "trunk_above_60_person_h",
}
_LARGEST: Final = ("longest_hold_above_20_s", "longest_hold_above_60_s", "workers")


def camera_sums(plan: pd.DataFrame, lifts: pd.DataFrame, exposure: pd.DataFrame) -> pd.DataFrame:
    """Return the sums of each shift and camera, indexed by shift_date, shift, zone and camera_id.

    Parameters
    ----------
    plan
        The cameras that should record in each shift, with the columns of the index.
    lifts
        Rows of the lifts table with ``technique``, ``reason``, ``shift`` and ``shift_date``. Rows
        outside every shift are left out; a lift without a judgement counts as indeterminate.
    exposure
        Rows of the exposure table with ``shift`` and ``shift_date``.

    Returns
    -------
    DataFrame
        Counts, hours ``_h`` and person-hours ``_person_h``, 0 where there is nothing; the longest
        holds are NaN there. ``workers`` is how many people were in view at once at least.
    """
    lifts, exposure = lifts.dropna(subset=SHIFT), exposure.dropna(subset=SHIFT)
    counts = _flags(lifts).groupby(CAMERA).sum()
    holds = lifts.groupby(CAMERA)[["hold_above_20_s", "hold_above_60_s"]].max()
    seconds = exposure.groupby(CAMERA)[["analysed_s", *_PERSON_TIME]].sum() / 3600.0
    keys = [plan[CAMERA], *(sums.index.to_frame(index=False) for sums in (counts, seconds))]
    index = pd.MultiIndex.from_frame(pd.concat(keys).drop_duplicates().sort_values(CAMERA))
    out = pd.concat(
        [counts.reindex(index), seconds.reindex(index), at_once(exposure, CAMERA).reindex(index)], axis=1
    ).fillna(0.0)
    out = out.rename(columns={"analysed_s": "analysed_h", **_PERSON_TIME})
    seen = (out["observed_person_h"] > 0) | (out[list(_KINDS)].sum(axis=1) > 0)
    # A short look at people gives no number of them, but somebody was there.
    out["workers"] = out["workers"].clip(lower=1.0).where(seen, 0.0)
    return out.join(holds.reindex(index).add_prefix("longest_"))


def with_sums(cameras: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the cameras and those of their zones and the site, indexed by `ROW`.

    Parameters
    ----------
    cameras
        Columns to be summed, indexed by `CAMERA`; of the longest holds and ``workers`` the largest.
    """
    how = {name: "max" if name in _LARGEST else "sum" for name in cameras.columns}
    return at_levels(cameras.reset_index()).groupby(ROW).agg(how)


def track_sums(lifts: pd.DataFrame) -> pd.DataFrame:
    """Return the verdicts of each track, at each level: the columns of `ROW` and of `TRACK_COUNTS`.

    Parameters
    ----------
    lifts
        As for `camera_sums`, with ``track_id``.
    """
    flags = _flags(lifts)[[*CAMERA, *TRACK_COUNTS]].assign(track_id=lifts["track_id"])
    return at_levels(flags.groupby([*CAMERA, "track_id"])[list(TRACK_COUNTS)].sum().reset_index())


def at_levels(rows: pd.DataFrame) -> pd.DataFrame:
    """Return each row three times, with the ``level``, zone and camera of each row that it belongs to."""
    levels = {
        Level.CAMERA: rows,
        Level.ZONE: rows.assign(camera_id=ALL),
        Level.SITE: rows.assign(zone=ALL, camera_id=ALL),
    }
    return pd.concat([part.assign(level=str(level)) for level, part in levels.items()], ignore_index=True)


def _flags(lifts: pd.DataFrame) -> pd.DataFrame:
    """Return the key of each lift and one column per count, 1 where it counts."""
    loaded = lifts["kind"] != LiftKind.BEND
    band = lifts["origin_band"].astype("str")
    upright = loaded & (lifts["reason"] == Reason.UPRIGHT)
    verdicts = {name: loaded & (lifts["technique"] == verdict) for name, verdict in _VERDICTS.items()}
    judged = np.logical_or.reduce(list(verdicts.values()))
    flags = {name: lifts["kind"] == kind for name, kind in _KINDS.items()}
    flags |= verdicts | {"upright": upright & ~judged, "indeterminate": loaded & ~upright & ~judged}
    flags |= {f"origin_{name}": loaded & (band == name) for name in map(str, HeightBand)}
    flags["origin_unknown"] = loaded & ~band.isin(list(map(str, HeightBand)))
    flags |= {f"entries_above_{angle}": lifts[f"hold_above_{angle}_s"] > 0.0 for angle in (20, 60)}
    return lifts[CAMERA].assign(**{name: flag.astype("float64") for name, flag in flags.items()})
