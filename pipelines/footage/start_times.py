"""When a recording starts: from its file name, its container or a sidecar file."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from pipelines.footage.file_names import time_in_name
from pipelines.sites.cameras import Camera, Clock, StartTime

ContainerStart = Callable[[Path], datetime | None]


class StartTimeError(ValueError):
    """A recording does not say when it starts; the message is one sentence."""


def start_utc(path: Path, camera: Camera, tz: ZoneInfo, container_start: ContainerStart) -> datetime:
    """Return the start of a recording in UTC.

    A local time that the clock repeats in autumn means the occurrence that the container's
    creation time lies nearer to, and the first one if the container has none or it is farther
    away than half the change. A local time that the clock skips in spring can only come from a
    clock that was not put forward: it is read on the clock before the change.

    Parameters
    ----------
    path
        The recording.
    camera
        Says where the start time stands.
    tz
        Zone of the site.
    container_start
        Returns the creation time that a container declares, with a time zone, or None; it may raise
        ValueError or OSError.

    Raises
    ------
    StartTimeError
        If the start can't be read or is not of this century, as a clock that was never set shows.
    """
    match camera.start_time:
        case StartTime.CONTAINER:
            start = _from_container(path, container_start)
        case StartTime.SIDECAR:
            start = _from_sidecar(path)
        case StartTime.FILE_NAME:
            start = _from_name(path, camera)
    if not 2000 <= start.year < 2100:
        raise StartTimeError(f"{path.name} says that it starts at {start}, expected a time in this century")
    if start.tzinfo is not None:
        return start.astimezone(UTC)
    return _on_clock(start, tz, path, container_start)


def _from_name(path: Path, camera: Camera) -> datetime:
    pattern = camera.file_name_pattern or ""
    start = time_in_name(path.stem, pattern)
    if start is None:
        raise StartTimeError(f"{path.name} gives no start time, expected a name like {pattern!r}")
    return start.replace(tzinfo=UTC) if start.tzinfo is None and camera.clock is Clock.UTC else start


def _from_container(path: Path, container_start: ContainerStart) -> datetime:
    try:
        start = container_start(path)
    except (ValueError, OSError) as error:
        raise StartTimeError(f"{path.name} can't be opened for its start time: {error}") from error
    if start is None:
        raise StartTimeError(f"{path.name} has no creation time, expected one in the container")
    # Containers count from an epoch in UTC; a reader may leave the zone out.
    return start if start.tzinfo else start.replace(tzinfo=UTC)


def _from_sidecar(path: Path) -> datetime:
    names = [path.with_suffix(".json"), path.with_name(f"{path.name}.json")]
    sidecar = next((name for name in names if name.is_file()), None)
    if sidecar is None:
        raise StartTimeError(f"{path.name} has no sidecar, expected {names[0].name} or {names[1].name}")
    try:
        content = json.loads(sidecar.read_text("utf-8-sig"))
    except (ValueError, OSError) as error:
        raise StartTimeError(f"sidecar {sidecar.name} can't be read as JSON: {error}") from error
    said = content.get("start") if isinstance(content, dict) else None
    try:
        # A bare date would pass for midnight.
        if not isinstance(said, str) or len(said) <= len("2026-03-02"):
            raise ValueError
        return datetime.fromisoformat(said)
    except ValueError:
        expected = 'expected a time such as "2026-03-02T06:00:00+01:00"'
        raise StartTimeError(f'sidecar {sidecar.name} has "start" {json.dumps(said)}, {expected}') from None


def _on_clock(local: datetime, tz: ZoneInfo, path: Path, container_start: ContainerStart) -> datetime:
    first = local.replace(tzinfo=tz, fold=0).astimezone(UTC)
    second = local.replace(tzinfo=tz, fold=1).astimezone(UTC)
    # In a gap the order is the other way round.
    if first >= second:
        return first
    try:
        hint = _from_container(path, container_start)
    except StartTimeError:
        return first
    half_change = (second - first) / 2
    return second if abs(hint - second) < half_change else first
