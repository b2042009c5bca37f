"""The Threshold Limit Values (TLVs) for lifting of the ACGIH, Table 1.

Source: American Conference of Governmental Industrial Hygienists, TLVs and BEIs, Lifting. Table 1
covers at most 2 h per day with at most 60 lifts per hour, or more than 2 h with at most 12 lifts per
hour. Reconciled: two reprints agree in all its cells. Tables 2 and 3, for more frequent lifting,
could not be reconciled and are left out: such schedules come back as not covered.

The values are for two-handed lifts within 30 deg of the sagittal plane. The source asks for
professional judgement to reduce them above 360 lifts per hour, for more than 8 h per day, for larger
asymmetry, one-handed, seated or kneeling lifting, unstable loads, poor holds, poor footing, heat and
humidity. Horizontal distance and load are inputs that a camera doesn't measure, and spine bend is no
input at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.exposure.inputs import Array, within
from pipelines.exposure.reference import read_table

_LIMITS_KG: Final = read_table("acgih_lifting_1").drop(columns="zone").to_numpy(dtype=np.float64)
_HIGHEST_CM: Final = 180.0


class Finding(StrEnum):
    """What the table says of a lift."""

    LIMIT = "limit"
    NO_KNOWN_SAFE_LIMIT = "no known safe limit for repetitive lifting"
    OUT_OF_REACH = "routine lifts should not start there"
    NOT_COVERED = "schedule not covered by table 1"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class BodyHeights:
    """Heights of one person's landmarks above the floor, cm, standing with the arms hanging.

    Raises
    ------
    ValueError
        If they don't rise from 0.
    """

    mid_shin_cm: float
    knuckle_cm: float
    shoulder_cm: float

    def __post_init__(self) -> None:
        """Check the order of the landmarks."""
        if not 0.0 < self.mid_shin_cm < self.knuckle_cm < self.shoulder_cm - 8.0:
            raise ValueError(
                f"landmarks are at {self.mid_shin_cm:g}, {self.knuckle_cm:g} and {self.shoulder_cm:g} cm, "
                "expected mid-shin, knuckle and shoulder to rise from 0, the last by more than 8 cm"
            )


@dataclass(frozen=True)
class ThresholdLimit:
    """The limit in kg, NaN unless the finding is ``LIMIT``, and the finding; arrays of one shape."""

    limit_kg: Array
    finding: NDArray[np.object_]


def threshold_limit(
    horizontal_cm: ArrayLike,
    height_cm: ArrayLike,
    body: BodyHeights,
    duration_h: ArrayLike,
    lifts_per_h: ArrayLike,
) -> ThresholdLimit:
    """Return the TLV of lifts by where the hands are at the origin.

    Parameters
    ----------
    horizontal_cm
        From the mid-point between the inner ankle bones: close below 30 cm, intermediate to 60 cm,
        extended to 80 cm.
    height_cm
        Of the hands: floor to mid-shin, to knuckle, to 8 cm below the shoulder, to 30 cm above it
        and at most 180 cm. A hand exactly on a bound counts to the zone with the lower limit.
    body
        The landmarks that bound the zones.
    duration_h, lifts_per_h
        Hours of lifting per day, and lifts per hour.

    Returns
    -------
    ThresholdLimit
        The inputs broadcast together; an unknown input leaves the finding unknown.

    Raises
    ------
    ValueError
        If an input is negative, or hours are more than 24.
    """
    horizontal, height, duration, frequency = np.broadcast_arrays(
        within("horizontal_cm", horizontal_cm),
        within("height_cm", height_cm),
        within("duration_h", duration_h, high=24.0),
        within("lifts_per_h", lifts_per_h),
    )
    row = (
        (height > body.mid_shin_cm).astype(np.int64)
        + (height > body.knuckle_cm)
        + (height >= body.shoulder_cm - 8.0)
    )
    limit = _LIMITS_KG[row, (horizontal >= 30.0).astype(np.int64) + (horizontal > 60.0)]
    unknown = np.isnan(horizontal) | np.isnan(height) | np.isnan(duration) | np.isnan(frequency)
    beyond = (horizontal > 80.0) | (height > min(body.shoulder_cm + 30.0, _HIGHEST_CM))
    covered = frequency <= np.where(duration <= 2.0, 60.0, 12.0)
    finding = np.empty(horizontal.shape, dtype=object)
    finding[...] = Finding.LIMIT
    finding[np.isnan(limit)] = Finding.NO_KNOWN_SAFE_LIMIT
    finding[~covered | (duration > 8.0)] = Finding.NOT_COVERED
    finding[beyond] = Finding.OUT_OF_REACH
    finding[unknown] = Finding.UNKNOWN
    return ThresholdLimit(np.where(finding == Finding.LIMIT, limit, np.nan), finding)
