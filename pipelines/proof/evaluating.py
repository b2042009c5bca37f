"""The command that holds what is found against what is known: labels by people, or rendered lifts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cyclopts import Parameter


@Parameter(name="*")
@dataclass(frozen=True)
class Proof:
    """A grid of rendered lifts instead of labels, and what to write of it.

    Attributes
    ----------
    grid
        Folder of rendered lifts with their truth, instead of labels and footage. May be said several times:
        then the flexion in each is by a calibration that is fitted on the others.
    back
        Weights of the back for the grid; those that come with the package if nothing is said.
    table
        Write the lifts to this CSV file, one row each.
    fit
        Fit the calibration of the back on all lifts and write it to this file.
    """

    grid: tuple[Path, ...] = ()
    back: Path | None = None
    table: Path | None = None
    fit: Path | None = None


LABELS: Final = Proof()


def evaluate(
    labels: Path | None = None,
    footage: Path | None = None,
    *,
    weights: str | None = None,
    proof: Proof = LABELS,
) -> int:
    """Compare the lifts found with those that a person labelled, or with rendered ones, as Markdown.

    Parameters
    ----------
    labels
        CSV with file, start_s, grasp_s, end_s; a clip without lifts has one row with empty times.
    footage
        Folder with the clips.
    weights
        Pose weights: a name or a path; those that come with the package if nothing is said.
    """
    if proof.grid and not labels:
        from pipelines.proof import prove

        return prove.run(prove.Request(proof.grid, weights, proof.back, proof.table, proof.fit))
    from pipelines.clips.analyse import warn
    from pipelines.proof import evaluate as labelled

    if labels and footage and proof == LABELS:
        return labelled.run(labels, footage, weights)
    warn("evaluate: expected LABELS and FOOTAGE, or --grid DIR alone; --back, --table, --fit go with --grid")
    return 1
