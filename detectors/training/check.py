"""Hold a trained model against true points and angles: ``python -m detectors.training.check``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table

from detectors.back_pose import YoloBack
from detectors.model_files import WeightsError, model_version
from detectors.training.folder import FolderError, data_sha256, read_folder
from detectors.training.predict import BackPose, looked_again, predicted
from detectors.training.scores import back_scores, keypoint_errors
from detectors.training.truths import read_truths

app = App(name="check", help="Hold a trained model against true points and angles.")


@app.default
def main(
    *,
    weights: Path,
    data: Path,
    crops: Path | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative=())] = False,
) -> int:
    """Report how far off the keypoints are and how well the back is measured.

    Parameters
    ----------
    weights
        Weights of 22 keypoints.
    data
        Folder of pictures with a manifest; those for validation are used.
    crops
        Weights for crops along the trunk: the back is then read by them, around the people that ``weights``
        finds.
    as_json
        Write the whole report as JSON.
    """
    try:
        report = check(weights, data, crops)
    except (FolderError, WeightsError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    if as_json:
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
    else:
        Console().print(error_table(report), back_table(report))
    return 0


def check(weights: Path, data: Path, crops: Path | None = None) -> dict[str, Any]:
    """Return what `keypoint_errors` and `back_scores` say of a model, or of two, and what they rest on.

    Raises
    ------
    FolderError
        If the pictures, labels or manifest can't be used.
    WeightsError
        If the weights can't.
    """
    folder = read_folder(data)
    truths = read_truths(folder)
    if not truths:
        raise FolderError(f"{data}: nobody is labelled in the pictures for validation, expected somebody")
    found = predicted(BackPose(weights), truths)
    if crops:
        found = looked_again(found, truths, YoloBack(crops, "cpu"))
    return {
        "weights": "+".join(model_version(file) for file in (weights, crops) if file),
        "data_sha256": data_sha256(folder),
        "pictures": len(folder.val),
        "people": len(truths),
        "people_found_share": float(np.isfinite(found).all(axis=(1, 2)).mean()),
        "keypoint_error_stature": keypoint_errors(truths, found),
        "back": back_scores(truths, found),
    }


def error_table(report: dict[str, Any]) -> Table:
    """Return the median errors in percent of stature, a row per keypoint, a column per view."""
    errors = report["keypoint_error_stature"]
    views = list(dict.fromkeys(view for by_view in errors.values() for view in by_view))
    table = Table("keypoint", *views, title="Median error, % of stature")
    for name, by_view in errors.items():
        cells = (f"{100 * by_view[view]['median']:.2f}" if view in by_view else "" for view in views)
        table.add_row(name, *cells)
    return table


def back_table(report: dict[str, Any]) -> Table:
    """Return how well each measure tells flexion, and in brackets how well the true points would."""
    table = Table("view", "measure", "n", "slope", "partial r", "AUC", title="The back (true points)")
    for view, by_measure in report["back"].items():
        for name, scores in by_measure.items():
            found, ideal = scores["found"], scores["true_points"]
            pairs = [f"{_number(found[key])} ({_number(ideal[key])})" for key in ("partial_r", "auc")]
            table.add_row(view, name, f"{found['n']:.0f}", _number(found["slope"]), *pairs)
    return table


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


if __name__ == "__main__":
    sys.exit(app())
