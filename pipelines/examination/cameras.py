"""Check the cameras: their files, when each starts, what one of them holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise
from pathlib import Path
from typing import Final

import numpy as np
from rich import filesize

from detectors.video import VideoInfo
from pipelines.examination.findings import Finding, fault, ok, remark
from pipelines.footage.finding import files_of
from pipelines.footage.remote import is_remote, objects
from pipelines.footage.start_times import ContainerStart, StartTimeError, start_utc
from pipelines.nights.workers import Workers
from pipelines.sites.cameras import Camera
from pipelines.sites.site import Site
from pipelines.storage.parts import StoreError

NEWEST: Final = 20
"""How many of a camera's newest files are asked for their start."""

_SHOWN: Final = 3
_CLOCK_ERROR: Final = timedelta(minutes=5)
_SILENCE: Final = timedelta(days=2)
_GAP: Final = timedelta(hours=24)
_DAY: Final = timedelta(days=1)
_SMALLEST_MASK: Final = 1e-4
_LARGEST_MASKS: Final = 0.8


@dataclass(frozen=True)
class CameraFiles:
    """A camera and its files, those changed last first, with the size of all in bytes."""

    camera: Camera
    paths: tuple[Path, ...]
    size_bytes: int


def camera_files(site: Site, camera: Camera) -> CameraFiles:
    """Return the files of a camera that can be looked at."""
    known = []
    for path, leads_out in files_of(site.folder, camera):
        try:
            status = None if leads_out else path.stat()
        except OSError:
            continue
        if status is not None:
            known.append((status.st_mtime_ns, path, status.st_size))
    known.sort(reverse=True)
    return CameraFiles(camera, tuple(path for _, path, _ in known), sum(size for *_, size in known))


def cameras(
    site: Site, found: Sequence[CameraFiles], workers: Workers, now_utc: datetime
) -> Iterator[Finding]:
    """Check the files of every camera, opening one each."""
    with ThreadPoolExecutor(site.nightly.workers) as threads:
        infos = threads.map(lambda one: workers.probe(one.paths[0]) if one.paths else None, found)
        for one, info in zip(found, infos, strict=True):
            name = f"camera {one.camera.id}"
            if is_remote(one.camera.footage):
                yield in_bucket(name, one.camera)
                continue
            if info is None:
                yield fault(
                    f"{name}: no file fits {one.camera.footage!r}", f"mend its footage, below {site.folder}"
                )
                continue
            yield ok(f"{name}: {counted(len(one.paths), 'file')}, {filesize.decimal(one.size_bytes)}")
            yield _content(name, one.paths[0], info)
            yield from starts(name, one, site, _container_start(workers), now_utc)
            yield from masks(name, one.camera)
    yield from overlaps(found)


def in_bucket(name: str, camera: Camera) -> Finding:
    """Check that there are files in an object store; none is fetched to be opened."""
    try:
        found = objects(camera.footage)
    except StoreError as error:
        return fault(f"{name}: {error}", "mend its footage, its driver (s3fs for s3://) or its keys")
    if not found:
        return fault(f"{name}: no file fits {camera.footage!r}", "mend its footage")
    size = filesize.decimal(sum(one.size_bytes for one in found))
    return ok(f"{name}: {counted(len(found), 'file')}, {size}")


def overlaps(found: Sequence[CameraFiles]) -> Iterator[Finding]:
    """Check that no file belongs to two cameras, which would count its lifts twice."""
    for one, other in combinations(found, 2):
        if common := sorted(set(one.paths) & set(other.paths)):
            what = f"cameras {one.camera.id} and {other.camera.id} both take {common[0].name}"
            more = f" and {counted(len(common) - 1, 'more file')}" if len(common) > 1 else ""
            yield fault(what + more, "narrow the footage of one of them")


def masks(name: str, camera: Camera) -> Iterator[Finding]:
    """Say how much of the picture the privacy masks take, and which take nothing."""
    shares = [_area(mask) for mask in camera.privacy_masks]
    for number, share in enumerate(shares, 1):
        if share < _SMALLEST_MASK:
            yield fault(
                f"{name}: privacy mask {number} covers nothing", "give its corners in order around it"
            )
    if shares and sum(shares) > _LARGEST_MASKS:
        yield remark(
            f"{name}: privacy masks cover about {sum(shares):.0%} of the picture", "look at the corners"
        )
    elif shares:
        yield ok(f"{name}: {counted(len(shares), 'privacy mask')}, about {sum(shares):.0%} of the picture")


def counted(count: int, one: str) -> str:
    """Return a number with its noun."""
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def _area(polygon: Sequence[tuple[float, float]]) -> float:
    """Return the area of a polygon in shares of the picture, by the shoelace formula."""
    x, y = np.asarray(polygon, dtype=float).T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2)


def starts(
    name: str, one: CameraFiles, site: Site, container_start: ContainerStart, now_utc: datetime
) -> Iterator[Finding]:
    """Check when the newest files start: that each says so, none in the future, none long missing."""
    known, problems = [], []
    for path in one.paths[:NEWEST]:
        try:
            known.append((start_utc(path, one.camera, site.tz, container_start), path))
        except StartTimeError as error:
            problems.append(str(error))
    for problem in problems[:_SHOWN]:
        yield fault(
            f"{name}: {problem}", "mend start_time or file_name_pattern of the camera, or rename the file"
        )
    if len(problems) > _SHOWN:
        yield fault(f"{name}: {len(problems) - _SHOWN} more files without a start", "as above")
    if known:
        last, path = max(known)
        yield _newest(f"{name}: {path.name}", last, site, now_utc)
        yield from _silences(name, sorted(start for start, _ in known), now_utc)


def _newest(name: str, start: datetime, site: Site, now_utc: datetime) -> Finding:
    shown = f"{name} starts {start.astimezone(site.tz):%a %Y-%m-%d %H:%M} there, {start:%H:%M} UTC"
    if start > now_utc + _CLOCK_ERROR:
        return fault(
            f"{shown}: in the future", "set clock of the camera to 'site' or 'utc', or the recorder's clock"
        )
    return ok(shown)


def _silences(name: str, starts_utc: Sequence[datetime], now_utc: datetime) -> Iterator[Finding]:
    last = starts_utc[-1]
    if now_utc - last > _SILENCE:
        yield remark(f"{name}: nothing newer for {(now_utc - last) / _DAY:.0f} days", "look at the recorder")
    gaps = [(later - earlier, earlier) for earlier, later in pairwise(starts_utc)]
    widest, after = max(gaps, default=(timedelta(), last))
    if widest > _GAP:
        yield remark(
            f"{name}: no recording starts for {widest / _DAY:.1f} days after {after:%Y-%m-%d %H:%M} UTC"
        )


def _content(name: str, path: Path, info: VideoInfo | str) -> Finding:
    if isinstance(info, str):
        # Not a fault: it may be the one that is being recorded.
        return remark(f"{name}: {info}", "look at the file; at night such a one is set aside")
    return ok(
        f"{name}: {path.name} holds {info.width_px} x {info.height_px} px {info.codec} "
        f"at {info.frame_rate_hz:.4g} Hz, {info.declared_s:.0f} s"
    )


def _container_start(workers: Workers) -> ContainerStart:
    def start(path: Path) -> datetime | None:
        info = workers.probe(path)
        if isinstance(info, str):
            raise ValueError(info)
        return info.start_utc and info.start_utc.astimezone(UTC)

    return start
