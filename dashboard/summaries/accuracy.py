"""How right the machine is by the blind looks, as the page shows it: small cells are not in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import pandas as pd

from detectors.shift_table import Level, Shown
from detectors.vocabulary import Technique
from pipelines.exposure.rates import CorrectedShare
from pipelines.reviewing.accuracy import Accuracy, accuracy
from pipelines.reviewing.corrected import corrected
from pipelines.reviewing.drift import Drift, drift
from pipelines.reviewing.looks import is_determinate
from pipelines.reviewing.operating_points import OperatingPoint
from pipelines.reviewing.tables import Answer
from pipelines.reviewing.weighting import Weighted

FIGURES: Final = ("precision", "recall", "sensitivity", "specificity", "indeterminate")
METRIC_COLUMNS: Final = ["level", "status", "zone", "spine_bends", "hip_hinges", "squats"]


def by_camera(looks: pd.DataFrame, cameras: Sequence[str]) -> pd.DataFrame:
    """Return one row per camera, in order, and one of all: ``camera_id`` is null there.

    Columns ``drawn``, ``looked_at``, ``open``, and of each of `FIGURES` its value, with ``_low``, ``_high``
    and ``_n``; NaN where too few were looked at to show it.
    """
    parts = [(name, looks[looks["camera_id"] == name]) for name in cameras]
    return pd.DataFrame([_row(name, accuracy(rows)) for name, rows in [*parts, (None, looks)]])


def _row(camera: str | None, found: Accuracy) -> dict[str, object]:
    counts = found.counts
    row: dict[str, object] = {"camera_id": camera, "drawn": counts.drawn, "looked_at": counts.looked_at}
    row["open"] = counts.open
    for name in FIGURES:
        one: Weighted = getattr(found, name)
        seen = one.shown
        row |= {
            name: one.value if seen else float("nan"),
            f"{name}_low": one.low if seen else float("nan"),
            f"{name}_high": one.high if seen else float("nan"),
            f"{name}_n": one.n,
        }
    return row


def curve(points: Sequence[OperatingPoint]) -> pd.DataFrame:
    """Return the points of the dial whose figures can be shown, in the order given."""
    rows = [
        {
            "spine_bend_from": one.spine_bend_from,
            "coverage": one.coverage.value,
            "accuracy": one.accuracy.value,
            "low": one.accuracy.low,
            "high": one.accuracy.high,
            "n": one.accuracy.n,
        }
        for one in points
        if one.accuracy.shown
    ]
    columns = ["spine_bend_from", "coverage", "accuracy", "low", "high", "n"]
    return pd.DataFrame(rows, columns=columns)


def drifts(looks: pd.DataFrame, cameras: Sequence[str], until: date) -> dict[str, Drift]:
    """Return for each camera how the last weeks compare with what came before, where that can be told."""
    known = looks[is_determinate(looks)]
    right = (known["technique"] == Technique.SPINE_BEND) == (known["answer"] == Answer.SPINE_BEND)
    found = {}
    for name in cameras:
        own = known["camera_id"] == name
        found[name] = drift(known.loc[own, "date"].map(date.fromisoformat), right[own], until)
    return {name: one for name, one in found.items() if one.n}


@dataclass(frozen=True)
class ShareCorrected:
    """The share of spine bends of some shifts, raw and corrected, and the lifts that it is of."""

    share: CorrectedShare
    judged: int


def corrected_share(metrics: pd.DataFrame, zones: Sequence[str], found: Accuracy) -> ShareCorrected | None:
    """Return the share of spine bends in the zones, raw and corrected; None without enough looks or lifts.

    Parameters
    ----------
    metrics
        Figures per shift with `METRIC_COLUMNS`; hidden ones count for nothing.
    """
    shown = metrics[(metrics["level"] == Level.ZONE) & (metrics["status"] == Shown.SHOWN)]
    counts = shown.loc[shown["zone"].isin(zones), ["spine_bends", "hip_hinges", "squats"]].sum()
    bends, judged = int(counts["spine_bends"]), int(counts.sum())
    share = corrected(bends, judged, found) if judged else None
    return None if share is None else ShareCorrected(share, judged)
