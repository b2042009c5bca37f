"""What `doctor --optimise` does: make the site's pose model over for this machine."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from pebble import ProcessExpired, ProcessPool
from rich.console import Console
from rich.table import Table
from rich.text import Text

from detectors.model_files import WeightsError, resolve_weights
from detectors.openvino_network import engine_version
from detectors.optimised import RECORD, Measured, Record, optimised_folder
from pipelines.examination.cameras import camera_files
from pipelines.nights.lock import NightUnderWayError, under_way, under_way_since
from pipelines.optimising.pictures import Source, by_turns
from pipelines.optimising.trying import Trial, tried
from pipelines.sites.site import Site, load_site
from pipelines.storage.whole_files import replace_file
from pipelines.supply.trusted_weights import trusted

LIMIT_S: Final = 3600.0
FILES: Final = 40
"""Newest recordings of each camera that are looked into."""

ON_PROCESSOR_ONLY: Final = (
    "[pose] device is {device!r}: the optimised model runs on the processor only. TensorRT would be the way "
    "for a graphics card; it is not offered, since nobody has tried it here"
)


def optimise(site_file: Path) -> int:
    """Print what each way of running the pose model takes and gives; keep the fastest that is alike enough.

    Raises
    ------
    WeightsError
        If the model or what it is measured on can't be had, or can't be kept.
    NightUnderWayError
        While a night is at work: it would lose the model that it uses, and take the time that is measured.
    """
    console, site = Console(), load_site(site_file)
    if since := under_way_since(site):
        raise NightUnderWayError(under_way(site, since))
    if site.pose.device != "cpu":
        raise WeightsError(ON_PROCESSOR_ONLY.format(device=site.pose.device))
    if engine_version() is None:
        raise WeightsError("OpenVINO is not installed: pip install -c constraints.txt -e .")
    weights = trusted(resolve_weights(site.pose.weights, site.folder), site.pose.sha256)
    if weights.suffix != ".pt":
        raise WeightsError(f"{weights} is exported already, expected a checkpoint to be made over")
    console.print("measuring on pictures of the recordings; this takes a few minutes")
    rows, record = made_over(weights, site.pose.image_size, _sources(site))
    console.print(_table(rows))
    console.print(_conclusion(rows, record, optimised_folder(weights)), soft_wrap=True, highlight=False)
    return 0


def made_over(
    weights: Path, image_size: int, sources: Sequence[Source]
) -> tuple[list[Measured], Record | None]:
    """Try what this machine can run, keep the fastest that is alike enough, and return what was measured.

    Parameters
    ----------
    sources
        Recordings whose people it is measured on.

    Raises
    ------
    WeightsError
        If the model can't be had, measured or kept.
    """
    target = optimised_folder(weights)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".making-", dir=target.parent) as folder:
            rows, record = _tried(Trial(weights, image_size, sources, Path(folder)))
            _keep(record, Path(folder), target)
    except OSError as error:
        raise WeightsError(f"{target} can't be written: {error.strerror}") from error
    return rows, record


def _sources(site: Site) -> list[Source]:
    today = datetime.now(UTC).astimezone(site.tz).date()
    cameras = [camera for camera in site.cameras if camera.in_service(today, today)]
    return by_turns(
        [
            [Source(path, camera.privacy_masks) for path in camera_files(site, camera).paths[:FILES]]
            for camera in cameras
        ]
    )


def _tried(trial: Trial) -> tuple[list[Measured], Record | None]:
    """Return what a trial gives in a process of its own, whose threads are those of a worker."""
    try:
        with ProcessPool(max_workers=1, context=get_context("spawn")) as pool:
            result: tuple[list[Measured], Record | None] = pool.schedule(tried, args=(trial,)).result(LIMIT_S)
            return result
    except ProcessExpired as error:
        raise WeightsError(f"making the model over ended its process (exit code {error.exitcode})") from error
    except TimeoutError as error:
        raise WeightsError(f"making the model over gave nothing within {LIMIT_S:.0f} s") from error


def _keep(record: Record | None, folder: Path, target: Path) -> None:
    """Put the chosen model in its place, or take an earlier one away: it is no longer the best."""
    if record is not None:
        replace_file(folder / record.precision / RECORD, record.model_dump_json(indent=1).encode())
    if target.exists():
        shutil.rmtree(target)
    if record is not None:
        (folder / record.precision).rename(target)


def _table(rows: Sequence[Measured]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0))
    for head in ("engine", "ms per picture", "same people", "OKS", "farthest point px", ""):
        table.add_column(head, justify="left" if head in ("engine", "") else "right")
    for row in rows:
        table.add_row(
            row.name,
            _shown(row.picture_ms, "{:.1f}"),
            _shown(row.found_share, "{:.1%}"),
            _shown(row.oks, "{:.4f}"),
            _shown(row.furthest_px, "{:.1f}"),
            Text(f"refused: {row.refused}" if row.refused else ""),
        )
    return table


def _shown(value: float | None, form: str) -> str:
    return "-" if value is None else form.format(value)


def _conclusion(rows: Sequence[Measured], record: Record | None, target: Path) -> str:
    if record is None:
        return "nothing is faster and alike enough: nights go on with torch"
    before, after = (
        next(float(row.picture_ms or 0.0) for row in rows if row.name == name)
        for name in ("torch", f"openvino-{record.precision}")
    )
    return (
        f"kept: {record.name}, {before / after:.1f} times as fast, measured on {record.people} people in "
        f"{record.pictures} pictures ({', '.join(record.shapes)}); nights use it from now on: {target}"
    )
