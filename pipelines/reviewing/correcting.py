"""How the verdict errs in each zone by the blind looks, as the policy takes it to correct the zone's share.

The policy holds counts, so each error rate is told as that of as many independent lifts as the looks are
worth. It belongs to the thresholds that judged: another policy wants the looks counted anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

import pandas as pd

from pipelines.exposure.rates import Validation
from pipelines.reviewing.accuracy import accuracy
from pipelines.reviewing.corrected import LEAST_N, validation
from pipelines.reviewing.policy_text import table_head, with_table
from pipelines.reviewing.weighting import Weighted

DAYS: Final = 182
"""Half a year of looks: long enough for narrow intervals, and the cameras still hang where they did."""


@dataclass(frozen=True)
class ZoneErrors:
    """How the verdict errs in a zone.

    Attributes
    ----------
    bends, others
        Share of the spine bends that are called so, and of the others that are not.
    counts
        Both as the policy takes them; None where they may not be used.
    why_not
        Why they may not, in a sentence; '' where they may.
    """

    zone: str
    bends: Weighted
    others: Weighted
    counts: Validation | None
    why_not: str = ""


def errors_by_zone(looks: pd.DataFrame, zones: Sequence[str]) -> list[ZoneErrors]:
    """Return how the verdict errs in each zone, in the order given; looks at other zones tell nothing of it.

    Parameters
    ----------
    looks
        Rows of `looks.blind_looks`, judged by the policy in force.
    """
    return [_errors(zone, looks[looks["zone"] == zone]) for zone in zones]


def lines(found: ZoneErrors) -> str:
    """Return the table of the policy file for a zone, with share, interval and looks as comments.

    Raises
    ------
    ValueError
        If the counts may not be used.
    """
    values = _values(found)
    told = {"spine bends called so": found.bends, "others not called so": found.others}
    notes = [f"# {what}: {in_words(one)}" for what, one in told.items()]
    return "\n".join(
        [table_head(_table(found)), *notes, *(f"{key} = {value}" for key, value in values.items())]
    )


def with_errors(text: str, found: Sequence[ZoneErrors]) -> str:
    """Return the text of a policy file with the tables of the zones whose counts may be used.

    Raises
    ------
    PolicyError
        If the file writes them in a way that can't be changed line by line.
    """
    for one in found:
        if one.counts is not None:
            text = with_table(text, _table(one), _values(one))
    return text


def in_words(one: Weighted) -> str:
    """Return a share with its interval, and what it stands on."""
    if one.n == 0:
        return "no looks"
    return (
        f"{100 * one.value:.0f}% ({100 * one.low:.0f} to {100 * one.high:.0f}%), "
        f"{one.n} looks worth {one.effective_n:.0f}"
    )


def _errors(zone: str, looks: pd.DataFrame) -> ZoneErrors:
    found = accuracy(looks)
    counts, why_not = validation(found), ""
    if counts is None:
        why_not = (
            f"too few blind looks: worth {found.sensitivity.effective_n:.0f} independent spine bends and "
            f"{found.specificity.effective_n:.0f} others, at least {LEAST_N} of each are needed"
        )
    elif found.sensitivity.value + found.specificity.value <= 1.0:
        counts, why_not = None, "its verdicts are no better than chance, so there is nothing to correct by"
    return ZoneErrors(zone, found.sensitivity, found.specificity, counts, why_not)


def _table(found: ZoneErrors) -> tuple[str, str, str]:
    return ("figures", "validation", found.zone)


def _values(found: ZoneErrors) -> Mapping[str, int]:
    if found.counts is None:
        raise ValueError(f"{found.zone}: {found.why_not}")
    return asdict(found.counts)
