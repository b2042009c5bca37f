"""Check the models: are their weights there, do they run, how fast, and is the back's calibration theirs."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from multiprocessing import get_context
from pathlib import Path
from time import perf_counter
from typing import Final, TypeVar

import numpy as np
from pebble import ProcessExpired, ProcessPool

from detectors.back_calibration import BackCalibration
from detectors.back_looks import CROP_PX
from detectors.back_pose import YoloBack
from detectors.embedded import embedded_back
from detectors.model_files import (
    EMBEDDED,
    STOCK,
    WEIGHTS_VARIABLE,
    WeightsError,
    cache_folder,
    find_weights,
)
from detectors.optimised_pose import optimised_pose
from detectors.pose import YoloPose
from detectors.vision_ops import ensure_torchvision
from pipelines.examination.findings import Finding, fault, ok, remark
from pipelines.optimising.choosing import engine_of
from pipelines.sites.site import Site
from pipelines.supply.trusted_weights import trusted

TRIAL_LIMIT_S: Final = 120.0
TRIAL_FRAMES: Final = 5
_FULL_HD: Final = (1080, 1920, 3)
_NIGHT_H: Final = 24.0

T = TypeVar("T")


def pose_model(site: Site) -> Iterator[Finding]:
    """Find the weights, run them on a few pictures and say what that means for a night."""
    name = site.pose.weights
    try:
        found = find_weights(name, site.folder)
    except WeightsError as error:
        yield fault(str(error), f"mend {WEIGHTS_VARIABLE}, or do without it")
        return
    if found is None:
        yield _nowhere(name)
        return
    try:
        trusted(found, site.pose.sha256)
    except WeightsError as error:
        yield fault(str(error), "confirm them, or take those that come with hingewise")
        return
    yield ok(f"pose weights {found}")
    todo = f"name other weights in [pose] weights or {WEIGHTS_VARIABLE}"
    engine = engine_of(site, found)
    if engine.note:
        yield remark(engine.note)
    size = site.pose.image_size
    trial = _tried("the pose model", todo, _trial, found, size, site.pose.device, engine.name)
    if isinstance(trial, Finding):
        yield trial
        return
    seconds_each, real_torchvision = trial
    yield from _speed(site, seconds_each, engine.name or "PyTorch")
    if not real_torchvision:
        yield remark("torchvision does not fit torch; a stand-in takes its place, which is enough here")


def back_model(site: Site) -> Iterator[Finding]:
    """Check that the model of the back is there, runs, and has the calibration that was made for it."""
    if not site.pose.back:
        yield ok("backs are not looked at: [pose] back = false")
        return
    weights = embedded_back()
    if weights is None:
        what = "the model of the back is missing from this installation; a hinge will never be seen"
        yield remark(what, "install again")
        return
    todo = "install again, or set [pose] back = false"
    trial = _tried("the model of the back", todo, _back_trial, weights, site.pose.device)
    if isinstance(trial, Finding):
        yield trial
        return
    version, calibration = trial
    if calibration is None:
        yield remark(
            f"model of the back {version} without a calibration: no flexion in degrees", "install again"
        )
    else:
        first, last = calibration.bands[0], calibration.bands[-1]
        ends = f"{-first.yaw_above_deg:.0f} deg behind to {last.yaw_up_to_deg:.0f} before"
        yield ok(f"model of the back {version}, calibrated from {ends} the side view")


def _nowhere(name: str) -> Finding:
    place = f"put the file into {cache_folder()} or name it in {WEIGHTS_VARIABLE}"
    if name == EMBEDDED:
        others = f"name other weights in [pose] weights or {WEIGHTS_VARIABLE}"
        return fault(f"pose weights {name} are missing from this installation", f"install again, or {others}")
    if name in STOCK:
        return remark(f"pose weights {name} not on this machine; the first night fetches them", place)
    return fault(f"pose weights {name} not found", place)


def _tried(model: str, todo: str, trial: Callable[..., T], *args: object) -> T | Finding:
    """Return what a trial gives in a process of its own, or what kept it from giving anything.

    Parameters
    ----------
    todo
        What to do about weights that can't be used.
    """
    try:
        with ProcessPool(max_workers=1, context=get_context("spawn")) as pool:
            result: T = pool.schedule(trial, args=args).result(TRIAL_LIMIT_S)
            return result
    except WeightsError as error:
        return fault(str(error), todo)
    except ProcessExpired as error:
        return fault(f"running {model} ended its process (exit code {error.exitcode})", "install again")
    except TimeoutError:
        return fault(
            f"{model} gave nothing within {TRIAL_LIMIT_S:.0f} s", "check the device and install again"
        )


def _trial(weights: Path, image_size: int, on: str, engine: str) -> tuple[float, bool]:
    """Return the seconds that one picture takes, and whether torchvision is the real one."""
    model = optimised_pose(weights, image_size, engine) if engine else YoloPose(weights, image_size, on)
    picture = np.zeros(_FULL_HD, dtype=np.uint8)
    model.people(picture)
    times = []
    for _ in range(TRIAL_FRAMES):
        begin = perf_counter()
        model.people(picture)
        times.append(perf_counter() - begin)
    return float(np.median(times)), ensure_torchvision()


def _back_trial(weights: Path, on: str) -> tuple[str, BackCalibration | None]:
    """Return the version of the model of the back and its calibration, once it has run."""
    model = YoloBack(weights, on)
    model.points([np.zeros((CROP_PX, CROP_PX, 3), dtype=np.uint8)])
    return model.version, model.calibration


def _speed(site: Site, seconds_each: float, engine: str) -> Iterator[Finding]:
    hours = seconds_each * site.pose.rate_hz
    workers = min(site.nightly.workers, len(os.sched_getaffinity(0)))
    what = (
        f"{seconds_each * 1000:.0f} ms per picture by {engine}: an hour of video takes about {hours:.1f} h "
        f"of one worker, so {workers} can read at most {_NIGHT_H * workers / hours:.0f} h of video a day"
    )
    limit_h = site.nightly.limit_per_video_hour_min / 60
    if hours > limit_h:
        yield fault(
            what, f"every recording would be stopped at its limit of {limit_h:.1f} h per hour of video"
        )
    elif hours > 1.0:
        faster = "run `hingewise doctor --optimise`, " if engine == "PyTorch" else ""
        todo = f"{faster}lower [pose] rate_hz or image_size, take smaller weights or another device"
        yield remark(what, todo)
    else:
        yield ok(what)
