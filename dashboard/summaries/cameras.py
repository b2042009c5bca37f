"""How fit each camera is: how much of what it sees can be judged, and how it sees people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from detectors.shift_table import Level, Shown
from detectors.thresholds import Gates
from detectors.vocabulary import LiftKind, Reason, Technique
from pipelines.exposure.rates import Validation, divide, share
from pipelines.exposure.rounded_counts import in_tens

LIFT_COLUMNS: Final = [
    *("camera_id", "kind", "analysis_rate_hz", "person_height_px", "view_angle_deg", "seen_share"),
    *("overlap_share", "frames_around_peak", "trunk_inclination_peak_deg", "back_chord_ratio"),
    *("standing_reference_s", "standing_windows", "spine_flexion_deg", "spine_flexion_se_deg"),
]
"""What is needed of each lift beside its judgement: what the gates ask for."""

METRIC_COLUMNS: Final = ["level", "camera_id", "status", "observed_person_h", "judgeable_person_h"]
FOOTAGE_COLUMNS: Final = ["camera_id", "start_utc", "frame_rate_hz", "width_px", "height_px"]


@dataclass(frozen=True)
class Accuracy:
    """How verdicts agreed with reviewers; each an ``(n, value, low, high)``.

    Attributes
    ----------
    found
        Of the spine bends that reviewers saw, those that were called so.
    spared
        Of the others, those that were not called so.
    """

    found: tuple[int, float, float, float]
    spared: tuple[int, float, float, float]


def asked(lifts: pd.DataFrame) -> pd.DataFrame:
    """Return the lifts and lowerings whose technique is a question: not those with too upright a trunk."""
    return lifts[(lifts["kind"] != LiftKind.BEND) & (lifts["reason"] != Reason.UPRIGHT)]


def fitness(
    cameras: dict[str, str], lifts: pd.DataFrame, metrics: pd.DataFrame, footage: pd.DataFrame, gates: Gates
) -> pd.DataFrame:
    """Return how fit each camera is, one row per camera in the given order.

    Parameters
    ----------
    cameras
        Zone of each camera, by its id.
    lifts
        Rows of the lifts table with `LIFT_COLUMNS` and judgement.
    metrics
        Figures per shift with `METRIC_COLUMNS`; hidden ones count for nothing.
    footage
        Rows of the footage table with `FOOTAGE_COLUMNS`.

    Returns
    -------
    DataFrame
        ``camera_id``, ``zone``; ``lifts`` (`asked`), ``judged`` of them, their ``share`` with Wilson's
        ``low`` and ``high``; ``judgeable_share`` of the observed person-hours; medians ``height_px``,
        ``view_deg`` and ``frame_rate_hz``; ``occluded_share`` of the lifts; ``width_px``, ``picture_px``
        (its height). NaN where nothing is known.

        Of a camera that is hidden in any of the shifts the lifts are in tens and the hidden share is not
        told: the exact number of these days, less that of the days but one, would be that of a few people.
    """
    rows = asked(lifts)
    index = pd.Index(list(cameras), name="camera_id")
    verdict = rows["technique"].notna() & (rows["technique"] != Technique.INDETERMINATE)
    hidden = (rows["seen_share"] < gates.least_seen_share) | (
        rows["overlap_share"] > gates.largest_overlap_share
    )
    of_camera = rows.assign(judged=verdict, occluded=hidden).groupby("camera_id")
    judged = of_camera["judged"].sum().reindex(index, fill_value=0).to_numpy(dtype=np.float64)
    n = of_camera.size().reindex(index, fill_value=0).to_numpy(dtype=np.float64)
    few = index.isin(_hidden(metrics))
    judged, n = (np.where(few, in_tens(pd.DataFrame(counts))[0], counts) for counts in (judged, n))
    found = share(judged, n)
    hours = metrics[metrics["level"] == Level.CAMERA].groupby("camera_id")
    seen_h = hours[["judgeable_person_h", "observed_person_h"]].sum().reindex(index, fill_value=0.0)
    known = footage.sort_values("start_utc").groupby("camera_id")
    size = known[["width_px", "height_px"]].last().reindex(index)
    table = pd.DataFrame(
        {
            "zone": list(cameras.values()),
            "lifts": n,
            "judged": judged,
            "share": found.value,
            "low": found.low,
            "high": found.high,
            "judgeable_share": divide(
                seen_h["judgeable_person_h"].to_numpy(), seen_h["observed_person_h"].to_numpy()
            ),
            "height_px": of_camera["person_height_px"].median().reindex(index),
            "view_deg": of_camera["view_angle_deg"].median().reindex(index),
            "occluded_share": of_camera["occluded"].mean().reindex(index).mask(few),
            "frame_rate_hz": known["frame_rate_hz"].median().reindex(index),
            "width_px": size["width_px"],
            "picture_px": size["height_px"],
        },
        index=index,
    )
    return table.reset_index()


def _hidden(metrics: pd.DataFrame) -> set[str]:
    few = (metrics["level"] == Level.CAMERA) & (metrics["status"] == Shown.SUPPRESSED)
    return set(metrics.loc[few, "camera_id"])


def reasons(lifts: pd.DataFrame) -> pd.DataFrame:
    """Return why lifts of each camera can't be judged: ``camera_id``, ``reason``, ``n``, ``share``.

    Shares are of all lifts of the camera that `asked` leaves, those judged too; the most frequent first.
    """
    rows = asked(lifts)
    of_all = rows.groupby("camera_id").size()
    open_ones = rows[rows["reason"].notna() & (rows["reason"] != Reason.JUDGED)]
    table = open_ones.groupby(["camera_id", "reason"]).size().rename("n").reset_index()
    table["share"] = table["n"] / table["camera_id"].map(of_all)
    return table.sort_values(["camera_id", "n"], ascending=[True, False], ignore_index=True)


def accuracy(reviews: Validation | None) -> Accuracy | None:
    """Return how verdicts agreed with reviewers of a zone; None where nobody reviewed any lift."""
    if reviews is None or not reviews.spine_bends + reviews.others:
        return None
    return Accuracy(
        _agreed(reviews.spine_bends_found, reviews.spine_bends), _agreed(reviews.others_found, reviews.others)
    )


def _agreed(found: int, n: int) -> tuple[int, float, float, float]:
    of_all = share(found, n)
    return n, float(of_all.value), float(of_all.low), float(of_all.high)
