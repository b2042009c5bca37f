"""Full, read-only, slow and failing stores: one clear sentence each time, and nothing lost by the rerun."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any, Final

from . import faulty
from .counts import Counts
from .forks import run
from .kills import Bench
from .nights import run_night

TELLING: Final = ("StoreError", "SiteError", "NightUnderWayError")
"""Errors that the commands print as their one sentence; any other one is a crash."""

SMALL_KIB: Final = (16, 48, 96, 160, 256)
STRIDES: Final = (7, 1)
"""Every how many writes one fails, in the short form and in the full one."""

Fault = tuple[str, Bench, Callable[[Path], list[int]]]
"""What is made to fail, for the report; of which work; and how, in the process that does the work."""


def disks(benches: Sequence[Bench], full: bool, deadline: float, only: str = "") -> Counts:
    """Let stores fail in every way, or those named so, until all is done or the time is over."""
    counts = Counts()
    for number, scenario in enumerate(_scenarios(benches, full)):
        for step, fault in enumerate(scenario):
            if only not in fault[0]:
                break
            if time.monotonic() > deadline:
                return counts
            if not _tried(fault, f"disk-{number}-{step}", counts):
                break
    return counts


def _scenarios(benches: Sequence[Bench], full: bool) -> Iterator[Iterator[Fault]]:
    """Yield series of faults, each of which ends with the first that meets nothing any more."""
    night = next(one for one in benches if one.work.name == "nightly")
    stride = STRIDES[full]
    if os.environ.get("HINGEWISE_DRILL_WATCHED"):
        yield iter([("read-only mount", night, _nothing)])
        yield (("full mount", night, _nothing) for _ in SMALL_KIB)
    for one in benches:
        yield (
            (f"disk full from one write of {one.work.name} on", one, _full_from(nth))
            for nth in count(1, stride)
        )
    for kind in ("read_only", "slow", "stale"):
        yield iter([(f"object store {kind.replace('_', '-')}", night, _planned(kind, 1))])
    for kind, lasting in (("error", 1), ("error", 4), ("timeout", 1), ("unread", 1)):
        words = {"error": "refuses a write", "timeout": "times out on a write", "unread": "fails a read"}
        times = "" if lasting == 1 else f" {lasting} times in a row"
        yield (
            (f"object store {words[kind]}{times}", night, _planned(kind, nth, lasting))
            for nth in count(1, stride * (3 if kind == "unread" else 1))
        )


def _tried(fault: Fault, name: str, counts: Counts) -> bool:
    """Let a fault meet the work, then run it again on a healthy store; return whether it met anything."""
    title, bench, begin = fault
    folder = bench.copy(name)
    mounted = title.endswith("mount") and _mount(folder, title, int(name.rpartition("-")[2]))

    def disturbed() -> dict[str, Any]:
        met = begin(folder)
        try:
            told, raised = bench.work.run(folder) if not _of_objects(title) else _on_objects(folder), None
        except Exception as error:  # noqa: BLE001 - which one it is, is the question
            told, raised = None, [type(error).__name__, str(error)]
        return {"met": len(met) + faulty.PLAN.failed, "told": told, "raised": raised}

    ended = run(disturbed, folder.parent / "said")
    met = mounted or bool(ended.said and ended.said["met"])
    if met:
        counts.faults += 1
        counts.of[title] += 1
        _judge(f"{title}, {name}", ended.code, ended.said, counts)
        if mounted:
            _mount_command("remount,rw,size=64m", folder / "store")
    if mounted:
        bench.compared_in_place(folder, counts)
        subprocess.run(["umount", str(folder / "store")], check=True)
    else:
        bench.compared(folder, counts)
    return met


def _judge(name: str, code: int, said: dict[str, Any] | None, counts: Counts) -> None:
    """Count a run that died, or that said anything but one clear sentence."""
    if code or said is None:
        counts.crashed(f"{name}: ended with {code}")
        return
    if said["raised"]:
        kind, sentence = said["raised"]
        if kind not in TELLING or "\n" in sentence or not sentence:
            counts.crashed(f"{name}: {kind}: {sentence}")


def _nothing(folder: Path) -> list[int]:
    return []


def _full_from(nth: int) -> Callable[[Path], list[int]]:
    return lambda folder: faulty.fill_disk(nth)


def _planned(kind: str, nth: int, lasting: int = 1) -> Callable[[Path], list[int]]:
    def begin(folder: Path) -> list[int]:
        faulty.PLAN.kind, faulty.PLAN.nth, faulty.PLAN.lasting = kind, nth, lasting
        return []

    return begin


def _of_objects(title: str) -> bool:
    return title.startswith("object store")


def _on_objects(folder: Path) -> list[str]:
    return run_night(folder, f"faulty://{folder}/store")


def _mount(folder: Path, title: str, step: int) -> bool:
    """Put a small or read-only file system where the store is to be."""
    (folder / "store").mkdir()
    _mount_command(
        f"size={SMALL_KIB[step]}k" if title.startswith("full") else "ro", folder / "store", "tmpfs"
    )
    return True


def _mount_command(options: str, folder: Path, *source: str) -> None:
    kind = ["-t", "tmpfs", *source] if source else []
    subprocess.run(["mount", "-o", options, *kind, str(folder)], check=True)
