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

from detectors.back_pose import BackSource, YoloBack
from detectors.embedded import embedded_back
from detectors.pose import PoseSource
from detectors.proof.fit import fit_back
from pipelines.analyse import warn
from pipelines.clip_models import Sources, yolo
from pipelines.grid_table import GridError, measure_grid, read_grid
from pipelines.policy import load_policy
from pipelines.proof_page import proof_page
from pipelines.versions import code_version
from pipelines.whole_files import replace_file


@dataclass(frozen=True)
class Request:
    """What to prove, and on what.

    Attributes
    ----------
    grid
        Folder of clips of one lift each with their truth.
    weights
        Name or path of the pose weights; None for the usual ones.
    back
        Weights of the back; None for those that come with the package.
    table
        Where to write the table with one row per lift, as CSV.
    fit
        Where to write a calibration that is fitted on these lifts.
    """

    grid: Path
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
        grid = read_grid(request.grid)
        back = request.back or embedded_back()
        sources = Sources(
            make_source(request.weights, "cpu"), None if back is None else make_back(back, "cpu")
        )
        table = measure_grid(grid, sources, load_policy(None), warn)
        sys.stdout.write("\n".join([*proof_page(table), *_footer(table, sources.version)]) + "\n")
        if request.table:
            _write(request.table, table.to_csv(index=False))
        if request.fit:
            _write(request.fit, _fitted(request, table, sources.version, back))
    except GridError as error:
        warn(str(error))
        return 1
    return int(len(table) < len(grid))


def _fitted(request: Request, table: pd.DataFrame, model_version: str, back: Path | None) -> str:
    """Return a calibration that is fitted on the lifts, as JSON."""
    if back is None:
        raise GridError("no weights of the back to fit a calibration for, expected --back FILE")
    with back.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    provenance = f"{len(table)} rendered lifts, {model_version}, code {code_version()}"
    try:
        return json.dumps(asdict(fit_back(table, digest, provenance)), indent=1) + "\n"
    except ValueError as error:
        raise GridError(f"{request.grid}: {error}") from None


def _write(path: Path, content: str) -> None:
    try:
        replace_file(path, content.encode())
    except OSError as error:
        raise GridError(f"{path}: can't be written: {error.strerror}") from None


def _footer(table: pd.DataFrame, model_version: str) -> Iterator[str]:
    rates = ", ".join(f"{rate:g}" for rate in sorted(table["analysis_rate_hz"].dropna().unique()))
    yield (
        f"\n{len(table)} lifts at {rates or '-'} Hz, {model_version}, code {code_version()}, "
        f"policy {load_policy(None).policy_id}, Python {platform.python_version()}, "
        f"{platform.system()} {platform.machine()}."
    )
