"""Hide what would tell of one worker: small cells of a table, and cells that would give them away.

The table is of zones by shifts (or any two groupings) with its row, column and grand totals.
Cells of a small group are hidden. As totals would give them back by subtraction, more are
hidden with them, totals too where needed, so that whoever knows all that is shown, that no value
is negative and which zones were empty can't narrow a hidden value to less than a stated width.
What a worker knows of his own share is not reckoned with; the least group size stands for that.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pipelines.exposure.rates import Array, not_negative

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Rule:
    """When a cell is hidden, and how well.

    Attributes
    ----------
    least_group_size
        Workers that a group must have to be shown.
    least_observed_h
        Person-hours in view that a cell must have to be shown.
    least_width
        Range of values, in the unit of the table, that must stay possible for a hidden value.
    """

    least_group_size: float
    least_observed_h: float
    least_width: float

    def __post_init__(self) -> None:
        if not (self.least_group_size >= 1 and self.least_observed_h >= 0 and self.least_width > 0):
            raise ValueError(
                f"{self}: expected a group size of 1 or more, hours of 0 or more, a width above 0"
            )


@dataclass(frozen=True)
class Published:
    """A table fit to be shown, with totals as last row and column, shape (n_rows + 1, n_columns + 1).

    Attributes
    ----------
    values
        What is shown; NaN where hidden. Hide the same cells of every table derived from this one,
        such as rates and shares; for another table of sums hide what is hidden in either.
    small
        Cells hidden because their own group is small.
    hidden
        These and the cells hidden along with them.
    """

    values: Array
    small: Mask
    hidden: Mask


def publish(values: ArrayLike, group_sizes: ArrayLike, observed_person_h: ArrayLike, rule: Rule) -> Published:
    """Return a table of sums with totals, small cells hidden beyond recovery.

    Each small cell is hidden together with three others at the corners of a rectangle, in which
    adding to one and taking from its neighbours changes no total: the hidden four can then move
    together. Of all rectangles that leave enough room it is the one that hides fewest cells more,
    then the smallest values. More hidden cells only ever widen what is possible.

    Parameters
    ----------
    values
        Sums such as lifts, shape (n_rows, n_columns), without the totals.
    group_sizes
        Workers per cell. The same workers may stand in several cells, so a total counts only as
        many as its largest cell. Cells of no workers are taken as known to be empty, and shown.
    observed_person_h
        Person-hours in view per cell.
    rule
        What is small, and how wide a hidden value must stay.

    Raises
    ------
    ValueError
        If an input is negative or unknown, or a cell without workers has a value.
    """
    inner, sizes, hours = not_negative(
        values=values, group_sizes=group_sizes, observed_person_h=observed_person_h
    )
    known = inner.ndim == 2 and inner.size > 0 and np.isfinite([inner, sizes, hours]).all()
    if not known or (inner[sizes == 0] > 0).any():
        raise ValueError(
            f"table of shape {inner.shape}: expected rows and columns of known values, 0 where no one worked"
        )
    table, groups = _with_totals(inner, np.add), _with_totals(sizes, np.maximum)
    small = (groups > 0) & (
        (groups < rule.least_group_size) | (_with_totals(hours, np.add) < rule.least_observed_h)
    )
    hidden = small.copy()
    for row, column in sorted(np.argwhere(small).tolist(), key=lambda at: -table[at[0], at[1]]):
        other_row, other_column = _corner(table, hidden, groups > 0, (row, column), rule.least_width)
        hidden[np.ix_([row, other_row], [column, other_column])] = True
    return Published(np.where(hidden, np.nan, table), small, hidden)


def _with_totals(inner: Array, combine: np.ufunc) -> Array:
    rows = np.concatenate([inner, combine.reduce(inner, axis=1, keepdims=True)], axis=1)
    table: Array = np.concatenate([rows, combine.reduce(rows, axis=0, keepdims=True)], axis=0)
    return table


def _corner(table: Array, hidden: Mask, usable: Mask, at: tuple[int, int], width: float) -> tuple[int, int]:
    """Return row and column of the corner opposite to a cell in the best rectangle.

    The four corners move by the same amount: the two neighbours of a cell against it, the opposite
    corner with it, and a total the other way round than an inner cell. A corner that goes down can
    go down by its value; if none does, as for a cell and three totals, there is no bound.
    """
    row, column = [at[0]], [at[1]]
    way = np.outer(*(np.r_[np.ones(length - 1), -1.0] for length in table.shape))
    corners = [(table, way), (table[row], -way[row]), (table[:, column], -way[:, column])]
    corners.append((table[np.ix_(row, column)], way[np.ix_(row, column)]))
    up, down = (
        _least([np.where(moves == side, value, np.inf) for value, moves in corners]) for side in (-1, 1)
    )
    allowed = (up + down >= width) & usable & usable[row] & usable[:, column]
    allowed[row], allowed[:, column] = False, False
    more, loss = np.where(hidden, 0.0, 1.0), np.where(hidden, 0.0, table)
    count, total = (cost + cost[row] + cost[:, column] for cost in (more, loss))
    best = np.lexsort([total.ravel(), np.where(allowed, count, np.inf).ravel()])[0]
    other_row, other_column = np.unravel_index(best, table.shape)
    return int(other_row), int(other_column)


def _least(arrays: list[Array]) -> Array:
    out: Array = np.min(np.stack(np.broadcast_arrays(*arrays)), axis=0)
    return out
