"""The share of spine bends as it would be without the errors of the verdict, by the blind looks.

It stands beside the share as observed, never in its place: the correction takes the errors among the
lifts that were looked at for those of every lift, and a verdict near chance leaves nothing to correct.
"""

from __future__ import annotations

from typing import Final

from pipelines.exposure.rates import CorrectedShare, Validation, corrected_share
from pipelines.reviewing.accuracy import Accuracy
from pipelines.reviewing.weighting import Weighted

LEAST_N: Final = 20
"""Independent items that each of both error rates must be known from."""


def validation(found: Accuracy) -> Validation | None:
    """Return the error rates as counts of that many independent lifts; None where they are too few."""
    bends, others = found.sensitivity, found.specificity
    if min(bends.effective_n, others.effective_n) < LEAST_N:
        return None
    return Validation(*_counts(bends), *_counts(others))


def corrected(spine_bends: int, judged: int, found: Accuracy) -> CorrectedShare | None:
    """Return the share of spine bends, raw and corrected (Rogan & Gladen 1978); None without enough looks.

    Its interval holds what is unsure of the share and of both error rates, these by their effective
    numbers; see `pipelines.exposure.rates.corrected_share`.
    """
    rates = validation(found)
    return None if rates is None else corrected_share(spine_bends, judged, rates)


def _counts(rate: Weighted) -> tuple[int, int]:
    n = int(rate.effective_n)
    return n, round(rate.value * n)
