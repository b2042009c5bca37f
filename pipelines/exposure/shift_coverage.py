"""How much of a shift was recorded and came in: what the plan of the site expects, and the recordings."""

from __future__ import annotations

from typing import Final

import pandas as pd

from pipelines.exposure.shift_counts import CAMERA, ROW, SHIFT, at_levels

VERSIONS: Final = ("model_version", "code_version")
_SPAN: Final = ["start_utc", "end_utc"]


def expected(instances: pd.DataFrame, cameras: pd.DataFrame) -> pd.DataFrame:
    """Return the hours that each camera should record in each shift, as column ``expected_h``.

    Parameters
    ----------
    instances
        The shifts: ``shift_date``, ``shift``, ``start_utc`` and ``end_utc``; an hour more or less
        where clocks change.
    cameras
        The cameras of the site: ``zone``, ``camera_id``, and the first and last shift date on which it
        should record, ``since`` and ``until``, null where there is none. A camera has no row outside
        these, for nothing was expected of it.
    """
    plan = instances.merge(cameras[["zone", "camera_id", "since", "until"]], how="cross")
    early = (plan["shift_date"] < plan["since"]).fillna(False)
    late = (plan["shift_date"] > plan["until"]).fillna(False)
    plan = plan[~(early | late)]
    return plan.assign(expected_h=(plan["end_utc"] - plan["start_utc"]).dt.total_seconds() / 3600.0)


def recordings_in(instances: pd.DataFrame, footage: pd.DataFrame) -> pd.DataFrame:
    """Return one row per shift and recording that overlap: camera, ``received_h``, ``excluded_h``, versions.

    A recording lasts as long as its file declares, or as it could be read where it declares
    nothing; one without a start time belongs to no shift. Excluded is what of it a column ``excluded``
    says, where there is one.
    """
    if "excluded" not in footage:
        footage = footage.assign(excluded=False)
    declared = pd.to_timedelta(footage["declared_s"], unit="s").dt.as_unit("us")
    declared_end = footage["start_utc"] + declared
    known = footage.assign(end_utc=declared_end.fillna(footage["end_utc"])).dropna(subset=_SPAN)
    both = instances.merge(
        known[["zone", "camera_id", "excluded", *_SPAN, *VERSIONS]], how="cross", suffixes=("", "_recording")
    )
    first = both["start_utc"].where(
        both["start_utc"] > both["start_utc_recording"], both["start_utc_recording"]
    )
    last = both["end_utc"].where(both["end_utc"] < both["end_utc_recording"], both["end_utc_recording"])
    received_h = (last - first).dt.total_seconds() / 3600.0
    both = both.assign(received_h=received_h, excluded_h=received_h.where(both["excluded"], 0.0))
    return both.loc[both["received_h"] > 0.0, [*CAMERA, "received_h", "excluded_h", *VERSIONS]]


def versions(recordings: pd.DataFrame) -> pd.DataFrame:
    """Return what measured each row's recordings, indexed as the rows; several are joined by ``", "``."""
    rows = at_levels(recordings)
    known = {name: rows[[*ROW, name]].dropna().drop_duplicates().sort_values(name) for name in VERSIONS}
    return pd.DataFrame({name: found.groupby(ROW)[name].agg(", ".join) for name, found in known.items()})


def spans(instances: pd.DataFrame) -> pd.DataFrame:
    """Return start and end of each shift, indexed by its date and name."""
    return instances.set_index(SHIFT)[_SPAN]
