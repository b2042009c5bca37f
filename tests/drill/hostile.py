"""Hostile input: ``python -m tests.drill.hostile --seconds 120`` prints what was tried and what became of it.

Each input must end in one sentence, be read as far as it goes, or cost its own worker process; no file
outside the store may be written or changed.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import multiprocessing
import random
import sys
import tempfile
import time
from concurrent.futures import TimeoutError as LimitReached
from itertools import islice
from pathlib import Path

from pebble import ProcessExpired, ProcessPool

from detectors.tables import RUNS
from detectors.video import Reader, VideoError, probe
from pipelines.storage.store import open_store

sys.path.insert(0, str(Path(__file__).parents[1]))

from drill import hostile_files as files
from drill import hostile_names as names
from drill import hostile_videos as videos
from drill.hostile_counts import Counts, Tally, private_cache
from drill.hostile_names import LIMIT_S

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
            written = names.night(tally, folder, wholes[0])
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
