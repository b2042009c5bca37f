"""Make clips: find the recording, cut it with every head covered, keep it with a still of the peak.

As a process of its own, asked by `kept_clips` and `clip_cutter`, so that the pages hold no pose model.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import pandas as pd
from cyclopts import App, Parameter

from detectors.model_files import WeightsError
from detectors.video import VideoError
from detectors.video_still import as_jpeg, from_jpeg, picture_at
from pipelines.clips.background_making import make_background
from pipelines.clips.background_still import kept_background
from pipelines.clips.cutting import Image, Lookers, as_it_is, cut_clip
from pipelines.clips.drawing import lift_drawing
from pipelines.clips.finding import find_lift, find_poses, find_recording, stretch_of, view_of
from pipelines.clips.kept import clip_path, keep_clip, stretch_id
from pipelines.clips.line_answers import answer_lines
from pipelines.clips.looks import PLAIN, ClipError, ClipFault, ClipLook
from pipelines.clips.pace import Pace
from pipelines.clips.skeleton import write_skeleton
from pipelines.clips.stills import still_path
from pipelines.judging.policy import PolicyError
from pipelines.nights.job import PoseChoice
from pipelines.nights.planning import pose_choice
from pipelines.nights.recording import pose_source
from pipelines.scratch import scratch_folder
from pipelines.sites.site import Site, SiteError, load_site
from pipelines.storage.store import Store, StoreError, open_store

AROUND_S: Final = 1.0
"""A clip begins so long before its lift and ends so long after it: as long as its poses are stored."""

SMALLEST_LOOK_PX: Final = 320


def make_clip(site: Site, store: Store, day: date, lift_id: str, look: ClipLook = ClipLook()) -> None:  # noqa: B008 - frozen
    """Cut the clip of a lift, look at it anew, and keep it with its still.

    Raises
    ------
    ClipError, VideoError, StoreError, WeightsError, PolicyError
        If there is no clip; the sentence says why. Nothing is kept.
    """
    lift = find_lift(site, store, day, lift_id)
    recording = find_recording(site, store, day, lift)
    span_s = max(0.0, float(lift["start_s"]) - AROUND_S), float(lift["end_s"]) + AROUND_S
    slow = look.slow_motion and np.isfinite(lift["peak_s"])
    pace = Pace.slow_around(float(lift["peak_s"])) if slow else Pace()
    poses = find_poses(site, store, day, lift)
    drawing = lift_drawing(poses, lift, span_s, view_of(site, recording))
    with scratch_folder() as folder:
        target = Path(folder) / "clip.mp4"
        if look.skeleton_only:
            write_skeleton(_background(site, store, day, recording), span_s, target, drawing, pace)
        else:
            stretch = stretch_of(site, recording, *span_s)
            drawn = drawing if look.overlay else as_it_is
            cut_clip(stretch, lookers(pose_choice(site)), target, drawn, pace)
        # Out of the clip that passed the check, so that the still shows no more.
        still = as_jpeg(picture_at(target, pace.shown_s(_peak_s(lift), span_s[0])))
        keep_clip(store, still_path(store, site.name, day, lift_id, look), still)
        keep_clip(store, clip_path(store, site.name, day, lift_id, look), target.read_bytes())


def make_stretch(
    site: Site, store: Store, day: date, recording_id: tuple[str, str], span_s: tuple[float, float]
) -> None:
    """Cut and keep a stretch of a recording, named by camera and footage id, with nothing drawn onto it.

    Raises
    ------
    ClipError, VideoError, StoreError, WeightsError
        If there is no clip; the sentence says why. Nothing is kept.
    """
    camera_id, footage_id = recording_id
    item = pd.Series({"camera_id": camera_id, "footage_id": footage_id})
    stretch = stretch_of(site, find_recording(site, store, day, item), *span_s)
    with scratch_folder() as folder:
        target = Path(folder) / "clip.mp4"
        cut_clip(stretch, lookers(pose_choice(site)), target)
        name = stretch_id(footage_id, *span_s)
        keep_clip(store, clip_path(store, site.name, day, name, PLAIN), target.read_bytes())


def lookers(choice: PoseChoice) -> Lookers:
    """Return the pose models that look at a recording, and at the clip in a smaller size.

    The recording is looked at by what the nights use, the optimised model where there is one. The clip is
    looked at by PyTorch in any case: what another engine or precision misses, it is not to miss twice. An
    exported model has one size only.
    """
    smaller = max(SMALLEST_LOOK_PX, choice.image_size // 2) if choice.weights.suffix == ".pt" else None
    of_clip = replace(choice, image_size=smaller or choice.image_size, engine="")
    return Lookers(pose_source(choice), pose_source(of_clip))


def _peak_s(lift: pd.Series) -> float:
    times = lift[["peak_s", "grasp_s", "start_s"]].astype(float)
    return float(times.dropna().iloc[0])


def _background(site: Site, store: Store, day: date, recording: pd.Series) -> Image:
    """Return the empty place behind a lift, made now if need be."""
    camera_id = str(recording["camera_id"])
    if kept := kept_background(store, site.name, day, camera_id):
        place = from_jpeg(kept)
    else:
        place = make_background(site, store, day, camera_id, pose_source(pose_choice(site)))
    if place.shape[:2] != (recording["height_px"], recording["width_px"]):
        raise ClipError(
            f"the background of camera {camera_id!r} has another size than this recording",
            ClipFault.NO_BACKGROUND,
        )
    return place


Why = dict[str, Any]
LookFlags = Annotated[ClipLook, Parameter(name="*")]

app = App(help="Cut clips one by one, as the dashboard asks for them.")


@app.command
def lift(site: Path, day: date, lift_id: str, look: LookFlags = ClipLook()) -> int:  # noqa: B008 - frozen
    """Cut the clip of a lift."""
    return _made(site, lambda at, store: make_clip(at, store, day, lift_id, look))


@app.command
def stretch(site: Path, day: date, camera_id: str, footage_id: str, start_s: float, end_s: float) -> int:
    """Cut a stretch of a recording."""
    return _made(
        site, lambda at, store: make_stretch(at, store, day, (camera_id, footage_id), (start_s, end_s))
    )


@app.command
def background(site: Path, day: date, camera_id: str) -> int:
    """Make the picture of the empty place of a camera."""
    return _made(
        site,
        lambda at, store: make_background(at, store, day, camera_id, pose_source(pose_choice(at))),
    )


@app.command
def many(site: Path) -> None:
    """Cut a clip for each request on the standard input, and answer it: {}, or what `lift` tells."""
    answer_lines(partial(_cut_asked, site))


def _cut_asked(site: Path, asked: dict[str, Any]) -> Why:
    day, look = date.fromisoformat(asked["day"]), ClipLook(**asked["look"])
    return _why_not(site, lambda at, store: make_clip(at, store, day, asked["lift_id"], look))


def _made(site: Path, make: Callable[[Site, Store], object]) -> int:
    """Run what makes something; what stands in the way is told as one line of JSON."""
    why = _why_not(site, make)
    if why:
        sys.stderr.write(json.dumps(why) + "\n")
    return 1 if why else 0


def _why_not(site: Path, make: Callable[[Site, Store], object]) -> Why:
    """Run what makes something and return what stands in the way; empty where it was made."""
    try:
        at = load_site(site)
        make(at, open_store(at.store_url))
    except (ClipError, VideoError, StoreError, WeightsError, SiteError, PolicyError) as error:
        known = error if isinstance(error, ClipError) else ClipError(str(error))
        return {"sentence": str(error), "fault": known.fault, "picture": known.picture}
    return {}


if __name__ == "__main__":
    raise SystemExit(app())
