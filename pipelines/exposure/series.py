"""A zone's figures from shift to shift: one trend per setup, and every break between setups shown.

A series is of one zone and one shift of the day, so that early is held against early. It breaks
where a camera comes or goes for good, and where models, code or policy change. A camera that is
only out for a while breaks nothing: the shifts without it have no value, for what the other cameras
of the zone see is not the same work. A camera that is moved must get a new id to be known as such.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.exposure.clustered import Moments, share_of_moments
from pipelines.exposure.rates import Array, Estimate, per_person_hour
from pipelines.exposure.shift_sums import TRACKS
from pipelines.exposure.trend import Break, Trend, breaks, trends


class Measure(StrEnum):
    """What is followed over time."""

    SPINE_BEND_SHARE = "spine_bend_share"
    LOW_BENDS_PER_PERSON_H = "low_bends_per_person_h"
    LIFTS_PER_PERSON_H = "lifts_per_person_h"


COUNTED = {
    Measure.SPINE_BEND_SHARE: ("spine_bends", "judged"),
    Measure.LOW_BENDS_PER_PERSON_H: ("low_bends", "observed_person_h"),
    Measure.LIFTS_PER_PERSON_H: ("lifts", "observed_person_h"),
}
"""Column of the events and of what they are counted per, in the sums of shifts."""


class Point(StrEnum):
    """Whether a shift has a value, or why not."""

    SHOWN = "shown"
    NO_DATA = "no_data"
    CAMERA_OUT = "camera_out"
    SMALL_GROUP = "small_group"


@dataclass(frozen=True)
class Series:
    """One measure of one zone and shift over time.

    Attributes
    ----------
    points
        One row per date on which the site worked that shift: ``shift_date``, ``point`` (`Point`),
        ``events``, ``base``, ``value``, ``low``, ``high`` (NaN unless shown) and ``setup``. The 95 %
        interval of a share is widened for the tracks of the shift; that of a rate is the exact
        Poisson one, for how long each track was in view is not known.
    breaks
        Where the setup changes, as positions in ``points``.
    trends
        One per setup, as positions in ``points``; NaN slope from fewer than 8 shown shifts.
    """

    zone: str
    shift: str
    measure: Measure
    points: pd.DataFrame
    breaks: list[Break]
    trends: list[Trend]


def series(sums: pd.DataFrame, measure: Measure, least_group_size: int) -> list[Series]:
    """Return the series of every zone and shift.

    Parameters
    ----------
    sums
        Rows of `pipelines.exposure.shift_sums`.
    measure
        What to follow.
    least_group_size
        Shifts with fewer workers than this have no value. Do not show totals over zones beside
        them, from which the rest could be taken away.
    """
    out = []
    for shift, of_shift in sums.groupby("shift", sort=True):
        dates = np.unique(of_shift["shift_date"])
        for zone, rows in of_shift.groupby("zone", sort=True):
            out.append(_series(rows, dates, (str(zone), str(shift), measure), least_group_size))
    return out


def described(found: Break) -> str:
    """Return in words what was left and what came at a break."""
    old, new = (set(setup.split("; ")) for setup in (found.setup_before, found.setup_after))
    gone, come = ("; ".join(sorted(parts)) or "nothing" for parts in (old - new, new - old))
    return f"from {gone} to {come}"


def _series(
    rows: pd.DataFrame, dates: NDArray[np.object_], what: tuple[str, str, Measure], least_group_size: int
) -> Series:
    versions = rows.pivot_table(index="shift_date", columns="camera_id", values="versions", aggfunc="first")
    versions = versions.reindex(dates)
    in_service = (versions.ffill().notna() & versions.bfill().notna()).to_numpy()
    by_date = rows.groupby("shift_date")
    counts = by_date[list(COUNTED[what[2]])].sum().reindex(dates).to_numpy(dtype=np.float64)
    group = by_date["workers"].max().reindex(dates, fill_value=0).to_numpy()
    point = np.select(
        [~versions.notna().any(axis=1), (in_service & versions.isna()).any(axis=1), group < least_group_size],
        [Point.NO_DATA, Point.CAMERA_OUT, Point.SMALL_GROUP],
        Point.SHOWN,
    )
    shown = point == Point.SHOWN
    events, base = np.where(shown[:, None], counts, np.nan).T
    setups = _setups(versions, in_service, by_date["policy_id"].first().reindex(dates))
    moments = by_date[TRACKS].sum().reindex(dates).to_numpy(dtype=np.float64)
    estimate = _estimate(what[2], events, base, np.where(shown[:, None], moments, np.nan))
    points = pd.DataFrame({"shift_date": dates, "point": point.astype(str), "events": events, "base": base})
    points = points.assign(value=estimate.value, low=estimate.low, high=estimate.high, setup=setups)
    days = pd.to_datetime(points["shift_date"]).to_numpy().astype("datetime64[D]").astype(float)
    return Series(*what, points, breaks(setups), trends(days, estimate.value, setups))


def _estimate(measure: Measure, events: Array, base: Array, moments: Array) -> Estimate:
    if measure is not Measure.SPINE_BEND_SHARE:
        return per_person_hour(events, base)
    tracks, *products = moments.T
    return share_of_moments(Moments(tracks, events, base, *products))


def _setups(versions: pd.DataFrame, in_service: NDArray[np.bool_], policy: pd.Series) -> list[str]:
    """Return the setup of each date; one without data has that of the date before, else after."""
    known = versions.ffill().bfill()
    parts = [f"{camera} {version}" for camera in known for version in known[camera]]
    by_date = np.array(parts, dtype=object).reshape(known.shape[::-1]).T
    policies = ("policy " + policy.ffill().bfill()).fillna("no policy")
    setups = [
        "; ".join([*row[there], of_policy])
        for row, there, of_policy in zip(by_date, in_service, policies, strict=True)
    ]
    seen = versions.notna().any(axis=1).to_numpy()
    return list(pd.Series(setups, dtype="str").where(seen).ffill().bfill())
