"""Check the machine: packages, processor cores, memory, pose weights and how fast they run."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Final

import numpy as np
from packaging.requirements import Requirement
from pebble import ProcessExpired, ProcessPool

from detectors.devices import device_problem
from detectors.model_files import STOCK, WEIGHTS_VARIABLE, WeightsError, cache_folder, find_weights
from detectors.pose import YoloPose
from detectors.vision_ops import ensure_torchvision
from pipelines.findings import Finding, fault, ok, remark
from pipelines.site import Site

WORKER_MEMORY_GIB: Final = 1.5
"""What a worker takes with a small pose model and full-HD video, rounded up."""

TRIAL_LIMIT_S: Final = 120.0
TRIAL_FRAMES: Final = 5
_FULL_HD: Final = (1080, 1920, 3)
_NIGHT_H: Final = 24.0


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


def pose_model(site: Site) -> Iterator[Finding]:
    """Find the weights, run them on a few pictures and say what that means for a night."""
    name = site.pose.weights
    found = find_weights(name, site.folder)
    if found is None:
        place = f"put the file into {cache_folder()} or name it in {WEIGHTS_VARIABLE}"
        if name in STOCK:
            yield remark(f"pose weights {name} not on this machine; the first night fetches them", place)
        else:
            yield fault(f"pose weights {name} not found", place)
        return
    yield ok(f"pose weights {found}")
    try:
        with ProcessPool(max_workers=1, context=get_context("spawn")) as pool:
            trial = pool.schedule(_trial, args=(found, site.pose.image_size, site.pose.device))
            seconds_each, real_torchvision = trial.result(TRIAL_LIMIT_S)
    except WeightsError as error:
        yield fault(str(error), f"name other weights in [pose] weights or {WEIGHTS_VARIABLE}")
    except ProcessExpired as error:
        yield fault(f"running the pose model ended its process (exit code {error.exitcode})", "install again")
    except TimeoutError:
        yield fault(
            f"the pose model gave nothing within {TRIAL_LIMIT_S:.0f} s", "check the device and install again"
        )
    else:
        yield from _speed(site, seconds_each)
        if not real_torchvision:
            yield remark("torchvision does not fit torch; a stand-in takes its place, which is enough here")


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


def _trial(weights: Path, image_size: int, on: str) -> tuple[float, bool]:
    """Return the seconds that one picture takes, and whether torchvision is the real one."""
    model = YoloPose(weights, image_size, on)
    picture = np.zeros(_FULL_HD, dtype=np.uint8)
    model.people(picture)
    times = []
    for _ in range(TRIAL_FRAMES):
        begin = perf_counter()
        model.people(picture)
        times.append(perf_counter() - begin)
    return float(np.median(times)), ensure_torchvision()


def _speed(site: Site, seconds_each: float) -> Iterator[Finding]:
    hours = seconds_each * site.pose.rate_hz
    workers = min(site.nightly.workers, len(os.sched_getaffinity(0)))
    what = (
        f"{seconds_each * 1000:.0f} ms per picture: an hour of video takes about {hours:.1f} h of one "
        f"worker, so {workers} can read at most {_NIGHT_H * workers / hours:.0f} h of video a day"
    )
    limit_h = site.nightly.limit_per_video_hour_min / 60
    if hours > limit_h:
        yield fault(
            what, f"every recording would be stopped at its limit of {limit_h:.1f} h per hour of video"
        )
    elif hours > 1.0:
        yield remark(what, "lower [pose] rate_hz or image_size, take smaller weights or another device")
    else:
        yield ok(what)
