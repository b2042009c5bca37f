"""Recordings past a date: those that were dealt with may be deleted, each in the folder of its camera.

Those are the processed ones, and those that were quarantined, which no night tries again. One that failed may
have met a passing fault, so it stays.

No link is followed on the way to a file: what lies behind one is not deleted, whatever it is called.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Final

from detectors.tables import FOOTAGE
from pipelines.footage.finding import Recording, discover, fixed_folder
from pipelines.footage.identity import content_ids
from pipelines.footage.start_times import ContainerStart
from pipelines.nights.job import UNDATED
from pipelines.nights.ledger import FINAL
from pipelines.nights.planning import cameras_by_id, shown
from pipelines.one_line import one_line
from pipelines.retention.found import Item
from pipelines.sites.site import Site
from pipelines.storage.parts import explained
from pipelines.storage.store import Store, StoreError

_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Footage:
    """The recordings of a site's cameras.

    Attributes
    ----------
    identities
        The file that remembers content hashes; None does without.
    remarks
        A sentence per camera on recordings that are past the date and stay; `due` fills it.
    """

    site: Site
    store: Store
    identities: Path | None
    container_start: ContainerStart
    remarks: list[str] = field(default_factory=list)

    def due(self, kept_from: date) -> Iterator[tuple[date, list[Item]]]:
        """Yield the dates with the recordings that were dealt with, copies included; their rows stay."""
        site, last = self.site, kept_from - _DAY
        with explained(f"can't look for recordings below {site.folder}"):
            found = discover(site, UNDATED + _DAY, last, self.identities, self.container_start)
        filed = self._filed(found, last)
        cameras = Counter(path for path, _ in {(one.path, one.camera_id) for one in found})
        deletable: list[tuple[date, str, Recording]] = []
        kept: list[Recording] = []
        for one in found:
            day = filed.get((one.camera_id, one.footage_id))
            if day is None or one.url or cameras[one.path] > 1 or one.path.is_symlink():
                kept.append(one)
            else:
                deletable.append((day, str(one.path), one))
        self.remarks[:] = list(_kept(kept, cameras))
        deletable.sort(key=lambda entry: entry[:2])
        for day, of_day in groupby(deletable, key=lambda entry: entry[0]):
            yield day, [self._item(one) for _, _, one in of_day]

    def digest(self, item: Item) -> str | None:
        """Return the hash of what a recording holds now, None if it is gone."""
        path = self.site.folder / item.path
        with explained(f"can't read {item.path}"):
            match content_ids([path], self.identities)[path]:
                case str(identity):
                    return identity
                case FileNotFoundError():
                    return None
                case error:
                    raise error

    def remove(self, item: Item) -> None:
        """Remove a recording.

        Raises
        ------
        StoreError
            If it is a link, lies behind one or out of the folder of its camera, or can't be removed.
        """
        camera = cameras_by_id(self.site).get(item.camera_id)
        if camera is None:
            raise StoreError(f"can't remove {item.path}: the site file has no camera {item.camera_id!r}")
        with explained(f"can't remove {item.path}"):
            remove_below(fixed_folder(self.site.folder, camera), self.site.folder / item.path)

    def _filed(self, found: Iterable[Recording], last: date) -> dict[tuple[str, str], date]:
        """Return by camera and content the date under which a recording that was dealt with is filed."""
        starts = [one.start_utc.astimezone(self.site.tz).date() for one in found if one.start_utc]
        if not starts:
            return {}
        columns = ["camera_id", "footage_id", "status"]
        rows = self.store.read(FOOTAGE, self.site.name, min(starts) - _DAY, last, columns)
        rows = rows[rows["status"].isin(FINAL)]
        keys = zip(rows["camera_id"], rows["footage_id"], strict=True)
        return dict(zip(keys, map(date.fromisoformat, rows["date"]), strict=True))

    def _item(self, one: Recording) -> Item:
        return Item(one.camera_id, shown(one.path, self.site.folder), one.footage_id, one.size_bytes, 0)


def remove_below(base: Path, path: Path) -> None:
    """Remove a regular file below a folder, entering no link on the way.

    Raises
    ------
    OSError
        If a folder on the way is a link, the file is none or not below it, or it can't be removed.
    """
    steps = path.relative_to(base).parts if path.is_relative_to(base) else ()
    if not steps or ".." in steps:
        raise PermissionError(f"{path} is not below {base}")
    *folders, name = steps
    # The folder itself may be a link: that is how shares are put in place.
    at = os.open(base, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for folder in folders:
            inner = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = inner
        if not stat.S_ISREG(os.stat(name, dir_fd=at, follow_symlinks=False).st_mode):
            raise PermissionError(f"{path} is a link or no file")
        os.unlink(name, dir_fd=at)
    finally:
        os.close(at)


def _kept(recordings: list[Recording], cameras: Counter[Path]) -> Iterator[str]:
    by_camera = groupby(sorted(recordings, key=lambda one: one.camera_id), key=lambda one: one.camera_id)
    for camera, of_camera in by_camera:
        ones = list(of_camera)
        count = f"{len(ones)} recording{'s' * (len(ones) > 1)}"
        told = f"camera {camera}: {count} past the period kept: {one_line(ones[0].path.name)}: "
        yield f"{told}{_why(ones[0], cameras)}"


def _why(one: Recording, cameras: Counter[Path]) -> str:
    if one.url:
        return "it lies in an object store, whose own rules must delete it"
    if cameras[one.path] > 1:
        return "it is a recording of another camera too"
    if one.path.is_symlink():
        return "it is a link"
    return one.problem or "no night has dealt with it, or it failed and may be tried again"
