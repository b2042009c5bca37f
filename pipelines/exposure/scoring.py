"""What REBA, RULA and OWAS share: angles into scores, scores into a published table.

Scores are whole numbers from 1, held as float64 so that what was not seen can stay NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from enum import StrEnum
from functools import cache
from math import prod
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from pipelines.exposure.inputs import Array, within
from pipelines.exposure.reference import read_table

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@cache
def score_table(name: str, *shape: int) -> Array:
    """Return the published table ``name``, read-only, with one axis per score; an empty cell is NaN.

    The leading columns of the file are its row keys, written out for the reader; its cells run
    through ``shape`` with the last score fastest.
    """
    frame = read_table(name)
    columns = prod(shape) // len(frame)
    cells = frame.to_numpy(dtype=np.float64)[:, -columns:].reshape(shape)
    cells.flags.writeable = False
    return cells


def codes(name: str, values: ArrayLike, highest: int) -> Array:
    """Return scores or codes as float64, NaN kept.

    Raises
    ------
    ValueError
        If a value isn't a whole number from 1 to ``highest``.
    """
    array = np.asarray(values, dtype=np.float64)
    broken = array[~np.isnan(array) & ~np.isin(array, np.arange(1, highest + 1))]
    if broken.size:
        raise ValueError(f"{name} is {broken[0]:g}, expected a whole number from 1 to {highest} or NaN")
    return array


def band(values: Array, upper_ends: Sequence[float], scores: Sequence[float]) -> Array:
    """Return the score of the band that each value lies in; a band holds its upper end; NaN stays."""
    found = np.asarray(scores, dtype=np.float64)[np.searchsorted(upper_ends, values)]
    return np.where(np.isnan(values), np.nan, found)


def look_up(table: Array, *scores: Array) -> Array:
    """Return the table's cell for each set of scores (from 1), broadcast; NaN if any is NaN."""
    positions = np.broadcast_arrays(*scores)
    unknown = np.any(np.isnan(positions), axis=0)
    cells = table[tuple(np.where(unknown, 1, score).astype(int) - 1 for score in positions)]
    return np.where(unknown, np.nan, cells)


def upper_arm_score(flexion_deg: ArrayLike, added: int) -> Array:
    """Return the score of the upper arm, 1 to 6, by the bands that REBA and RULA share.

    20 extension to 20 flexion 1; extension beyond 20 or flexion 20-45 2; 45-90 3; beyond 90 4.

    Parameters
    ----------
    flexion_deg
        Upper arm against the trunk's line, forwards positive, -180 to 180.
    added
        Points for a raised shoulder and an abducted arm, less one for a supported arm; the score
        never falls below 1.
    """
    flexion = within("upper_arm_flexion_deg", flexion_deg, -180, 180)
    posture = np.where(flexion < 0, band(-flexion, [20], [1, 2]), band(flexion, [20, 45, 90], [1, 2, 3, 4]))
    return np.asarray(np.maximum(posture + added, 1.0))


def lower_arm_score(elbow_flexion_deg: ArrayLike) -> Array:
    """Return 1 for an elbow bent 60 to 100 deg (0 straight), else 2: the bands that REBA and RULA share."""
    flexion = within("elbow_flexion_deg", elbow_flexion_deg, 0, 180)
    outside = np.where((flexion < 60) | (flexion > 100), 2.0, 1.0)
    return np.where(np.isnan(flexion), np.nan, outside)


def assumed(assumptions: DataclassInstance) -> str:
    """Return in words what a score assumes because a camera doesn't see it."""
    clauses = (_clause(field.name, getattr(assumptions, field.name)) for field in fields(assumptions))
    return "assumed, not seen: " + "; ".join(clauses)


def _clause(name: str, value: bool | float | StrEnum) -> str:
    if isinstance(value, bool):
        return f"{name.replace('_', ' ')}: {'yes' if value else 'no'}"
    if isinstance(value, StrEnum):
        return f"{name.replace('_', ' ')}: {value.replace('_', ' ')}"
    quantity, _, unit = name.rpartition("_")
    return f"{quantity.replace('_', ' ')}: {value:g} {unit}"
