"""How often and how long in the revised NIOSH lifting equation: frequency multiplier and duration.

Pages are those of DHHS (NIOSH) Publication 94-110, revised 9/2021; see ``pipelines.exposure.niosh``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from pipelines.exposure.inputs import Array, within
from pipelines.exposure.reference import read_table

_TABLE_5: Final = read_table("niosh_frequency")
_LIFTS_PER_MIN: Final = _TABLE_5["lifts_per_min"].to_numpy(dtype=np.float64)
_MULTIPLIERS: Final = _TABLE_5.drop(columns="lifts_per_min").to_numpy(dtype=np.float64)


def frequency_multiplier(
    lifts_per_min: ArrayLike, duration_h: ArrayLike, vertical_origin_cm: ArrayLike
) -> Array:
    """Return FM from Table 5, p. 15, linear in F between two of its rows (p. 7).

    Parameters
    ----------
    lifts_per_min
        F, averaged over 15 minutes; below 0.2 it counts as 0.2, above 15 FM is 0 (pp. 14-15).
        See ``sampled_lifts_per_min`` for work that pauses within the 15 minutes.
    duration_h
        Work time that decides the class: at most 1 h short, at most 2 h moderate, at most 8 h
        long. ``deciding_work_h`` adds up sessions whose recovery was too short.
    vertical_origin_cm
        V of the hands at the origin, also when the destination is evaluated (p. 15).

    Returns
    -------
    Array
        The inputs broadcast together. NaN where an input is unknown, and beyond 8 h, for which
        the source has no limit (p. 14).

    Raises
    ------
    ValueError
        If an input is negative.

    Notes
    -----
    Towards a row of .00 the rule of linear interpolation is applied as it stands. The source also
    speaks of a maximum frequency without naming it, so that between the last printed multiplier of
    a column and its .00 the manual can be read as 0.
    """
    frequency, duration, vertical = np.broadcast_arrays(
        within("lifts_per_min", lifts_per_min),
        within("duration_h", duration_h),
        within("vertical_origin_cm", vertical_origin_cm),
    )
    columns = np.stack([np.interp(frequency, _LIFTS_PER_MIN, column) for column in _MULTIPLIERS.T])
    chosen = 2 * np.searchsorted([1.0, 2.0], duration) + (vertical >= 75.0)
    multiplier = np.take_along_axis(columns, chosen[np.newaxis], axis=0)[0]
    multiplier = np.where(frequency > 15.0, 0.0, multiplier)
    covered = (duration <= 8.0) & ~np.isnan(vertical) & ~np.isnan(frequency)
    return np.where(covered, multiplier, np.nan)


def sampled_lifts_per_min(lifts_per_min_while_lifting: ArrayLike, lifting_min: ArrayLike) -> Array:
    """Return F of lifting that pauses within a 15-minute sample: its lifts / 15 (p. 16).

    The average holds only if the actual frequency is at most 15 lifts per minute and lifting takes
    up less than the 15 minutes; else the actual frequency is returned, as the source asks.
    Unknown stays NaN; negative input raises ValueError.
    """
    actual = within("lifts_per_min_while_lifting", lifts_per_min_while_lifting)
    minutes = within("lifting_min", lifting_min)
    pausing = ~(actual > 15.0) & ~(minutes >= 15.0)
    return np.where(pausing, actual * minutes / 15.0, actual)


def deciding_work_h(work_h: ArrayLike, recovery_h: ArrayLike) -> float:
    """Return the work time of one worker's day that decides the duration class (pp. 13-14).

    A session of at most 1 h needs a recovery of 1.0 times the work, one of more than 1 to 2 h of
    0.3 times the work. Where recovery falls short and another session follows, the work times are
    added and that recovery doesn't count.

    Parameters
    ----------
    work_h, recovery_h
        Sessions in order, shape (n_sessions,): work, and the light work after it. Of the last
        session only the work counts.

    Returns
    -------
    float
        Hours; the longest sum of sessions, 0 without any, NaN if a time is unknown.

    Raises
    ------
    ValueError
        If a time is negative or the two aren't of one length.

    Notes
    -----
    The recovery factor is the 1.0 of the 2021 edition; the edition of 1994 has 1.2.
    """
    work, recovery = within("work_h", work_h), within("recovery_h", recovery_h)
    if work.ndim != 1 or work.shape != recovery.shape:
        raise ValueError(f"work_h and recovery_h have shapes {work.shape} and {recovery.shape}, expected one")
    if np.isnan(work).any() or np.isnan(recovery[:-1]).any():
        return float("nan")
    longest = running = 0.0
    for worked, rested in zip(work, recovery, strict=True):
        running += worked
        longest = max(longest, running)
        needed = running if running <= 1.0 else 0.3 * running
        if running <= 2.0 and rested >= needed:
            running = 0.0
    return longest
