"""The stretches of the recordings in which nothing was found: equal lengths between what was."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.reviewing.tables import ItemKind


class Seen(StrEnum):
    """What was seen in the minute of a stretch: trunks bent beyond what was found, people, or nobody."""

    BENT = "bent"
    PEOPLE = "people"
    EMPTY = "empty"


LENGTH_S: Final = 10.0
"""Long enough for a lift of a few seconds to lie inside, short enough to look at."""

UNEXPLAINED_S: Final = 1.0
"""Person-seconds of a bent trunk in a minute, beyond those of its lifts, from which a lift may be missed."""

COLUMNS: Final = (
    *("item_id", "item_kind", "footage_id", "camera_id", "zone", "start_s", "end_s", "start_utc"),
    *("stratum", "technique", "p_spine_bend", "model_version", "code_version"),
)


def stretches(footage: pd.DataFrame, lifts: pd.DataFrame, exposure: pd.DataFrame) -> pd.DataFrame:
    """Return every stretch of `LENGTH_S` that was analysed and lies outside every lift, lowering and bend.

    Each gap between two of them is cut from its start; what is left of it, and shorter gaps, can't be
    drawn. The stratum tells minutes in which somebody was seen from those in which nobody was.

    Parameters
    ----------
    footage, lifts, exposure
        Rows of these tables; recordings without a time are left out.
    """
    known = footage[footage["start_utc"].notna() & footage["end_utc"].notna()]
    busy = {key: rows[["start_s", "end_s"]].to_numpy(dtype=float) for key, rows in lifts.groupby(_KEY)}
    parts = [_of_recording(row, busy.get((row["footage_id"], row["camera_id"]))) for row in _rows(known)]
    if not parts:
        return pd.DataFrame(columns=COLUMNS)
    cut = pd.concat(parts, ignore_index=True)
    cut["minute_utc"] = cut["start_utc"].dt.floor("min")
    seen = cut.merge(_minutes(exposure, lifts), on=[*_KEY, "minute_utc"], how="inner")
    return seen.assign(
        item_kind=str(ItemKind.NOTHING),
        stratum=seen["camera_id"] + f"/{ItemKind.NOTHING}/" + seen["seen"],
        technique=pd.Series(None, seen.index, dtype="str"),
        p_spine_bend=np.nan,
    )[list(COLUMNS)]


_KEY: Final = ["footage_id", "camera_id"]


def _rows(frame: pd.DataFrame) -> list[dict[Any, Any]]:
    return frame.to_dict("records")


def _minutes(exposure: pd.DataFrame, lifts: pd.DataFrame) -> pd.DataFrame:
    """Return the analysed minutes with what was ``seen`` in each."""
    minutes = exposure[exposure["analysed_s"] > 0.0]
    in_lifts = lifts.assign(minute_utc=lifts["start_utc"].dt.floor("min"))
    explained = in_lifts.groupby([*_KEY, "minute_utc"])["hold_above_20_s"].sum().reset_index()
    both = minutes.merge(explained, on=[*_KEY, "minute_utc"], how="left")
    left_s = both["trunk_above_20_person_s"] - both["hold_above_20_s"].fillna(0.0)
    people = np.where(both["observed_person_s"] > 0.0, Seen.PEOPLE, Seen.EMPTY)
    return both[[*_KEY, "minute_utc"]].assign(seen=np.where(left_s > UNEXPLAINED_S, Seen.BENT, people))


def _of_recording(row: dict[Any, Any], busy: NDArray[np.float64] | None) -> pd.DataFrame:
    starts = free_starts((row["end_utc"] - row["start_utc"]).total_seconds(), busy)
    ids = [f"{row['footage_id']}/{row['camera_id']}/{start:.3f}" for start in starts]
    return pd.DataFrame(
        {
            "item_id": [hashlib.blake2b(one.encode(), digest_size=8).hexdigest() for one in ids],
            "start_s": starts,
            "end_s": starts + LENGTH_S,
            "start_utc": (row["start_utc"] + pd.to_timedelta(starts, unit="s")).as_unit("us"),
            **{name: row[name] for name in (*_KEY, "zone", "model_version", "code_version")},
        }
    )


def free_starts(length_s: float, busy: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """Return where the stretches of a recording start, shape (n,), in seconds.

    Parameters
    ----------
    busy
        Intervals ``[start, end)`` that stretches keep out of, shape (n, 2); they may overlap.
    """
    held = np.empty((0, 2)) if busy is None else busy[np.argsort(busy[:, 0])]
    begins = np.r_[0.0, np.maximum.accumulate(held[:, 1])]
    ends = np.r_[held[:, 0], length_s]
    counts = np.maximum(np.floor((ends - begins) / LENGTH_S + 1e-9), 0).astype(int)
    return np.concatenate(
        [begin + LENGTH_S * np.arange(n) for begin, n in zip(begins, counts, strict=True)], dtype=np.float64
    )
