"""Published measures of a shift as ranges: what no camera sees is taken at two named ends.

Each figure has its lowest value where all of that is as favourable as assumed, its highest where all is
as unfavourable. REBA and RULA are not here: with arms, neck and wrists unknown a trunk at 45 deg may
score from 2 to 14 of REBA's 15, or from 4 to 7 of RULA's 7, which tells nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.summaries.shift_measures import REACH_M
from detectors.vocabulary import LiftKind
from pipelines.exposure import owas
from pipelines.exposure.niosh import Coupling, lifting_index, recommended_weight_limit_kg

Array = NDArray[np.float64]

LIFT_COLUMNS: Final = [
    "camera_id", "kind", "origin_height_stature", "destination_height_stature",
    "trunk_inclination_peak_deg", "knee_flexion_peak_deg",
]  # fmt: skip
"""What is needed of the lifts."""

BODY_HEIGHT_CM: Final = (150.0, 195.0)
TURNED_DEG: Final = (0.0, 45.0)
"""Load in front of the body, and well to its side."""

TRAVEL_CM: Final = (25.0, 175.0)
"""Least and greatest way of a load that the equation tells apart, where its end was not seen."""

COUPLINGS: Final = (Coupling.GOOD, Coupling.POOR)
WORK_H: Final = 8.0
KNEES_BENT_FROM_DEG: Final = (60.0, 30.0)
SOON: Final = 3
"""OWAS: the action category from which action is due soon or now."""

_NEEDED_INDEX: Final = 1.0


@dataclass(frozen=True)
class LiftingIndex:
    """NIOSH of the lifts of a shift, each alone, at the place where its load was taken.

    Attributes
    ----------
    lifts, unknown
        Lifts and lowerings with an index, and those without: height or load not known, or beyond the
        equation's limits.
    low, high
        Lifting index of the middle lift; NaN where there is none.
    above_low, above_high
        Share of lifts whose index is above 1.
    """

    lifts: int
    unknown: int
    low: float
    high: float
    above_low: float
    above_high: float


@dataclass(frozen=True)
class UrgentPostures:
    """OWAS at the deepest point of each movement: share in the categories "action soon" and "action now".

    Attributes
    ----------
    movements, unknown
        Lifts, lowerings and bends with a category, and those of unknown trunk, knees or load.
    low, high
        The share; NaN where there is none.
    """

    movements: int
    unknown: int
    low: float
    high: float


def lifting_index_range(
    lifts: pd.DataFrame, loads_kg: Mapping[str, float | None], observed_person_h: float
) -> LiftingIndex:
    """Return the lifting index if one worker did for `WORK_H` what was seen, at the rate that was seen.

    Lower: the hands `REACH_M` close, a good grip, no turn, and body height and way of the load as they
    allow most. Higher: the other end of each.

    Parameters
    ----------
    lifts
        ``camera_id``, ``kind``, ``origin_height_stature`` and ``destination_height_stature``.
    loads_kg
        Typical load by camera; None where the site file states none.
    observed_person_h
        Person-hours over which these lifts were seen; NaN where not known.
    """
    loaded = lifts[lifts["kind"] != str(LiftKind.BEND)]
    load_kg = loaded["camera_id"].map(loads_kg).to_numpy(dtype=np.float64)
    per_min = len(loaded) / (60.0 * observed_person_h) if observed_person_h > 0.0 else np.nan
    found = [
        lifting_index(load_kg, _limit_kg(loaded, per_min, body_cm, end))
        for body_cm, end in product(BODY_HEIGHT_CM, (0, 1))
    ]
    known = np.isfinite(found).all(axis=0)
    if not known.any():
        return LiftingIndex(0, len(loaded), np.nan, np.nan, np.nan, np.nan)
    indices = np.array(found)[:, known]
    low, high = indices.min(axis=0), indices.max(axis=0)
    above = [float((one > _NEEDED_INDEX).mean()) for one in (low, high)]
    return LiftingIndex(
        int(known.sum()), int((~known).sum()), float(np.median(low)), float(np.median(high)), *above
    )


def _limit_kg(lifts: pd.DataFrame, per_min: float, body_cm: float, end: int) -> Array:
    heights = lifts[["origin_height_stature", "destination_height_stature"]].to_numpy(dtype=np.float64)
    origin_cm, destination_cm = np.clip(heights, 0.0, None).T * body_cm
    travel_cm = np.abs(destination_cm - origin_cm)
    return recommended_weight_limit_kg(
        100.0 * REACH_M[end],
        origin_cm,
        origin_cm,
        np.where(np.isnan(travel_cm), TRAVEL_CM[end], travel_cm),
        TURNED_DEG[end],
        per_min,
        WORK_H,
        COUPLINGS[end],
    )


def urgent_postures(lifts: pd.DataFrame, loads_kg: Mapping[str, float | None]) -> UrgentPostures:
    """Return how many movements OWAS puts into its categories from `SOON` on.

    Both feet on the floor and the arms below the shoulders. Lower: the back not twisted, knees bent from
    60 deg on. Higher: the back twisted or bent sideways, knees bent from 30 deg on. Bends move no load.

    Parameters
    ----------
    lifts
        ``camera_id``, ``kind``, ``trunk_inclination_peak_deg`` and ``knee_flexion_peak_deg``.
    loads_kg
        Typical load by camera; None where the site file states none.
    """
    load_kg = (
        lifts["camera_id"].map(loads_kg).astype("float64").mask(lifts["kind"] == str(LiftKind.BEND), 0.0)
    )
    ends = product((False, True), KNEES_BENT_FROM_DEG)
    found = np.array([_categories(lifts, load_kg, twisted, knees_deg) for twisted, knees_deg in ends])
    known = np.isfinite(found).all(axis=0)
    if not known.any():
        return UrgentPostures(0, len(lifts), np.nan, np.nan)
    least, most = found[:, known].min(axis=0), found[:, known].max(axis=0)
    return UrgentPostures(
        int(known.sum()), int((~known).sum()), float((least >= SOON).mean()), float((most >= SOON).mean())
    )


def _categories(lifts: pd.DataFrame, load_kg: pd.Series, twisted: bool, knees_from_deg: float) -> Array:
    """Return the action category of each movement; OWAS assumes one load, so once for each that there is."""
    category = np.full(len(lifts), np.nan)
    for kg in load_kg.dropna().unique():
        here = (load_kg == kg).to_numpy()
        rows = lifts[here]
        assumed = owas.Assumptions(twisted, owas.Stance.BOTH_LEGS, knees_from_deg, float(kg))
        codes = owas.code(
            rows["trunk_inclination_peak_deg"], 0.0, 0.0, rows["knee_flexion_peak_deg"], assumed
        )
        category[here] = codes.category
    return category
