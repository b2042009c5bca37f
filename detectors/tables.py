"""The contract: every table, its columns, their types, units and meaning."""

from __future__ import annotations

from typing import Final

from detectors.columns import RECORDING, VERSIONS, Column, DType, TableSpec, count, number, text, unit_of, utc
from detectors.keypoints import BACK5, STORED
from detectors.lift_table import LIFTS
from detectors.shift_table import SHIFT_METRICS
from detectors.vocabulary import LegPattern, Reason, Status, Technique

__all__ = [
    "EXPOSURE",
    "FOOTAGE",
    "JUDGEMENTS",
    "LIFTS",
    "POSES",
    "RUNS",
    "SCHEMA_VERSION",
    "SHIFT_METRICS",
    "TABLES",
    "Column",
    "DType",
    "TableSpec",
    "unit_of",
]

SCHEMA_VERSION: Final = 1

FOOTAGE: Final = TableSpec(
    "footage",
    "recording",
    ("footage_id", "camera_id"),
    (
        *RECORDING,
        text(
            "path",
            "where the recording lay, relative to the site file's folder",
            "footage/dock-2_20260302T060000.mp4",
        ),
        utc("start_utc", "time of the first frame", "2026-03-02T05:00:00Z").maybe(),
        utc("end_utc", "time just after the last frame that was read", "2026-03-02T06:00:00Z").maybe(),
        number("frame_rate_hz", "mean frame rate of the recording", 25.0),
        Column("width_px", "int64", "px", "width of the picture; 0 if unknown", 1920, low=0),
        Column("height_px", "int64", "px", "height of the picture; 0 if unknown", 1080, low=0),
        Column("size_bytes", "int64", "B", "size of the file", 734003200, low=0),
        text("status", "what became of it", "done", tuple(Status)),
        Column(
            "reason",
            "str",
            "",
            "why it was quarantined or read in part; null when all went well",
            "",
            nullable=True,
        ),
        number("declared_s", "duration that the file declares", 3600.0),
        number("analysed_s", "seconds of video that were decoded and analysed", 3600.0),
        count("frames_analysed", "frames given to the pose model", 54000),
        count("frames_damaged", "frames or packets that the decoder called damaged", 0),
        *VERSIONS,
    ),
)

JUDGEMENTS: Final = TableSpec(
    "judgements",
    "lift and policy",
    ("lift_id", "policy_id"),
    (
        text("lift_id", "the lift that was judged", "6b0d8e52c1f94a07"),
        text("policy_id", "content hash of the policy", "c0a81e66d2b3"),
        text("technique", "the verdict", "indeterminate", tuple(Technique)),
        number(
            "p_spine_bend", "probability that the spine bent, as far as this camera tells", 0.41, 0.0, 1.0
        ),
        text("reason", "why it is indeterminate; 'judged' when it is not", "spine_not_seen", tuple(Reason)),
        text("leg_pattern", "what the knees did", "soft", tuple(LegPattern)),
        number("margin_se", "distance of the deciding measure from its threshold, in standard errors", 1.4),
    ),
)

EXPOSURE: Final = TableSpec(
    "exposure",
    "camera, recording and minute",
    ("footage_id", "camera_id", "minute_utc"),
    (
        *RECORDING,
        utc("minute_utc", "start of the minute", "2026-03-02T05:12:00Z"),
        number("analysed_s", "seconds of this minute that were analysed", 60.0, 0.0, 60.001),
        number("observed_person_s", "person-seconds with a pose", 84.2),
        number("judgeable_person_s", "person-seconds that pass the size, view and occlusion gates", 51.0),
        number("trunk_above_20_person_s", "person-seconds with trunk inclination above 20 deg", 9.5),
        number("trunk_above_60_person_s", "person-seconds with trunk inclination above 60 deg", 1.2),
        count("frames_analysed", "frames given to the pose model", 900),
    ),
)

RUNS: Final = TableSpec(
    "runs",
    "run of the nightly flow",
    ("run_id",),
    (
        text("run_id", "start time and process of the run", "20260303T033000Z-4121"),
        utc("started_utc", "start of the run", "2026-03-03T03:30:00Z"),
        utc("finished_utc", "end of the run", "2026-03-03T05:02:11Z"),
        text("first_date", "first site date asked for", "2026-03-02"),
        text("last_date", "last site date asked for", "2026-03-02"),
        count("recordings_found", "recordings of those dates", 96),
        count("recordings_skipped", "already done by the same model and code", 0),
        count("recordings_done", "processed to the end", 94),
        count("recordings_partial", "processed, but with damaged or missing stretches", 1),
        count("recordings_failed", "quarantined or failed", 1),
        count("lifts_found", "rows written to lifts by this run", 512),
        number("analysed_s", "seconds of video analysed by this run", 345600.0),
        number("elapsed_s", "seconds that the run took", 5531.0),
        Column(
            "failures", "str", "", "one 'path: reason' per failure, separated by new lines", "", nullable=True
        ),
        text("policy_id", "content hash of the policy in force", "c0a81e66d2b3"),
        *VERSIONS,
    ),
)


def _point(name: str) -> tuple[Column, ...]:
    return (
        number(f"{name}_x_px", f"{name.replace('_', ' ')}: column in the picture", 803.2, None),
        number(f"{name}_y_px", f"{name.replace('_', ' ')}: row in the picture, downwards", 441.7, None),
        number(f"{name}_confidence", f"{name.replace('_', ' ')}: confidence of the model", 0.93, 0.0, 1.0),
    )


POSES: Final = TableSpec(
    "poses",
    "person in an analysed frame, from one second before to one second after each lift",
    ("footage_id", "time_s", "track_id"),
    (
        text("footage_id", "content hash of the recording", "9f2c4e0d1b7a5c33"),
        number("time_s", "time of the frame, seconds into the recording", 724.533),
        text("track_id", "track within this recording, as in lifts", "a41f9c07e2"),
        number("box_x1_px", "person box: left edge", 760.0, None),
        number("box_y1_px", "person box: upper edge", 300.0, None),
        number("box_x2_px", "person box: right edge", 900.0, None),
        number("box_y2_px", "person box: lower edge", 702.0, None),
        *(column for name in STORED for column in _point(name)),
        *(column for name in BACK5 for column in _point(f"back_{name}")),
    ),
)

TABLES: Final = {
    spec.name: spec for spec in (FOOTAGE, LIFTS, JUDGEMENTS, EXPOSURE, SHIFT_METRICS, POSES, RUNS)
}
