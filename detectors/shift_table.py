"""The specification of the figures per shift: what each camera, each zone and the site saw of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from detectors.columns import Column, TableSpec, count, number, text, utc

ALL: Final = "all"
"""Stands for the zone or the camera of a row that sums over them; `Level` tells such rows apart."""


class Level(StrEnum):
    """What a row of the figures sums over."""

    CAMERA = "camera"
    ZONE = "zone"
    SITE = "site"


class Shown(StrEnum):
    """Whether a row has figures, and if not, why."""

    SHOWN = "shown"
    SUPPRESSED = "suppressed"
    NOBODY_SEEN = "nobody_seen"
    NO_DATA = "no_data"


def _hours(name: str, meaning: str, example: float) -> Column:
    return Column(name, "float64", "h", meaning, example, nullable=True, low=0.0)


def _sum(name: str, meaning: str, example: float) -> Column:
    return Column(name, "float64", "1", f"number of {meaning}", example, nullable=True, low=0.0)


def _limits(name: str, unit: str, what: str, example: tuple[float, float, float]) -> tuple[Column, ...]:
    """Return the columns of a value and of its 95 % interval."""
    high = 1.0 if "share" in name else None
    names = ((name, what), (f"{name}_low", "lower 95 % limit"), (f"{name}_high", "upper 95 % limit"))
    return tuple(
        Column(column, "float64", unit, meaning, value, nullable=True, low=0.0, high=high)
        for (column, meaning), value in zip(names, example, strict=True)
    )


def _bands(name: str, what: str) -> tuple[Column, ...]:
    return (
        text(name, f"band of the policy for {what}", "some").maybe(),
        text(f"{name}_low", "band that the lower limit lies in", "few").maybe(),
        text(f"{name}_high", "band that the upper limit lies in", "many").maybe(),
    )


def _posture(angle_deg: int, example: tuple[float, float, float, float, float]) -> tuple[Column, ...]:
    """Return the columns of the trunk inclination above an angle."""
    above = f"with trunk inclination above {angle_deg} deg"
    name = f"above_{angle_deg}"
    return (
        _hours(f"trunk_{name}_person_h", f"person-hours {above}", example[0]),
        number(f"trunk_{name}_share", f"share of the observed person-hours {above}", example[1], 0.0, 1.0),
        _sum(f"entries_{name}", f"lifts, lowerings and bends {above}", example[2]),
        Column(
            f"entries_{name}_per_person_min",
            "float64",
            "1/min",
            "these per observed person-minute; other ways to bend are not counted",
            example[3],
            nullable=True,
            low=0.0,
        ),
        number(f"longest_hold_{name}_s", f"longest time of one of these {above}", example[4]),
    )


_ROW: Final = (
    text("shift_date", "site date on which the shift started", "2026-03-02"),
    text("shift", "shift as named in the site file", "early"),
    text("level", "what the row sums over", "zone", tuple(Level)),
    text("zone", "zone; 'all' in the row of the site", "inbound"),
    text("camera_id", "camera; 'all' in the rows of a zone and of the site", ALL),
    text("policy_id", "content hash of the policy", "c0a81e66d2b3"),
    text("status", "whether there are figures, and why not", "shown", tuple(Shown)),
    utc("start_utc", "start of the shift", "2026-03-02T05:00:00Z"),
    utc("end_utc", "end of the shift", "2026-03-02T13:00:00Z"),
)

_COVERAGE: Final = (
    count("cameras", "cameras that should have recorded, or did", 2),
    count("cameras_without_data", "those of which nothing was analysed", 0),
    _hours("expected_h", "camera-hours of the shift that cameras of the site file should record", 16.0),
    _hours("received_h", "camera-hours of recordings that came in", 15.5),
    _hours("excluded_h", "those of them that the policy leaves out, since the camera's clock was wrong", 0.0),
    _hours("analysed_h", "camera-hours that were decoded, analysed and not left out", 15.4),
    _hours("observed_person_h", "person-hours with a pose: the exposure of every rate", 21.5),
    _hours("judgeable_person_h", "person-hours that pass the size, view and occlusion gates", 13.0),
)

_COUNTS: Final = (
    _sum("lifts", "lifts", 410.0),
    _sum("lowerings", "lowerings", 396.0),
    _sum("bends", "bends without a load", 120.0),
    _sum("spine_bends", "lifts and lowerings judged a spine bend", 96.0),
    _sum("hip_hinges", "lifts and lowerings judged a hip hinge", 204.0),
    _sum("squats", "lifts and lowerings judged a squat", 31.0),
    _sum("upright", "lifts and lowerings with too upright a trunk to have a technique", 215.0),
    _sum("indeterminate", "the other lifts and lowerings without a verdict", 260.0),
    *(
        _sum(f"origin_{band}", f"lifts and lowerings whose load was taken {words}", value)
        for band, words, value in (
            ("floor", "below the knuckles", 310.0),
            ("knuckle", "from knuckle to shoulder height", 420.0),
            ("shoulder", "above the shoulders", 46.0),
            ("unknown", "at an unknown height", 30.0),
        )
    ),
)

_FIGURES: Final = (
    *_limits("lifts_per_person_h", "1/h", "lifts per observed person-hour", (19.07, 17.27, 21.01)),
    *_limits("lowerings_per_person_h", "1/h", "lowerings per observed person-hour", (18.42, 16.65, 20.32)),
    *_limits(
        "spine_bend_share",
        "1",
        "spine bends among the determinate: spine bends, hip hinges, squats",
        (0.32, 0.27, 0.375),
    ),
    number("spine_bend_share_lowest", "the share if no indeterminate one were a spine bend", 0.171, 0.0, 1.0),
    number(
        "spine_bend_share_highest", "the share if every indeterminate one were a spine bend", 0.636, 0.0, 1.0
    ),
    number(
        "spine_bend_share_outer_low",
        "lower 95 % limit of the lowest, lifts of one track taken as alike as they are",
        0.142,
        0.0,
        1.0,
    ),
    number("spine_bend_share_outer_high", "upper 95 % limit of the highest, likewise", 0.675, 0.0, 1.0),
    number("indeterminate_share", "indeterminate among these and the indeterminate", 0.464, 0.0, 1.0),
    *_limits(
        "corrected_spine_bend_share",
        "1",
        "the share corrected for the verdict's own errors, where the policy has reviews of the zone",
        (0.285, 0.21, 0.36),
    ),
)

_PEAK: Final = (
    utc("peak_start_utc", "start of the 60 minutes with the most lifts per person-hour", "2026-03-02T08:05Z"),
    _sum("peak_lifts", "lifts in that hour", 88.0),
    _hours("peak_observed_person_h", "person-hours observed in it", 2.9),
    Column(
        "peak_lifts_per_person_h",
        "float64",
        "1/h",
        "its rate; high by chance too",
        30.3,
        nullable=True,
        low=0,
    ),
)

SHIFT_METRICS: Final = TableSpec(
    "shift_metrics",
    "shift, and camera, zone or site",
    ("shift_date", "shift", "level", "zone", "camera_id", "policy_id"),
    (
        *_ROW,
        *_COVERAGE,
        *_COUNTS,
        *_FIGURES,
        *_posture(20, (4.3, 0.2, 610.0, 0.473, 14.2)),
        *_posture(60, (0.9, 0.042, 122.0, 0.095, 5.1)),
        *(column.maybe() for column in _PEAK),
        *_bands("lifts_rate_band", "the lifts per observed person-hour"),
        *_bands("spine_bend_band", "the share of spine bends, its outer limits"),
        text(
            "model_version", "pose weights of the recordings; several joined by ', '", "yolo26n-pose@3b1f0c9d"
        ).maybe(),
        text(
            "code_version", "code that measured the recordings; several joined by ', '", "0.1.0+5d0c7a91"
        ).maybe(),
    ),
)
