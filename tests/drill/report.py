"""Write what a drill counted into a page, between two marks."""

from __future__ import annotations

import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from .counts import MUST_BE_ZERO, Counts

BEGIN: Final = "<!-- drill: begin -->"
END: Final = "<!-- drill: end -->"


def write_report(page: Path, counts: Counts, seed: int, shortfalls: list[str]) -> None:
    """Replace what stands between the marks of a page.

    Raises
    ------
    ValueError
        If the page has not both marks.
    """
    text = page.read_text("utf-8")
    if BEGIN not in text or END not in text:
        raise ValueError(f"{page} has no {BEGIN} and {END}, expected both on lines of their own")
    before, _, rest = text.partition(BEGIN)
    section = _section(counts, seed, shortfalls)
    page.write_text(f"{before}{BEGIN}\n{section}{END}{rest.partition(END)[2]}", "utf-8")


def _section(counts: Counts, seed: int, shortfalls: list[str]) -> str:
    cores, python = os.cpu_count(), platform.python_version()
    machine = f"{platform.system()} {platform.machine()}, {cores} cores, Python {python}"
    numbers = [("kills", counts.kills), ("other faults", counts.faults)]
    if counts.hostile_inputs is not None:
        numbers.append(("hostile inputs", counts.hostile_inputs))
    numbers += [(name.replace("_", " "), getattr(counts, name)) for name in MUST_BE_ZERO]
    out = "not watched" if counts.packets_out is None else counts.packets_out
    rows = [*numbers, ("packets towards the network", out), *sorted(counts.of.items())]
    told = "passed" if not shortfalls else "did not pass: " + "; ".join(shortfalls)
    lines = [
        f"The drill of {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, seed {seed}, on {machine}, {told}.",
        "",
        "| Counted | |",
        "|---|---|",
        *(f"| {name} | {number} |" for name, number in rows),
        *(f"\n- {remark}" for remark in counts.remarks),
    ]
    return "\n".join(lines) + "\n"
