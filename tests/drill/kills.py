"""Kill work at random moments, run it again to its end, and compare with the run that nobody disturbed."""

from __future__ import annotations

import random
import shutil
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Final

from pipelines.audits.checking import check
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

from .counts import Counts
from .forks import Ended, run
from .jobs import WORKS, State, Work
from .nights import warm

KILL: Final = "kill -9 of "
BEYOND: Final = 1.3
"""Up to how many times as long as undisturbed work may last: it lasts longer beside other work."""


class DrillError(RuntimeError):
    """The drill itself can't be run; nothing was shown."""


@dataclass(frozen=True)
class Bench:
    """One kind of work, ready to be disturbed.

    Attributes
    ----------
    start
        A folder as it is before the work; each try gets a copy.
    whole
        What the uninterrupted run leaves.
    lasts_s
        How long that takes.
    """

    work: Work
    start: Path
    whole: State
    lasts_s: float

    def copy(self, name: str) -> Path:
        """Return a new folder as it is before the work."""
        folder = self.start.with_name(name)
        shutil.copytree(self.start, folder)
        return folder

    def compared(self, folder: Path, counts: Counts, but: str | None = None) -> None:
        """Run the work to its end, count what then differs from the uninterrupted run, and clear up."""
        self.compared_in_place(folder, counts, but)
        shutil.rmtree(folder)

    def compared_in_place(self, folder: Path, counts: Counts, but: str | None = None) -> None:
        """Run the work to its end and count what then differs from the uninterrupted run.

        Parameters
        ----------
        but
            The beginning of the names of files that may differ.
        """
        name = f"{self.work.name} in {folder.name}"
        again = finished(self.work, folder)
        if again.code:
            counts.crashed(f"{name}: the rerun ended with {again.code}: {again.said}")
            return
        tell_apart(_without(self.whole, but), _without(again.said, but), name, counts)


def bench(work: Work, scratch: Path) -> Bench:
    """Return the work with what its uninterrupted run leaves, which must be the same twice."""
    start = scratch / work.name / "start"
    start.parent.mkdir(parents=True)
    made = run(lambda: work.make(start) and None, scratch)
    if made.code:
        raise DrillError(f"{work.name}: the site can't be made: {made.said}")
    warm(start)
    ends = []
    for name in ("whole", "twice"):
        folder = start.with_name(name)
        shutil.copytree(start, folder)
        ends.append(finished(work, folder))
        if ends[-1].code:
            raise DrillError(f"{work.name} fails undisturbed: {ends[-1].said}")
    if ends[0].said != ends[1].said or not ends[0].said["things"]:
        raise DrillError(f"{work.name} leaves nothing, or something else each time, undisturbed")
    return Bench(work, start, ends[0].said, min(one.elapsed_s for one in ends))


def finished(work: Work, folder: Path) -> Ended:
    """Run the work and return what it left; an audit log that is not whole then counts as a crash."""

    def both() -> State:
        work.run(folder)
        site = load_site(folder / "site.toml")
        broken = [one for table in check(site, open_store(str(folder / "store"))) for one in table.breaks]
        assert not broken, broken
        return work.state(folder)

    return run(both, folder.parent / "said")


def tell_apart(whole: State, found: State, name: str, counts: Counts) -> None:
    """Count rows that are missing or too many, and files that differ."""
    expected, there = Counter(whole["things"]), Counter(found["things"])
    counts.lifts_lost += (expected - there).total()
    counts.lifts_doubled += (there - expected).total()
    if whole["files"] != found["files"]:
        counts.differing += 1
        odd = sorted(set(whole["files"]) ^ set(found["files"]))
        counts.remarks.append(f"{name}: differs from the uninterrupted run: {', '.join(odd)[:300]}")


def kills(benches: Sequence[Bench], rng: random.Random, limit: int, deadline: float) -> Counts:
    """Kill until so many have died or the time is over, each kind of work in turn."""
    counts = Counts()
    if not benches:
        return counts
    for number, one in zip(count(), _in_turn(benches)):
        if counts.kills >= limit or (counts.kills and time.monotonic() > deadline):
            return counts
        folder = one.copy(f"kill-{number}")
        died = run(
            partial(one.work.run, folder), folder.parent / "said", rng.uniform(0.0, BEYOND * one.lasts_s)
        )
        if not died.killed:
            # It was over before it could be killed, which shows nothing, or failed on its own.
            if died.code:
                counts.crashed(f"{one.work.name}: ended with {died.code}: {died.said}")
            shutil.rmtree(folder)
            continue
        counts.kills += 1
        counts.of[f"{KILL}{one.work.name}"] += 1
        one.compared(folder, counts)
    return counts


def benches(scratch: Path, names: Sequence[str] = ()) -> list[Bench]:
    """Return all kinds of work, or the named ones, ready to be disturbed."""
    return [bench(work, scratch) for work in WORKS if work.name in names or not names]


def _without(state: State, but: str | None) -> State:
    files = [one for one in state["files"] if but is None or not one.startswith(but)]
    return {"things": state["things"], "files": files}


def _in_turn(benches: Sequence[Bench]) -> Iterator[Bench]:
    while True:
        yield from benches
