"""The trunk inclination of ISO 11226:2000 for static working postures.

Up to 20 deg is acceptable, more than 60 deg is not recommended, bending backwards is not
recommended without full trunk support. Between 20 and 60 deg without full support a posture is
acceptable up to a holding time that falls in a straight line from 4 min to 1 min.

Reconciled: these bounds and the line agree in two independent transcriptions. The standard prints
no worked example of the line and its text itself was not at hand, so check it before a result
decides anything. Visible twist or side bend, not recommended by the standard, is not judged here;
neither are its head and arm rows. Trunk inclination is that of the whole trunk from the person's
own upright standing: the measure doesn't take spine bend as an input.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.exposure.inputs import Array, within

_ANGLES_DEG: Final = (20.0, 60.0)
_TIMES_MIN: Final = (4.0, 1.0)


class Finding(StrEnum):
    """What the standard says of a held posture."""

    ACCEPTABLE = "acceptable"
    NOT_RECOMMENDED = "not recommended"
    UNKNOWN = "unknown"


def longest_holding_min(trunk_inclination_deg: ArrayLike, fully_supported: ArrayLike) -> Array:
    """Return the maximum acceptable holding time in minutes.

    Parameters
    ----------
    trunk_inclination_deg
        Change from the person's own upright standing, forwards positive, -180 to 180. Any negative
        angle is backwards: what is measurement error about upright has to be 0 before.
    fully_supported
        Whether the whole trunk is supported, which a camera seldom shows: true, false or NaN;
        broadcasts.

    Returns
    -------
    Array
        ``inf`` where the posture is acceptable without a limit, 0 where it is not recommended at
        all, NaN where the inclination is unknown, or the support where it matters.

    Raises
    ------
    ValueError
        If an inclination is outside -180 to 180 deg.
    """
    inclination = within("trunk_inclination_deg", trunk_inclination_deg, -180.0, 180.0)
    supported = within("fully_supported", fully_supported, high=1.0)
    line = np.interp(inclination, _ANGLES_DEG, _TIMES_MIN)
    cases = [
        np.isnan(inclination),
        inclination > 60.0,
        (inclination >= 0.0) & (inclination <= 20.0),
        np.isnan(supported),
        supported == 1.0,
        inclination < 0.0,
    ]
    return np.select(cases, [np.nan, 0.0, np.inf, np.nan, np.inf, 0.0], line)


def static_posture(
    trunk_inclination_deg: ArrayLike, held_min: ArrayLike, fully_supported: ArrayLike
) -> NDArray[np.object_]:
    """Return the standard's words (``Finding``) for postures held without change.

    Inputs broadcast together; an unknown one leaves the finding unknown unless the other decides
    alone. Errors as for ``longest_holding_min``, and for a negative time.
    """
    longest, held = np.broadcast_arrays(
        longest_holding_min(trunk_inclination_deg, fully_supported), within("held_min", held_min)
    )
    finding = np.empty(longest.shape, dtype=object)
    finding[...] = Finding.UNKNOWN
    finding[(held <= longest) | np.isposinf(longest)] = Finding.ACCEPTABLE
    finding[(held > longest) | (longest == 0.0)] = Finding.NOT_RECOMMENDED
    return finding
