"""The packages of clips that nights left in the folder of the site file, past a date."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from pathlib import Path

from detectors.shift_table import ALL
from pipelines.exporting.package_names import packages_in
from pipelines.nights.planning import shown
from pipelines.retention.footage import remove_below
from pipelines.retention.found import Item
from pipelines.sites.site import Site
from pipelines.storage.parts import explained


@dataclass(frozen=True)
class Packages:
    """The zips of the shifts of a site; other files of the folder, and links, are none of them."""

    site: Site

    def due(self, kept_from: date) -> Iterator[tuple[date, list[Item]]]:
        """Yield the dates on which their shifts began with the packages."""
        if self.site.clips.nightly_folder is None:
            return
        folder = Path(self.site.clips.nightly_folder)
        with explained(f"can't look for packages in {folder}"):
            found = sorted(one for one in packages_in(folder, self.site.name) if one[0] < kept_from)
        for day, of_day in groupby(found, key=itemgetter(0)):
            with explained(f"can't read packages in {folder}"):
                yield day, [self._item(path) for _, path in of_day]

    def digest(self, item: Item) -> str | None:
        """Return the SHA-256 of what a package holds now, None if it is gone."""
        with explained(f"can't read {item.path}"):
            try:
                return _sha256(self.site.folder / item.path)
            except FileNotFoundError:
                return None

    def remove(self, item: Item) -> None:
        """Remove a package.

        Raises
        ------
        StoreError
            If it is a link or lies out of the folder of the site file, or can't be removed.
        """
        with explained(f"can't remove {item.path}"):
            remove_below(Path(str(self.site.clips.nightly_folder)), self.site.folder / item.path)

    def _item(self, path: Path) -> Item:
        return Item(ALL, shown(path, self.site.folder), _sha256(path), path.stat().st_size, 0)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
