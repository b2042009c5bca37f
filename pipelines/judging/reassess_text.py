"""How a change of policy reads in the terminal: verdicts that moved, and the share of each zone."""

from __future__ import annotations

from typing import Final

import pandas as pd
from rich.console import RenderableType
from rich.table import Table

from pipelines.exposure.rates import divide, share
from pipelines.exposure.rounded_counts import any_suppressed, in_tens
from pipelines.judging.reassess import COUNTS, Reassessment

IN_TENS: Final = "numbers in tens: some groups are suppressed, and exact ones would give them away"


def moves(found: Reassessment) -> list[RenderableType]:
    """Return how many lifts were judged, and how many moved from which verdict to which.

    Rounded to tens where some of the figures are suppressed, for these are counts of the whole site.
    """
    lifts = pd.DataFrame({"lifts": [sum(len(rows) for rows in found.judged.values())]})
    moved, notes = found.moved, []
    if any_suppressed(found.figures.values()):
        lifts, moved, notes = in_tens(lifts), in_tens(moved), [IN_TENS]
    old, new = found.change.in_force.policy_id, found.change.policy.policy_id
    judged = f"{lifts['lifts'].iloc[0]} lifts judged under policy {new}"
    return [judged, moved_table(moved, f"policy {old} -> {new}"), *notes]


def moved_table(moved: pd.DataFrame, title: str) -> Table:
    """Return how many lifts moved from which verdict, in rows, to which, in columns."""
    table = Table("was \\ is", *map(str, moved.columns), title=title)
    for verdict, row in moved.iterrows():
        table.add_row(str(verdict), *(str(count) for count in row))
    return table


def shares_table(shares: pd.DataFrame) -> Table:
    """Return the share of spine bends of each zone before and after, with n, interval and what is open.

    Parameters
    ----------
    shares
        As in `reassess.Reassessment`.
    """
    title = "share of spine bends, of shifts that are shown"
    table = Table("zone", "shifts", "", "spine bends", "share (95 %)", "indeterminate", title=title)
    was, now = _cells(shares, "_before"), _cells(shares, "")
    for at, zone in enumerate(shares["zone"]):
        table.add_row(str(zone), str(shares["shifts"].iloc[at]), "was", *was[at])
        table.add_row("", "", "is", *now[at], end_section=True)
    return table


def _cells(shares: pd.DataFrame, ending: str) -> list[tuple[str, str, str]]:
    """Return of each zone: spine bends of n, their share with its interval, the share without a verdict."""
    names = [f"{name}{ending}" for name in COUNTS]
    bends, hinges, squats, unknown = (shares[name].to_numpy(dtype=float) for name in names)
    judged = bends + hinges + squats
    estimate, without = share(bends, judged), divide(unknown, judged + unknown)
    return [
        (
            f"{bends[at]:.0f} of {judged[at]:.0f}",
            f"{estimate.value[at]:.1%} ({estimate.low[at]:.1%}-{estimate.high[at]:.1%})"
            if judged[at]
            else "-",
            f"{without[at]:.1%}" if judged[at] + unknown[at] else "-",
        )
        for at in range(len(shares))
    ]
