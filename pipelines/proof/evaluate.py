"""Compare the lifts that are found with those that a person labelled, clip by clip."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from detectors.back_pose import BackSource
from detectors.evaluation import LEAST_IOU, SPINE, TIMES, Score, Verdicts, pooled, score, verdicts, wilson
from detectors.pose import PoseSource
from detectors.video import VideoError, probe
from detectors.vocabulary import LiftKind
from pipelines.clips.analyse import warn
from pipelines.clips.clip import RATE_HZ, measure_clip
from pipelines.clips.models import Sources, yolo, yolo_back
from pipelines.clips.progress import progress_bar
from pipelines.judging.policy import NamedPolicy, load_policy
from pipelines.versions import code_version

COLUMNS: Final = (
    *("clip", "labelled", "found", "matched", "missed", "extra"),
    *("start error (s)", "grasp error (s)", "end error (s)", "technique", "bends"),
    "spine: right / wrong / open",
)
COLUMNS_CSV: Final = ["file", *TIMES, "spine"]


class LabelsError(ValueError):
    """The labels can't be used; the message is one sentence."""


@dataclass(frozen=True)
class Compared:
    """One clip: how its lifts compare, the techniques of those found, and the bends without a load."""

    name: str
    score: Score
    techniques: pd.Series
    bends: int
    verdicts: Verdicts


def run(
    labels_csv: Path,
    footage: Path,
    weights: str | None,
    make_source: Callable[[str | None, str], PoseSource] = yolo,
    make_back: Callable[[str], BackSource | None] = yolo_back,
) -> int:
    """Print a Markdown table of what was found against the labels; return 1 if a clip is missing or broken.

    Parameters
    ----------
    labels_csv
        Columns file, start_s, grasp_s, end_s and perhaps spine (bent, neutral or empty); a clip without lifts
        has one row with empty times.
    footage
        Folder below which the clips lie, at any depth.
    weights
        Name or path of the pose weights; None for those that come with the package.
    make_source
        Makes the pose model from weights and device.
    make_back
        Makes the model of the back for a device, or None for no look at backs.
    """
    try:
        labels = read_labels(labels_csv)
    except LabelsError as error:
        warn(str(error))
        return 1
    sources, policy = Sources(make_source(weights, "cpu"), make_back("cpu")), load_policy(None)
    compared = []
    for name, rows in labels.groupby("file", sort=False):
        try:
            path = find_clip(str(name), footage)
            compared.append(_compare(path, rows.dropna(subset=list(TIMES)), sources, policy))
        except (LabelsError, VideoError) as error:
            warn(str(error))
    sys.stdout.write("\n".join(_page(compared, sources.version, policy.policy_id)) + "\n")
    return int(len(compared) < labels["file"].nunique())


def read_labels(path: Path) -> pd.DataFrame:
    """Return the labels of a CSV file; NaN times for a clip without lifts, null spine where nobody said.

    Raises
    ------
    LabelsError
        If the file is missing, lacks a column, or has a row whose times are not in order.
    """
    try:
        labels = pd.read_csv(path, dtype={"file": str, "spine": str} | dict.fromkeys(TIMES, float))
    except (OSError, ValueError) as error:
        raise LabelsError(f"{path}: can't be read as labels: {str(error).splitlines()[0]}") from error
    if list(labels.columns) not in (COLUMNS_CSV, COLUMNS_CSV[:-1]):
        found = ", ".join(labels.columns)
        raise LabelsError(
            f"{path}: the columns are {found}, expected {', '.join(COLUMNS_CSV[:-1])} and perhaps spine"
        )
    labels = labels.reindex(columns=COLUMNS_CSV)
    if unknown := sorted(set(labels["spine"].dropna()) - set(SPINE)):
        raise LabelsError(f"{path}: spine is {unknown[0]!r}, expected {', '.join(SPINE)} or nothing")
    empty = labels[list(TIMES)].isna().all(axis=1)
    ordered = (labels["start_s"] < labels["grasp_s"]) & (labels["grasp_s"] < labels["end_s"])
    if not (bad := labels[~(empty | ordered) | labels["file"].isna()]).empty:
        raise LabelsError(
            f"{path}: line {bad.index[0] + 2}: expected a file and start < grasp < end, or no times"
        )
    return labels


def find_clip(name: str, footage: Path) -> Path:
    """Return the one file of that name below a folder.

    Raises
    ------
    LabelsError
        If there is none, or more than one.
    """
    found = sorted(path for path in footage.rglob("*") if path.name == name)
    if len(found) != 1:
        raise LabelsError(f"{name}: {len(found)} files of that name below {footage}, expected one")
    return found[0]


def _compare(path: Path, labelled: pd.DataFrame, sources: Sources, policy: NamedPolicy) -> Compared:
    info = probe(path)
    with progress_bar(f"reading {path.name}", info.declared_s) as note:
        rows = measure_clip(path, info, sources, policy, note).lifts
    lifts = rows[rows["kind"] != LiftKind.BEND]
    agreement = verdicts(labelled, lifts)
    return Compared(path.name, score(labelled, lifts), lifts["technique"], len(rows) - len(lifts), agreement)


def _page(compared: Sequence[Compared], model_version: str, policy_id: str) -> Iterable[str]:
    yield from (_line(COLUMNS), _line(["---"] * len(COLUMNS)))
    yield from (_line(_cells(clip)) for clip in compared)
    together = pooled([clip.score for clip in compared])
    if len(compared) > 1:
        techniques = pd.concat([clip.techniques for clip in compared])
        bends, agreement = sum(clip.bends for clip in compared), _agreement(compared)
        yield _line(_cells(Compared("**all**", together, techniques, bends, agreement)))
    if together.labelled:
        share, (low, high) = together.matched / together.labelled, wilson(together.matched, together.labelled)
        yield (
            f"\nMatched {together.matched} of {together.labelled} labelled lifts: {share:.3f} "
            f"(95 % Wilson interval {low:.3f} to {high:.3f})."
        )
    if (said := _agreement(compared)).labelled:
        answered = said.right + said.wrong
        yield (
            f"\nOf {said.labelled} matched lifts with a labelled spine {answered} got a verdict "
            f"({answered / said.labelled:.0%}); {said.right} are right, {said.wrong} wrong."
        )
    yield f"\nMatched: intersection over union of at least {LEAST_IOU:g}. Errors: mean / largest."
    yield (
        f"\n{RATE_HZ:g} Hz, {model_version}, code {code_version()}, policy {policy_id}, "
        f"Python {platform.python_version()}, {platform.system()} {platform.machine()}."
    )


def _cells(clip: Compared) -> list[str]:
    s = clip.score
    errors = [
        f"{mean:.2f} / {largest:.2f}" if s.matched else "-"
        for mean, largest in zip(s.mean_error_s, s.largest_error_s, strict=True)
    ]
    counts = [str(count) for count in (s.labelled, s.found, s.matched, s.missed, s.extra)]
    techniques = ", ".join(f"{name} {count}" for name, count in clip.techniques.value_counts().items())
    v = clip.verdicts
    spine = f"{v.right} / {v.wrong} / {v.indeterminate}" if v.labelled else "-"
    return [clip.name, *counts, *errors, techniques or "-", str(clip.bends), spine]


def _agreement(compared: Sequence[Compared]) -> Verdicts:
    return sum((clip.verdicts for clip in compared), Verdicts())


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
