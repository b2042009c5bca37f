"""The commands on the audit log."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App
from rich.console import Console

from pipelines.audits.checking import check
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

audit = App(
    name="audit",
    help="The audit log: who looked at clips or took them away, what was said, held and deleted.",
)

BROKEN = 1
"""Exit status where anything is not as it was written."""


@audit.command
def verify(*, site: Path = Path("site.toml")) -> int:
    """Check that no entry was changed, removed or put in; exit status 1 if any was.

    Parameters
    ----------
    site
        The site file.
    """
    described = load_site(site)
    checked = check(described, open_store(described.store_url))
    console = Console(soft_wrap=True, highlight=False, markup=False)
    for one in checked:
        verdict = "whole" if not one.breaks else f"{len(one.breaks)} broken"
        counts = f"{one.entries} entries in {one.chains} chains, {one.marks} marks, {one.removals} of removal"
        console.print(f"{one.table}: {counts}: {verdict}")
        for broken in one.breaks:
            console.print(f"  {broken.entry}: {broken.what}", style="red")
    if described.nightly.audit_file is None:
        console.print("no [nightly] audit_file: entries after the last mark could be cut off unseen")
    return BROKEN if any(one.breaks for one in checked) else 0
