"""The stored figures per shift as series: what is hidden in the figures stays hidden here.

The series break and leave out as those of `pipelines.exposure.series` do. A shift in which a camera of
the site file is out has no value, for what the other cameras of the zone see is not the same work.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from detectors.shift_table import Level, Shown
from pipelines.exposure.series import Measure, Point, Series, series
from pipelines.exposure.shift_sums import COUNTS, HOURS, KEY, TRACKS

DETERMINATE: Final = ["spine_bends", "hip_hinges", "squats"]
COLUMNS: Final = [
    "shift_date", "shift", "level", "zone", "camera_id", "policy_id", "status", "cameras_without_data",
    "expected_h", "analysed_h", "observed_person_h", "lifts", "lowerings", *DETERMINATE, "entries_above_60",
    "spine_bend_share_low", "spine_bend_share_high", "model_version", "code_version",
]  # fmt: skip
"""What is needed of the figures of the shifts."""

NOWHERE: Final = ""
"""No zone is named so."""

CELL: Final = ["zone", "shift", "shift_date"]


def of_interest(metrics: pd.DataFrame, camera: str | None = None) -> pd.DataFrame:
    """Return the rows of the zones; of one camera where it is named."""
    if camera is None:
        return metrics[metrics["level"] == Level.ZONE]
    return metrics[(metrics["level"] == Level.CAMERA) & (metrics["camera_id"] == camera)]


def versions(metrics: pd.DataFrame) -> pd.Series:
    """Return the models and the code that measured each row."""
    return metrics["model_version"] + " " + metrics["code_version"]


def shift_sums(metrics: pd.DataFrame, camera: str | None = None) -> pd.DataFrame:
    """Return the figures as rows of `pipelines.exposure.shift_sums`.

    Parameters
    ----------
    metrics
        Rows of the figures per shift with `COLUMNS`, under one policy.
    camera
        Camera that is looked at; None for the zones.

    Returns
    -------
    DataFrame
        One row per camera that saw something of a shift. The counts of the whole zone stand in the row
        of its first camera, for those of a camera may be hidden where the zone's are not. Shifts that
        are suppressed have no counts and no workers; others have as many as any rule asks for, as
        the rule was kept when the figures were made. Sums over tracks are not stored, and 0.
    """
    whole = of_interest(metrics, camera)
    whole = whole[(whole["cameras_without_data"] == 0) & (whole["status"] != Shown.NO_DATA)]
    counts = whole[[*CELL, "observed_person_h", "spine_bends"]].assign(
        lifts=whole["lifts"] + whole["lowerings"],
        low_bends=whole["entries_above_60"],
        judged=whole[DETERMINATE].sum(axis=1, min_count=1),
        workers=np.where(whole["status"] == Shown.SUPPRESSED, 0.0, np.inf),
    )
    seen = metrics[(metrics["level"] == Level.CAMERA) & (metrics["analysed_h"] > 0.0)]
    if camera is not None:
        seen = seen[seen["camera_id"] == camera]
    seen = seen.assign(versions=versions(seen))[[*KEY, "policy_id", "versions", "analysed_h"]]
    table = seen.merge(counts, on=CELL).sort_values(KEY, ignore_index=True)
    counted = [*COUNTS, HOURS[0]]
    table[counted] = table[counted].fillna(0.0).where(~table.duplicated(CELL), 0.0)
    return table.assign(**dict.fromkeys(TRACKS, 0.0))


def followed(metrics: pd.DataFrame, measure: Measure, camera: str | None = None) -> list[Series]:
    """Return the series of a measure of every zone and shift, or of those of one camera.

    The interval of a share is the stored one, widened for the tracks of the shift; that of a rate is the
    exact Poisson one. Shifts in which a camera was out are `Point.CAMERA_OUT`.

    Parameters
    ----------
    metrics, camera
        As for `shift_sums`.
    """
    shown = of_interest(metrics, camera)[[*CELL, *_STORED]]
    rows = dict(iter(shown.groupby(CELL[:2])))
    sums = shift_sums(metrics, camera)
    found = series(pd.concat([sums, _bare(shown, sums)], ignore_index=True), measure, least_group_size=1)
    return [
        replace(one, points=_stored(one, rows[one.zone, one.shift])) for one in found if one.zone != NOWHERE
    ]


_STORED: Final = ["cameras_without_data", "status", "spine_bend_share_low", "spine_bend_share_high"]


def _bare(shown: pd.DataFrame, sums: pd.DataFrame) -> pd.DataFrame:
    """Return empty rows of no zone for shifts that no zone has sums of: a series knows a date by its rows."""
    worked = shown[CELL[1:]].drop_duplicates()
    known = pd.MultiIndex.from_frame(sums[CELL[1:]])
    bare = worked[~pd.MultiIndex.from_frame(worked).isin(known)]
    texts = dict.fromkeys(["zone", "camera_id", "versions", "policy_id"], NOWHERE)
    return bare.assign(**texts, **dict.fromkeys([*COUNTS, *HOURS, *TRACKS, "workers"], 0.0))


def _stored(one: Series, rows: pd.DataFrame) -> pd.DataFrame:
    stored = rows.set_index("shift_date").reindex(one.points["shift_date"])
    points = one.points.copy()
    # A shift of which no camera of the zone sent anything is no data.
    out = (stored["cameras_without_data"] > 0) & (stored["status"] != Shown.NO_DATA)
    missing = (points["point"] == Point.NO_DATA).to_numpy() & out.to_numpy()
    points["point"] = points["point"].mask(missing, str(Point.CAMERA_OUT))
    if one.measure is Measure.SPINE_BEND_SHARE:
        known = points["value"].notna().to_numpy()
        for limit in ("low", "high"):
            points[limit] = stored[f"spine_bend_share_{limit}"].where(known).to_numpy()
    return points
