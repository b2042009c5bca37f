"""From followed people to tables: lifts, exposure per minute and the poses around each lift."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.back_calibration import BackCalibration
from detectors.back_rows import NOT_LOOKED, SeenBack, lift_rows
from detectors.keypoints import BACK5, INDEX, STORED
from detectors.lifts import Row, find_lifts
from detectors.motion import Motion, View, motion
from detectors.pose import Followed
from detectors.thresholds import DEFAULT_POLICY, Gates
from detectors.tracking import Track

Array = NDArray[np.float64]

POSES_AROUND_S: Final = 1.0
SHORTEST_TRACK_S: Final = 0.5
LOWEST_RATE_HZ: Final = 4.0
NOBODY: Final = Track(0, np.zeros(0), np.zeros((0, 4)), np.zeros((0, len(INDEX), 3)))


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
    backs
        By track number, of those at whose back somebody looked.
    """

    motions: list[Motion]
    lifts: pd.DataFrame
    exposure: pd.DataFrame
    backs: Mapping[int, SeenBack] = field(default_factory=dict)


def analyse(
    followed: Followed,
    width_px: int,
    height_px: int,
    pitch_deg: float = 0.0,
    offset_s: float = 0.0,
    gates: Gates = DEFAULT_POLICY.gates,
) -> Analysis:
    """Measure the lifts and the exposure of a recording.

    Parameters
    ----------
    offset_s
        Seconds from the start of a clock minute to the first frame; minutes of the exposure
        count from there.
    gates
        What judgeable person-seconds pass: `Gates.of_backs` where a model will look at the backs.
    """
    rate = max(followed.rate_hz, LOWEST_RATE_HZ) if np.isfinite(followed.rate_hz) else LOWEST_RATE_HZ
    view = View(width_px, height_px, rate, pitch_deg)
    tracks = [track for track in followed.tracks if track.time_s[-1] - track.time_s[0] >= SHORTEST_TRACK_S]
    motions = [motion(track, view) for track in tracks]
    rows = [{"track": m.track.number, **row, **NOT_LOOKED} for m in motions for row in find_lifts(m, tracks)]
    rows.sort(key=lambda row: (row["start_s"], row["track"]))
    lifts = pd.DataFrame(rows)
    return Analysis(motions, lifts, exposure_by_minute(motions, followed.frame_times_s, offset_s, gates))


def with_backs(
    analysis: Analysis, seen: Sequence[SeenBack], calibration: BackCalibration | None, version: str
) -> Analysis:
    """Return the analysis with the columns of the back filled for the tracks that were looked at.

    Parameters
    ----------
    analysis
        From `analyse`: the columns are there and unknown.
    seen
        The backs, one entry per track.
    calibration, version
        Of the model of the back: see `back_rows.lift_rows`.
    """
    backs = {one.looks.motion.track.number: one for one in seen}
    rows: dict[int, dict[str, float | str]] = {}
    for number, one in backs.items():
        mine = analysis.lifts[analysis.lifts["track"] == number]
        if len(mine):
            measured = lift_rows(one, mine.to_dict("records"), calibration, version)
            rows |= dict(zip(mine.index, measured, strict=True))
    filled = [{**NOT_LOOKED, **rows.get(i, {})} for i in range(len(analysis.lifts))]
    lifts = analysis.lifts.assign(**{name: [row[name] for row in filled] for name in NOT_LOOKED})
    return replace(analysis, lifts=lifts if filled else analysis.lifts, backs=backs)


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


def poses_around(analysis: Analysis) -> pd.DataFrame:
    """Return the seen poses from one second before to one second after each lift, faces left out.

    Columns as in the poses table, with ``track`` in place of the identities.
    """
    parts, lifts = [], analysis.lifts
    for m in analysis.motions:
        times = m.track.time_s
        near = np.zeros(len(times), dtype=bool)
        for start, end in _windows(lifts, m.track):
            near |= (times >= start - POSES_AROUND_S) & (times < end + POSES_AROUND_S)
        parts.append(_pose_rows(m.track, near, analysis.backs.get(m.track.number)))
    return pd.concat(parts, ignore_index=True) if parts else _pose_rows(NOBODY, np.zeros(0, dtype=bool), None)


def _windows(lifts: pd.DataFrame, track: Track) -> list[tuple[float, float]]:
    if lifts.empty:
        return []
    mine = lifts[lifts["track"] == track.number]
    return list(zip(mine["start_s"], mine["end_s"], strict=True))


def _pose_rows(track: Track, chosen: NDArray[np.bool_], seen: SeenBack | None) -> pd.DataFrame:
    box, keypoints = track.box_px[chosen], track.keypoints[chosen]
    back = seen.of_track()[chosen] if seen else np.full((len(box), len(BACK5), 3), np.nan)
    points = {name: keypoints[:, INDEX[name]] for name in STORED}
    points |= {f"back_{name}": back[:, i] for i, name in enumerate(BACK5)}
    columns: dict[str, Array] = {"time_s": track.time_s[chosen]}
    columns |= {f"box_{edge}_px": np.round(box[:, i], 1) for i, edge in enumerate(("x1", "y1", "x2", "y2"))}
    for name, point in points.items():
        columns[f"{name}_x_px"] = np.round(point[:, 0], 1)
        columns[f"{name}_y_px"] = np.round(point[:, 1], 1)
        columns[f"{name}_confidence"] = np.round(point[:, 2], 3)
    return pd.DataFrame(columns).assign(track=track.number)


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


__all__ = ["Analysis", "Row", "analyse", "exposure_by_minute", "poses_around", "with_backs"]
