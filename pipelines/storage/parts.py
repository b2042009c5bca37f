"""Where the parts of the store lie and which there are: ``<table>/site=<site>/date=<YYYY-MM-DD>/<part>``."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

import fsspec
import pyarrow as pa
from fsspec.implementations.local import LocalFileSystem

from pipelines.one_line import one_line

Day = dt.date | None
# Readers of Parquet folders pass over names that begin with a dot or an underscore.
PART: Final = re.compile(r"[^._/\\][^/\\]*")
LAYOUT: Final = re.compile(r"site=([^/]+)/date=(\d{4}-\d\d-\d\d)/([^._/][^/]*)\.parquet")
FEW_DAYS: Final = 62
"""Dates up to which each has its own folder listed: cheaper than a table of years."""


class StoreError(OSError):
    """The store can't be opened, read or written; the message is one sentence."""


@dataclass(frozen=True)
class Part:
    """One file of a table: the rows of one recording, or of one run."""

    site: str
    date: dt.date
    name: str
    path: str


def part_path(table: str, site: str, date: dt.date, part: str) -> str:
    """Return the path of a part below the store.

    Raises
    ------
    StoreError
        If readers would pass over the name, or the site has none.
    """
    if not site or not PART.fullmatch(part):
        expected = "expected a site, and a file name that begins with neither '.' nor '_'"
        raise StoreError(f"table {table!r}: site {site!r}, part {part!r}: {expected}")
    return f"{table}/{_site_folder(site)}/date={date.isoformat()}/{part}.parquet"


def find_parts(
    fs: fsspec.AbstractFileSystem, table: str, site: str | None, dates: tuple[Day, Day]
) -> list[Part]:
    """Return the parts of a table, whose folder is ``table``, sorted by path.

    Parameters
    ----------
    dates
        First and last date, both included; None where there is no bound.
    """
    lowest, highest = dates[0] or dt.date.min, dates[1] or dt.date.max
    paths = sorted(path for folder in _folders(table, site, lowest, highest) for path in _files(fs, folder))
    matches = filter(None, (LAYOUT.fullmatch(path.removeprefix(f"{table}/")) for path in paths))
    found = [Part(unquote(m[1]), dt.date.fromisoformat(m[2]), m[3], f"{table}/{m[0]}") for m in matches]
    return [part for part in found if site in (None, part.site) and lowest <= part.date <= highest]


def _folders(table: str, site: str | None, lowest: dt.date, highest: dt.date) -> list[str]:
    if site is None:
        return [f"{table}/"]
    top = f"{table}/{_site_folder(site)}/"
    days = (highest - lowest).days + 1
    if days > FEW_DAYS:
        return [top]
    return [f"{top}date={(lowest + dt.timedelta(n)).isoformat()}/" for n in range(days)]


def _site_folder(site: str) -> str:
    return f"site={quote(site, safe='')}"


def _files(fs: fsspec.AbstractFileSystem, folder: str) -> list[str]:
    with explained(f"can't list {folder}"):
        if isinstance(fs, LocalFileSystem):
            walk = os.walk(folder, onerror=_unlistable, followlinks=True)
            return [f"{top.removesuffix('/')}/{name}" for top, _, names in walk for name in names]
        fs.invalidate_cache()
        with suppress(FileNotFoundError):
            return list(fs.find(folder))
        return []


def _unlistable(error: OSError) -> None:
    # A folder that may not be listed must not pass for an empty one.
    if not isinstance(error, FileNotFoundError):
        raise error


@contextmanager
def explained(what: str) -> Iterator[None]:
    """Turn what the file system or Arrow reports into one sentence."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        reason = getattr(error, "strerror", None) or str(error).partition("\n")[0]
        # Arrow tells what stands in a damaged file, which may be anything.
        raise StoreError(one_line(f"{what}: {reason}")) from error
