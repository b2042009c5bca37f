"""The names of the packages that nights leave in a folder: of whose shift they are, and of which date."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import quote


def package_name(site: str, day: date, shift: str) -> str:
    """Return the name of the zip of a shift; odd characters of the shift's name are encoded."""
    return f"clips_{site}_{day}_{quote(shift, safe='')}.zip"


def packages_in(folder: Path, site: str) -> Iterator[tuple[date, Path]]:
    """Yield the packages of a site in a folder with the site dates on which their shifts began, by name.

    Raises
    ------
    OSError
        If the folder is there and can't be read.
    """
    named = re.compile(rf"clips_{re.escape(site)}_(\d{{4}}-\d\d-\d\d)_[^/]+\.zip")
    for path in sorted(folder.iterdir()) if folder.exists() else ():
        match = named.fullmatch(path.name)
        if match and path.is_file() and not path.is_symlink():
            yield date.fromisoformat(match[1]), path
