"""Check the machine: packages, processor cores, memory and the device."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Final

from packaging.requirements import Requirement

from detectors.devices import device_problem
from pipelines.examination.findings import Finding, fault, ok, remark
from pipelines.sites.site import Site

WORKER_MEMORY_GIB: Final = 1.5
"""What a worker takes with a small pose model and full-HD video, rounded up."""


def packages() -> Iterator[Finding]:
    """Check every installed package against what this release needs."""
    needed = [Requirement(line) for line in requires("hingewise") or []]
    wrong = [problem for need in needed if need.marker is None and (problem := _mismatch(need))]
    todo = "install again: pip install -c constraints.txt -e ."
    yield from (fault(problem, todo) for problem in wrong)
    python = ".".join(map(str, sys.version_info[:3]))
    if not wrong:
        yield ok(f"Python {python}, {len(needed)} packages in the versions needed")


def cores_and_memory(site: Site) -> Iterator[Finding]:
    """Check that the workers asked for have cores and memory."""
    workers, cores = site.nightly.workers, len(os.sched_getaffinity(0))
    gib = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    what = f"{workers} workers on {cores} processor cores and {gib:.0f} GiB of memory"
    fitting = max(1, min(cores, int(gib / WORKER_MEMORY_GIB)))
    if workers <= fitting:
        yield ok(what)
    elif workers * WORKER_MEMORY_GIB > gib:
        yield fault(what, f"set [nightly] workers to {fitting} or less, or the machine runs out of memory")
    else:
        yield remark(what, f"set [nightly] workers to {fitting}: more than the cores slow each other down")


def device(site: Site) -> Iterator[Finding]:
    """Check that the device asked for is there."""
    problem = device_problem(site.pose.device)
    if problem is None:
        yield ok(f"device {site.pose.device}")
    else:
        yield fault(problem, 'set [pose] device = "cpu", or install its driver and a torch built for it')


def _mismatch(need: Requirement) -> str | None:
    try:
        found = version(need.name)
    except PackageNotFoundError:
        return f"{need.name} is not installed, needed: {need.name}{need.specifier}"
    if need.specifier.contains(found, prereleases=True):
        return None
    return f"{need.name} {found} is installed, needed: {need.specifier}"
