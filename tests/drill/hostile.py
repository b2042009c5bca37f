"""Hostile input: ``python -m tests.drill.hostile --seconds 120`` prints what was tried and what became of it.

Each input must end in one sentence, be read as far as it goes, or cost its own worker process; no file
outside the store may be written or changed.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import json
import multiprocessing
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import TimeoutError as LimitReached
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
from pebble import ProcessExpired, ProcessPool

from detectors.pose import People
from detectors.tables import FOOTAGE, RUNS
from detectors.video import Reader, VideoError, probe
from pipelines.nights import recording
from pipelines.nights.claims import this_night
from pipelines.nights.night import now_utc, plan, run_row
from pipelines.nights.workers import RecordingError, Workers
from pipelines.one_line import one_line
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

sys.path.insert(0, str(Path(__file__).parents[1]))

from drill import hostile_files as files
from drill import hostile_videos as videos

LIMIT_S = 20.0
AT_ONCE = 16
SITE = """[site]
name = "depot"
time_zone = "Europe/Berlin"
[store]
url = "store"
[pose]
weights = "fake.pt"
back = false
[[cameras]]
id = "dock"
zone = "inbound"
footage = "footage/dock/*"
start_time = "file_name"
file_name_pattern = "*_%Y%m%dT%H%M%S"
"""
POLICY = """oblique_margin_se = 1.0
[figures]
least_group_size = 5
least_observed_h = 0.5
[figures.workers_per_shift]
inbound = 4
"""


@dataclass(frozen=True)
class Counts:
    """What was tried and what became of it; ``crashes`` and ``written_outside`` must be empty.

    ``died`` and ``stopped`` are recordings that cost their worker process, or the time it is given: the
    night sets them aside and goes on.
    """

    hostile_inputs: int = 0
    refused: int = 0
    read: int = 0
    died: int = 0
    stopped: int = 0
    crashes: tuple[str, ...] = ()
    written_outside: tuple[str, ...] = ()
    by_kind: dict[str, int] = field(default_factory=dict)


@dataclass
class Tally:
    """Counts in the making."""

    ends: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)

    def add(self, kind: str, end: str, said: str | None = None) -> None:
        """Count one input; a refusal that is no clear sentence is a crash too."""
        self.kinds[kind] += 1
        if end == "refused" and not is_clear(said or ""):
            end, said = "crash", f"unclear: {said!r}"
        self.ends[end] += 1
        if end == "crash":
            self.crashes.append(f"{kind}: {said}"[:300])

    def tried(self, kind: str, attempt: Callable[[], str | None]) -> None:
        """Count an attempt that returns its refusal, or None where the input is taken."""
        try:
            said = attempt()
        except Exception as error:  # noqa: BLE001 - whatever escapes is what is looked for
            self.add(kind, "crash", f"{type(error).__name__}: {error}")
        else:
            self.add(kind, "read" if said is None else "refused", said)


class Nobody:
    """A pose source that sees nobody."""

    def __init__(self, weights: Path, image_size: int, device: str) -> None:
        del weights, image_size, device

    def people(self, image: np.ndarray) -> People:
        del image
        return People(np.zeros((0, 4)), np.zeros(0), np.zeros((0, 17, 3)))


def run(seconds: float, seed: int) -> Counts:
    """Try hostile input for about some seconds; the same seed tries the same."""
    tally, dice = Tally(), random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        folder = Path(name)
        (folder / "depot/footage/dock").mkdir(parents=True)
        (folder / "depot/fake.pt").write_bytes(b"weights")
        (folder / "secret.mp4").write_bytes(b"nobody's business")
        (folder / "depot/site.toml").write_text(SITE)
        wholes = videos.sources(folder / "sources")
        with private_cache(folder / "cache"):
            written = night(tally, folder, wholes[0])
        try_files(tally, folder / "files", dice, 0.2 * seconds)
        try_videos(tally, folder / "tried", wholes, dice, 0.8 * seconds)
    return Counts(
        hostile_inputs=sum(tally.kinds.values()),
        crashes=tuple(tally.crashes),
        written_outside=tuple(written),
        by_kind=dict(tally.kinds),
        **{end: tally.ends[end] for end in ("refused", "read", "died", "stopped")},
    )


def try_videos(tally: Tally, folder: Path, wholes: list[bytes], dice: random.Random, seconds: float) -> None:
    """Look at mutated recordings, each in a worker process that may die or be stopped."""
    folder.mkdir()
    until = time.monotonic() + seconds
    made = videos.mutants(wholes, dice)
    with ProcessPool(2, context=multiprocessing.get_context("spawn")) as pool:
        first = True
        while first or time.monotonic() < until:
            first, futures = False, []
            for number, (kind, content) in enumerate(islice(made, AT_ONCE)):
                path = folder / f"{number}.mp4"
                path.write_bytes(content)
                futures.append((kind, pool.schedule(looked_at, args=(path,), timeout=LIMIT_S)))
            for kind, future in futures:
                try:
                    tally.add(kind, *future.result())
                except ProcessExpired:
                    tally.add(kind, "died")
                except LimitReached:
                    tally.add(kind, "stopped")
                except Exception as error:  # noqa: BLE001 - whatever escapes is what is looked for
                    tally.add(kind, "crash", f"{type(error).__name__}: {error}")


def looked_at(path: Path) -> tuple[str, str | None]:
    """Read a recording as a night does; runs in a worker process."""
    try:
        probe(path)
        for _ in Reader(path, 15.0):
            pass
    except VideoError as error:
        return "refused", str(error)
    return "read", None


def night(tally: Tally, folder: Path, whole: bytes) -> list[str]:
    """Do a night of badly named recordings and of links; return the paths that changed outside the store."""
    depot = folder / "depot"
    expected = videos.badly_named(depot / "footage/dock", whole, folder / "secret.mp4")
    before = tree(folder)
    with Workers(2) as workers:
        at = plan(load_site(depot / "site.toml"), files.DAY, files.DAY, f"{__name__}:Nobody", workers)
        outcomes = [recording.refuse(job, fault, at.store) for job, fault in at.refused]
        for job in at.jobs:
            try:
                outcomes.append(workers.process(job, LIMIT_S, None, this_night()))
            except (recording.PassingError, RecordingError) as error:
                outcomes.append(recording.fail(job, str(error), at.store))
        run_id, row = run_row(at, outcomes, now_utc(), now_utc())
        at.store.write(RUNS, row, "depot", files.DAY, run_id)
    for outcome in outcomes:
        said = outcome.reason
        tally.add("bad name or link", "read" if said is None else "refused", said)
    rows = open_store(str(depot / "store")).read(FOOTAGE)
    if len(rows) != len(outcomes) or (rows["status"] == "done").sum() < expected:
        tally.crashes.append(f"{len(rows)} rows of {len(outcomes)} recordings, {expected} expected")
    return sorted(
        path
        for path, state in tree(folder).items() ^ before.items()
        if not path.startswith(("depot/store", "cache"))
    )


def try_files(tally: Tally, folder: Path, dice: random.Random, seconds: float) -> None:
    """Try fuzzed site and policy files, tables and weights."""
    folder.mkdir()
    for _ in range(files.weights_refused(folder)):
        tally.add("weights", "refused", "not opened")
    store = open_store(str(folder / "store"))
    part = Path(store.write(RUNS, files.run_rows(), "depot", files.DAY, "a"))
    whole = part.read_bytes()
    until = time.monotonic() + seconds
    with ProcessPool(1, context=multiprocessing.get_context("spawn")) as pool:
        first = True
        while first or time.monotonic() < until:
            first = False
            for _ in range(AT_ONCE):
                path = folder / "tried.toml"
                path.write_bytes(files.mutated_text(SITE, dice))
                tally.tried("site file", lambda at=path: files.site_tried(at))
                path.write_bytes(files.mutated_text(POLICY, dice))
                tally.tried("policy file", lambda at=path: files.policy_tried(at))
            how = dice.choice((videos.truncated, videos.bits_flipped, videos.shuffled, videos.disguised))
            part.write_bytes(how(whole, dice))
            future = pool.schedule(files.table_tried, args=(store.root, RUNS), timeout=LIMIT_S)
            try:
                tally.tried("table", future.result)
            except ProcessExpired:
                tally.add("table", "died")


def is_clear(said: str) -> bool:
    """Return whether a refusal is something to read: printable lines, none of them empty or without end."""
    lines = said.split("\n")
    return bool(said) and all(line and one_line(line) == line and len(line) < 2000 for line in lines)


def tree(folder: Path) -> dict[str, str]:
    """Return every file below a folder with its content, links as where they lead."""
    return dict(_tree(folder))


def _tree(folder: Path) -> Iterator[tuple[str, str]]:
    for top, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(top, name)
            if path.is_symlink():
                state = str(path.readlink())
            else:
                state = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
            yield str(path.relative_to(folder)), state


@contextmanager
def private_cache(folder: Path) -> Iterator[None]:
    """Keep the caches of the block in a folder of its own."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["XDG_CACHE_HOME"]
        else:
            os.environ["XDG_CACHE_HOME"] = before


def main() -> int:
    """Print the counts as JSON; return 1 if anything crashed or was written outside the store."""
    parser = argparse.ArgumentParser(description="Try hostile input.")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    counts = run(asked.seconds, asked.seed)
    print(json.dumps(dataclasses.asdict(counts), indent=2))  # noqa: T201
    return int(bool(counts.crashes or counts.written_outside) or counts.hostile_inputs == 0)


if __name__ == "__main__":
    from drill.hostile import main as imported

    sys.exit(imported())
