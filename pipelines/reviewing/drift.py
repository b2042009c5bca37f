"""Alarm when the machine is right more or less often than it was before.

Whole blocks of `BLOCK_DAYS`, counted from the first answer, are each compared once with all that came
before, by Fisher's exact test of both directions. The test holds its level whatever the accuracy was
and however little is known of it, so the false alarms in a year are at most blocks times level. A drop
is therefore seen only when its block is over. Both sides must be of one composition: a new camera
counts from its own first answer if each camera is looked at on its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact

BLOCK_DAYS: Final = 28
LEVEL: Final = 0.01
LEAST_N: Final = 20
"""Answers that a block and what came before it must have to be compared."""

FALSE_ALARMS_PER_YEAR: Final = 365.25 / BLOCK_DAYS * LEVEL
"""At most so many: less than one in seven years."""


@dataclass(frozen=True)
class Drift:
    """The last block that could be compared, and what came before it.

    Attributes
    ----------
    first, last
        Dates of the block, both included; None where nothing could be compared.
    right, n, right_before, n_before
        Verdicts that reviewers agree with, of those with an answer.
    p
        Of Fisher's exact test; NaN where nothing could be compared.
    """

    first: date | None = None
    last: date | None = None
    right: int = 0
    n: int = 0
    right_before: int = 0
    n_before: int = 0
    p: float = math.nan

    @property
    def alarm(self) -> bool:
        """Whether the block differs from what came before by more than chance would have it."""
        return self.p < LEVEL

    @property
    def worse(self) -> bool:
        """Whether fewer verdicts were right than before."""
        return self.n > 0 and self.right * self.n_before < self.right_before * self.n


def blocks(days: pd.Series, right: pd.Series, until: date) -> pd.DataFrame:
    """Return ``first``, ``n`` and ``right`` of each whole block up to a date, the first one first.

    Parameters
    ----------
    days
        Date that each answered verdict is of.
    right
        Whether reviewers agree with it.
    until
        The last date that can have had answers.
    """
    if days.empty:
        return pd.DataFrame({"first": [], "n": [], "right": []})
    start = days.min()
    whole = ((until - start).days + 1) // BLOCK_DAYS
    number = np.array([(day - start).days // BLOCK_DAYS for day in days], dtype=np.int64)
    agreed = right.to_numpy(dtype=bool)
    return pd.DataFrame(
        {
            "first": [start + timedelta(days=BLOCK_DAYS * at) for at in range(whole)],
            "n": np.bincount(number, minlength=whole)[:whole],
            "right": np.bincount(number[agreed], minlength=whole)[:whole],
        }
    )


def drift(days: pd.Series, right: pd.Series, until: date) -> Drift:
    """Return how the last whole block with enough answers compares with all before it; as `blocks`."""
    table = blocks(days, right, until)
    for at in range(len(table) - 1, 0, -1):
        found = compared(table, at)
        if found is not None:
            return found
    return Drift()


def compared(table: pd.DataFrame, at: int) -> Drift | None:
    """Return how a block compares with those before it; None where one side has fewer than `LEAST_N`."""
    n, right = int(table["n"].iloc[at]), int(table["right"].iloc[at])
    n_before, right_before = int(table["n"].iloc[:at].sum()), int(table["right"].iloc[:at].sum())
    if min(n, n_before) < LEAST_N:
        return None
    first = table["first"].iloc[at]
    table_2x2 = np.array([[right, n - right], [right_before, n_before - right_before]])
    p = fisher_exact(table_2x2).pvalue
    last = first + timedelta(days=BLOCK_DAYS - 1)
    return Drift(first, last, right, n, right_before, n_before, float(p))
