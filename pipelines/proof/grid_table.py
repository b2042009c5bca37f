"""A table with one row per lift of known truth: what is true of it, and what was found in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from pydantic import TypeAdapter, ValidationError

from detectors.evaluation import match
from detectors.video import VideoError, probe
from detectors.vocabulary import Technique
from pipelines.clips.clip import CLIP_LIFTS, measure_clip
from pipelines.clips.models import Sources
from pipelines.clips.progress import progress_bar
from pipelines.judging.policy import NamedPolicy

MEASURED: Final = tuple(name for name in CLIP_LIFTS.names if name != "file")


class GridError(ValueError):
    """The grid can't be used; the message is one sentence."""


@dataclass(frozen=True)
class TrueLift:
    """What is true of the one lift of a clip; angles of the posture at the grasp.

    Attributes
    ----------
    azimuth_deg
        Of the camera off the side view: positive before the person, negative behind.
    lumbar_change_deg, thoracic_change_deg
        Flexion at the grasp less that of standing.
    """

    azimuth_deg: float
    elevation_deg: float
    start_s: float
    grasp_s: float
    end_s: float
    lumbar_change_deg: float
    thoracic_change_deg: float
    technique: Technique
    knee_flexion_deg: float
    trunk_inclination_deg: float
    neck_flexion_deg: float
    head_pitch_deg: float
    person_height_px: float


def read_grid(folder: Path) -> dict[Path, TrueLift]:
    """Return the truth of each clip of a folder, in the order of their names.

    Raises
    ------
    GridError
        If there is no truth, or one can't be read, or lacks its clip.
    """
    paths = sorted(folder.glob("lift_*.json"))
    if not paths:
        raise GridError(f"{folder}: no lift_*.json in it, expected a folder of clips with their truth")
    grid = {}
    for path in paths:
        clip = path.with_suffix(".mp4")
        if not clip.exists():
            raise GridError(f"{path}: no {clip.name} beside it, expected the clip of this truth")
        try:
            grid[clip] = TypeAdapter(TrueLift).validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise GridError(f"{path}: can't be read as the truth of a lift: {_first_fault(error)}") from None
    return grid


def measure_grid(
    grid: dict[Path, TrueLift], sources: Sources, policy: NamedPolicy, complain: Callable[[str], None]
) -> pd.DataFrame:
    """Return one row per clip that can be read.

    Returns
    -------
    pd.DataFrame
        ``clip``; the fields of `TrueLift` with ``true_`` before them, and ``true_flexion_deg``, lumbar and
        thoracic change together; ``found``; the columns of `CLIP_LIFTS` of the lift, lowering or bend that
        overlaps the true lift by at least half, null where there is none.
    """
    rows = []
    for i, (clip, truth) in enumerate(grid.items(), start=1):
        try:
            info = probe(clip)
            with progress_bar(f"{i} of {len(grid)}: {clip.name}", info.declared_s) as note:
                # The site file tells a camera's pitch; here the truth does.
                lifts = measure_clip(clip, info, sources, policy, note, truth.elevation_deg).lifts
        except VideoError as error:
            complain(str(error))
            continue
        rows.append(row_of(clip.name, truth, lifts))
    return grid_table(rows)


def row_of(clip: str, truth: TrueLift, lifts: pd.DataFrame) -> dict[str, Any]:
    """Return the row of one clip with the lifts found in it."""
    pairs = match(np.array([[truth.start_s, truth.end_s]]), lifts[["start_s", "end_s"]].to_numpy(dtype=float))
    row: dict[str, Any] = {"clip": clip, **{f"true_{name}": value for name, value in vars(truth).items()}}
    row |= {
        "true_technique": str(truth.technique),
        "true_flexion_deg": truth.lumbar_change_deg + truth.thoracic_change_deg,
        "found": len(pairs) > 0,
    }
    for _, found in pairs:
        row |= {name: lifts[name].iloc[int(found)] for name in MEASURED}
    return row


def grid_table(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return rows of `row_of` as a table that has all columns, also where nothing was found."""
    true = [f"true_{name}" for name in TrueLift.__dataclass_fields__]
    return pd.DataFrame(rows, columns=["clip", *true, "true_flexion_deg", "found", *MEASURED])


def _first_fault(error: OSError | ValidationError) -> str:
    if isinstance(error, OSError):
        return str(error.strerror)
    fault = error.errors()[0]
    return f"{'.'.join(str(part) for part in fault['loc']) or 'it'}: {fault['msg']}"
