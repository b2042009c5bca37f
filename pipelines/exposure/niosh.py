"""The revised NIOSH lifting equation: recommended weight limit and lifting index of one task.

Source: Waters TR, Putz-Anderson V, Garg A: Applications manual for the revised NIOSH lifting
equation, DHHS (NIOSH) Publication 94-110, revised 9/2021; pages in the docstrings are its own.

    RWL = 23 kg x HM x VM x DM x AM x FM x CM        LI = load / RWL        (p. 7)

Load and horizontal distance are inputs that a camera doesn't measure, and spine bend is no input
at all. The equation doesn't apply to lifting with one hand, for more than 8 h, seated, kneeling, in a
narrow space, of unstable objects, while carrying, pushing or pulling, with wheelbarrow or shovel,
faster than about 76 cm/s, on slippery floors or in unfavourable climate (p. 6). It takes lifting and
lowering to carry the same risk.

Reconciled: the multipliers with every row of Tables 1 to 4 (pp. 8-13), the limits with the printed
examples 1, 2, 4 and 6. Those examples multiply rounded multipliers, nothing is rounded here.
Metric constants are used; within the limits the US customary ones of the source give 2 to 4 % more.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from pipelines.exposure.inputs import Array, within
from pipelines.exposure.niosh_frequency import frequency_multiplier
from pipelines.exposure.reference import read_table

LOAD_CONSTANT_KG: Final = 23.0

_TABLE_7: Final = read_table("niosh_coupling")


class Coupling(StrEnum):
    """How well the hands hold the load (Table 6, p. 17); in doubt the worse one."""

    GOOD = "good"
    FAIR = "fair"
    POOR = "poor"


class IndexBand(StrEnum):
    """What the source says of a lifting index (p. 20)."""

    UNKNOWN = "unknown"
    GOAL = "LI of 1.0 or less: design goal"
    INCREASED = "LI > 1: increased risk"
    HIGHLY_STRESSFUL = "LI > 3: highly stressful"


def recommended_weight_limit_kg(  # noqa: PLR0913, PLR0917  the equation has these eight variables
    horizontal_cm: ArrayLike,
    vertical_cm: ArrayLike,
    vertical_origin_cm: ArrayLike,
    travel_cm: ArrayLike,
    asymmetry_deg: ArrayLike,
    lifts_per_min: ArrayLike,
    duration_h: ArrayLike,
    coupling: ArrayLike,
) -> Array:
    """Return RWL at one end of the lift (p. 7); with a job's own F it is the STRWL of that task (p. 27).

    Parameters
    ----------
    horizontal_cm, vertical_cm
        H and V of the hands at the evaluated end: from the mid-point between the inner ankle bones,
        and above the floor.
    vertical_origin_cm
        V at the origin, which decides FM; the same as ``vertical_cm`` when the origin is evaluated.
    travel_cm
        D, the vertical distance between origin and destination.
    asymmetry_deg
        A, of the load to either side of the mid-sagittal plane.
    lifts_per_min, duration_h
        F and the work time that decides the class; see ``frequency_multiplier``.
    coupling
        ``Coupling`` or its text; null is unknown.

    Returns
    -------
    Array
        kg, the inputs broadcast together; 0 beyond the limits of H, V, D, A or F, NaN where an
        input is unknown and beyond 8 h.

    Raises
    ------
    ValueError
        If an input is negative or a coupling isn't one of the three.
    """
    return frequency_independent_weight_limit_kg(
        horizontal_cm, vertical_cm, travel_cm, asymmetry_deg, coupling
    ) * frequency_multiplier(lifts_per_min, duration_h, vertical_origin_cm)


def frequency_independent_weight_limit_kg(
    horizontal_cm: ArrayLike,
    vertical_cm: ArrayLike,
    travel_cm: ArrayLike,
    asymmetry_deg: ArrayLike,
    coupling: ArrayLike,
) -> Array:
    """Return FIRWL, the RWL with FM = 1 (p. 26); inputs, NaN and errors as for the RWL."""
    return (
        LOAD_CONSTANT_KG
        * horizontal_multiplier(horizontal_cm)
        * vertical_multiplier(vertical_cm)
        * distance_multiplier(travel_cm)
        * asymmetry_multiplier(asymmetry_deg)
        * coupling_multiplier(coupling, vertical_cm)
    )


def horizontal_multiplier(horizontal_cm: ArrayLike) -> Array:
    """Return HM = 25 / H: 1 up to 25 cm, 0 beyond 63 cm (p. 8)."""
    horizontal = np.maximum(within("horizontal_cm", horizontal_cm), 25.0)
    return np.where(horizontal > 63.0, 0.0, 25.0 / horizontal)


def vertical_multiplier(vertical_cm: ArrayLike) -> Array:
    """Return VM = 1 - 0.003 |V - 75|: 0 above 175 cm (p. 9)."""
    vertical = within("vertical_cm", vertical_cm)
    return np.where(vertical > 175.0, 0.0, 1.0 - 0.003 * np.abs(vertical - 75.0))


def distance_multiplier(travel_cm: ArrayLike) -> Array:
    """Return DM = 0.82 + 4.5 / D: 1 up to 25 cm, 0 beyond 175 cm (pp. 10-11)."""
    travel = np.maximum(within("travel_cm", travel_cm), 25.0)
    return np.where(travel > 175.0, 0.0, 0.82 + 4.5 / travel)


def asymmetry_multiplier(asymmetry_deg: ArrayLike) -> Array:
    """Return AM = 1 - 0.0032 A: 0 beyond 135 deg (p. 12)."""
    asymmetry = within("asymmetry_deg", asymmetry_deg)
    return np.where(asymmetry > 135.0, 0.0, 1.0 - 0.0032 * asymmetry)


def coupling_multiplier(coupling: ArrayLike, vertical_cm: ArrayLike) -> Array:
    """Return CM from Table 7, p. 18, with V of the evaluated end; NaN where either is unknown."""
    kinds, vertical = np.broadcast_arrays(
        np.asarray(coupling, dtype=object), within("vertical_cm", vertical_cm)
    )
    unknown = {kind for kind in kinds.flat if not pd.isna(kind)} - set(Coupling)
    if unknown:
        raise ValueError(f"coupling is {sorted(map(str, unknown))}, expected {', '.join(Coupling)} or null")
    multiplier: Array = np.full(vertical.shape, np.nan)
    for kind, below_75, from_75 in _TABLE_7.itertuples(index=False):
        of_kind = np.where(vertical < 75.0, below_75, from_75)
        multiplier = np.where((kinds == kind) & ~np.isnan(vertical), of_kind, multiplier)
    return multiplier


def deciding_limit_kg(
    origin_kg: ArrayLike, destination_kg: ArrayLike, significant_control: ArrayLike
) -> Array:
    """Return the RWL of the whole lift (pp. 21, 26).

    The destination counts only where it needs significant control (re-grasping, holding or careful
    placing); then the lower limit holds, NaN if either is unknown, and where control (true, false or
    NaN) is.
    """
    origin, destination = within("origin_kg", origin_kg), within("destination_kg", destination_kg)
    control = within("significant_control", significant_control, high=1.0)
    return np.select([control == 1.0, control == 0.0], [np.minimum(origin, destination), origin], np.nan)


def lifting_index(load_kg: ArrayLike, limit_kg: ArrayLike) -> Array:
    """Return LI = load / RWL (p. 19); NaN where unknown, and where RWL is 0, which leaves LI undefined."""
    load, limit = np.broadcast_arrays(within("load_kg", load_kg), within("limit_kg", limit_kg))
    index: Array = np.full(load.shape, np.nan)
    np.divide(load, limit, out=index, where=limit > 0.0)
    return index


def index_band(index: ArrayLike) -> NDArray[np.object_]:
    """Return the source's words (``IndexBand``) for each lifting index, also for STLI and CLI."""
    known = within("index", index)
    bands = np.empty(known.shape, dtype=object)
    bands[...] = IndexBand.GOAL
    bands[known > 1.0] = IndexBand.INCREASED
    bands[known > 3.0] = IndexBand.HIGHLY_STRESSFUL
    bands[np.isnan(known)] = IndexBand.UNKNOWN
    return bands


def estimated_horizontal_cm(width_cm: ArrayLike, vertical_cm: ArrayLike) -> Array:
    """Return H where it can't be measured, from the width of the container (p. 8).

    H = 20 + W / 2 for V of at least 25 cm, 25 + W / 2 below; NaN where either is unknown.
    """
    width, vertical = within("width_cm", width_cm), within("vertical_cm", vertical_cm)
    allowance = np.select([vertical < 25.0, vertical >= 25.0], [25.0, 20.0], np.nan)
    return allowance + width / 2.0
