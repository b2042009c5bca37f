"""EDGE: the store, the only reader and writer of Parquet.

A recording is one part of each table: ``<table>/site=<site>/date=<YYYY-MM-DD>/<part>.parquet``.
A part is replaced whole: a reader sees the old one or the new one. Same rows, same bytes.
"""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote, unquote

import fsspec
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from fsspec.implementations.local import LocalFileSystem

from detectors.contract import ContractError, conform
from detectors.tables import JUDGEMENTS, SCHEMA_VERSION, TableSpec
from pipelines.whole_files import replace_file

Day = dt.date | None
ARROW: Final = {"str": "string", "float64": "double", "int64": "int64", "bool": "bool"}
UTC: Final = pa.timestamp("us", tz="UTC")
PARTITIONS: Final = ds.partitioning(pa.schema({"site": "string", "date": "string"}), flavor="hive")
# Readers of Parquet folders pass over names that begin with a dot or an underscore.
PART: Final = re.compile(r"[^._/\\][^/\\]*")
LAYOUT: Final = re.compile(r"site=([^/]+)/date=(\d{4}-\d\d-\d\d)/([^._/][^/]*)\.parquet")


class StoreError(OSError):
    """The store can't be opened, read or written; the message is one sentence."""


@dataclass(frozen=True)
class Part:
    """One file of a table: the rows of one recording, or of one run."""

    site: str
    date: dt.date
    name: str
    path: str


@dataclass(frozen=True)
class Store:
    """The tables of one folder or bucket; `open_store` opens it."""

    fs: fsspec.AbstractFileSystem
    root: str

    def write(self, spec: TableSpec, frame: pd.DataFrame, site: str, date: dt.date, part: str) -> str:
        """Replace one part whole and return its path; a table without rows is a part too.

        Raises
        ------
        ContractError
            If the frame breaks the specification.
        StoreError
            If the part can't be written; the old one, if any, is left as it was.
        """
        content = _encode(spec, conform(spec, frame))
        path = self._path(spec, site, date, part)
        with _explained(f"can't write {path}"):
            if isinstance(self.fs, LocalFileSystem):
                replace_file(Path(path), content)
            else:
                self.fs.pipe_file(path, content)
        return path

    def read(
        self,
        spec: TableSpec,
        site: str | None = None,
        first: Day = None,
        last: Day = None,
        columns: Sequence[str] | None = None,
    ) -> pd.DataFrame:
        """Return the rows of the dates first to last, both included, with `site` and `date` as text.

        A table that isn't there gives no rows in the right types; a column that an older
        part doesn't have is null in its rows.
        """
        names = spec.names if columns is None else list(columns)
        if unknown := sorted(set(names) - set(spec.names)):
            raise StoreError(f"table {spec.name!r} has no column {', '.join(unknown)}")
        schema = pa.schema([*(field.with_nullable(True) for field in _schema(spec)), *PARTITIONS.schema])
        paths = [part.path for part in self.parts(spec, site, first, last)]
        with _explained(f"can't read table {spec.name!r} of {self.root}"):
            dataset = ds.dataset(paths, schema, "parquet", self.fs, PARTITIONS)
            frame: pd.DataFrame = dataset.to_table(columns=[*names, "site", "date"]).to_pandas()
        return frame

    def remove(self, spec: TableSpec, site: str, date: dt.date, part: str) -> None:
        """Remove one part; that it isn't there is no fault."""
        path = self._path(spec, site, date, part)
        with _explained(f"can't remove {path}"), suppress(FileNotFoundError):
            self.fs.rm_file(path)

    def parts(
        self, spec: TableSpec, site: str | None = None, first: Day = None, last: Day = None
    ) -> list[Part]:
        """Return the parts of the dates first to last, both included, sorted by path."""
        table = f"{self.root}/{spec.name}/"
        matches = filter(None, (LAYOUT.fullmatch(path.removeprefix(table)) for path in self._files(table)))
        found = [Part(unquote(m[1]), dt.date.fromisoformat(m[2]), m[3], table + m[0]) for m in matches]
        lowest, highest = first or dt.date.min, last or dt.date.max
        return [part for part in found if site in (None, part.site) and lowest <= part.date <= highest]

    def _files(self, folder: str) -> list[str]:
        with _explained(f"can't list {folder}"):
            if isinstance(self.fs, LocalFileSystem):
                walk = os.walk(folder, onerror=_unlistable, followlinks=True)
                return sorted(f"{top}/{name}" for top, _, names in walk for name in names)
            self.fs.invalidate_cache()
            with suppress(FileNotFoundError):
                return sorted(self.fs.find(folder))
            return []

    def _path(self, spec: TableSpec, site: str, date: dt.date, part: str) -> str:
        if not site or not PART.fullmatch(part):
            expected = "expected a site, and a file name that begins with neither '.' nor '_'"
            raise StoreError(f"table {spec.name!r}: site {site!r}, part {part!r}: {expected}")
        return f"{self.root}/{spec.name}/site={quote(site, safe='')}/date={date.isoformat()}/{part}.parquet"


def open_store(url: str) -> Store:
    """Return the store of a folder or of any fsspec URL; nothing need be there yet."""
    try:
        fs, root = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError, OSError) as error:
        raise StoreError(f"can't open the store {url!r}: {error}") from error
    return Store(fs, root.rstrip("/"))


def write_file(path: Path, spec: TableSpec, frame: pd.DataFrame) -> None:
    """Replace one file outside any store by a table, checked and described as a part of a store is.

    Raises
    ------
    ContractError
        If the frame breaks the specification.
    StoreError
        If the file can't be written; the old one, if any, is left as it was.
    """
    content = _encode(spec, conform(spec, frame))
    with _explained(f"can't write {path}"):
        replace_file(path, content)


def judged(lifts: pd.DataFrame, judgements: pd.DataFrame, policy_id: str) -> pd.DataFrame:
    """Return the lifts, each with its judgement of one policy; null where there is none."""
    of_policy = judgements.loc[judgements["policy_id"] == policy_id, JUDGEMENTS.names]
    try:
        return lifts.merge(of_policy, on="lift_id", how="left", validate="one_to_one")
    except pd.errors.MergeError as error:
        raise ContractError(f"lifts and judgements of policy {policy_id!r}: lift_id is not unique") from error


def _schema(spec: TableSpec) -> pa.Schema:
    fields = [
        pa.field(c.name, ARROW.get(c.dtype, UTC), c.nullable, {"unit": c.unit, "meaning": c.meaning})
        for c in spec.columns
    ]
    return pa.schema(fields, {"table": spec.name, "schema_version": str(SCHEMA_VERSION)})


def _encode(spec: TableSpec, frame: pd.DataFrame) -> bytes:
    """Return the rows, sorted by the key, as a Parquet file without pandas' own metadata."""
    schema = _schema(spec)
    rows = frame.sort_values(list(spec.key), kind="stable")
    table = pa.Table.from_pandas(rows, schema, preserve_index=False).replace_schema_metadata(schema.metadata)
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


def _unlistable(error: OSError) -> None:
    # A folder that may not be listed must not pass for an empty one.
    if not isinstance(error, FileNotFoundError):
        raise error


@contextmanager
def _explained(what: str) -> Iterator[None]:
    """Turn what the file system or Arrow reports into one sentence."""
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        reason = getattr(error, "strerror", None) or str(error).partition("\n")[0]
        raise StoreError(f"{what}: {reason}") from error
