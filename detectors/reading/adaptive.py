"""Read a recording where a lift can be: gate, scan and dense looks put together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.analysis import SHORTEST_TRACK_S, Analysis
from detectors.frame_times import ReadReport
from detectors.lifts import find_lifts
from detectors.motion import Motion, View, motion
from detectors.pose import Followed, People, PoseSource
from detectors.reading.between import follow_looks
from detectors.reading.frames import Shot, Survey
from detectors.reading.gate import Gate
from detectors.reading.plan import inhabited, kept_times, scanned, within
from detectors.reading.policy import ReadingPolicy
from detectors.reading.scan import to_compare_with, to_look_at
from detectors.tracking import Track
from detectors.video import Polygon, VideoError
from detectors.video_again import frames_at

Array = NDArray[np.float64]
Looks = dict[float, People]


@dataclass(frozen=True)
class Recording:
    """What is read: the file, what is hidden in it, the rate of a whole reading, and the camera.

    ``backs`` tells whether a model will look at the backs of those who lift.
    """

    path: Path
    masks: Sequence[Polygon]
    rate_hz: float
    width_px: int
    height_px: int
    pitch_deg: float = 0.0
    backs: bool = True


@dataclass(frozen=True)
class Read:
    """What an adaptive reading gives.

    Attributes
    ----------
    followed
        As `detectors.pose.follow` returns it, with the times of all frames of a whole reading: where the
        gate stayed closed they were seen to be empty.
    looks_s
        Times at which the pose model looked, increasing.
    report
        How the reading went; its counts are of the frames that the pose model looked at.
    """

    followed: Followed
    looks_s: Array
    report: ReadReport


def read(
    recording: Recording, source: PoseSource, policy: ReadingPolicy, note: Callable[[float], None]
) -> Read | None:
    """Read a recording; None where it must be read whole.

    That is so for a short one, and for one with damage or a clock that jumps: then what was not decoded
    can't be vouched for.

    Parameters
    ----------
    note
        Told the seconds of the recording that are done.
    """
    try:
        presence = _presence(recording, source, policy)
        return None if presence is None else _closer(recording, presence, source, policy, note)
    except VideoError:
        # A whole reading gets past damage, and says what was wrong where it does not.
        return None


def with_looks_counted(analysis: Analysis, looks_s: Array, offset_s: float) -> Analysis:
    """Return the analysis whose exposure counts the frames that the pose model was really given."""
    minute = pd.Series(((looks_s + offset_s) // 60).astype(np.int64))
    counts = minute.value_counts()
    frames = analysis.exposure["minute"].map(counts).fillna(0).astype(np.int64)
    return replace(analysis, exposure=analysis.exposure.assign(frames_analysed=frames))


@dataclass(frozen=True)
class _Presence:
    """Where people may be: stretches of the ticks, and what it took to know."""

    ticks_s: Array
    stretches: Array
    looks_s: list[float]
    report: ReadReport


def _presence(recording: Recording, source: PoseSource, policy: ReadingPolicy) -> _Presence | None:
    survey, gate = Survey(recording.path, recording.masks, policy.longest_key_gap_s), Gate(policy)
    shots = np.array([(shot.time_s, *_looked(shot, gate, source, policy)) for shot in survey]).reshape(-1, 3)
    if not survey.steady or not survey.report.end_s >= policy.shortest_s:
        return None
    ticks_s = kept_times(survey.times_s, recording.rate_hz)
    changed, somebody = shots[:, 1] > 0, shots[:, 2] > 0
    stretches = inhabited(shots[:, 0], changed, somebody, survey.report.end_s)
    return _Presence(ticks_s, stretches, shots[changed, 0].tolist(), survey.report)


def _looked(shot: Shot, gate: Gate, source: PoseSource, policy: ReadingPolicy) -> tuple[bool, bool]:
    """Return whether a picture opens the gate, and whether somebody is seen in it then."""
    small = shot.small()
    if not gate.opens(small):
        gate.learn(small, None)
        return False, False
    image = shot.whole().image
    people = source.people(image)
    sure = people.confidence >= policy.least_confidence
    height_px, width_px = image.shape[:2]
    gate.learn(small, people.box_px[sure] / [width_px, height_px, width_px, height_px])
    return True, bool(sure.any())


def _closer(
    recording: Recording,
    presence: _Presence,
    source: PoseSource,
    policy: ReadingPolicy,
    note: Callable[[float], None],
) -> Read | None:
    """Follow the people of each stretch; None if a frame that its packet promised could not be had."""
    rate_hz = Followed([], presence.ticks_s).rate_hz
    view = View(recording.width_px, recording.height_px, rate_hz, recording.pitch_deg)
    tracks: list[Track] = []
    looks_s = list(presence.looks_s)
    for stretch in presence.stretches:
        ticks_s = within(presence.ticks_s, stretch[None])
        looks = _looks(_Near(recording, ticks_s, view, source, note), policy)
        if looks is None:
            return None
        first = max((track.number for track in tracks), default=0)
        found = follow_looks(ticks_s, looks, rate_hz).tracks
        tracks += [replace(track, number=first + track.number) for track in found]
        looks_s += looks
    times_s = np.unique(np.array(looks_s, dtype=float))
    report = replace(presence.report, frames_kept=len(times_s))
    return Read(Followed(tracks, presence.ticks_s), times_s, report)


@dataclass(frozen=True)
class _Near:
    """A stretch with people: where its ticks are, and what looks at them."""

    recording: Recording
    ticks_s: Array
    view: View
    source: PoseSource
    note: Callable[[float], None]


def _looks(near: _Near, policy: ReadingPolicy) -> Looks | None:
    """Return the people at the ticks of a stretch that are looked at; None if a frame could not be had."""
    looks = _with(near, scanned(near.ticks_s, policy.scan_step_s), {})
    closer = [to_look_at(one, policy) for one in _motions(near, looks)]
    looks = _with(near, _in(near, closer), looks)
    if looks is None or not near.recording.backs:
        return looks
    motions = _motions(near, looks)
    tracks = [one.track for one in motions]
    standing = [to_compare_with(one, find_lifts(one, tracks), policy) for one in motions]
    return _with(near, _in(near, standing), looks)


def _motions(near: _Near, looks: Looks | None) -> list[Motion]:
    tracks = follow_looks(near.ticks_s, looks, near.view.rate_hz).tracks if looks else []
    long = [one for one in tracks if one.time_s[-1] - one.time_s[0] >= SHORTEST_TRACK_S]
    return [motion(one, near.view) for one in long]


def _in(near: _Near, stretches: Sequence[Array]) -> Array:
    return within(near.ticks_s, np.concatenate([np.zeros((0, 2)), *stretches]))


def _with(near: _Near, times_s: Array, looks: Looks | None) -> Looks | None:
    """Return the looks and those at more times; None once a frame could not be had."""
    if looks is None:
        return None
    due_s, more = times_s[~np.isin(times_s, sorted(looks))], {}
    for frame in frames_at(near.recording.path, due_s.tolist(), near.recording.masks, steady=True):
        near.note(frame.time_s)
        more[frame.time_s] = near.source.people(frame.image)
    return looks | more if len(more) == len(due_s) else None
