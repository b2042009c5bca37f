"""Hold the COCO keypoints of a model against those of another: ``python -m detectors.training.agree``.

Nobody marked these pictures: the other model, a stock one, stands for the truth. So the figures say what
training cost, not how good either is.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
from cyclopts import App, Parameter
from numpy.typing import NDArray

from detectors.decoding import VideoError
from detectors.model_files import WeightsError, find_weights
from detectors.pose import People, PoseSource, YoloPose
from detectors.training.predict import matches
from detectors.training.recipe import COCO_SIGMAS
from detectors.video import Reader

Array = NDArray[np.float64]

app = App(name="agree", help="Hold the COCO keypoints of a model against another's on real footage.")

SURE: Final = 0.5
"""Confidence from which on a person, or a keypoint, of the other model counts as there."""

FOUND: Final = 0.25
"""Confidence from which on the model has found a person, as when people are followed."""

FORMATS: Final = (".mp4", ".avi", ".mkv", ".mov", ".gif")


@app.default
def main(
    *,
    weights: str,
    against: str,
    clips: Path,
    image_size_px: int = 640,
    rate_hz: float = 1.0,
    as_json: Annotated[bool, Parameter(name="--json", negative=())] = False,
) -> int:
    """Print per clip and in all: people of the other model, share found, mean OKS of those found.

    Parameters
    ----------
    weights, against
        The model and the one that it is held against.
    clips
        Folder of clips, at any depth.
    image_size_px
        Of both models.
    rate_hz
        Pictures per second of video.
    as_json
        Write the whole report as JSON.
    """
    try:
        mine, other = (YoloPose(_found(name), image_size_px, "cpu") for name in (weights, against))
        paths = sorted(path for path in clips.rglob("*") if path.suffix in FORMATS)
        if not paths:
            raise WeightsError(f"{clips}: no clips, expected files that end in {', '.join(FORMATS)}")
        scores = {path.name: clip_oks(Reader(path, rate_hz), mine, other) for path in paths}
    except (WeightsError, VideoError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    report = {name: summary(oks) for name, oks in scores.items()}
    report["all"] = summary(np.concatenate(list(scores.values())))
    sys.stdout.write(json.dumps(report, indent=2) + "\n" if as_json else page(report, mine, other))
    return 0


def clip_oks(frames: Reader, mine: PoseSource, other: PoseSource) -> Array:
    """Return the OKS of each person whom the other model is sure of, shape (n,); NaN = not found."""
    per_frame = [frame_oks(mine.people(frame.image), other.people(frame.image)) for frame in frames]
    return np.concatenate([np.empty(0), *per_frame])


def frame_oks(mine: People, other: People) -> Array:
    """Return the OKS of the people of one picture, shape (n_other,); NaN = not found.

    Over the keypoints of which the other model is sure, relative to the area of its box.
    """
    sure = other.confidence >= SURE
    boxes, keypoints = other.box_px[sure], other.keypoints[sure]
    found = mine.confidence >= FOUND
    oks = np.full(len(boxes), np.nan)
    for theirs, ours in matches(boxes, mine.box_px[found]) if found.any() and sure.any() else []:
        marked = keypoints[theirs, :, 2] >= SURE
        if not marked.any():
            continue
        off_px = np.linalg.norm((mine.keypoints[found][ours] - keypoints[theirs])[:, :2], axis=1)
        area_px = float(np.prod(boxes[theirs, 2:] - boxes[theirs, :2]))
        allowed = 2.0 * area_px * (2.0 * np.array(COCO_SIGMAS)) ** 2
        oks[theirs] = np.exp(-(off_px**2) / allowed)[marked].mean()
    return oks


def summary(oks: Array) -> dict[str, Any]:
    """Return the number of people, the share of them found, and the mean OKS of those; None where nobody."""
    found = oks[np.isfinite(oks)]
    return {
        "people": len(oks),
        "found_share": len(found) / len(oks) if len(oks) else None,
        "oks": float(found.mean()) if len(found) else None,
    }


def page(report: dict[str, dict[str, Any]], mine: PoseSource, other: PoseSource) -> str:
    """Return the report as a Markdown table."""
    lines: Sequence[str] = [
        "| clip | people | found | OKS |",
        "| --- | --- | --- | --- |",
        *(
            f"| {name} | {row['people']} | {_three(row['found_share'])} | {_three(row['oks'])} |"
            for name, row in report.items()
        ),
        f"\n{mine.version} against {other.version}.",
    ]
    return "\n".join(lines) + "\n"


def _three(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _found(name: str) -> Path:
    path = find_weights(name, Path.cwd())
    if path is None:
        raise WeightsError(f"{name} is not on this machine, expected weights or their path")
    return path


if __name__ == "__main__":
    sys.exit(app())
