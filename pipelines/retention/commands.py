"""The commands on what is kept for how long: delete what is past its period, and hold dates from it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter
from rich.console import Console

from pipelines.nights.workers import Workers
from pipelines.retention import holds
from pipelines.retention.retaining import keeps_for_good
from pipelines.retention.retaining import retain as delete
from pipelines.retention.text import sentences, table
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

SITE: Final = Path("site.toml")
LEFT: Final = 3
"""Exit status of a run that went through although something could not be deleted."""

hold = App(name="hold", help="Keep dates from being deleted.")


def retain(*, site: Path = SITE, dry_run: Annotated[bool, Parameter(negative=())] = False) -> int:
    """Delete what is past the periods of [retention] in the site file, with receipts; holds go before.

    Parameters
    ----------
    site
        The site file.
    dry_run
        Only show what would be deleted.
    """
    at, console = load_site(site), Console()
    if keeps_for_good(at):
        console.print(f"{site}: [retention] names no period: everything is kept for good", markup=False)
        return 0
    with Workers(1) as workers:
        done = delete(at, open_store(at.store_url), workers.container_start, datetime.now(UTC), dry_run)
    console.print(table(done, dry_run) if done.tallies else "nothing is past its period")
    for sentence in sentences(done):
        console.print(f"! {sentence}", soft_wrap=True, markup=False, highlight=False)
    return LEFT if done.faults else 0


@hold.command
def add(
    *,
    first: Annotated[date, Parameter(name="--from")],
    last: Annotated[date, Parameter(name="--to")],
    why: str,
    camera: str | None = None,
    site: Path = SITE,
) -> int:
    """Hold dates: nothing of them is deleted until the hold is lifted.

    Parameters
    ----------
    first
        First site date.
    last
        Last site date, included.
    why
        What it is held for, in one line. Name nobody: the text is kept and shown.
    camera
        The one camera to hold; all if nothing is said.
    site
        The site file.
    """
    at = load_site(site)
    put = holds.add(at, open_store(at.store_url), (first, last), camera, why.strip(), datetime.now(UTC))
    _say(f"{put.hold_id} in force: {_described(put)}")
    return 0


@hold.command(name="list")
def list_(*, site: Path = SITE) -> int:
    """List the holds in force.

    Parameters
    ----------
    site
        The site file.
    """
    at = load_site(site)
    found = holds.in_force(at, open_store(at.store_url))
    for one in found:
        _say(f"{one.hold_id} {_described(one)}")
    if not found:
        _say("no holds in force")
    return 0


@hold.command(name="lift")
def lift(hold_id: str, /, *, site: Path = SITE) -> int:
    """Lift a hold: what it kept goes with the next run if its period is over.

    Parameters
    ----------
    hold_id
        The hold, as `hingewise hold list` names it.
    site
        The site file.
    """
    at = load_site(site)
    over = holds.lift(at, open_store(at.store_url), hold_id, datetime.now(UTC))
    _say(f"{over.hold_id} lifted: {_described(over)}")
    return 0


def _described(one: holds.Hold) -> str:
    return f"{one.first} to {one.last}, {one.camera_id or 'all cameras'}: {one.why}"


def _say(sentence: str) -> None:
    Console().print(sentence, soft_wrap=True, markup=False, highlight=False)
