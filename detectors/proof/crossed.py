"""Lifts of several grids, the flexion of each grid by a calibration that was fitted on the others.

So every lift serves the proof, and none is measured by a line that it has helped to draw.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from detectors.back_calibration import BackCalibration
from detectors.proof.fit import fit_back
from detectors.ski_pole import COLUMNS, SHAPES
from detectors.technique import Policy, judge

MEASURES: Final = ["view_yaw_deg", *(name for pair in COLUMNS for name in pair), *SHAPES]
JUDGED: Final = ("technique", "p_spine_bend", "reason", "leg_pattern", "margin_se")


def crossed(
    tables: Sequence[pd.DataFrame], policy: Policy, weights_sha256: str, provenance: str
) -> pd.DataFrame:
    """Return all lifts with their flexion, and the verdict on it, by the calibration of the other grids.

    Parameters
    ----------
    tables
        One per grid, at least two, with one row per true lift: see `proof.lifts`.
    policy
        Judges the lifts anew.
    weights_sha256, provenance
        Of the weights that saw the backs, and what the tables were measured on.

    Raises
    ------
    CalibrationError
        If the others of a grid are too few for a calibration.
    """
    parts = []
    for i, table in enumerate(tables):
        others = pooled([other for j, other in enumerate(tables) if j != i])
        parts.append(judged_by(table, fit_back(others, weights_sha256, provenance), policy))
    return pooled(parts)


def pooled(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the lifts of several grids in one table, their clips with the number of the grid."""
    numbered = [table.assign(clip=f"{i}/" + table["clip"]) for i, table in enumerate(tables)]
    return pd.concat(numbered, ignore_index=True) if len(numbered) > 1 else tables[0]


def judged_by(table: pd.DataFrame, calibration: BackCalibration, policy: Policy) -> pd.DataFrame:
    """Return a table with flexion and verdict of the lifts that were found by another calibration."""
    found = table["found"].to_numpy(dtype=np.bool_)
    rows: list[dict[str, float]] = table.loc[found, MEASURES].astype(float).to_dict("records")  # type: ignore[assignment]
    flexions = [calibration.flexion_deg(row, row["view_yaw_deg"]) for row in rows]
    out = table.copy()
    out.loc[found, ["spine_flexion_deg", "spine_flexion_se_deg"]] = np.array(flexions).reshape(-1, 2)
    verdicts = judge(out[found], policy)
    for name in JUDGED:
        out[name] = out[name].astype(verdicts[name].dtype)
        out.loc[found, name] = verdicts[name].to_numpy()
    return out
