"""From recordings to jobs: what a worker must know of each, and what can't be given to one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from detectors.back_pose import read_calibration
from detectors.embedded import embedded_back
from detectors.model_files import resolve_weights
from pipelines.footage.finding import Recording
from pipelines.judging.policy import NamedPolicy
from pipelines.nights.job import UNDATED, YOLO, Job, PoseChoice
from pipelines.nights.track_keys import track_key
from pipelines.one_line import one_line
from pipelines.optimising.choosing import engine_of
from pipelines.sites.cameras import Camera
from pipelines.sites.models import Nightly
from pipelines.sites.reading import Reading
from pipelines.sites.site import Site
from pipelines.supply.trusted_weights import trusted


def pose_choice(site: Site, source: str = YOLO) -> PoseChoice:
    """Return the pose models of a site, stock weights fetched where needed.

    The model of the back is the one that comes with the package; without it, or where the site file says
    so, no backs are looked at.

    Raises
    ------
    WeightsError
        If the weights can't be had or may not be opened, or the calibration beside the back's belongs to
        others.
    """
    pose, back = site.pose, embedded_back() if site.pose.back else None
    if back is not None:
        read_calibration(back)
    weights = resolve_weights(pose.weights, site.folder)
    engine = ""
    if source == YOLO:
        trusted(weights, pose.sha256)
        engine = engine_of(site, weights).name
    return PoseChoice(weights, pose.image_size, pose.device, pose.rate_hz, source, back, engine=engine)


def make_job(
    site: Site, recording: Recording, pose: PoseChoice, versions: tuple[str, str], policy: NamedPolicy
) -> Job:
    """Return the job of a recording.

    Parameters
    ----------
    versions
        Of the model and of the code.
    """
    camera = cameras_by_id(site)[recording.camera_id]
    start = recording.start_utc
    day = start.astimezone(site.tz).date() if start else UNDATED
    return Job(
        footage_id=recording.footage_id,
        camera_id=recording.camera_id,
        zone=camera.zone,
        path=recording.path,
        shown_path=recording.url or shown(recording.path, site.folder),
        size_bytes=recording.size_bytes,
        start_utc=start,
        date=day,
        pitch_deg=camera.pitch_deg or 0.0,
        masks=camera.privacy_masks,
        pose=pose,
        model_version=versions[0],
        code_version=versions[1],
        policy=policy.policy,
        policy_id=policy.policy_id,
        track_key=track_key(site, day),
        store_url=site.store_url,
        site=site.name,
        reading=site.reading.policy(),
        url=recording.url,
    )


def cameras_by_id(site: Site) -> Mapping[str, Camera]:
    """Return the cameras of a site by their id."""
    return {camera.id: camera for camera in site.cameras}


def shown(path: Path, folder: Path) -> str:
    """Return a path as messages and tables show it: relative to the site file where it lies below it.

    One that is not fit to be shown, which is none of a recording that was processed, is written otherwise.
    """
    return one_line(str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path))


def read_whole(site: Site) -> Site:
    """Return the site with every picture of its recordings to be looked at."""
    return replace(site, reading=Reading(exhaustive=True))


def over_by(site: Site, finish_by: time) -> Site:
    """Return the site with another local time at which its nights must be over."""
    return replace(site, nightly=site.nightly.model_copy(update={"finish_by": finish_by}))


def day_before(site: Site, start_utc: datetime) -> date:
    """Return the site date before the scheduled start of a run: a late start must not shift the night."""
    return start_utc.astimezone(site.tz).date() - timedelta(days=1)


def limit_s(declared_s: float, nightly: Nightly) -> float:
    """Return how long a worker may take for a recording before it is stopped; NaN counts as an hour."""
    hours = declared_s / 3600.0 if math.isfinite(declared_s) else 1.0
    return 60.0 * max(nightly.limit_min, hours * nightly.limit_per_video_hour_min)
