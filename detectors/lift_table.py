"""The specification of the lifts: every measure of a lift, lowering or bend."""

from __future__ import annotations

from typing import Final

from detectors.columns import RECORDING, VERSIONS, Column, TableSpec, angle, count, number, text, utc
from detectors.vocabulary import HeightBand, KindReason, LiftKind


def _back(prefix: str, when: str, chord: float) -> tuple[Column, ...]:
    """Return the curve of the back: the inner points off the pole from sacrum to C7, and its length."""
    inner = (("l3", "L3"), ("t12_l1", "T12/L1"), ("t8", "T8"))
    off = (
        number(f"{prefix}back_{name}_off_percent", f"{words} off the pole, dorsally, {when}", 1.2, None)
        for name, words in inner
    )
    length = number(f"{prefix}back_chord_percent", f"length of the pole, sacrum to C7, {when}", chord)
    return *off, length


_BACK: Final = (
    number(
        "spine_flexion_deg",
        "lumbar and thoracic flexion at the peak less that of the same person standing, calibrated",
        24.0,
        None,
    ),
    number("spine_flexion_se_deg", "standard error of the flexion: measure and calibration", 9.0),
    number("back_curvature_change_deg", "angle of the curve of the back, less standing", 31.0, None),
    number("back_curvature_change_se_deg", "standard error of that change", 7.0),
    number(
        "back_pole_gap_change_percent",
        "gap between back and a pole from sacrum to C7, less standing, percent of stature",
        1.9,
        None,
    ),
    number("back_pole_gap_change_se_percent", "standard error of that change", 0.5),
    number("back_turn_change_deg", "angle from the lowest to the highest part, less standing", 35.0, None),
    number("back_turn_change_se_deg", "standard error of that change", 9.0),
    *_back("", "at the peak, percent of stature", 29.0),
    *_back("standing_", "standing, percent of stature", 28.0),
    number("back_frames", "frames around the peak with sacrum and C7 seen; null: not looked at", 9.0),
    number("standing_windows", "windows of standing that the back was compared with", 8.0),
    text(
        "back_model_version",
        "weights of the back, named as in model_version; empty where none were used",
        "hingewise-back@71c0d2aa93f4",
    ),
)

LIFTS: Final = TableSpec(
    "lifts",
    "lift, lowering or bend",
    ("lift_id",),
    (
        text("lift_id", "deterministic: recording, track and time of the grasp", "6b0d8e52c1f94a07"),
        *RECORDING,
        text("track_id", "track within this recording, salted per night; not a person", "a41f9c07e2"),
        text("kind", "what the hands did", "lift", tuple(LiftKind)),
        text("kind_reason", "which sign decided the kind", "carried_after", tuple(KindReason)),
        utc("start_utc", "the person leaves the upright posture", "2026-03-02T05:12:03.400Z"),
        utc("grasp_utc", "hands deepest and slowest", "2026-03-02T05:12:04.600Z"),
        utc("peak_utc", "trunk farthest from upright", "2026-03-02T05:12:04.500Z"),
        utc("end_utc", "upright again; not part of the lift", "2026-03-02T05:12:06.100Z"),
        number("start_s", "start, seconds into the recording", 723.4),
        number("grasp_s", "grasp, seconds into the recording", 724.6),
        number("peak_s", "peak, seconds into the recording", 724.5),
        number("end_s", "end, seconds into the recording", 726.1),
        number("duration_s", "end less start", 2.7),
        angle("trunk_inclination_grasp_deg", "hip-to-shoulder line against the vertical, at the grasp", 58.0),
        angle("trunk_inclination_peak_deg", "the same, at its largest", 63.0),
        number("trunk_inclination_peak_se_deg", "standard error of the peak: noise and view", 5.0),
        angle("hip_flexion_grasp_deg", "180 less shoulder-hip-knee, at the grasp", 92.0),
        angle("hip_flexion_peak_deg", "the same, at the peak of the trunk", 95.0),
        angle("knee_flexion_grasp_deg", "180 less hip-knee-ankle, at the grasp", 35.0),
        angle("knee_flexion_peak_deg", "the largest knee flexion of the lift", 41.0),
        number(
            "stoop_squat_index",
            "share of the shoulders' drop made by the trunk: 0 squat, 100 stoop",
            71.0,
            None,
        ),
        number(
            "back_chord_ratio",
            "hip-to-shoulder length at the peak over standing, view-corrected",
            0.93,
            0.0,
            3.0,
        ),
        number("back_chord_ratio_se", "standard error of that ratio", 0.03),
        number("standing_reference_s", "upright, still seconds that the ratio was compared with", 2.1),
        *_BACK,
        number("carry_before_confidence", "how surely the hands held something before", 0.1, 0.0, 1.0),
        number("carry_after_confidence", "how surely the hands held something after", 0.9, 0.0, 1.0),
        number("origin_height_stature", "grip height where the load was taken; null for bends", 0.12, None),
        number("destination_height_stature", "grip height where the load was put", 0.55, None),
        text("origin_band", "band of the origin height", "floor", tuple(HeightBand)).maybe(),
        text("destination_band", "band of the destination height", "knuckle", tuple(HeightBand)).maybe(),
        number(
            "reach_stature", "horizontal distance from ankles to grip at the grasp, share of stature", 0.28
        ),
        angle("asymmetry_deg", "proxy: turn of the grip out of the line of the hips, at the grasp", 8.0),
        number("hold_above_20_s", "time with trunk inclination above 20 deg", 2.2),
        number("hold_above_60_s", "time with trunk inclination above 60 deg", 0.4),
        angle(
            "view_angle_deg",
            "angle of the camera off the person's side view: 0 side, 90 front or rear",
            12.0,
            90.0,
        ),
        number(
            "view_yaw_deg",
            "the view angle with its side: positive from the front, negative from behind",
            12.0,
            -90.0,
            90.0,
        ),
        number("view_angle_se_deg", "standard error of the view angle", 6.0),
        number("facing", "1 facing right in the picture, -1 left", 1.0, -1.0, 1.0),
        number("person_height_px", "upright height of the person in the picture", 310.0),
        number(
            "keypoint_confidence", "mean confidence of the near shoulder, hip, knee and ankle", 0.86, 0.0, 1.0
        ),
        number(
            "seen_share", "share of frames around the peak with those four keypoints seen", 0.95, 0.0, 1.0
        ),
        number(
            "overlap_share", "largest overlap (IoU) with another person's box during the lift", 0.05, 0.0, 1.0
        ),
        count("frames_around_peak", "frames within 0.25 s of the peak that the measures average", 8),
        number("analysis_rate_hz", "frames per second that were analysed", 15.0),
        *VERSIONS,
    ),
)
