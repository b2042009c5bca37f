"""What the commands on a site do: check the dates, run the flow, show the result."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.table import Table

from pipelines.assess import assess, changes, judgements_of
from pipelines.planning import pose_choice
from pipelines.policy import load_policy
from pipelines.site import SiteError, load_site
from pipelines.store import open_store

LOSSES: Final = 3
"""Exit status of a run that went through although some of its recordings could not be read."""


def run_night(site_file: Path, first: date | None, last: date | None) -> int:
    """Run the nightly flow; return 0, or 3 where recordings were lost or none were found.

    Raises
    ------
    Exception
        Whatever kept the flow from doing its work.
    """
    check_dates(first, last)
    site = load_site(site_file)
    # What would stop the flow at once is said before Prefect starts.
    load_policy(site.policy_file)
    pose_choice(site)
    from pipelines.nightly import ALL_LOST, NOTHING_FOUND, WITH_LOSSES, nightly

    state = nightly(str(site_file.absolute()), first, last, return_state=True)
    if state.name not in (WITH_LOSSES, ALL_LOST, NOTHING_FOUND):
        state.result()
        return 0
    Console(stderr=True).print(state.message, style="red", soft_wrap=True, markup=False, highlight=False)
    return LOSSES


def run_assess(site_file: Path, policy_file: Path | None, first: date | None, last: date | None) -> int:
    """Judge the stored lifts under a policy and print how the verdicts moved against the policy in force."""
    check_dates(first, last)
    site = load_site(site_file)
    store = open_store(site.store_url)
    in_force = load_policy(site.policy_file)
    policy = load_policy(policy_file) if policy_file else in_force
    before = judgements_of(store, site.name, in_force, first, last)
    after = assess(store, site.name, policy, first, last)
    console = Console()
    console.print(f"{len(after)} lifts judged under policy {policy.policy_id}", highlight=False)
    if len(after):
        table = Table(
            "was \\ is",
            *changes(before, after).columns,
            title=f"policy {in_force.policy_id} -> {policy.policy_id}",
        )
        for verdict, row in changes(before, after).iterrows():
            table.add_row(str(verdict), *(str(count) for count in row))
        console.print(table)
    return 0


def check_dates(first: date | None, last: date | None) -> None:
    """Refuse a range that ends before it begins.

    Raises
    ------
    SiteError
        One sentence on the dates.
    """
    if last is not None and first is None:
        raise SiteError(f"--to {last} needs --from")
    if first is not None and last is not None and last < first:
        raise SiteError(f"--from {first} is later than --to {last}")
