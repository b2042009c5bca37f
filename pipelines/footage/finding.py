"""Find the recordings of a site's cameras; identify each and say when it starts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import takewhile
from pathlib import Path, PurePath

from pipelines.footage.identity import content_ids, name_id
from pipelines.footage.remote import Object, is_remote, objects, remote_ids
from pipelines.footage.start_times import ContainerStart, StartTimeError, start_utc
from pipelines.one_line import one_line
from pipelines.sites.cameras import Camera, StartTime
from pipelines.sites.local_time import local_day
from pipelines.sites.site import Site

_UNFINISHED = (".part", ".tmp")
_LAST = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Recording:
    """A recording of one camera.

    ``footage_id`` is a hash of the content, or of the path where the content can't be read. The key
    is ``footage_id`` and ``camera_id``; a copy shares the key of the recording that its problem names.
    ``start_utc`` is None if unknown. ``problem`` says in one sentence why the recording can't be
    analysed, or is None; ``passing`` says that this may be over at the next run. ``url`` and ``version``
    are of a recording in an object store, whose ``path`` is only its name.
    """

    camera_id: str
    path: Path
    footage_id: str
    size_bytes: int
    start_utc: datetime | None
    problem: str | None
    passing: bool = False
    url: str | None = None
    version: str = ""


def discover(
    site: Site,
    first: date,
    last: date,
    identity_cache: Path | None,
    container_start: ContainerStart,
) -> list[Recording]:
    """Return the recordings that start on local days ``first`` to ``last``, and those that don't say when.

    Hidden files, files in hidden folders and files still being written (``.part``, ``.tmp``) are left
    out, and ``**`` enters no linked folders. A recording with a problem (no start time, unreadable, a
    name that can't be printed, a link out of the camera's folder, a copy of another one) is returned
    with a sentence that says so.

    Parameters
    ----------
    site
        Gives cameras and time zone.
    first, last
        First and last local date, both included.
    identity_cache
        JSON file that remembers content hashes; None does without. Only recordings returned are hashed.
    container_start
        Reads the creation time of a video file, or returns None.

    Returns
    -------
    list of Recording
        Sorted by camera, start (unknown last) and path.
    """
    start, end = local_day(first, site.tz)[0], local_day(last, site.tz)[1]
    found = [
        recording
        for camera in site.cameras
        for recording in _of_camera(site, camera, container_start)
        if recording.start_utc is None or start <= recording.start_utc < end
    ]
    found.sort(key=lambda one: (one.camera_id, one.start_utc or _LAST, str(one.path)))
    return list(_marked_copies(_identified(found, identity_cache)))


def _of_camera(site: Site, camera: Camera, container_start: ContainerStart) -> Iterator[Recording]:
    """Yield a camera's recordings of all days, each with its start or its problem, not yet identified."""
    if is_remote(camera.footage):
        yield from _of_bucket(site, camera)
        return
    for path, leads_out in files_of(site.folder, camera):
        one = Recording(camera.id, path, "", 0, None, None)
        if leads_out:
            problem = (
                f"{path.name} leads out of the footage folder of camera {camera.id!r}, expected a file in it"
            )
            yield replace(one, footage_id=name_id(path), problem=problem)
            continue
        try:
            one = replace(one, size_bytes=path.stat().st_size)
            start = start_utc(path, camera, site.tz, container_start)
            yield replace(one, start_utc=start, problem=_misnamed(path, site.folder))
        except StartTimeError as error:
            yield replace(one, problem=str(error))
        except OSError as error:
            yield replace(one, problem=f"{path.name} can't be read: {error.strerror}", passing=True)


def _misnamed(path: Path, folder: Path) -> str | None:
    """Return what is wrong with a name that no table can hold as it is, None if nothing is."""
    told = str(path.relative_to(folder)) if path.is_relative_to(folder) else str(path)
    if one_line(told) == told:
        return None
    return f"{path.name} has signs in its path that can't be printed, expected a plain name; rename it"


def _of_bucket(site: Site, camera: Camera) -> Iterator[Recording]:
    for one in objects(camera.footage):
        path = Path(one.url)
        if _is_passed_over(path.relative_to(_fixed(camera)), camera):
            continue
        recording = Recording(
            camera.id, path, "", one.size_bytes, None, None, url=one.url, version=one.version
        )
        try:
            yield replace(recording, start_utc=start_utc(path, camera, site.tz, lambda _: None))
        except StartTimeError as error:
            yield replace(recording, problem=str(error))


def fixed_folder(folder: Path, camera: Camera) -> Path:
    """Return the folder that bounds the recordings of a camera: its pattern up to the first wildcard."""
    return folder / _fixed(camera)


def _fixed(camera: Camera) -> PurePath:
    folders = PurePath(camera.footage).parts[:-1]
    return PurePath(*takewhile(lambda part: not set("*?[") & set(part), folders))


def files_of(folder: Path, camera: Camera) -> Iterator[tuple[Path, bool]]:
    """Yield the files of a camera, and whether each is a link out of the pattern's fixed folder."""
    base = fixed_folder(folder, camera)
    real_base = base.resolve()
    for path in base.glob(str(PurePath(camera.footage).relative_to(_fixed(camera)))):
        if _is_passed_over(path.relative_to(base), camera):
            continue
        # Unlike Path.resolve, realpath takes links that lead in a circle.
        leads_out = not Path(os.path.realpath(path)).is_relative_to(real_base)
        if leads_out or _is_file(path):
            yield path, leads_out


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        # Reading it will fail the same way, and say why.
        return True


def _is_passed_over(path: PurePath, camera: Camera) -> bool:
    """Return whether a file is hidden, unfinished or a sidecar."""
    hidden = any(part.startswith(".") for part in path.parts)
    ending = path.suffix.lower()
    return hidden or ending in _UNFINISHED or (camera.start_time is StartTime.SIDECAR and ending == ".json")


def _identified(recordings: list[Recording], cache: Path | None) -> Iterator[Recording]:
    unknown = [one for one in recordings if not one.footage_id]
    identities = content_ids((one.path for one in unknown if one.url is None), cache)
    elsewhere = [Object(one.url, one.size_bytes, one.version) for one in unknown if one.url is not None]
    of_url = remote_ids(elsewhere, cache and cache.with_suffix(".urls.json"))
    for one in recordings:
        match None if one.footage_id else of_url[one.url] if one.url else identities[one.path]:
            case None:
                yield one
            case str(identity):
                yield replace(one, footage_id=identity)
            case OSError() as error:
                problem = one.problem or f"{one.path.name} can't be read: {error.strerror or error}"
                yield replace(one, footage_id=name_id(one.path), problem=problem, passing=True)


def _marked_copies(recordings: Iterable[Recording]) -> Iterator[Recording]:
    first_of: dict[tuple[str, str], Path] = {}
    for one in recordings:
        first = first_of.setdefault((one.camera_id, one.footage_id), one.path)
        if first == one.path or one.problem is not None:
            yield one
        else:
            name = first if first.name == one.path.name else first.name
            yield replace(one, problem=f"same content as {name}")
