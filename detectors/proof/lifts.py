"""How well lifts of known truth were found, measured and judged.

The table has one row per true lift. Columns of the truth begin with ``true_``; the others are those of
the lift that was found in its place and of its judgement, null where none was (``found`` is False).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.stats import rankdata

from detectors.proof.association import auc, partial_correlation, slope
from detectors.proof.figures import RESAMPLES, SEED, Figure, resampled, share
from detectors.synthetic.truth import NEUTRAL_UP_TO_DEG, SPINE_BEND_FROM_DEG
from detectors.vocabulary import Technique

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

CLASS_FROM_DEG: Final = 0.5 * (NEUTRAL_UP_TO_DEG + SPINE_BEND_FROM_DEG)
"""The flexion whose exceedance ``p_spine_bend`` is the probability of."""

CONTROLS: Final = ("true_trunk_inclination_deg", "true_knee_flexion_deg", "true_neck_flexion_deg")
"""What goes along with flexion in practice: a measure of flexion must tell it with these held fixed."""

BANDS_DEG: Final = ((0.0, 30.0), (30.0, 45.0), (45.0, 60.0), (60.0, 90.0))
BINS: Final = 10
MARGINS_SE: Final = (0.0, 1.0, 1.5, 2.0, 3.0)


def groups(table: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Yield the lifts of each band of views, together and those seen from the front and from the rear.

    A band holds its upper end, the first one both; a lift seen exactly from the side is neither front nor
    rear. Groups without lifts are left out.
    """
    azimuth = table["true_azimuth_deg"].to_numpy(dtype=float)
    bands = [("all views", np.ones(len(table), dtype=np.bool_))]
    for low, high in BANDS_DEG:
        off = np.abs(azimuth)
        within = (off <= high) & ((off > low) | (low == 0.0))
        bands.append((f"{low:g}-{high:g} deg", within))
    for name, within in bands:
        for side, chosen in (
            ("", within),
            (", front", within & (azimuth > 0)),
            (", rear", within & (azimuth < 0)),
        ):
            if chosen.any():
                yield name + side, table[chosen]


def measured(table: pd.DataFrame) -> dict[str, Figure]:
    """Return how many lifts were found and how well their flexion was measured.

    Returns
    -------
    dict
        ``found``: share of all. Of the found whose flexion is known: ``mae_deg``, ``bias_deg`` (measured
        less true), ``auc`` of bends of at least 40 deg against backs of up to 25, ``slope`` of measured
        on true, ``partial_r`` of the ranks given trunk, knees and neck.
    """
    pair = _numbers(table, "spine_flexion_deg", "true_flexion_deg")
    return {
        "found": share(table["found"].to_numpy(dtype=np.bool_)),
        "mae_deg": resampled(lambda rows: float(np.mean(np.abs(rows[:, 0] - rows[:, 1]))), pair),
        "bias_deg": resampled(lambda rows: float(np.mean(rows[:, 0] - rows[:, 1])), pair),
        "auc": resampled(_auc, pair),
        "slope": resampled(lambda rows: slope(rows[:, 0], rows[:, 1]), pair),
        "partial_r": resampled(
            lambda rows: partial_correlation(rows[:, 0], rows[:, 1], rows[:, 2:]),
            _numbers(table, "spine_flexion_deg", "true_flexion_deg", *CONTROLS),
        ),
    }


def judged(table: pd.DataFrame) -> dict[str, Figure]:
    """Return how often lifts were judged, and how well.

    Returns
    -------
    dict
        ``determinate``: share of all lifts with a verdict; ``right``: share of these verdicts that are
        right on the spine, see `right_at`; ``ece``: calibration of ``p_spine_bend``, see
        `expected_calibration_error`; ``ece_by_chance``: what it would be of so many probabilities that
        are exactly right.
    """
    p = _numbers(table, "p_spine_bend", "true_flexion_deg")
    return {
        "determinate": share(determinate(table)),
        "right": right_at(table, 0.0)[1],
        "ece": resampled(
            lambda rows: expected_calibration_error(rows[:, 0], rows[:, 1] >= CLASS_FROM_DEG), p
        ),
        "ece_by_chance": calibration_error_by_chance(p[np.isfinite(p).all(axis=1), 0]),
    }


def right_at(table: pd.DataFrame, margin_se: float) -> tuple[Figure, Figure]:
    """Return coverage and accuracy of the verdicts that are at least a margin from their threshold.

    Of lifts that are truly bent or truly neutral; those between the two can't be judged right or wrong.
    A verdict is right if it says spine bend of a bent back and hip hinge or squat of a neutral one.
    """
    classed = table[table["true_technique"] != Technique.INDETERMINATE]
    covered = determinate(classed) & (_numbers(classed, "margin_se")[:, 0] >= margin_se)
    bend = (classed["technique"] == Technique.SPINE_BEND).to_numpy(dtype=np.bool_)
    truly = (classed["true_technique"] == Technique.SPINE_BEND).to_numpy(dtype=np.bool_)
    return share(covered), share((bend == truly)[covered])


def determinate(table: pd.DataFrame) -> Mask:
    """Return which lifts have a verdict, shape (n,)."""
    return (table["technique"].notna() & (table["technique"] != Technique.INDETERMINATE)).to_numpy(
        dtype=np.bool_
    )


def verdicts(table: pd.DataFrame) -> pd.DataFrame:
    """Return how many lifts of which truth got which verdict, shape (truths, verdicts + not_found).

    The true technique ``indeterminate`` is a back between neutral and bent: neither.
    """
    given = table["technique"].where(table["found"], "not_found")
    counts = pd.crosstab(table["true_technique"], given)
    names = [str(technique) for technique in Technique]
    return counts.reindex(index=names, columns=[*names, "not_found"], fill_value=0)


def expected_calibration_error(p: Array, truly: Mask) -> float:
    """Return how far the stated probability is off the share that came true, on average over the lifts.

    Parameters
    ----------
    p, truly
        Shape (n,). Ten bins of as many lifts each, by ``p``; lifts of the same ``p`` share a bin.
    """
    bins = np.floor(BINS * (rankdata(p) - 0.5) / len(p)).astype(np.int64)
    inside = [bins == number for number in np.unique(bins)]
    gaps = [rows.sum() * abs(p[rows].mean() - truly[rows].mean()) for rows in inside]
    return float(np.sum(gaps) / len(p))


def calibration_error_by_chance(p: Array) -> Figure:
    """Return the error, as `expected_calibration_error`, where each of ``p``, (n,), is exactly right.

    The mean over outcomes drawn by ``p``, and the range of 95 % of them: few lifts never come true as often
    as they should, so that an error within the range is no sign of a wrong probability.
    """
    if not len(p):
        return Figure(np.nan, np.nan, np.nan, 0)
    outcomes = np.random.default_rng(SEED).random((RESAMPLES, len(p))) < p
    errors = np.array([expected_calibration_error(p, outcome) for outcome in outcomes])
    low, high = np.quantile(errors, [0.025, 0.975]).tolist()
    return Figure(float(errors.mean()), low, high, len(p))


def _auc(rows: Array) -> float | None:
    found, true = rows.T
    return auc(found[true >= SPINE_BEND_FROM_DEG], found[true <= NEUTRAL_UP_TO_DEG])


def _numbers(table: pd.DataFrame, *names: str) -> Array:
    return table[list(names)].to_numpy(dtype=float, na_value=np.nan)
