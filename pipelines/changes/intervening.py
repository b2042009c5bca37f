"""The commands on interventions: record one, and list them with their follow-ups."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter
from rich.console import Console

from pipelines.changes.following_up import follow_ups_of
from pipelines.changes.interventions import Intervention, Kind, record, recorded
from pipelines.exposure.follow_up_text import line
from pipelines.judging.policy import load_policy
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

SITE: Final = Path("site.toml")

intervention = App(name="intervention", help="Record what was changed in a zone and see whether it helped.")


@intervention.command
def add(
    *,
    zone: str,
    day: Annotated[date, Parameter(name="--date")],
    what: str,
    kind: Kind = Kind.OTHER,
    by: str | None = None,
    site: Path = SITE,
) -> int:
    """Record a change. It can't be altered afterwards.

    Parameters
    ----------
    zone
        Zone that was changed, as in the site file.
    day
        Site date on which it was changed.
    what
        What was changed, in one line. Name nobody: the text is kept and shown.
    kind
        Sort of change.
    by
        Role or team that decided it, such as "safety committee"; no names.
    site
        The site file.
    """
    at = load_site(site)
    change = Intervention(zone, day, kind, what.strip(), by)
    new = record(at, open_store(at.store_url), change, datetime.now(UTC))
    said = "recorded" if new else "was recorded before"
    Console().print(f"{change.intervention_id} {said}: {zone}, {day}, {kind}", highlight=False, markup=False)
    return 0


@intervention.command(name="list")
def list_(*, site: Path = SITE) -> int:
    """List the changes and what their follow-ups say.

    Parameters
    ----------
    site
        The site file.
    """
    at = load_site(site)
    store, policy = open_store(at.store_url), load_policy(at.policy_file)
    changes = recorded(at, store)
    console = Console()
    if changes.empty:
        console.print(f"no interventions recorded in {at.store_url}", soft_wrap=True, markup=False)
        return 0
    today = datetime.now(UTC).astimezone(at.tz).date()
    followed = follow_ups_of(at, store, policy, changes, today)
    for row in changes.itertuples():
        title = f"{row.date} {row.zone} ({row.kind}): {row.what}"
        console.print(title, style="bold", markup=False, highlight=False, soft_wrap=True)
        for one in followed:
            if one.change.change_id == row.intervention_id:
                console.print(f"  {line(one)}", markup=False, highlight=False, soft_wrap=True)
    return 0
