"""Count how the verdict errs in each zone, and write a policy file by which the shares are corrected."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

from rich.console import Console

from detectors.thresholds import Policy
from pipelines.judging.command import template
from pipelines.reviewing.correcting import DAYS, errors_by_zone, lines, with_errors
from pipelines.reviewing.evidence import evidence
from pipelines.reviewing.tables import BLIND_ITEMS
from pipelines.sites.site import Site
from pipelines.storage.store import Store
from pipelines.storage.whole_files import replace_file

REFUSED: Final = 4
"""Exit status where the labels are too few, or what they tell is no gain."""


def count_errors(site: Site, store: Store, policy: Policy, out: Path | None) -> int:
    """Print the tables of the zones with enough blind looks in the half year up to the last one.

    Of the others it is said why they have none.

    Parameters
    ----------
    out
        Where the policy file with these tables goes; None writes none.
    """
    drawn = [part.date for part in store.parts(BLIND_ITEMS, site.name)]
    since = max(drawn) - timedelta(days=DAYS - 1) if drawn else None
    known = evidence(store, site.name, policy, since, None)
    found = errors_by_zone(known.looks, sorted({camera.zone for camera in site.cameras}))
    console = Console()
    for one in found:
        text = lines(one) + "\n" if one.counts else f"zone {one.zone}: {one.why_not}"
        console.print(text, soft_wrap=True, markup=False, highlight=False)
    if not any(one.counts for one in found):
        return REFUSED
    if out is not None:
        write_policy(with_errors(policy_text(site), found), out, console)
    return 0


def policy_text(site: Site) -> str:
    """Return the policy file in force; where the site names none, that of the built-in policy."""
    return site.policy_file.read_text("utf-8") if site.policy_file else template()


def write_policy(text: str, out: Path, console: Console) -> None:
    """Write a policy file and say that it is not in force."""
    replace_file(out, text.encode())
    console.print(f"wrote {out}; nothing in force has changed", soft_wrap=True, markup=False, highlight=False)
