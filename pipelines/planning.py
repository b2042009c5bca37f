"""From recordings to jobs: what a worker must know of each, and what can't be given to one."""

from __future__ import annotations

import hashlib
import hmac
import math
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from detectors.back_pose import read_calibration
from detectors.embedded import embedded_back
from detectors.model_files import resolve_weights
from pipelines.footage import Recording
from pipelines.job import UNDATED, YOLO, Job, PoseChoice
from pipelines.policy import NamedPolicy
from pipelines.site import Site
from pipelines.site_cameras import Camera
from pipelines.site_models import Nightly

TRACK_KEY_VARIABLE: Final = "HINGEWISE_TRACK_KEY"


def track_key(site: str, day: date) -> bytes:
    """Return the night's salt for track ids.

    It is derived from the operator's secret in ``HINGEWISE_TRACK_KEY`` (from the site's name
    without one) and from the night, so that a night that was interrupted goes on with the
    same ids and no id of another night is related to it.
    """
    secret = os.environ.get(TRACK_KEY_VARIABLE, site)
    return hmac.new(secret.encode(), day.isoformat().encode(), hashlib.sha256).digest()


def pose_choice(site: Site, source: str = YOLO) -> PoseChoice:
    """Return the pose models of a site, stock weights fetched where needed.

    The model of the back is the one that comes with the package; without it, or where the site file says
    so, no backs are looked at.

    Raises
    ------
    WeightsError
        If the weights can't be had, or the calibration beside the back's belongs to others.
    """
    pose, back = site.pose, embedded_back() if site.pose.back else None
    if back is not None:
        read_calibration(back)
    return PoseChoice(
        resolve_weights(pose.weights, site.folder), pose.image_size, pose.device, pose.rate_hz, source, back
    )


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
        shown_path=shown(recording.path, site.folder),
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
        track_key=track_key(site.name, day),
        store_url=site.store_url,
        site=site.name,
    )


def cameras_by_id(site: Site) -> Mapping[str, Camera]:
    """Return the cameras of a site by their id."""
    return {camera.id: camera for camera in site.cameras}


def shown(path: Path, folder: Path) -> str:
    """Return a path as messages and tables show it: relative to the site file where it lies below it."""
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)


def limit_s(declared_s: float, nightly: Nightly) -> float:
    """Return how long a worker may take for a recording before it is stopped; NaN counts as an hour."""
    hours = declared_s / 3600.0 if math.isfinite(declared_s) else 1.0
    return 60.0 * max(nightly.limit_min, hours * nightly.limit_per_video_hour_min)
