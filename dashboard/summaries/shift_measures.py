"""Published measures of a shift: those that a camera's measures allow, and what the others lack."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from dashboard.wording import mark
from pipelines.exposure.iso11226 import Finding, static_posture
from pipelines.exposure.rates import share

STATIC_FROM_S: Final = 4.0
"""ISO 11226 speaks of static postures: those held for longer than this."""


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


def missing(stated: Collection[Input]) -> dict[str, tuple[Input, ...]]:
    """Return what each published measure lacks, given what the site file states of all cameras asked for."""
    return {name: tuple(one for one in needs if one not in stated) for name, needs in NEEDS.items()}
