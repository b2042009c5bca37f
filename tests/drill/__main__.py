"""Run the fault drill, print its counts, and fail where anything was lost or nothing was shown."""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Final

from . import watch
from .clocks import clocks
from .counts import MUST_RUN, Counts
from .disks import disks
from .forks import run, run_at_once
from .kills import KILL, Bench, benches, kills
from .report import write_report

FULL_KILLS: Final = 300
HOSTILE_S: Final = 240.0
LEAST_FOR_HOSTILE_S: Final = 60.0
"""Its workers alone take some seconds to start."""

FEW: Final = ("nightly", "retain")
LEAST_FOR_ALL_S: Final = 30.0
"""In less time only these are disturbed: each kind needs its undisturbed runs first."""

MOST_S: Final = 10800.0
"""After which a part of the drill is given up."""


def main() -> int:
    """Run the drill; return 0 if it passed, 1 if not."""
    asked = _asked()
    watch.enter("tests.drill", sys.argv[1:])
    scratch = Path(tempfile.mkdtemp(prefix="hingewise-drill-"))
    try:
        counts = drill(scratch, asked)
    finally:
        shutil.rmtree(scratch)
    shortfalls = counts.shortfalls(
        MUST_RUN if not asked.only else ("kills",) if _kills(asked) else ("faults",)
    )
    told = vars(counts) | {"seed": asked.seed, "shortfalls": shortfalls}
    sys.stdout.write(json.dumps(told, indent=None if asked.json else 1) + "\n")
    if asked.report:
        write_report(asked.report, counts, asked.seed, shortfalls)
    for sentence in shortfalls:
        sys.stderr.write(f"! {sentence}\n")
    return 1 if shortfalls else 0


def drill(scratch: Path, asked: argparse.Namespace) -> Counts:
    """Run all parts, each once at least in the full form, as far as the time goes in the short one."""
    seconds, only = asked.seconds, asked.only
    rng, counts = random.Random(asked.seed), Counts()
    looking = watch.watched()
    before = watch.packets() if looking else 0
    short = seconds is not None and seconds < LEAST_FOR_ALL_S
    ready = benches(scratch, FEW if short else ())
    begun = time.monotonic()
    limit_s = float("inf") if seconds is None else seconds
    most = FULL_KILLS if seconds is None else sys.maxsize
    parts = {
        "kills": lambda: kills(_killed(ready, asked), rng, most, begun + limit_s),
        "clocks": lambda: clocks(ready[0], seconds is None, begun + 0.5 * limit_s, only),
        "disks": lambda: disks(ready, seconds is None, begun + limit_s, only),
    }
    told = [lambda part=part: vars(part()) for part in parts.values()]
    for name, ended in zip(parts, run_at_once(told, scratch, MOST_S), strict=True):
        if ended.code:
            counts.crashed(f"{name}: ended with {ended.code}: {ended.said}")
        else:
            counts.add(Counts(**{**ended.said, "of": Counter(ended.said["of"])}))
    if not only and (seconds is None or seconds >= LEAST_FOR_HOSTILE_S):
        counts.add(_hostile(scratch, asked.seed, HOSTILE_S if seconds is None else 0.25 * seconds))
    counts.packets_out = watch.packets() - before if looking else None
    return counts


def _kills(asked: argparse.Namespace) -> bool:
    return asked.only.startswith(KILL)


def _killed(ready: list[Bench], asked: argparse.Namespace) -> list[Bench]:
    """Return the kinds of work that are to be killed."""
    return [one for one in ready if asked.only in f"{KILL}{one.work.name}"]


def _hostile(scratch: Path, seed: int, seconds: float) -> Counts:
    """Try hostile input, in a process of its own: it starts workers, which a process that forks must not."""

    def tried() -> dict[str, object]:
        from . import hostile

        return asdict(hostile.run(seconds, seed))

    ended = run(tried, scratch, 4.0 * seconds + 120.0)
    counts = Counts(hostile_inputs=0)
    if ended.code:
        counts.crashed(f"hostile input: ended with {ended.code}: {ended.said}")
        return counts
    counts.hostile_inputs = ended.said["hostile_inputs"]
    for one in (*ended.said["crashes"], *ended.said["written_outside"]):
        counts.crashed(f"hostile input: {one}")
    return counts


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.drill", description=__doc__)
    parser.add_argument(
        "--seconds", type=float, help="about so long after the sites are made; all if nothing is said"
    )
    parser.add_argument("--seed", type=int, default=0, help="of the moments of the kills")
    parser.add_argument("--only", default="", help="what has these words in its name, as the report has it")
    parser.add_argument("--json", action="store_true", help="print one line of JSON")
    parser.add_argument("--report", type=Path, help="write the counts into this page, between its marks")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
