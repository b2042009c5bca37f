"""How fast the recordings of each camera were read before, remembered on this machine from night to night."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from detectors.model_files import cache_folder
from pipelines.nights.job import Outcome
from pipelines.storage.whole_files import replace_file

KEPT: Final = 0.5
"""What earlier nights count for once a new one is there: a camera's days differ, and so do its seasons."""

Versions = tuple[str, str]
Sums = dict[str, tuple[float, float]]


def speeds_file(site: str) -> Path:
    """Return the file that remembers; losing it costs only the knowledge."""
    return cache_folder() / f"speeds-{site}.json"


def known_speeds(site: str, versions: Versions) -> dict[str, float]:
    """Return seconds of work per second of video of each camera, as one worker among others took them.

    Parameters
    ----------
    versions
        Of the model and of the code: others may be faster or slower, so they count for nothing.
    """
    return {camera: work_s / video_s for camera, (work_s, video_s) in _sums(site, versions).items()}


def remember(site: str, versions: Versions, outcomes: Iterable[Outcome]) -> None:
    """Add what the recordings of a night took; one that was not read tells nothing."""
    new: Sums = {}
    for one in outcomes:
        if math.isfinite(one.elapsed_s) and one.analysed_s > 0:
            work_s, video_s = new.get(one.camera_id, (0.0, 0.0))
            new[one.camera_id] = (work_s + one.elapsed_s, video_s + one.analysed_s)
    _add(site, versions, new)


def remember_probes(site: str, versions: Versions, probed: Mapping[str, float]) -> None:
    """Add the speeds of short probes; they count for little once a night has been read."""
    _add(site, versions, {camera: (speed, 1.0) for camera, speed in probed.items()})


def _add(site: str, versions: Versions, new: Sums) -> None:
    if not new:
        return
    sums = _sums(site, versions)
    for camera, (work_s, video_s) in new.items():
        old_work_s, old_video_s = sums.get(camera, (0.0, 0.0))
        sums[camera] = (KEPT * old_work_s + work_s, KEPT * old_video_s + video_s)
    content = json.dumps({"versions": versions, "cameras": sums}).encode()
    # A full disk must not cost the night what it has measured.
    with suppress(OSError):
        speeds_file(site).parent.mkdir(parents=True, exist_ok=True)
        replace_file(speeds_file(site), content)


def _sums(site: str, versions: Versions) -> Sums:
    try:
        told = json.loads(speeds_file(site).read_text())
        if told["versions"] != list(versions):
            return {}
        cameras = told["cameras"].items()
        return {str(name): (float(work_s), float(video_s)) for name, (work_s, video_s) in cameras}
    except (OSError, ValueError, KeyError, TypeError):
        return {}
