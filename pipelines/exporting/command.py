"""The commands that make packages of clips."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from cyclopts import App
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from pipelines.clips.looks import PLAIN
from pipelines.commands import check_dates, site_policy
from pipelines.exporting.choosing import Wanted, dates_of, latest_date, lifts_of, wanted_lifts
from pipelines.exporting.making import Made, Source, Tell, make_package
from pipelines.exporting.manifest import By
from pipelines.exporting.options import (
    AS_MEASURED,
    FLAGGED,
    LATEST,
    AtLeastOne,
    Language,
    Look,
    Period,
    Which,
)
from pipelines.exporting.trainer_pack import make_trainer_pack
from pipelines.reviewing.reviewers import LOCAL
from pipelines.sites.access import Role
from pipelines.sites.site import Site, SiteError, load_site
from pipelines.storage.store import Store, open_store

SITE: Final = Path("site.toml")
WITH_REFUSALS: Final = 3
"""Exit status of an export that was made, but lacks some of the clips."""

clips = App(name="clips", help="Take clips of lifts away, every head covered.")


@clips.command
def export(
    *,
    out: Path,
    why: str,
    site: Path = SITE,
    period: Period = LATEST,
    which: Which = FLAGGED,
    look: Look = AS_MEASURED,
) -> int:
    """Export the clips of flagged lifts as one zip, with contact sheet, handout, manifest and receipt.

    Parameters
    ----------
    out
        The zip to write.
    why
        What it is for; it stands in the receipt and in the store.
    site
        The site file.
    """
    check_dates(period.from_, period.to)
    at = load_site(site)
    store, policy = open_store(at.store_url), site_policy(at, None)
    first, last = _dates(at, store, period, which.lift)
    names = (which.shift, which.zone, which.camera)
    wanted = Wanted(first, last, *names, which.technique, which.lift, which.limit)
    lifts = wanted_lifts(at, store, policy.policy_id, wanted)
    source = Source(at, store, policy.policy_id, look.of_clips)
    by = by_hand(why, look.language)
    with progress("clips", len(lifts)) as tell:
        made = make_package(source, lifts, by, out, tell)
    return tell_of(made, out)


@clips.command
def pack(
    *,
    out: Path,
    why: str,
    site: Path = SITE,
    period: Period = LATEST,
    pairs: AtLeastOne = 10,
    language: Language = "en",
) -> int:
    """Make a trainer pack: a blind quiz of matched pairs that works offline, and its answers on paper.

    Parameters
    ----------
    out
        The zip to write.
    why
        What it is for; it stands in the receipt and in the store.
    site
        The site file.
    pairs
        At most so many, the most surely judged first.
    language
        Of the answers, and the one in which the quiz begins.
    """
    check_dates(period.from_, period.to)
    at = load_site(site)
    store, policy = open_store(at.store_url), site_policy(at, None)
    lifts = lifts_of(at, store, policy.policy_id, _dates(at, store, period, ()))
    # What is drawn onto a clip tells the verdict.
    source = Source(at, store, policy.policy_id, PLAIN)
    by = by_hand(why, language)
    with progress("pairs", pairs) as tell:
        made = make_trainer_pack(source, lifts, pairs, by, out, tell)
    return tell_of(made, out)


def by_hand(why: str, language: str) -> By:
    """Return that whoever sits at the machine makes a package now.

    Raises
    ------
    SiteError
        If it is not said what for.
    """
    if not why.strip():
        raise SiteError("--why is empty, expected what the package is for")
    return By(LOCAL, ", ".join(Role), why, datetime.now(UTC), language)


def tell_of(made: Made, out: Path) -> int:
    """Print what a package holds and lacks; return 0, or 3 where clips were refused."""
    console = Console()
    line = f"wrote {out}: {made.clips} clips of {len(made.rows)} lifts, recorded as {made.export_id}"
    console.print(line, soft_wrap=True, highlight=False, markup=False)
    for lift_id, why in made.refused.items():
        console.print(f"! no clip of {lift_id}: {why}", soft_wrap=True, highlight=False, markup=False)
    return WITH_REFUSALS if made.refused else 0


@contextmanager
def progress(what: str, total: int) -> Iterator[Tell]:
    """Show a bar while the block runs, where standard error is a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn(what), MofNCompleteColumn(), BarColumn(), TimeRemainingColumn(compact=True))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.update(task, completed=done)


def _dates(site: Site, store: Store, period: Period, lift: tuple[str, ...]) -> tuple[date, date]:
    first, last = (period.day, period.day) if period.day else (period.from_, period.to)
    if first is not None:
        return first, last or first
    if lift:
        return dates_of(site, store, lift)
    latest = latest_date(site, store)
    return latest, latest
