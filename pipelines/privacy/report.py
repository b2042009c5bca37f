"""The evidence for a works council or a data-protection officer: what is stored, for how long, who looked."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final

import pandas as pd
from rich.console import Console

from detectors.embedded import WEIGHTS_FOLDER
from detectors.keypoints import FACE, STORED
from detectors.tables import SCHEMA_VERSION
from pipelines.audits.checking import Checked, check
from pipelines.commands import site_policy
from pipelines.judging.policy import NamedPolicy
from pipelines.one_line import one_line
from pipelines.privacy import inventory
from pipelines.retention.tables import State
from pipelines.sites.site import Site, load_site
from pipelines.storage.parts import explained
from pipelines.storage.store import Store, StoreError, open_store
from pipelines.versions import code_version

SITE: Final = Path("site.toml")
SUMS: Final = "SHA256SUMS"
BROKEN: Final = 3
"""Exit status where the evidence was written and tells of something to be mended."""

FILES: Final = {
    "tables.csv": "every table: rows, files, first and last date, how long it is kept",
    "columns.csv": "every column of every table: unit and meaning",
    "other_files.csv": "what else lies in the store",
    "periods.csv": "how long each kind is kept, and the first date that is still kept",
    "deletions.csv": "receipts: what was deleted, when and by which rule, and what holds kept",
    "holds.csv": "dates that were held back from deletion",
    "accesses.csv": "who looked at clips or took them away, by role",
    "policy.json": "the thresholds in force, and the smallest group that is told of",
    "models/": "what the models were trained on and how they fare",
}


def privacy_report(*, out: Path, site: Path = SITE) -> int:
    """Write the evidence on what is stored of people into a new folder.

    Parameters
    ----------
    out
        The folder; it must not be there yet, or be empty.
    site
        The site file.
    """
    at = load_site(site)
    policy = site_policy(at, None)
    faults = write_bundle(at, open_store(at.store_url), policy, out, datetime.now(UTC))
    console = Console()
    for fault in faults:
        console.print(f"! {fault}", soft_wrap=True, markup=False, highlight=False)
    done = f"written: {out}, begin with report.md; `sha256sum -c {SUMS}` there shows that nothing was changed"
    console.print(done, soft_wrap=True, markup=False, highlight=False)
    return BROKEN if faults else 0


def write_bundle(site: Site, store: Store, policy: NamedPolicy, out: Path, now: datetime) -> list[str]:
    """Write the evidence into a new folder and return what in it must be mended, a sentence each.

    Raises
    ------
    StoreError
        If the folder holds something already or can't be written, or the store can't be read.
    """
    with explained(f"can't write {out}"):
        out.mkdir(parents=True, exist_ok=True)
        if any(out.iterdir()):
            raise StoreError(f"{out} holds something already, expected a new folder")
    found = {
        "tables.csv": inventory.tables(site, store),
        "columns.csv": inventory.columns(),
        "other_files.csv": inventory.other_files(store),
        "periods.csv": inventory.periods(site, now),
        "deletions.csv": inventory.receipts(site, store),
        "holds.csv": inventory.holds(site, store),
        "accesses.csv": inventory.accesses(site, store),
    }
    audited = check(site, store)
    faults = list(_faults(site, store, found["other_files.csv"], audited, now))
    with explained(f"can't write {out}"):
        for name, table in found.items():
            table.to_csv(out / name, index=False)
        values = {"policy_id": policy.policy_id, **asdict(policy.policy), "figures": policy.figures.plain()}
        (out / "policy.json").write_text(json.dumps(values, indent=2, sort_keys=True) + "\n", "utf-8")
        (out / "models").mkdir()
        for card in sorted(WEIGHTS_FOLDER.glob("*.md")):
            shutil.copyfile(card, out / "models" / card.name)
        mend = [f"- {fault}" for fault in faults or ["nothing was found"]]
        head = [f"# What hingewise stores of people at {site.name}", "\n## To be mended\n", *mend]
        text = "\n".join([*head, *_report(site, policy, found, audited, now)]) + "\n"
        (out / "report.md").write_text(text, "utf-8")
        (out / SUMS).write_text(_sums(out), "utf-8")
    return faults


def _faults(
    site: Site, store: Store, others: pd.DataFrame, audited: list[Checked], now: datetime
) -> Iterator[str]:
    for checked in audited:
        if checked.breaks:
            number = len(checked.breaks)
            yield f"the log {checked.table} is broken in {number} places; see `hingewise audit verify`"
    for table, day in inventory.overdue(site, store, now).items():
        yield f"{table} has rows of {day}, which is past its period; see `hingewise retain` and holds.csv"
    for folder in others.loc[others["holds"] == "NOT DESCRIBED", "folder"]:
        yield f"the store has a folder {one_line(folder)}, which hingewise did not make"


def _report(
    site: Site, policy: NamedPolicy, found: dict[str, pd.DataFrame], audited: list[Checked], now: datetime
) -> Iterator[str]:
    yield "\n## What is stored\n"
    yield from _markdown(found["tables.csv"])
    yield f"\nOf a body these points are kept, around lifts only: {_words(STORED)}."
    yield f"Never kept: {_words(FACE)}."
    yield "No table holds a name, a face, or a number that follows a person from one recording to another.\n"
    yield from _markdown(found["other_files.csv"])
    yield "\n## How long\n"
    yield from _markdown(found["periods.csv"])
    deleted = found["deletions.csv"]
    finished = deleted.loc[deleted["state"] == State.FINISHED, "files"].sum()
    yield f"\nReceipts tell of {finished} files deleted; holds.csv has every hold.\n"
    yield "## Who looked\n"
    seen = found["accesses.csv"]
    yield f"{len(seen)} clips were viewed or taken away.\n"
    yield from _markdown(seen.groupby(["what", "roles"]).size().rename("times").reset_index())
    yield ""
    for one in audited:
        state = f"BROKEN in {len(one.breaks)} places" if one.breaks else "whole"
        yield f"- log `{one.table}`: {one.entries} entries, {one.chains} chains, {one.marks} marks, {state}"
    figures = policy.figures
    yield "\n## Smallest group\n"
    yield f"Figures of fewer than {figures.least_group_size} workers, or of fewer than"
    yield f"{figures.least_observed_h} person-hours, are hidden, and what would give them away with them."
    yield "\n## Which versions\n"
    yield f"hingewise {version('hingewise')}, schema {SCHEMA_VERSION}, measuring code"
    yield f"{code_version(site.reading.policy())}, policy {policy.policy_id};"
    yield f"written {now:%Y-%m-%d %H:%M} UTC."
    yield "\n## The other files\n"
    yield from (f"- `{name}`: {what}" for name, what in FILES.items())


def _markdown(table: pd.DataFrame) -> Iterator[str]:
    """Yield the lines of a table; a sign that would break one is written as Python does."""
    yield f"| {' | '.join(table.columns)} |"
    yield f"|{'---|' * len(table.columns)}"
    for row in table.itertuples(index=False):
        cells = ["" if pd.isna(value) else one_line(str(value)).replace("|", "\\|") for value in row]
        yield f"| {' | '.join(cells)} |"


def _words(names: tuple[str, ...]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)


def _sums(folder: Path) -> str:
    """Return the hash of every file of a folder, as sha256sum writes them."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in files
    )
