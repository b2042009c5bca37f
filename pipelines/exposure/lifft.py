"""The Lifting Fatigue Failure Tool (LiFFT), version 1.4.0: damage of a worker's lifts over one day.

Source: Gallagher S, Sesek RF, Schall MC, Huangfu R 2017, Applied Ergonomics 63:142-150, and the
authors' workbook, version 1.4.0, cells H5, L5, N34 and N35. Its inputs are load, the greatest
horizontal distance of the load, and repetitions; load and distance are inputs that a camera doesn't
measure, and spine bend is no input at all: the paper leaves trunk flexion out.

Reconciled: damage per cycle and the curve with the tool's example of 30 lb at 16 in, 760 times a day
(40 %) and with the paper's cumulative damage of 0.0043 for 13 kg at 0.40 m, 400 times (2 % apart).
The paper's 25.39 % for that job belongs to an earlier curve; the one here gives 33 %.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NoReturn

import numpy as np
from numpy.typing import ArrayLike

from pipelines.exposure.inputs import Array, within

HIGH_RISK_JOB: Final = "a job with at least 12 injuries per 200,000 hours worked (Marras et al. 1993)"
CUT_POINT: Final = 0.03
"""Cumulative damage per worker-day that the paper proposes as a cut point."""
CAUTION_NM: Final = 100.0
"""The authors advise caution for moments above this."""

_NM_PER_FT_LB: Final = 1.3558179483314004
_STANDARD_GRAVITY_MPS2: Final = 9.80665
_SHIFT_H: Final = 8.0


class Basis(StrEnum):
    """Whose dose it is."""

    WORKER_DAY = "one worker, one day"
    SCENARIO = "scenario: one worker doing this station for 8 h"


class RiskBand(StrEnum):
    """The paper's bands of the probability (section 2.2)."""

    UNKNOWN = "unknown"
    LOW = "low risk"
    MODERATE = "moderate risk"
    HIGH = "high risk"


@dataclass(frozen=True)
class DailyDose:
    """Cumulative damage of one worker over one day; NaN if unknown.

    Doses of several workers or days don't add up: the tool's probability is defined for a
    worker-day, so adding two raises TypeError.
    """

    cumulative_damage: float
    basis: Basis

    def __post_init__(self) -> None:
        """Check that the damage isn't negative."""
        within("cumulative_damage", self.cumulative_damage)

    def __add__(self, other: object) -> NoReturn:
        """Refuse the sum of two doses."""
        raise TypeError("LiFFT is defined per worker-day: doses of several workers or days don't add up")

    __radd__ = __add__


def moment_nm(load_kg: ArrayLike, horizontal_m: ArrayLike) -> Array:
    """Return the peak load moment in Nm: load x greatest horizontal distance, broadcast together.

    The distance is that of the load's centre from L5/S1 (paper) or from the hip joint (tool).
    Unknown stays NaN; negative input raises ValueError.
    """
    return within("load_kg", load_kg) * _STANDARD_GRAVITY_MPS2 * within("horizontal_m", horizontal_m)


def damage_per_cycle(moment_nm: ArrayLike) -> Array:
    """Return the damage of one lift, 10 ** (-5.81636221052493 + 0.0222878437409416 M), M in ft lb.

    Parameters
    ----------
    moment_nm
        Peak load moment, any shape. Above ``CAUTION_NM`` the authors advise caution.

    Returns
    -------
    Array
        The share of a life to failure that one lift takes, of the same shape; NaN where unknown.

    Raises
    ------
    ValueError
        If a moment is negative.
    """
    moment_ft_lb = within("moment_nm", moment_nm) / _NM_PER_FT_LB
    damage: Array = np.power(10.0, -5.81636221052493 + 0.0222878437409416 * moment_ft_lb)
    return damage


def daily_dose(moment_nm: ArrayLike, repetitions: ArrayLike) -> DailyDose:
    """Return the dose of one worker over one day: the sum of damage per cycle x repetitions.

    Parameters
    ----------
    moment_nm, repetitions
        Tasks of that worker on that day, shape (n_tasks,). The workbook rounds each task to four
        decimals, which would lose light tasks; nothing is rounded here.

    Raises
    ------
    ValueError
        If an input is negative, or if the two aren't lists of one length: a row per worker is refused.
    """
    damage, times = damage_per_cycle(moment_nm), within("repetitions", repetitions)
    if damage.ndim != 1 or damage.shape != times.shape:
        raise ValueError(
            f"moment_nm and repetitions have shapes {damage.shape} and {times.shape}, "
            "expected one list each of the tasks of one worker on one day"
        )
    return DailyDose(float(damage @ times), Basis.WORKER_DAY)


def scenario_dose(moment_nm: ArrayLike, observed_person_h: float) -> DailyDose:
    """Return the dose of one worker who would do a station for 8 h at the rate that was observed.

    Parameters
    ----------
    moment_nm
        Of each observed lift, whoever did it, shape (n_lifts,).
    observed_person_h
        Person-hours over which these lifts were observed. The rate per person-hour times 8 is what
        the paper does with the lifts per hour of its validation data.

    Raises
    ------
    ValueError
        If a moment is negative or the hours aren't more than 0.
    """
    if not observed_person_h > 0.0:
        raise ValueError(f"observed_person_h is {observed_person_h:g}, expected more than 0")
    damage = damage_per_cycle(moment_nm)
    return DailyDose(float(damage.sum()) / observed_person_h * _SHIFT_H, Basis.SCENARIO)


def probability_of_high_risk_job(dose: DailyDose) -> float:
    """Return the tool's "probability of high risk job", ``HIGH_RISK_JOB``, for one worker-day.

    Y = 1.7229 + 1.0239 log10(cumulative damage), p = e**Y / (1 + e**Y); 0 without damage, NaN if
    unknown. It compares jobs and says nothing of a person.
    """
    if dose.cumulative_damage == 0.0:
        return 0.0
    return float(1.0 / (1.0 + np.exp(-1.7229 - 1.0239 * np.log10(dose.cumulative_damage))))


def risk_band(probability: float) -> RiskBand:
    """Return the paper's band: low below 25 %, moderate to 50 %, high above; unknown for NaN.

    The paper set the bands with its earlier curve.
    """
    if np.isnan(within("probability", probability, high=1.0)):
        return RiskBand.UNKNOWN
    if probability < 0.25:
        return RiskBand.LOW
    return RiskBand.MODERATE if probability <= 0.5 else RiskBand.HIGH
