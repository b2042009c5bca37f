"""Make the clip of one lift: find its recording, cut it with every head covered, keep it.

A process of its own, asked for by `kept_clips.ask_for_clip`, so that the pages never hold a pose model.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd
from cyclopts import App

from detectors.model_files import WeightsError
from detectors.tables import FOOTAGE, JUDGEMENTS, LIFTS, POSES
from detectors.video import VideoError
from detectors.video_between import Stretch
from detectors.vocabulary import Technique
from pipelines.clip_cutting import cut_clip
from pipelines.clip_drawing import LiftDrawing
from pipelines.identity import content_id
from pipelines.kept_clips import ClipError, clip_path, keep_clip, recording_rows
from pipelines.planning import cameras_by_id, pose_choice
from pipelines.policy import PolicyError, load_policy
from pipelines.recording import pose_source
from pipelines.site import Site, SiteError, load_site
from pipelines.store import Store, StoreError, judged, open_store

AROUND_S: Final = 1.0
"""A clip begins so long before its lift and ends so long after it."""


def make_clip(site: Site, store: Store, day: date, lift_id: str) -> None:
    """Cut the clip of a lift, look at it anew, and keep it.

    Raises
    ------
    ClipError, VideoError, StoreError, WeightsError
        If there is no clip; the sentence says why. Nothing is kept.
    """
    lift = _lift(site, store, day, lift_id)
    stretch = _stretch(site, store, day, lift)
    drawing = LiftDrawing(
        recording_rows(store, POSES, site.name, day, lift).query("track_id == @lift.track_id"),
        lift,
        (stretch.start_s, stretch.end_s),
    )
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "clip.mp4"
        cut_clip(stretch, pose_source(pose_choice(site)), target, drawing)
        keep_clip(store, clip_path(store, site.name, day, lift_id), target.read_bytes())


def _lift(site: Site, store: Store, day: date, lift_id: str) -> pd.Series:
    lifts = store.read(LIFTS, site.name, day, day)
    lifts = lifts[lifts["lift_id"] == lift_id]
    if lifts.empty:
        raise ClipError(f"there is no lift {lift_id!r} on {day}")
    policy_id = load_policy(site.policy_file).policy_id
    verdicts = store.read(JUDGEMENTS, site.name, day, day)
    rows = judged(lifts, verdicts, policy_id)
    return rows.fillna({"technique": str(Technique.INDETERMINATE)}).iloc[0]


def _stretch(site: Site, store: Store, day: date, lift: pd.Series) -> Stretch:
    footage = recording_rows(store, FOOTAGE, site.name, day, lift)
    camera = cameras_by_id(site).get(lift["camera_id"])
    if footage.empty or camera is None:
        raise ClipError("the recording of this lift is not known any more")
    recording = footage.iloc[0]
    path = site.folder / recording["path"]
    if not path.is_file():
        raise ClipError(f"the recording {recording['path']} is not there any more")
    if content_id(path) != lift["footage_id"]:
        raise ClipError(f"the recording {recording['path']} is not the one that was measured")
    start_s = max(0.0, float(lift["start_s"]) - AROUND_S)
    steady = bool(recording["frames_damaged"] == 0)
    return Stretch(path, start_s, float(lift["end_s"]) + AROUND_S, camera.privacy_masks, steady)


app = App(help="Cut the clip of one lift, as the dashboard asks for it.")


@app.default
def main(site: Path, day: date, lift_id: str) -> int:
    """Cut one clip and keep it; what stands in the way is told in one sentence."""
    try:
        at = load_site(site)
        make_clip(at, open_store(at.store_url), day, lift_id)
    except (ClipError, VideoError, StoreError, WeightsError, SiteError, PolicyError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(app())
