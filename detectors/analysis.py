"""From followed people to tables: lifts, exposure per minute and the poses around each lift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.keypoints import INDEX, STORED
from detectors.lifts import Row, find_lifts
from detectors.motion import Motion, View, motion
from detectors.pose import Followed
from detectors.technique import Gates
from detectors.tracking import Track

Array = NDArray[np.float64]

POSES_AROUND_S: Final = 1.0
SHORTEST_TRACK_S: Final = 0.5
LOWEST_RATE_HZ: Final = 4.0


@dataclass(frozen=True)
class Analysis:
    """What one recording holds, in seconds into the recording, without identities and versions.

    Attributes
    ----------
    motions
        One per track long enough to be measured.
    lifts
        Measured columns of the lifts table and ``track`` (the motion's track number).
    exposure
        ``minute`` (whole minutes into the recording's clock) and the person-second columns.
    """

    motions: list[Motion]
    lifts: pd.DataFrame
    exposure: pd.DataFrame


def analyse(
    followed: Followed, width_px: int, height_px: int, pitch_deg: float = 0.0, offset_s: float = 0.0
) -> Analysis:
    """Measure the lifts and the exposure of a recording.

    Parameters
    ----------
    offset_s
        Seconds from the start of a clock minute to the first frame; minutes of the exposure
        count from there.
    """
    rate = max(followed.rate_hz, LOWEST_RATE_HZ) if np.isfinite(followed.rate_hz) else LOWEST_RATE_HZ
    view = View(width_px, height_px, rate, pitch_deg)
    tracks = [track for track in followed.tracks if track.time_s[-1] - track.time_s[0] >= SHORTEST_TRACK_S]
    motions = [motion(track, view) for track in tracks]
    rows = [{"track": m.track.number, **row} for m in motions for row in find_lifts(m, tracks)]
    rows.sort(key=lambda row: (row["start_s"], row["track"]))
    lifts = pd.DataFrame(rows)
    return Analysis(motions, lifts, exposure_by_minute(motions, followed.frame_times_s, offset_s, Gates()))


def exposure_by_minute(
    motions: list[Motion], frame_times_s: Array, offset_s: float, gates: Gates
) -> pd.DataFrame:
    """Return the person-seconds of each clock minute that was analysed.

    An analysed frame stands for the time until the next one, at most two median steps, so
    that a gap in the recording adds no exposure. Judgeable are the person-seconds that pass
    the size, view and keypoint gates of the technique.
    """
    seconds = pd.Series(_weights(frame_times_s), name="analysed_s")
    minute = pd.Series(((frame_times_s + offset_s) // 60).astype(np.int64))
    out = pd.DataFrame(
        {"analysed_s": seconds.groupby(minute).sum(), "frames_analysed": seconds.groupby(minute).size()}
    )
    people = pd.concat([_person_seconds(m, offset_s, gates) for m in motions] or [_nobody()])
    out = out.join(people.groupby("minute").sum()).fillna(0.0)
    return out.rename_axis("minute").reset_index()


def poses_around(motions: list[Motion], lifts: pd.DataFrame) -> pd.DataFrame:
    """Return the seen poses from one second before to one second after each lift, faces left out.

    Columns as in the poses table, with ``track`` in place of the identities.
    """
    parts = []
    for m in motions:
        times = m.track.time_s
        near = np.zeros(len(times), dtype=bool)
        for start, end in _windows(lifts, m.track):
            near |= (times >= start - POSES_AROUND_S) & (times < end + POSES_AROUND_S)
        parts.append(_pose_rows(m.track, near))
    return pd.concat(parts, ignore_index=True) if parts else _pose_rows(None, np.zeros(0, dtype=bool))


def _windows(lifts: pd.DataFrame, track: Track) -> list[tuple[float, float]]:
    if lifts.empty:
        return []
    mine = lifts[lifts["track"] == track.number]
    return list(zip(mine["start_s"], mine["end_s"], strict=True))


def _pose_rows(track: Track | None, chosen: NDArray[np.bool_]) -> pd.DataFrame:
    box = track.box_px[chosen] if track else np.zeros((0, 4))
    keypoints = track.keypoints[chosen] if track else np.zeros((0, len(INDEX), 3))
    columns: dict[str, Array] = {"time_s": track.time_s[chosen] if track else np.zeros(0)}
    columns |= {f"box_{edge}_px": np.round(box[:, i], 1) for i, edge in enumerate(("x1", "y1", "x2", "y2"))}
    for name in STORED:
        point = keypoints[:, INDEX[name]]
        columns[f"{name}_x_px"] = np.round(point[:, 0], 1)
        columns[f"{name}_y_px"] = np.round(point[:, 1], 1)
        columns[f"{name}_confidence"] = np.round(point[:, 2], 3)
    return pd.DataFrame(columns).assign(track=track.number if track else 0)


def _weights(times: Array) -> Array:
    if len(times) < 2:
        return np.zeros(len(times))
    steps = np.diff(times)
    usual = float(np.median(steps))
    return np.asarray(np.minimum(np.r_[steps, usual], 2.0 * usual))


def _person_seconds(m: Motion, offset_s: float, gates: Gates) -> pd.DataFrame:
    seen = np.isfinite(m.trunk_deg)
    step = 1.0 / m.view.rate_hz
    judgeable = (
        seen
        & (m.stature_px >= gates.least_height_px)
        & (np.abs(m.yaw_deg) <= gates.largest_view_angle_deg)
        & np.isfinite(m.knee_deg)
    )
    return pd.DataFrame(
        {
            "minute": ((m.time_s + offset_s) // 60).astype(np.int64),
            "observed_person_s": seen * step,
            "judgeable_person_s": judgeable * step,
            "trunk_above_20_person_s": (seen & (m.trunk_deg > 20.0)) * step,
            "trunk_above_60_person_s": (seen & (m.trunk_deg > 60.0)) * step,
        }
    )


def _nobody() -> pd.DataFrame:
    names = ("observed_person_s", "judgeable_person_s", "trunk_above_20_person_s", "trunk_above_60_person_s")
    return pd.DataFrame(
        {"minute": pd.Series(dtype=np.int64), **{name: pd.Series(dtype=float) for name in names}}
    )


__all__ = ["Analysis", "Row", "analyse", "exposure_by_minute", "poses_around"]
