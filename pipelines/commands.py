"""What the commands on a site do: check the dates, run the flow, show the result."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Final

from rich.console import Console

from pipelines.judging.policy import NamedPolicy, check_zones, load_policy
from pipelines.judging.reassess import reassess, stored_span, write
from pipelines.judging.reassess_text import moves, shares_table
from pipelines.nights.lock import NightUnderWayError, under_way, under_way_since
from pipelines.nights.planning import pose_choice
from pipelines.sites.site import Site, SiteError, load_site
from pipelines.storage.store import open_store

LOSSES: Final = 3
"""Exit status of a run that went through although some of its recordings could not be read."""


def run_night(
    site_file: Path,
    first: date | None,
    last: date | None,
    exhaustive: bool = False,
    finish_by: str | None = None,
) -> int:
    """Run the nightly flow; return 0, or 3 where recordings were lost or none were found.

    Raises
    ------
    Exception
        Whatever kept the flow from doing its work.
    """
    check_dates(first, last)
    over_at = local_time(finish_by)
    site = load_site(site_file)
    # What would stop the flow at once is said before Prefect starts.
    site_policy(site, None)
    pose_choice(site)
    if since := under_way_since(site):
        raise NightUnderWayError(under_way(site, since))
    from pipelines.nightly import ALL_LOST, NOTHING_FOUND, WITH_LOSSES, nightly

    site_path = str(site_file.absolute())
    state = nightly(site_path, first, last, exhaustive=exhaustive, finish_by=over_at, return_state=True)
    if state.name not in (WITH_LOSSES, ALL_LOST, NOTHING_FOUND):
        state.result()
        return 0
    Console(stderr=True).print(state.message, style="red", soft_wrap=True, markup=False, highlight=False)
    return LOSSES


def run_assess(
    site_file: Path, policy_file: Path | None, first: date | None, last: date | None, dry_run: bool
) -> int:
    """Judge the stored lifts under a policy, print what that changes, then write it unless ``dry_run``."""
    check_dates(first, last)
    site = load_site(site_file)
    store = open_store(site.store_url)
    in_force = site_policy(site, None)
    policy = site_policy(site, policy_file)
    console = Console()
    span = stored_span(store, site, first, last)
    if span is None:
        console.print(f"0 lifts judged under policy {policy.policy_id}: none are stored", highlight=False)
        return 0
    found = reassess(store, site, in_force, policy, span)
    for part in moves(found):
        console.print(part, highlight=False)
    console.print(shares_table(found.shares))
    if dry_run:
        console.print("nothing written")
        return 0
    write(store, site, found)
    console.print(f"written: judgements, and figures of the shifts of {len(found.figures)} dates")
    return 0


def site_policy(site: Site, policy_file: Path | None) -> NamedPolicy:
    """Return a policy, or the one that the site file names, checked against the zones of the site.

    Raises
    ------
    PolicyError
        If it can't be used, or speaks of other zones.
    """
    policy = load_policy(policy_file or site.policy_file)
    check_zones(policy, [camera.zone for camera in site.cameras])
    return policy


def local_time(told: str | None) -> time | None:
    """Return the local time that --finish-by names, None for none.

    Raises
    ------
    SiteError
        If it is no time.
    """
    if told is None:
        return None
    try:
        return datetime.strptime(told, "%H:%M").time()
    except ValueError:
        raise SiteError(f"--finish-by is {told!r}, expected a local time as 'HH:MM'") from None


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
