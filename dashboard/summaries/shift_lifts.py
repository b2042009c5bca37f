"""The lifts of a shift, one row each, as the page lists them."""

from __future__ import annotations

from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from dashboard.summaries.shift_hours import Cell
from dashboard.wording import mark
from detectors.vocabulary import HeightBand, LiftKind, Reason, Technique

KINDS: Final = {
    LiftKind.LIFT: mark("lift"),
    LiftKind.LOWERING: mark("lowering"),
    LiftKind.BEND: mark("bend without a load"),
}
TECHNIQUES: Final = {
    Technique.SPINE_BEND: mark("spine bend"),
    Technique.HIP_HINGE: mark("hip hinge"),
    Technique.SQUAT: mark("squat"),
    Technique.INDETERMINATE: mark("cannot be told"),
}
REASONS: Final = {
    Reason.JUDGED: mark("judged"),
    Reason.VIEW: mark("too far off the side"),
    Reason.SIZE: mark("too small in the picture"),
    Reason.OCCLUSION: mark("partly hidden"),
    Reason.TOO_SHORT: mark("too few frames"),
    Reason.UPRIGHT: mark("trunk stayed upright"),
    Reason.IMPLAUSIBLE: mark("points of the body not plausible"),
    Reason.NO_STANDING_REFERENCE: mark("never seen standing"),
    Reason.FLEXION_UNSURE: mark("back measured too roughly"),
    Reason.SPINE_NOT_SEEN: mark("back not seen"),
    Reason.BORDERLINE: mark("too near the threshold"),
}
ORIGINS: Final = {
    HeightBand.FLOOR: mark("below the knuckles"),
    HeightBand.KNUCKLE: mark("knuckle to shoulder"),
    HeightBand.SHOULDER: mark("above the shoulders"),
}

MEASURES: Final = [
    *("trunk_inclination_peak_deg", "knee_flexion_peak_deg", "spine_flexion_deg", "spine_flexion_se_deg"),
    *("hold_above_20_s", "hold_above_60_s"),
]
COLUMNS: Final = ["camera_id", "zone", "kind", "peak_utc", "origin_band", *MEASURES]
"""What the list needs of the lifts table, beside the judgement."""


def listed(lifts: pd.DataFrame, tz: ZoneInfo) -> pd.DataFrame:
    """Return the lifts in the order of time: ``peak`` (local), the words' keys and the measures.

    A lift that the policy in force has not judged is null in ``technique`` and ``reason``.
    """
    rows = lifts.sort_values(["peak_utc", "lift_id"], ignore_index=True)
    rows = rows.assign(peak=rows["peak_utc"].dt.tz_convert(tz))
    names = ["peak", "camera_id", "zone", "kind", "technique", "reason", "origin_band", *MEASURES, "lift_id"]
    return rows[names]


def in_shown_hours(rows: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return the listed lifts without those of zones and hours that are hidden.

    Parameters
    ----------
    rows
        As `listed` gives them.
    cells
        As `shift_hours.bends_by_zone_and_hour` gives them.
    """
    hidden = pd.MultiIndex.from_frame(cells.loc[cells["cell"] == Cell.HIDDEN, ["zone", "hour"]])
    at = pd.MultiIndex.from_arrays([rows["zone"], rows["peak"].dt.hour.astype("int64")])
    return rows[~at.isin(hidden)].reset_index(drop=True)
