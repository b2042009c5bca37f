"""The contract: every table, its columns, their types, units and meaning, and the check of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from detectors.keypoints import STORED
from detectors.vocabulary import HeightBand, KindReason, LegPattern, LiftKind, Reason, Status, Technique

DType = Literal["str", "float64", "int64", "bool", "datetime64[us, UTC]"]

SCHEMA_VERSION: Final = 1


@dataclass(frozen=True)
class Column:
    """One column: what it holds, in which unit, and which values it may take."""

    name: str
    dtype: DType
    unit: str
    meaning: str
    example: object = None
    nullable: bool = False
    low: float | None = None
    high: float | None = None
    allowed: tuple[str, ...] = ()

    def maybe(self) -> Column:
        """Return the same column with unknown (NaN, null) allowed."""
        return replace(self, nullable=True)


@dataclass(frozen=True)
class TableSpec:
    """One table of the store: its key and its columns in order."""

    name: str
    one_row_per: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def names(self) -> list[str]:
        """The column names in order."""
        return [column.name for column in self.columns]


def _text(name: str, meaning: str, example: str, allowed: tuple[str, ...] = ()) -> Column:
    return Column(name, "str", "", meaning, example, allowed=allowed)


def _utc(name: str, meaning: str, example: str) -> Column:
    return Column(name, "datetime64[us, UTC]", "UTC", meaning, example)


def _number(
    name: str, meaning: str, example: float, low: float | None = 0.0, high: float | None = None
) -> Column:
    return Column(name, "float64", unit_of(name), meaning, example, nullable=True, low=low, high=high)


def _count(name: str, meaning: str, example: int) -> Column:
    return Column(name, "int64", "1", meaning, example, low=0)


def _angle(name: str, meaning: str, example: float, high: float = 180.0) -> Column:
    return _number(name, meaning, example, 0.0, high)


UNITS: Final = {
    "_deg": "deg",
    "_s": "s",
    "_px": "px",
    "_hz": "Hz",
    "_stature": "stature",
    "_ratio": "1",
    "_share": "1",
    "_mb": "MB",
}


def unit_of(name: str) -> str:
    """Return the unit that a column name ends in (``"1"`` where it has none)."""
    stem = name.removesuffix("_se")
    return next((unit for ending, unit in UNITS.items() if stem.endswith(ending)), "1")


_RECORDING: Final = (
    _text("footage_id", "content hash of the recording", "9f2c4e0d1b7a5c33"),
    _text("camera_id", "camera as named in the site file", "dock-2"),
    _text("zone", "zone that the camera watches", "inbound"),
)
_VERSIONS: Final = (
    _text(
        "model_version",
        "pose weights: name and first 12 digits of their SHA-256",
        "yolo26n-pose@3b1f0c9d2e4a",
    ),
    _text("code_version", "release and digest of the measuring code", "0.1.0+5d0c7a91"),
)

FOOTAGE: Final = TableSpec(
    "footage",
    "recording",
    ("footage_id", "camera_id"),
    (
        *_RECORDING,
        _text(
            "path",
            "where the recording lay, relative to the site file's folder",
            "footage/dock-2_20260302T060000.mp4",
        ),
        _utc("start_utc", "time of the first frame", "2026-03-02T05:00:00Z").maybe(),
        _utc("end_utc", "time just after the last frame that was read", "2026-03-02T06:00:00Z").maybe(),
        _number("frame_rate_hz", "mean frame rate of the recording", 25.0),
        Column("width_px", "int64", "px", "width of the picture; 0 if unknown", 1920, low=0),
        Column("height_px", "int64", "px", "height of the picture; 0 if unknown", 1080, low=0),
        Column("size_bytes", "int64", "B", "size of the file", 734003200, low=0),
        _text("status", "what became of it", "done", tuple(Status)),
        Column(
            "reason",
            "str",
            "",
            "why it was quarantined or read in part; null when all went well",
            "",
            nullable=True,
        ),
        _number("declared_s", "duration that the file declares", 3600.0),
        _number("analysed_s", "seconds of video that were decoded and analysed", 3600.0),
        _count("frames_analysed", "frames given to the pose model", 54000),
        _count("frames_damaged", "frames or packets that the decoder called damaged", 0),
        *_VERSIONS,
    ),
)

LIFTS: Final = TableSpec(
    "lifts",
    "lift, lowering or bend",
    ("lift_id",),
    (
        _text("lift_id", "deterministic: recording, track and time of the grasp", "6b0d8e52c1f94a07"),
        *_RECORDING,
        _text("track_id", "track within this recording, salted per night; not a person", "a41f9c07e2"),
        _text("kind", "what the hands did", "lift", tuple(LiftKind)),
        _text("kind_reason", "which sign decided the kind", "carried_after", tuple(KindReason)),
        _utc("start_utc", "the person leaves the upright posture", "2026-03-02T05:12:03.400Z"),
        _utc("grasp_utc", "hands deepest and slowest", "2026-03-02T05:12:04.600Z"),
        _utc("peak_utc", "trunk farthest from upright", "2026-03-02T05:12:04.500Z"),
        _utc("end_utc", "upright again; not part of the lift", "2026-03-02T05:12:06.100Z"),
        _number("start_s", "start, seconds into the recording", 723.4),
        _number("grasp_s", "grasp, seconds into the recording", 724.6),
        _number("peak_s", "peak, seconds into the recording", 724.5),
        _number("end_s", "end, seconds into the recording", 726.1),
        _number("duration_s", "end less start", 2.7),
        _angle(
            "trunk_inclination_grasp_deg", "hip-to-shoulder line against the vertical, at the grasp", 58.0
        ),
        _angle("trunk_inclination_peak_deg", "the same, at its largest", 63.0),
        _number("trunk_inclination_peak_se_deg", "standard error of the peak: noise and view", 5.0),
        _angle("hip_flexion_grasp_deg", "180 less shoulder-hip-knee, at the grasp", 92.0),
        _angle("hip_flexion_peak_deg", "the same, at the peak of the trunk", 95.0),
        _angle("knee_flexion_grasp_deg", "180 less hip-knee-ankle, at the grasp", 35.0),
        _angle("knee_flexion_peak_deg", "the largest knee flexion of the lift", 41.0),
        _number(
            "stoop_squat_index",
            "share of the shoulders' drop made by the trunk: 0 squat, 100 stoop",
            71.0,
            None,
        ),
        _number(
            "back_chord_ratio",
            "hip-to-shoulder length at the peak over standing, view-corrected",
            0.93,
            0.0,
            3.0,
        ),
        _number("back_chord_ratio_se", "standard error of that ratio", 0.03),
        _number("standing_reference_s", "upright, still seconds that the ratio was compared with", 2.1),
        _number(
            "origin_height_stature",
            "height of the grip where the load was taken or left low, share of stature",
            0.12,
            None,
        ),
        _number("destination_height_stature", "height of the grip at the other end", 0.55, None),
        _text("origin_band", "band of the origin height", "floor", tuple(HeightBand)).maybe(),
        _text("destination_band", "band of the destination height", "knuckle", tuple(HeightBand)).maybe(),
        _number(
            "reach_stature", "horizontal distance from ankles to grip at the grasp, share of stature", 0.28
        ),
        _angle("asymmetry_deg", "proxy: turn of the grip out of the line of the hips, at the grasp", 8.0),
        _number("hold_above_20_s", "time with trunk inclination above 20 deg", 2.2),
        _number("hold_above_60_s", "time with trunk inclination above 60 deg", 0.4),
        _angle(
            "view_angle_deg",
            "angle of the camera off the person's side view: 0 side, 90 front or rear",
            12.0,
            90.0,
        ),
        _number("view_angle_se_deg", "standard error of the view angle", 6.0),
        _number("facing", "1 facing right in the picture, -1 left", 1.0, -1.0, 1.0),
        _number("person_height_px", "upright height of the person in the picture", 310.0),
        _number(
            "keypoint_confidence", "mean confidence of the near shoulder, hip, knee and ankle", 0.86, 0.0, 1.0
        ),
        _number(
            "seen_share", "share of frames around the peak with those four keypoints seen", 0.95, 0.0, 1.0
        ),
        _number(
            "overlap_share", "largest overlap (IoU) with another person's box during the lift", 0.05, 0.0, 1.0
        ),
        _count("frames_around_peak", "frames within 0.25 s of the peak that the measures average", 8),
        _number("analysis_rate_hz", "frames per second that were analysed", 15.0),
        *_VERSIONS,
    ),
)

JUDGEMENTS: Final = TableSpec(
    "judgements",
    "lift and policy",
    ("lift_id", "policy_id"),
    (
        _text("lift_id", "the lift that was judged", "6b0d8e52c1f94a07"),
        _text("policy_id", "content hash of the policy", "c0a81e66d2b3"),
        _text("technique", "the verdict", "indeterminate", tuple(Technique)),
        _number(
            "p_spine_bend", "probability that the spine bent, as far as this camera tells", 0.41, 0.0, 1.0
        ),
        _text("reason", "why it is indeterminate; 'judged' when it is not", "spine_not_seen", tuple(Reason)),
        _text("leg_pattern", "what the knees did", "soft", tuple(LegPattern)),
        _number(
            "margin_deg", "inclination left to the nearest threshold that would change the answer", 12.0, None
        ),
    ),
)

EXPOSURE: Final = TableSpec(
    "exposure",
    "camera, recording and minute",
    ("footage_id", "camera_id", "minute_utc"),
    (
        *_RECORDING,
        _utc("minute_utc", "start of the minute", "2026-03-02T05:12:00Z"),
        _number("analysed_s", "seconds of this minute that were analysed", 60.0, 0.0, 60.001),
        _number("observed_person_s", "person-seconds with a pose", 84.2),
        _number("judgeable_person_s", "person-seconds that pass the size, view and occlusion gates", 51.0),
        _number("trunk_above_20_person_s", "person-seconds with trunk inclination above 20 deg", 9.5),
        _number("trunk_above_60_person_s", "person-seconds with trunk inclination above 60 deg", 1.2),
        _count("frames_analysed", "frames given to the pose model", 900),
    ),
)

RUNS: Final = TableSpec(
    "runs",
    "run of the nightly flow",
    ("run_id",),
    (
        _text("run_id", "start time and process of the run", "20260303T033000Z-4121"),
        _utc("started_utc", "start of the run", "2026-03-03T03:30:00Z"),
        _utc("finished_utc", "end of the run", "2026-03-03T05:02:11Z"),
        _text("first_date", "first site date asked for", "2026-03-02"),
        _text("last_date", "last site date asked for", "2026-03-02"),
        _count("recordings_found", "recordings of those dates", 96),
        _count("recordings_skipped", "already done by the same model and code", 0),
        _count("recordings_done", "processed to the end", 94),
        _count("recordings_partial", "processed, but with damaged or missing stretches", 1),
        _count("recordings_failed", "quarantined or failed", 1),
        _count("lifts_found", "rows written to lifts by this run", 512),
        _number("analysed_s", "seconds of video analysed by this run", 345600.0),
        _number("elapsed_s", "seconds that the run took", 5531.0),
        Column(
            "failures", "str", "", "one 'path: reason' per failure, separated by new lines", "", nullable=True
        ),
        _text("policy_id", "content hash of the policy in force", "c0a81e66d2b3"),
        *_VERSIONS,
    ),
)


def _point(name: str) -> tuple[Column, ...]:
    return (
        _number(f"{name}_x_px", f"{name.replace('_', ' ')}: column in the picture", 803.2, None),
        _number(f"{name}_y_px", f"{name.replace('_', ' ')}: row in the picture, downwards", 441.7, None),
        _number(f"{name}_confidence", f"{name.replace('_', ' ')}: confidence of the model", 0.93, 0.0, 1.0),
    )


POSES: Final = TableSpec(
    "poses",
    "person in an analysed frame, from one second before to one second after each lift",
    ("footage_id", "time_s", "track_id"),
    (
        _text("footage_id", "content hash of the recording", "9f2c4e0d1b7a5c33"),
        _number("time_s", "time of the frame, seconds into the recording", 724.533),
        _text("track_id", "track within this recording, as in lifts", "a41f9c07e2"),
        _number("box_x1_px", "person box: left edge", 760.0, None),
        _number("box_y1_px", "person box: upper edge", 300.0, None),
        _number("box_x2_px", "person box: right edge", 900.0, None),
        _number("box_y2_px", "person box: lower edge", 702.0, None),
        *(column for name in STORED for column in _point(name)),
    ),
)

TABLES: Final = {spec.name: spec for spec in (FOOTAGE, LIFTS, JUDGEMENTS, EXPOSURE, POSES, RUNS)}
