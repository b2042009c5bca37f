"""Hold the whole pipeline against lifts of known truth, and fit the calibration of the back on them."""

from __future__ import annotations

import hashlib
import json
import platform
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pandas as pd

from detectors.back_calibration import CalibrationError
from detectors.back_pose import BackSource, YoloBack
from detectors.embedded import embedded_back
from detectors.pose import PoseSource
from detectors.proof.crossed import crossed, pooled
from detectors.proof.fit import fit_back
from pipelines.clips.analyse import warn
from pipelines.clips.models import Sources, yolo
from pipelines.judging.policy import load_policy
from pipelines.proof.grid_table import GridError, measure_grid, read_grid
from pipelines.proof.page import proof_page
from pipelines.storage.whole_files import replace_file
from pipelines.versions import code_version


@dataclass(frozen=True)
class Request:
    """What to prove, and on what.

    Attributes
    ----------
    grids
        Folders of clips of one lift each with their truth. The flexion of several is by cross-fitting: each
        grid's by a calibration that was fitted on the others, whatever lies beside the weights.
    weights
        Name or path of the pose weights; None for the usual ones.
    back
        Weights of the back; None for those that come with the package.
    table
        Where to write the table with one row per lift, as CSV.
    fit
        Where to write a calibration that is fitted on all these lifts.
    """

    grids: tuple[Path, ...]
    weights: str | None = None
    back: Path | None = None
    table: Path | None = None
    fit: Path | None = None


def run(
    request: Request,
    make_source: Callable[[str | None, str], PoseSource] = yolo,
    make_back: Callable[[Path, str], BackSource] = YoloBack,
) -> int:
    """Print as Markdown what the lifts of a grid prove; return 1 if something can't be read or fitted."""
    try:
        grids = [read_grid(folder) for folder in request.grids]
        back = request.back or embedded_back()
        sources = Sources(
            make_source(request.weights, "cpu"), None if back is None else make_back(back, "cpu")
        )
        policy = load_policy(None)
        tables = [measure_grid(grid, sources, policy, warn) for grid in grids]
        table = pooled(tables)
        if len(tables) > 1:
            table = crossed(tables, policy.policy, *_weights_of(table, sources.version, back))
        sys.stdout.write("\n".join([*proof_page(table), *_footer(table, len(grids), sources.version)]) + "\n")
        if request.table:
            _write(request.table, table.to_csv(index=False))
        if request.fit:
            _write(request.fit, _fitted(table, sources.version, back))
    except (GridError, CalibrationError) as error:
        warn(str(error))
        return 1
    return int(len(table) < sum(len(grid) for grid in grids))


def _fitted(table: pd.DataFrame, model_version: str, back: Path | None) -> str:
    """Return a calibration that is fitted on the lifts, as JSON."""
    return json.dumps(asdict(fit_back(table, *_weights_of(table, model_version, back))), indent=1) + "\n"


def _weights_of(table: pd.DataFrame, model_version: str, back: Path | None) -> tuple[str, str]:
    """Return the digest of the weights of the back and the provenance of a calibration for them."""
    if back is None:
        raise GridError("no weights of the back to fit a calibration for, expected --back FILE")
    with back.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return digest, f"{len(table)} rendered lifts, {model_version}, code {code_version()}"


def _write(path: Path, content: str) -> None:
    try:
        replace_file(path, content.encode())
    except OSError as error:
        raise GridError(f"{path}: can't be written: {error.strerror}") from None


def _footer(table: pd.DataFrame, grids: int, model_version: str) -> Iterator[str]:
    if grids > 1:
        yield f"\n{grids} grids: the flexion in each is by a calibration fitted on the others."
    rates = ", ".join(f"{rate:g}" for rate in sorted(table["analysis_rate_hz"].dropna().unique()))
    yield (
        f"\n{len(table)} lifts at {rates or '-'} Hz, {model_version}, code {code_version()}, "
        f"policy {load_policy(None).policy_id}, Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}."
    )
