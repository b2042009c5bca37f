"""What a grid of lifts of known truth proves, as tables in Markdown."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Final

import pandas as pd

from detectors.proof.figures import Figure
from detectors.proof.lifts import MARGINS_SE, groups, judged, measured, right_at, verdicts

MEASURED: Final = {
    "found": ("found", 2),
    "mae_deg": ("mean error (deg)", 1),
    "bias_deg": ("bias (deg)", 1),
    "auc": ("AUC, bent over neutral", 2),
    "slope": ("slope on the truth", 2),
    "partial_r": ("partial r", 2),
}
JUDGED: Final = {
    "determinate": ("with a verdict", 2),
    "right": ("right", 2),
    "ece": ("calibration error", 2),
    "ece_by_chance": ("by chance alone", 2),
}


def proof_page(table: pd.DataFrame) -> Iterator[str]:
    """Yield the lines of the page for a table with one row per true lift, see `proof.lifts`."""
    some = list(groups(table))
    yield "Each figure with its 95 % interval and its number of lifts.\n"
    yield "Flexion: measured against the truth.\n"
    yield from _rows(["view", *(head for head, _ in MEASURED.values())])
    for name, lifts in some:
        figures = measured(lifts)
        yield _line([name, *(_cell(figures[key], digits) for key, (_, digits) in MEASURED.items())])
    yield (
        "\nMean error: of the size. AUC: flexion of at least 40 deg over at most 25. "
        "Partial r: of the ranks, given trunk, knees and neck.\n"
    )
    yield "Verdicts.\n"
    yield from _rows(["view", *(head for head, _ in JUDGED.values())])
    for name, lifts in some:
        figures = judged(lifts)
        yield _line([name, *(_cell(figures[key], digits) for key, (_, digits) in JUDGED.items())])
    yield "\nRight: bent or not, of verdicts on backs that are truly bent or neutral. "
    yield "By chance alone: the calibration error of so many probabilities that are exactly right.\n"
    yield "Right verdicts and, after the stroke, share of lifts covered, where a margin is asked for.\n"
    yield from _rows(["view", *(f"{margin:g} standard errors" for margin in MARGINS_SE)])
    for name, lifts in some:
        pairs = [right_at(lifts, margin) for margin in MARGINS_SE]
        yield _line([name, *(f"{_cell(right, 2)} / {_cell(covered, 2)}" for covered, right in pairs)])
    yield "\nTrue technique (indeterminate: between neutral and bent) and the verdicts on it.\n"
    heads = list(verdicts(table).columns)
    yield from _rows(["view", "truth", *heads])
    for name, lifts in some:
        for truth, counts in verdicts(lifts).iterrows():
            if counts.sum():
                yield _line([name, str(truth), *(str(count) for count in counts)])


def _rows(heads: Iterable[str]) -> Iterator[str]:
    heads = list(heads)
    yield from (_line(heads), _line(["---"] * len(heads)))


def _cell(figure: Figure, digits: int) -> str:
    if math.isnan(figure.value):
        return f"- ({figure.n})"
    low, high = ("?" if math.isnan(end) else f"{end:.{digits}f}" for end in (figure.low, figure.high))
    return f"{figure.value:.{digits}f} [{low}, {high}] ({figure.n})"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
