"""Sums of one shift before one camera: what series and comparisons are made of, and its setup.

The setup is what may not change inside a series or a comparison: camera, models, code, policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from detectors.vocabulary import LiftKind, Technique
from pipelines.exposure.crews import at_once, with_stated

LOW_BEND_DEG: Final = 60.0
"""A bend is low above this trunk inclination at its peak: the highest band of ISO 11226:2000 ("not
recommended") and of REBA's table of the trunk, and the posture whose share of working time went
with more low-back pain later (Hoogendoorn et al. 2000, Spine 25:3087)."""

KEY: Final = ["zone", "camera_id", "shift", "shift_date"]
COUNTS: Final = ["lifts", "low_bends", "spine_bends", "judged"]
TRACKS: Final = ["tracks", "bent_bent", "bent_judged", "judged_judged"]
HOURS: Final = ["observed_person_h", "analysed_h"]


def is_low_bend(lifts: pd.DataFrame) -> pd.Series:
    """Return whether the trunk went beyond `LOW_BEND_DEG`; false where its inclination is unknown."""
    return lifts["trunk_inclination_peak_deg"] > LOW_BEND_DEG


def shift_sums(
    lifts: pd.DataFrame, exposure: pd.DataFrame, footage: pd.DataFrame, stated: Mapping[str, int]
) -> pd.DataFrame:
    """Return one row per zone, camera, shift and shift date that was analysed.

    Parameters
    ----------
    lifts
        Lifts, each with its judgement (``technique``, ``policy_id``; null if not judged), ``shift``
        and ``shift_date`` (ISO date). Rows with a null there are left out.
    exposure
        Rows of the exposure table with ``shift`` and ``shift_date``.
    footage
        Rows of the footage table, for the versions.
    stated
        Workers of a zone in a shift, where they are known; counted where anybody was seen.

    Returns
    -------
    DataFrame
        `KEY`; counts ``lifts`` (lifts and lowerings), ``low_bends`` (of every kind), ``spine_bends``
        and ``judged`` (lifts and lowerings with a verdict); of the tracks with judged lifts their
        number and the sums of squares and products of the last two counts, for
        `clustered.share_of_moments`; ``observed_person_h``, ``analysed_h``;
        ``workers``; ``versions`` and ``policy_id``, joined by " / " where there are several;
        the policy is null where nothing was judged. Sorted by the key.
    """
    hours = exposure.groupby([*KEY, "footage_id"])[["observed_person_s", "analysed_s"]].sum()
    hours = hours[hours["analysed_s"] > 0].reset_index()
    versions = footage["model_version"] + " " + footage["code_version"]
    of_footage = pd.Series(versions.to_numpy(), index=footage["footage_id"].to_numpy())
    hours["versions"] = hours["footage_id"].map(of_footage[~of_footage.index.duplicated()])
    by_key = hours.groupby(KEY)
    table = by_key[["observed_person_s", "analysed_s"]].sum() / 3600.0
    table.columns = pd.Index(HOURS)
    counts = _counts(lifts)
    table = table.join(counts.groupby(KEY)[COUNTS].sum()).join(_over_tracks(counts))
    whole = [*COUNTS, *TRACKS]
    table = table.fillna(dict.fromkeys(whole, 0)).astype(dict.fromkeys(whole, "int64"))
    people = with_stated(at_once(exposure, KEY), stated)
    table["workers"] = people.reindex(table.index, fill_value=0.0)
    table["versions"] = _distinct(hours, "versions")
    table["policy_id"] = _distinct(lifts.dropna(subset="policy_id"), "policy_id").reindex(table.index)
    return table.reset_index()


def _counts(lifts: pd.DataFrame) -> pd.DataFrame:
    loaded = (lifts["kind"] != LiftKind.BEND).to_numpy()
    verdict = lifts["technique"]
    return lifts[[*KEY, "footage_id", "track_id"]].assign(
        lifts=loaded,
        low_bends=is_low_bend(lifts),
        spine_bends=loaded & (verdict == Technique.SPINE_BEND).to_numpy(dtype=np.bool_),
        judged=loaded & (verdict.notna() & (verdict != Technique.INDETERMINATE)).to_numpy(dtype=np.bool_),
    )


def _over_tracks(counts: pd.DataFrame) -> pd.DataFrame:
    of_track = counts[counts["judged"]].groupby([*KEY, "footage_id", "track_id"])
    sums = of_track[["spine_bends", "judged"]].sum()
    bent, n = sums["spine_bends"], sums["judged"]
    products = sums.assign(tracks=1, bent_bent=bent**2, bent_judged=bent * n, judged_judged=n**2)
    return products.groupby(KEY)[TRACKS].sum()


def _distinct(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return the different texts of each group, sorted and joined."""
    pairs = frame[[*KEY, column]].drop_duplicates().sort_values([*KEY, column])
    return pairs.groupby(KEY)[column].agg(" / ".join)
