"""What was deleted, as a table for the terminal and as sentences."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from rich.box import SIMPLE_HEAD
from rich.table import Table

from pipelines.retention.deletion import Tally
from pipelines.retention.retaining import Retained


def table(done: Retained, dry_run: bool) -> Table:
    """Return a row per kind: dates, files, rows, megabytes, files that holds keep, and the rule."""
    title = "Would be deleted" if dry_run else "Deleted"
    out = Table(title=title, title_justify="left", box=SIMPLE_HEAD, show_edge=False)
    for head in ("what", "dates", "files", "rows", "MB", "held", "rule"):
        out.add_column(head, justify="left" if head in ("what", "dates", "rule") else "right")
    for kind, of_kind in groupby(sorted(done.tallies, key=_order), key=lambda one: one.kind):
        ones = list(of_kind)
        size_mb = sum(one.size_bytes for one in ones) / 1e6
        numbers = [sum(getattr(one, name) for one in ones) for name in ("files", "rows")]
        held = sum(one.held for one in ones)
        rule = ", ".join(dict.fromkeys(one.rule for one in ones))
        out.add_row(str(kind), _dates(ones), *map(str, numbers), f"{size_mb:.1f}", str(held), rule)
    return out


def sentences(done: Retained) -> Iterator[str]:
    """Yield what needs attention: what could not be deleted, then what stays."""
    yield from done.faults
    yield from done.remarks


def summary(done: Retained) -> str:
    """Return in one line what was deleted."""
    files = sum(one.files for one in done.tallies)
    size_mb = sum(one.size_bytes for one in done.tallies) / 1e6
    held = sum(one.held for one in done.tallies)
    kept = f"; holds keep {_counted(held)}" if held else ""
    return f"past the period: {_counted(files)} deleted ({size_mb:.1f} MB){kept}"


def _counted(files: int) -> str:
    return f"{files} file{'s' * (files != 1)}"


def _order(one: Tally) -> tuple[int, str]:
    return list(type(one.kind)).index(one.kind), one.day.isoformat()


def _dates(ones: list[Tally]) -> str:
    first, last = ones[0].day, ones[-1].day
    return f"{first}" if first == last else f"{first} to {last}"
