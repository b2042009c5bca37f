"""Measure and judge one video on its own: no site, no camera name, no clock."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.analysis import Analysis, analyse
from detectors.columns import RECORDING, Column, TableSpec, text
from detectors.contract import empty
from detectors.motion import Motion
from detectors.pose import follow
from detectors.second_look import look_again
from detectors.tables import JUDGEMENTS, LIFTS
from detectors.technique import judge
from detectors.video import Frame, Reader, ReadReport, VideoInfo
from pipelines.clips.models import Sources
from pipelines.footage.identity import content_id
from pipelines.judging.policy import NamedPolicy
from pipelines.versions import code_version

Array = NDArray[np.float64]

RATE_HZ: Final = 15.0

_OF_A_SITE: Final = {"track_id", *(column.name for column in RECORDING)} - {"footage_id"}

CLIP_LIFTS: Final = TableSpec(
    "clip_lifts",
    "lift, lowering or bend in a video without a site",
    ("file", "lift_id"),
    (
        text("file", "the video, as it was named on the command line", "clips/pallet.mp4"),
        Column("track", "int64", "1", "track within this video; not a person", 1, low=0),
        *(c for c in LIFTS.columns if c.name not in _OF_A_SITE and not c.name.endswith("_utc")),
        *(c for c in JUDGEMENTS.columns if c.name != "lift_id"),
    ),
)
"""The lifts and their judgements, less what only a site knows: camera, zone and the time of day."""


@dataclass(frozen=True)
class Clip:
    """What one video shows.

    Attributes
    ----------
    path
        The video.
    report
        What was read of it.
    motions
        Everyone who was followed.
    lifts
        Rows of `CLIP_LIFTS` in order of time.
    backs
        By track number, the points of the back at the times of its motion, shape (n, 5, 3): column px, row
        px, confidence; NaN where not looked or not seen.
    """

    path: Path
    report: ReadReport
    motions: list[Motion]
    lifts: pd.DataFrame
    backs: Mapping[int, Array]


def measure_clip(
    path: Path,
    info: VideoInfo,
    sources: Sources,
    policy: NamedPolicy,
    note: Callable[[float], None],
    pitch_deg: float = 0.0,
) -> Clip:
    """Return what a video shows, with every lift judged.

    Parameters
    ----------
    path
        The video.
    info
        What it says of itself.
    sources
        The models.
    policy
        The policy to judge by, with its id.
    note
        Told the seconds of video that are done, again and again.
    pitch_deg
        How far the camera looks down, where that is known.

    Raises
    ------
    VideoError
        If the video can't be read.
    """
    reader = Reader(path, RATE_HZ)
    followed = follow(watched(reader, note), sources.pose, RATE_HZ)
    analysis = analyse(followed, info.width_px, info.height_px, pitch_deg)
    if sources.back:
        analysis = look_again(analysis, path, (), reader.report, sources.back)
    lifts = _lifts(path, analysis.lifts, sources.version, policy)
    return Clip(path, reader.report, analysis.motions, lifts, _back_points(analysis))


def watched(frames: Iterator[Frame] | Reader, note: Callable[[float], None]) -> Iterator[Frame]:
    """Yield the frames, noting the time of each."""
    for frame in frames:
        note(frame.time_s)
        yield frame


def _back_points(analysis: Analysis) -> dict[int, Array]:
    return {number: seen.on_grid() for number, seen in analysis.backs.items()}


def _lifts(path: Path, found: pd.DataFrame, model_version: str, policy: NamedPolicy) -> pd.DataFrame:
    if found.empty:
        return empty(CLIP_LIFTS)
    footage_id = content_id(path)
    ids = [
        _lift_id(footage_id, track, grasp_s)
        for track, grasp_s in zip(found["track"], found["grasp_s"], strict=True)
    ]
    lifts = found.assign(
        file=str(path),
        lift_id=ids,
        footage_id=footage_id,
        model_version=model_version,
        code_version=code_version(),
        policy_id=policy.policy_id,
    )
    judged = lifts.merge(judge(lifts, policy.policy), on="lift_id", validate="one_to_one")
    return judged[CLIP_LIFTS.names].astype({column.name: column.dtype for column in CLIP_LIFTS.columns})


def _lift_id(footage_id: str, track: int, grasp_s: float) -> str:
    content = f"{footage_id}/{track}/{np.round(grasp_s, 3):.3f}"
    return hashlib.blake2b(content.encode(), digest_size=8).hexdigest()
