"""What a clip needs of the store and the recordings: the lift, its poses, and the stretch of video."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd

from detectors.motion import View
from detectors.tables import FOOTAGE, JUDGEMENTS, LIFTS, POSES
from detectors.video_between import Stretch
from detectors.vocabulary import Technique
from pipelines.clips.kept import recording_rows
from pipelines.clips.looks import ClipError, ClipFault
from pipelines.footage.identity import content_id
from pipelines.judging.policy import load_policy
from pipelines.nights.planning import cameras_by_id
from pipelines.sites.site import Site
from pipelines.storage.store import Store, judged


def find_lift(site: Site, store: Store, day: date, lift_id: str) -> pd.Series:
    """Return the row of a lift with its verdict.

    Raises
    ------
    ClipError
        If the date has no such lift.
    """
    lifts = store.read(LIFTS, site.name, day, day)
    lifts = lifts[lifts["lift_id"] == lift_id]
    if lifts.empty:
        raise ClipError(f"there is no lift {lift_id!r} on {day}", ClipFault.NO_LIFT)
    policy_id = load_policy(site.policy_file).policy_id
    verdicts = store.read(JUDGEMENTS, site.name, day, day)
    rows = judged(lifts, verdicts, policy_id)
    return rows.fillna({"technique": str(Technique.INDETERMINATE)}).iloc[0]


def find_poses(site: Site, store: Store, day: date, lift: pd.Series) -> pd.DataFrame:
    """Return the stored poses of a lift's track."""
    poses = recording_rows(store, POSES, site.name, day, lift)
    return poses.loc[poses["track_id"] == str(lift["track_id"])]


def find_recording(site: Site, store: Store, day: date, item: pd.Series) -> pd.Series:
    """Return the footage row of the recording that an item with camera and footage id is in.

    Raises
    ------
    ClipError
        If the store or the site file does not know it any more.
    """
    footage = recording_rows(store, FOOTAGE, site.name, day, item)
    if footage.empty or item["camera_id"] not in cameras_by_id(site):
        raise ClipError("the recording of this lift is not known any more", ClipFault.RECORDING_UNKNOWN)
    return footage.iloc[0]


def view_of(site: Site, recording: pd.Series) -> View:
    """Return the camera as it was when a recording was measured."""
    camera = cameras_by_id(site)[recording["camera_id"]]
    size = int(recording["width_px"]), int(recording["height_px"])
    return View(*size, site.pose.rate_hz, camera.pitch_deg or 0.0)


def stretch_of(site: Site, recording: pd.Series, start_s: float, end_s: float) -> Stretch:
    """Return a stretch of a recording to read.

    Raises
    ------
    ClipError
        If the file is gone, or is another one than was measured.
    """
    path = site.folder / recording["path"]
    if not path.is_file():
        raise ClipError(f"the recording {recording['path']} is not there any more", ClipFault.RECORDING_GONE)
    if _identity(path, path.stat().st_size, path.stat().st_mtime_ns) != recording["footage_id"]:
        raise ClipError(
            f"the recording {recording['path']} is not the one that was measured", ClipFault.RECORDING_CHANGED
        )
    masks = cameras_by_id(site)[recording["camera_id"]].privacy_masks
    return Stretch(path, max(0.0, start_s), end_s, masks, bool(recording["frames_damaged"] == 0))


@cache
def _identity(path: Path, size_bytes: int, changed_ns: int) -> str:
    """Return the identity of a file, remembered: many clips come from one recording."""
    del size_bytes, changed_ns
    return content_id(path)
