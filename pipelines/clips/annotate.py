"""Write a video anew with what was measured drawn onto it, for people to check."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.motion import Motion
from detectors.overlay import UNSEEN_BACK, BarSegment, LiftBar, PersonNow, draw
from detectors.video import Reader
from detectors.video_writer import Writer
from detectors.vocabulary import LiftKind, Technique
from pipelines.clips.clip import Clip, watched

Array = NDArray[np.float64]

HIGHEST_RATE_HZ: Final = 30.0
"""Smooth to the eye; more frames would only make the file larger."""


@dataclass(frozen=True)
class Event:
    """One lift, lowering or bend as it is drawn: ``[start_s, end_s)`` of a track."""

    track: int
    start_s: float
    end_s: float
    kind: LiftKind
    technique: Technique
    label: str


def annotate(clip: Clip, target: Path, note: Callable[[float], None]) -> None:
    """Write the annotated video: every frame up to 30 per second, each at its own time.

    Parameters
    ----------
    clip
        The measured video.
    target
        The MP4 to write; it appears when complete.
    note
        Told the seconds of video that are done, again and again.

    Raises
    ------
    VideoError
        If the video can't be read any more.
    OSError
        If the annotated one can't be written.
    """
    events = events_of(clip.lifts)
    segments = tuple(BarSegment(e.start_s, e.end_s, e.technique, e.kind) for e in events)
    frames = iter(Reader(clip.path, HIGHEST_RATE_HZ))
    first = next(frames)
    height_px, width_px = first.image.shape[:2]
    with Writer(target, width_px, height_px) as writer:
        for frame in watched(chain([first], frames), note):
            people = people_at(clip, events, frame.time_s)
            lift_bar = LiftBar(segments, clip.report.end_s, frame.time_s)
            caption = f"{clip.path.name}  {frame.time_s:.1f} s"
            writer.write(draw(frame.image, people, lift_bar, caption), frame.time_s)


def events_of(lifts: pd.DataFrame) -> list[Event]:
    """Return the rows of a clip as they are drawn, numbered from 1 as in the printed table."""
    return [
        Event(
            track=int(row["track"]),
            start_s=row["start_s"],
            end_s=row["end_s"],
            kind=LiftKind(row["kind"]),
            technique=Technique(row["technique"]),
            label=f"{row['kind']} {number} · {verdict(row)}",
        )
        for number, row in enumerate(lifts.to_dict("records"), start=1)
    ]


def verdict(row: Mapping[Hashable, Any]) -> str:
    """Return the technique with its probability, or with the reason why it is indeterminate."""
    if row["technique"] == Technique.INDETERMINATE:
        return f"{Technique.INDETERMINATE} ({row['reason']})"
    return f"{row['technique']} {row['p_spine_bend']:.2f}"


def people_at(clip: Clip, events: Sequence[Event], time_s: float) -> list[PersonNow]:
    """Return everyone who was followed at an instant, between two measured postures where need be."""
    return [
        _person(m, clip.backs.get(m.track.number), events, time_s)
        for m in clip.motions
        if _followed(m, time_s)
    ]


def _followed(motion: Motion, time_s: float) -> bool:
    half_s = 0.5 / motion.view.rate_hz
    return bool(motion.time_s[0] - half_s <= time_s <= motion.time_s[-1] + half_s)


def _person(motion: Motion, back: Array | None, events: Sequence[Event], time_s: float) -> PersonNow:
    position = (time_s - motion.time_s[0]) * motion.view.rate_hz
    now = next((e for e in events if e.track == motion.track.number and e.start_s <= time_s < e.end_s), None)
    return PersonNow(
        keypoints=np.c_[between(motion.xy, position), between(motion.confidence, position)],
        trunk_inclination_deg=float(between(motion.trunk_deg, position)),
        knee_flexion_deg=float(between(motion.knee_deg, position)),
        label=now.label if now else "",
        technique=now.technique if now else None,
        back=UNSEEN_BACK if back is None else between(back, position),
    )


def between(values: Array, position: float) -> Array:
    """Return the values at a position between two rows; where one of them isn't seen, the nearer row's.

    Parameters
    ----------
    values
        Shape (n, ...), NaN where not seen.
    position
        In rows; outside the rows the first or the last one counts.

    Returns
    -------
    Array
        Shape (...).
    """
    position = min(max(position, 0.0), len(values) - 1.0)
    lower = int(position)
    upper, share = min(lower + 1, len(values) - 1), position - lower
    mixed = (1.0 - share) * values[lower] + share * values[upper]
    return np.asarray(np.where(np.isfinite(mixed), mixed, values[upper if share > 0.5 else lower]))
