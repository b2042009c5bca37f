"""Matched pairs for training: a good hinge beside a spine bend, from the same place and height."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from detectors.vocabulary import LiftKind, Technique

PLACE: Final = ["camera_id", "zone", "origin_band"]
"""What the two of a pair have in common."""

BEST_OF_PLACE: Final = 40
"""Of each verdict, lifts of a place that are looked at: more would only be judged less surely."""

NEAR_S: Final = 60.0
"""Lifts of one camera that begin closer together than this may be of one person, whose track was lost."""


def matched_pairs(lifts: pd.DataFrame) -> pd.DataFrame:
    """Return pairs of lifts that differ in what the spine does, the most surely judged first.

    No track is in two lifts of the result, nor are two lifts of one camera within `NEAR_S` of each other.

    Parameters
    ----------
    lifts
        ``lift_id``, ``camera_id``, ``zone``, ``origin_band``, ``kind``, ``technique``, ``margin_se``,
        ``footage_id``, ``track_id``, ``start_utc``. Only lifts with a known height of origin can be in a
        pair; lowerings can't, for what they have in common is where they end.

    Returns
    -------
    DataFrame
        ``hinge`` and ``bend``, the ids of the two, and the columns of `PLACE`.
    """
    usable = lifts[
        (lifts["kind"] == LiftKind.LIFT) & lifts["origin_band"].notna() & lifts["margin_se"].notna()
    ]
    usable = usable.assign(sure_se=usable["margin_se"].abs())
    bends, hinges = (_best(usable, technique) for technique in (Technique.SPINE_BEND, Technique.HIP_HINGE))
    both = bends.merge(hinges, on=PLACE, suffixes=("_bend", "_hinge"))
    # As sure as the less sure of the two; the ids make an order of those that are equally sure.
    both = both.assign(sure_se=both[["sure_se_bend", "sure_se_hinge"]].min(axis=1))
    both = both.sort_values(
        ["sure_se", "lift_id_bend", "lift_id_hinge"], ascending=[False, True, True], ignore_index=True
    )
    taken = both.iloc[list(_apart(both))]
    return taken.rename(columns={"lift_id_hinge": "hinge", "lift_id_bend": "bend"})[
        ["hinge", "bend", *PLACE]
    ].reset_index(drop=True)


def _best(lifts: pd.DataFrame, technique: Technique) -> pd.DataFrame:
    of_kind = lifts[lifts["technique"] == technique].sort_values(["sure_se", "lift_id"], ascending=False)
    columns = ["lift_id", "footage_id", "track_id", "start_utc", "sure_se", *PLACE]
    return of_kind.groupby(PLACE).head(BEST_OF_PLACE)[columns]


def _apart(both: pd.DataFrame) -> Iterator[int]:
    """Yield the positions of the rows to take, in order: each as long as nobody in it was taken already."""
    tracks: set[tuple[str, str]] = set()
    times_s: dict[str, list[float]] = {}
    for position, row in enumerate(both.to_dict("records")):
        new = {(row[f"footage_id_{one}"], row[f"track_id_{one}"]) for one in ("bend", "hinge")}
        bend_s, hinge_s = (row[f"start_utc_{one}"].timestamp() for one in ("bend", "hinge"))
        of_camera = times_s.setdefault(row["camera_id"], [])
        gaps_s = [abs(bend_s - hinge_s)]
        gaps_s += [abs(one_s - other_s) for one_s in (bend_s, hinge_s) for other_s in of_camera]
        if len(new) == 2 and not new & tracks and min(gaps_s) >= NEAR_S:
            tracks |= new
            of_camera += [bend_s, hinge_s]
            yield position
