"""Lifts found against lifts that a person labelled: what was matched, missed, extra, and how far off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from scipy.stats import binomtest

from detectors.intervals import overlap
from detectors.vocabulary import Technique

Array = NDArray[np.float64]

LEAST_IOU: Final = 0.5
TIMES: Final = ("start_s", "grasp_s", "end_s")
SPINE: Final = {"bent": (Technique.SPINE_BEND,), "neutral": (Technique.HIP_HINGE, Technique.SQUAT)}
"""What a person may label the spine of a lift as, and which verdicts agree with it."""


@dataclass(frozen=True)
class Score:
    """How the lifts found compare with those labelled.

    Attributes
    ----------
    labelled, found
        How many there are of each.
    error_s
        Found less labelled, shape (n_matched, 3): start, grasp, end.
    """

    labelled: int
    found: int
    error_s: Array

    @property
    def matched(self) -> int:
        """Labelled lifts that were found."""
        return len(self.error_s)

    @property
    def missed(self) -> int:
        """Labelled lifts that were not found."""
        return self.labelled - self.matched

    @property
    def extra(self) -> int:
        """Lifts found where none is labelled."""
        return self.found - self.matched

    @property
    def mean_error_s(self) -> Array:
        """Mean size of the error of start, grasp and end, shape (3,); NaN without a match."""
        return np.abs(self.error_s).mean(axis=0) if self.matched else np.full(len(TIMES), np.nan)

    @property
    def largest_error_s(self) -> Array:
        """Largest size of the error of start, grasp and end, shape (3,); NaN without a match."""
        return np.abs(self.error_s).max(axis=0) if self.matched else np.full(len(TIMES), np.nan)


def match(labelled: Array, found: Array, least_iou: float = LEAST_IOU) -> NDArray[np.int64]:
    """Return pairs of positions of labelled and found intervals, each used at most once.

    Only pairs with an intersection over union of at least ``least_iou`` count; of all pairings
    the one whose pairs overlap most in sum is taken.

    Parameters
    ----------
    labelled, found
        Intervals ``[start, end)``, shapes (n, 2) and (m, 2).

    Returns
    -------
    NDArray
        Shape (n_pairs, 2), sorted by the labelled position.
    """
    iou = overlap(labelled, found)
    allowed = iou >= least_iou
    rows, columns = linear_sum_assignment(np.where(allowed, iou, 0.0), maximize=True)
    kept = allowed[rows, columns]
    return np.column_stack([rows[kept], columns[kept]]).astype(np.int64)


def score(labelled: pd.DataFrame, found: pd.DataFrame) -> Score:
    """Return how the lifts of one clip compare, each with ``start_s``, ``grasp_s`` and ``end_s``."""
    truth, seen = (frame[list(TIMES)].to_numpy(dtype=float) for frame in (labelled, found))
    pairs = match(truth[:, [0, 2]], seen[:, [0, 2]])
    return Score(len(truth), len(seen), seen[pairs[:, 1]] - truth[pairs[:, 0]])


@dataclass(frozen=True)
class Verdicts:
    """The verdicts on lifts whose spine is labelled: how many are right, wrong, and left open."""

    right: int = 0
    wrong: int = 0
    indeterminate: int = 0

    def __add__(self, other: Verdicts) -> Verdicts:
        """Return both taken together."""
        return Verdicts(
            self.right + other.right, self.wrong + other.wrong, self.indeterminate + other.indeterminate
        )

    @property
    def labelled(self) -> int:
        """Lifts that were found and whose spine is labelled."""
        return self.right + self.wrong + self.indeterminate


def verdicts(labelled: pd.DataFrame, found: pd.DataFrame) -> Verdicts:
    """Return how the verdicts on the matched lifts of one clip agree with the labels.

    Parameters
    ----------
    labelled
        ``start_s``, ``end_s`` and ``spine``: one of `SPINE`, or null where nobody said.
    found
        ``start_s``, ``end_s`` and ``technique``.
    """
    edges = ["start_s", "end_s"]
    pairs = match(labelled[edges].to_numpy(dtype=float), found[edges].to_numpy(dtype=float))
    total = Verdicts()
    for true, seen in pairs:
        spine, verdict = labelled["spine"].iloc[int(true)], found["technique"].iloc[int(seen)]
        if pd.isna(spine):
            continue
        is_open, agrees = verdict == Technique.INDETERMINATE, verdict in SPINE[spine]
        total += Verdicts(int(agrees), int(not agrees and not is_open), int(is_open))
    return total


def pooled(scores: Sequence[Score]) -> Score:
    """Return the score of several clips taken together."""
    return Score(
        labelled=sum(s.labelled for s in scores),
        found=sum(s.found for s in scores),
        error_s=np.concatenate([np.empty((0, len(TIMES))), *(s.error_s for s in scores)]),
    )


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of a share; NaN without trials.

    It takes the trials for independent: repetitions of one person before one camera are not,
    so the true uncertainty is larger.
    """
    if not trials:
        return float("nan"), float("nan")
    interval = binomtest(successes, trials).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)
