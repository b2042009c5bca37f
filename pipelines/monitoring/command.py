"""The command for monitors: is all well, in words or as JSON, and by the exit status."""

from __future__ import annotations

import json as json_text
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from pipelines.examination.doctor import shown
from pipelines.monitoring.facts import read_facts
from pipelines.monitoring.status import EXIT, State, document, judge, state_of
from pipelines.sites.site import SiteError, load_site
from pipelines.storage.store import StoreError, open_store


def status(*, site: Path = Path("site.toml"), json: bool = False) -> int:
    """Say whether last night went well; exit status 0 well, 1 needs attention, 2 can't tell.

    Parameters
    ----------
    site
        The site file.
    json
        Print one JSON object instead of lines.
    """
    try:
        described = load_site(site)
        facts = read_facts(described, open_store(described.store_url), datetime.now(UTC))
    except (SiteError, StoreError) as error:
        return _unknown(str(error), json)
    findings = judge(facts)
    state = state_of(findings)
    console = Console()
    if json:
        _print_json({"site": described.name, **document(facts, findings)}, console)
        return EXIT[state]
    console.print(f"{described.name}: {state}", highlight=False, markup=False)
    for finding in findings:
        console.print(shown(finding), soft_wrap=True)
    return EXIT[state]


def _unknown(why: str, json: bool) -> int:
    if json:
        _print_json({"state": str(State.UNKNOWN), "why": why}, Console())
    else:
        Console(stderr=True).print(f"can't tell: {why}", soft_wrap=True, markup=False, highlight=False)
    return EXIT[State.UNKNOWN]


def _print_json(content: dict[str, object], console: Console) -> None:
    console.file.write(f"{json_text.dumps(content, ensure_ascii=False)}\n")
