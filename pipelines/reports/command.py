"""The command that makes the report of a shift."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Final

from cyclopts import Parameter
from rich.console import Console

from pipelines.commands import site_policy
from pipelines.reports.shift_report import ShiftOfDay, write_report
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

SITE: Final = Path("site.toml")


def report(
    *,
    day: Annotated[date, Parameter(name="--date")],
    shift: str,
    site: Path = SITE,
    out: Path | None = None,
) -> int:
    """Write the two-page report of a shift as PDF and HTML.

    Parameters
    ----------
    day
        Site date on which the shift started.
    shift
        Name of the shift, as in the site file.
    site
        The site file.
    out
        Folder to write to; that of the site file, else the present one.
    """
    at = load_site(site)
    folder = out or Path(at.report.folder or ".")
    one = ShiftOfDay(day, shift)
    _, paths = write_report(
        at, open_store(at.store_url), site_policy(at, None), one, folder, datetime.now(UTC)
    )
    for path in paths:
        Console().print(f"wrote {path}", soft_wrap=True, highlight=False, markup=False)
    return 0
