"""Hold ways of reading against each other: what each costs per hour of film, and what it finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.intervals import overlap
from detectors.vocabulary import Technique

Array = NDArray[np.float64]
Result = Mapping[str, Any]

WHOLE: Final = ("ours", "exhaustive", "exhaustive_torch")
"""Ways of reading that see all visits; the others see some of them."""

LEAST_OVERLAP: Final = 0.5
"""Intersection over union from which two lifts are the same."""


def table(results: Sequence[Result], stretches: Array) -> pd.DataFrame:
    """Return one row per way of reading, held against the exhaustive one.

    Parameters
    ----------
    results
        What `benchmarks.contender` printed, the exhaustive one among them.
    stretches
        What the rivals were timed on, shape (n, 2), seconds.
    """
    whole = lifts_of(next(one for one in results if one["name"] == "exhaustive"))
    return pd.DataFrame([_row(one, whole, stretches) for one in results])


def summary(rows: pd.DataFrame) -> dict[str, float | str]:
    """Return the figures that are asked for: speeds in seconds of the processor."""
    ours = rows[rows["name"] == "ours"].iloc[0].to_dict()
    cost = dict(zip(rows["name"], rows["cpu_s_per_video_h"].astype(float), strict=True))
    return {
        "speedup_vs_track": cost["track"] / cost["ours"],
        "speedup_vs_exhaustive": cost["exhaustive"] / cost["ours"],
        "ratio_to_decode": cost["ours"] / cost["decode"],
        "lifts_found": int(ours["found"]),
        "lifts_exhaustive": int(ours["of_exhaustive"]),
        "technique_agreement": float(ours["same_technique"]),
        "lifts_determinate": int(ours["determinate"]),
        "largest_timing_error_s": float(ours["timing_error_s"]),
        "peak_mib": float(ours["peak_mib"]),
        "notes": str(ours["notes"]),
    }


def against_all_digits(results: Sequence[Result]) -> dict[str, float]:
    """Return how ours agrees with the exhaustive reading by PyTorch: what fewer digits cost as well."""
    named = {str(one["name"]): one for one in results}
    whole = lifts_of(named.get("exhaustive_torch", named["exhaustive"]))
    found = lifts_of(named["ours"])
    pairs = same_lifts(whole, found)
    return {
        "lifts_found_torch": len(pairs),
        "lifts_exhaustive_torch": len(whole),
        "technique_agreement_torch": _same_technique(whole, found, pairs),
        "lifts_determinate_torch": len(_determinate(whole, pairs)),
    }


def lifts_of(result: Result) -> pd.DataFrame:
    """Return the lifts of a result; of one that only counts there are none with times."""
    frame = pd.DataFrame(result["lifts"], columns=["start_s", "grasp_s", "end_s", "technique"])
    return frame[frame["start_s"].notna()].reset_index(drop=True)


def _row(one: Result, whole: pd.DataFrame, stretches: Array) -> dict[str, Any]:
    found, hours = lifts_of(one), float(one["timed_s"]) / 3600.0
    # A way of reading that was timed on a part is held against the lifts of that part.
    due = whole if one["name"] in WHOLE else _inside(whole, stretches)
    pairs = same_lifts(due, found)
    return {
        "name": one["name"],
        "wall_s_per_video_h": float(one["wall_s"]) / hours,
        "cpu_s_per_video_h": float(one["cpu_s"]) / hours,
        "timed_s": float(one["timed_s"]),
        "peak_mib": float(one["peak_mib"]),
        "counted": len(one["lifts"]),
        "found": len(pairs),
        "of_exhaustive": len(due),
        "timing_error_s": _timing_error_s(due, found, pairs),
        "same_technique": _same_technique(due, found, pairs),
        "determinate": len(_determinate(due, pairs)),
        "notes": "; ".join(one.get("notes", ())),
    }


def same_lifts(ones: pd.DataFrame, others: pd.DataFrame) -> list[tuple[int, int]]:
    """Return the rows of two tables that are the same lift, best overlap first, each used once."""
    if ones.empty or others.empty:
        return []
    common = overlap(*(rows[["start_s", "end_s"]].to_numpy(dtype=float) for rows in (ones, others)))
    pairs = []
    while common.max() >= LEAST_OVERLAP:
        i, j = np.unravel_index(int(common.argmax()), common.shape)
        pairs.append((int(i), int(j)))
        common[i, :], common[:, j] = 0.0, 0.0
    return pairs


def _inside(lifts: pd.DataFrame, stretches: Array) -> pd.DataFrame:
    within = [
        bool(((stretches[:, 0] <= start_s) & (end_s <= stretches[:, 1])).any())
        for start_s, end_s in zip(lifts["start_s"], lifts["end_s"], strict=True)
    ]
    return lifts[np.array(within, dtype=bool)].reset_index(drop=True)


def _timing_error_s(ones: pd.DataFrame, others: pd.DataFrame, pairs: Sequence[tuple[int, int]]) -> float:
    """Return the largest error of a start or an end; NaN without a pair."""
    errors = [
        abs(float(ones[name].iloc[i]) - float(others[name].iloc[j]))
        for i, j in pairs
        for name in ("start_s", "end_s")
    ]
    return max(errors, default=float("nan"))


def _same_technique(ones: pd.DataFrame, others: pd.DataFrame, pairs: Sequence[tuple[int, int]]) -> float:
    """Return the share of the determinate lifts whose technique is the same; NaN without any."""
    same = [ones["technique"].iloc[i] == others["technique"].iloc[j] for i, j in _determinate(ones, pairs)]
    return float(np.mean(same)) if same else float("nan")


def _determinate(ones: pd.DataFrame, pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the pairs whose first lift has a verdict."""
    return [(i, j) for i, j in pairs if ones["technique"].iloc[i] != Technique.INDETERMINATE]
