"""The composite lifting index (CLI) of a job with several lifting tasks, and of variable lifting (VLI).

Source of the CLI: DHHS (NIOSH) Publication 94-110, revised 9/2021, section 2.4, pp. 26-28:

    CLI = STLI_1 + sum over j >= 2 of FILI_j x (1 / FM(F_1 + .. + F_j) - 1 / FM(F_1 + .. + F_j-1))

Reconciled: the printed job of three tasks of section 2.4.5, p. 28, in every printed value.

Source of the VLI: Waters, Occhipinti, Colombini, Alvarez-Casado, Fox 2016, Human Factors 58: each
sampled lift's FILI falls into one of up to nine categories (six in that paper), whose mean FILI and
frequency enter the CLI as one task. The paper's rule for the cut points couldn't be reconciled
and is left out: the caller states them. By its authors' word the VLI isn't validated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.exposure.inputs import Array, within
from pipelines.exposure.niosh import lifting_index
from pipelines.exposure.niosh_frequency import frequency_multiplier

MOST_CATEGORIES: Final = 9


@dataclass(frozen=True)
class Composite:
    """A job's index and what it is made of; arrays of shape (n_tasks,) in the order of the input.

    Attributes
    ----------
    strwl_kg
        Single-task recommended weight limits, FIRWL x FM of the task's own frequency; NaN in a VLI.
    fili, stli
        Frequency-independent and single-task lifting index.
    rank
        The new task number, 1 for the greatest STLI.
    increment
        What the task adds to the index; of rank 1 its STLI.
    index
        CLI or VLI; NaN if an input is unknown, if a limit is 0 or if the lifts of all tasks
        together are too frequent for the table (FM 0), which leaves it undefined.
    """

    strwl_kg: Array
    fili: Array
    stli: Array
    rank: NDArray[np.int64]
    increment: Array
    index: float


def composite_lifting_index(
    firwl_kg: ArrayLike,
    mean_load_kg: ArrayLike,
    max_load_kg: ArrayLike,
    lifts_per_min: ArrayLike,
    vertical_origin_cm: ArrayLike,
    duration_h: float,
) -> Composite:
    """Return the CLI of one job.

    Parameters
    ----------
    firwl_kg
        Frequency-independent RWL of each task, shape (n_tasks,). Where the destination needs
        significant control the source doesn't say which end feeds the CLI; the lower one is meant.
    mean_load_kg, max_load_kg
        STLI takes the average load, FILI the greatest one (p. 27).
    lifts_per_min, vertical_origin_cm
        F and V at the origin of each task. Table 5 depends on V, and the source doesn't say which
        task's V holds for a sum of frequencies: as soon as one task of the sum starts below 75 cm
        the column for below 75 cm is taken, which has the lower multipliers.
    duration_h
        Work time of the whole job that decides the class; see ``frequency_multiplier``.

    Raises
    ------
    ValueError
        If there is no task, if the inputs differ in length or if one of them is negative.
    """
    firwl, mean_load, max_load, frequency, vertical = _columns(
        firwl_kg=firwl_kg,
        mean_load_kg=mean_load_kg,
        max_load_kg=max_load_kg,
        lifts_per_min=lifts_per_min,
        vertical_origin_cm=vertical_origin_cm,
    )
    strwl = firwl * frequency_multiplier(frequency, duration_h, vertical)
    fili, stli = lifting_index(max_load, firwl), lifting_index(mean_load, strwl)
    return _composite(strwl, fili, stli, frequency, vertical, duration_h)


def variable_lifting_index(
    fili: ArrayLike,
    vertical_origin_cm: ArrayLike,
    cut_points: ArrayLike,
    observed_min: float,
    duration_h: float,
) -> Composite:
    """Return the VLI of one worker's sampled lifts; its tasks are the categories that hold a lift.

    Parameters
    ----------
    fili, vertical_origin_cm
        Of each lift, shape (n_lifts,). A category starts below 75 cm as soon as one of its lifts does.
    cut_points
        Rising inner bounds of the categories, at most eight; a lift on a bound belongs above it.
    observed_min
        Minutes over which the lifts were sampled; frequencies are lifts of a category per minute.
    duration_h
        As for the CLI.

    Raises
    ------
    ValueError
        If there is no lift, if the inputs differ in length or are negative, or if the cut points
        don't rise or are more than eight.
    """
    indices, vertical = _columns(fili=fili, vertical_origin_cm=vertical_origin_cm)
    bounds = within("cut_points", cut_points)
    if bounds.ndim != 1 or len(bounds) >= MOST_CATEGORIES or not (np.diff(bounds) > 0.0).all():
        raise ValueError(f"cut_points are {bounds.tolist()}, expected at most eight values that rise")
    if not observed_min > 0.0:
        raise ValueError(f"observed_min is {observed_min:g}, expected more than 0")
    _, category, count = np.unique(np.digitize(indices, bounds), return_inverse=True, return_counts=True)
    mean: Array = np.bincount(category, weights=indices) / count
    lowest = np.full(len(count), np.inf)
    np.minimum.at(lowest, category, vertical)
    frequency: Array = count / observed_min
    stli = lifting_index(mean, frequency_multiplier(frequency, duration_h, lowest))
    limits: Array = np.full(len(mean), np.nan)
    return _composite(limits, mean, stli, frequency, lowest, duration_h)


def _columns(**inputs: ArrayLike) -> list[Array]:
    """Return the inputs as arrays of one length, at least one long."""
    columns = [within(name, values) for name, values in inputs.items()]
    shapes = {column.shape for column in columns}
    if len(shapes) > 1 or columns[0].ndim != 1 or not columns[0].size:
        raise ValueError(f"{', '.join(inputs)} have shapes {sorted(shapes)}, expected one list of one length")
    return columns


def _composite(
    strwl_kg: Array, fili: Array, stli: Array, lifts_per_min: Array, vertical_cm: Array, duration_h: float
) -> Composite:
    # The more frequent of two equal tasks comes first (p. 57).
    order = np.lexsort((-lifts_per_min, -stli))
    multiplier = frequency_multiplier(
        np.cumsum(lifts_per_min[order]), duration_h, np.minimum.accumulate(vertical_cm[order])
    )
    inverse: Array = np.full(multiplier.shape, np.nan)
    np.divide(1.0, multiplier, out=inverse, where=multiplier > 0.0)
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    increment = np.empty(len(order))
    increment[order] = np.r_[stli[order[0]], fili[order[1:]] * np.diff(inverse)]
    return Composite(strwl_kg, fili, stli, rank, increment, float(increment.sum()))
