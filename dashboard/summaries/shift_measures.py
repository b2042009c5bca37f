"""Published measures of a shift: those that a camera's measures allow, and what the others lack."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from dashboard.wording import mark
from detectors.vocabulary import LiftKind
from pipelines.exposure.iso11226 import Finding, static_posture
from pipelines.exposure.lifft import moment_nm, probability_of_high_risk_job, scenario_dose
from pipelines.exposure.rates import share

STATIC_FROM_S: Final = 4.0
"""ISO 11226 speaks of static postures: those held for longer than this."""


REACH_M: Final = (0.25, 0.63)
"""Horizontal distances of a load from the body that NIOSH takes as the closest and the farthest."""


class Input(StrEnum):
    """What a published measure needs and no camera sees."""

    LOAD = "load"
    DISTANCE = "distance"
    COUPLING = "coupling"
    STATURE = "stature"
    ARMS = "arms"


WORDS: Final = {
    Input.LOAD: mark("the load"),
    Input.DISTANCE: mark("how far from the body it is held"),
    Input.COUPLING: mark("how well the hands hold it"),
    Input.STATURE: mark("body height"),
    Input.ARMS: mark("angles of arms, neck and wrists"),
}

NEEDS: Final = {
    "NIOSH": (Input.LOAD, Input.DISTANCE, Input.COUPLING, Input.STATURE),
    "LiFFT": (Input.LOAD, Input.DISTANCE),
    "ACGIH TLV": (Input.DISTANCE, Input.STATURE),
    "REBA": (Input.LOAD, Input.ARMS),
    "RULA": (Input.LOAD, Input.ARMS),
    "OWAS": (Input.LOAD, Input.ARMS),
}
"""Published measures that the store's own measures are not enough for, with what is missing."""


@dataclass(frozen=True)
class StaticTrunk:
    """Trunk postures by ISO 11226: of those held, how many it does not recommend.

    Attributes
    ----------
    held
        Movements with the trunk beyond 20 deg for longer than `STATIC_FROM_S`, of known inclination.
    not_recommended
        Of these.
    unknown
        Movements whose inclination or time is not known.
    value, low, high
        Share not recommended, with Wilson's interval; NaN where none was held.
    """

    held: int
    not_recommended: int
    unknown: int
    value: float
    low: float
    high: float


def static_trunk(lifts: pd.DataFrame) -> StaticTrunk:
    """Return the trunk postures of some lifts, lowerings and bends, judged by ISO 11226.

    A posture counts as held at its largest inclination for as long as the trunk was beyond 20 deg, which
    errs towards not recommended; the trunk counts as not supported.

    Parameters
    ----------
    lifts
        ``trunk_inclination_peak_deg`` and ``hold_above_20_s``, NaN where not known.
    """
    inclination = lifts["trunk_inclination_peak_deg"].to_numpy(dtype=np.float64)
    held_s = lifts["hold_above_20_s"].to_numpy(dtype=np.float64)
    known = np.isfinite(inclination) & np.isfinite(held_s)
    static = known & (held_s > STATIC_FROM_S)
    found = static_posture(inclination[static], held_s[static] / 60.0, 0.0)
    bad, n = int((found == Finding.NOT_RECOMMENDED).sum()), int(static.sum())
    of_held = share(bad, n)
    return StaticTrunk(
        n, bad, int((~known).sum()), float(of_held.value), float(of_held.low), float(of_held.high)
    )


@dataclass(frozen=True)
class RepeatedLifting:
    """LiFFT of a shift as a range, for nobody states how far from the body its loads are held.

    Attributes
    ----------
    lifts
        Lifts and lowerings that it is made of.
    low, high
        Probability of a high-risk job if all were done at `REACH_M`, close and far; NaN where a load or the
        hours are not known.
    largest_nm
        Largest moment at the far distance; NaN without lifts.
    """

    lifts: int
    low: float
    high: float
    largest_nm: float


def repeated_lifting(
    lifts: pd.DataFrame, loads_kg: Mapping[str, float | None], observed_person_h: float
) -> RepeatedLifting:
    """Return LiFFT for one worker who would do for 8 h what was seen, at the rate that was seen.

    Every lift and lowering is taken to move the typical load of its camera.

    Parameters
    ----------
    lifts
        ``camera_id`` and ``kind``.
    loads_kg
        Typical load by camera; None where the site file states none.
    observed_person_h
        Person-hours over which these lifts were seen; NaN where not known.
    """
    loaded = lifts[lifts["kind"] != str(LiftKind.BEND)]
    kg = loaded["camera_id"].map(loads_kg).to_numpy(dtype=np.float64)
    if not observed_person_h > 0.0 or len(kg) == 0:
        return RepeatedLifting(len(kg), np.nan, np.nan, np.nan)
    moments_nm = [moment_nm(kg, reach_m) for reach_m in REACH_M]
    low, high = (probability_of_high_risk_job(scenario_dose(nm, observed_person_h)) for nm in moments_nm)
    return RepeatedLifting(len(kg), low, high, float(moments_nm[-1].max()))


def missing(stated: Collection[Input]) -> dict[str, tuple[Input, ...]]:
    """Return what each published measure lacks, given what the site file states of all cameras asked for."""
    return {name: tuple(one for one in needs if one not in stated) for name, needs in NEEDS.items()}
