"""EDGE: the store, the only reader and writer of Parquet.

A recording is one part of each table: ``<table>/site=<site>/date=<YYYY-MM-DD>/<part>.parquet``.
A part is replaced whole: a reader sees the old one or the new one. Same rows, same bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import fsspec
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
from fsspec.implementations.local import LocalFileSystem
from numpy.typing import NDArray

from detectors.contract import ContractError, conform
from detectors.tables import JUDGEMENTS, SCHEMA_VERSION, TableSpec
from pipelines.storage.parts import Day, Part, StoreError, explained, find_parts, part_path
from pipelines.storage.schema_check import VERSION_KEY, refuse_newer
from pipelines.storage.whole_files import replace_file

__all__ = ["Part", "Store", "StoreError", "judged", "open_store", "write_file"]

ARROW: Final = {"str": "string", "float64": "double", "int64": "int64", "bool": "bool"}
UTC: Final = pa.timestamp("us", tz="UTC")
PARTITIONS: Final = ds.partitioning(pa.schema({"site": "string", "date": "string"}), flavor="hive")
WRITERS: Final = 8
"""Threads that write parts: each waits for the disk most of its time."""


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
        path = self._path(spec, site, date, part)
        self._replace(path, _encode(_table(spec, conform(spec, frame))))
        return path

    def write_parts(self, spec: TableSpec, frame: pd.DataFrame, site: str, where: pd.DataFrame) -> None:
        """Replace several parts, each whole and as `write` would, but checked as one table.

        Parameters
        ----------
        where
            ``date`` (ISO) and ``part`` that each row of ``frame`` belongs to, in the same order.

        Raises
        ------
        ContractError
            If the frame breaks the specification; the key must be unique over all parts.
        StoreError
            If a part can't be written; it is left as it was, others may be replaced.
        """
        of_row = (where["date"] + "/" + where["part"]).to_numpy(dtype=object)
        table = _table(spec, conform(spec, frame), of_row)
        names, starts, counts = np.unique(np.sort(of_row), return_index=True, return_counts=True)
        places = [name.partition("/") for name in names]
        paths = [self._path(spec, site, dt.date.fromisoformat(day), part) for day, _, part in places]

        def replace(path: str, start: int, count: int) -> None:
            self._replace(path, _encode(table.slice(start, count)))

        with ThreadPoolExecutor(WRITERS) as pool:
            list(pool.map(replace, paths, starts.tolist(), counts.tolist()))

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
        return self.read_parts(spec, self.parts(spec, site, first, last), columns)

    def read_parts(
        self, spec: TableSpec, parts: Sequence[Part], columns: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Return the rows of some parts of a table, as `read` does."""
        names = spec.names if columns is None else list(columns)
        if unknown := sorted(set(names) - set(spec.names)):
            raise StoreError(f"table {spec.name!r} has no column {', '.join(unknown)}")
        paths = [part.path for part in parts]
        with explained(f"can't read table {spec.name!r} of {self.root}"):
            refuse_newer(self.fs, paths)
            dataset = ds.dataset(paths, _read_schema(spec), "parquet", self.fs, PARTITIONS)
            frame: pd.DataFrame = dataset.to_table(columns=[*names, "site", "date"]).to_pandas()
        return frame

    def remove(self, spec: TableSpec, site: str, date: dt.date, part: str) -> None:
        """Remove one part; that it isn't there is no fault."""
        path = self._path(spec, site, date, part)
        with explained(f"can't remove {path}"), suppress(FileNotFoundError):
            self.fs.rm_file(path)

    def parts(
        self, spec: TableSpec, site: str | None = None, first: Day = None, last: Day = None
    ) -> list[Part]:
        """Return the parts of the dates first to last, both included, sorted by path."""
        return find_parts(self.fs, f"{self.root}/{spec.name}", site, (first, last))

    def _replace(self, path: str, content: bytes) -> None:
        with explained(f"can't write {path}"):
            if isinstance(self.fs, LocalFileSystem):
                replace_file(Path(path), content)
            else:
                self.fs.pipe_file(path, content)

    def _path(self, spec: TableSpec, site: str, date: dt.date, part: str) -> str:
        return f"{self.root}/{part_path(spec.name, site, date, part)}"


def open_store(url: str) -> Store:
    """Return the store of a folder or of any fsspec URL; nothing need be there yet."""
    try:
        fs, root = fsspec.core.url_to_fs(url)
    except (ImportError, ValueError, OSError) as error:
        raise StoreError(f"can't open the store {url!r}: {error}") from error
    return Store(fs, root.rstrip("/"))


def write_file(path: Path, spec: TableSpec, frame: pd.DataFrame) -> None:
    """Replace one file outside any store by a table, checked and described, and refused, as a part is."""
    content = _encode(_table(spec, conform(spec, frame)))
    with explained(f"can't write {path}"):
        replace_file(path, content)


def judged(lifts: pd.DataFrame, judgements: pd.DataFrame, policy_id: str) -> pd.DataFrame:
    """Return the lifts, each with its judgement of one policy; null where there is none."""
    of_policy = judgements.loc[judgements["policy_id"] == policy_id, JUDGEMENTS.names]
    try:
        return lifts.merge(of_policy, on="lift_id", how="left", validate="one_to_one")
    except pd.errors.MergeError as error:
        raise ContractError(f"lifts and judgements of policy {policy_id!r}: lift_id is not unique") from error


@cache
def _schema(spec: TableSpec) -> pa.Schema:
    fields = [
        pa.field(c.name, ARROW.get(c.dtype, UTC), c.nullable, {"unit": c.unit, "meaning": c.meaning})
        for c in spec.columns
    ]
    return pa.schema(fields, {"table": spec.name, VERSION_KEY: str(SCHEMA_VERSION)})


@cache
def _read_schema(spec: TableSpec) -> pa.Schema:
    return pa.schema([*(field.with_nullable(True) for field in _schema(spec)), *PARTITIONS.schema])


def _table(spec: TableSpec, frame: pd.DataFrame, parts: NDArray[np.object_] | None = None) -> pa.Table:
    """Return the rows sorted by part, where any are named, and key; without pandas' own metadata."""
    schema = _schema(spec)
    rows = frame.sort_values(list(spec.key), kind="stable")
    if parts is not None:
        rows = rows.iloc[np.argsort(parts[rows.index], kind="stable")]
    return pa.Table.from_pandas(rows, schema, preserve_index=False).replace_schema_metadata(schema.metadata)


def _encode(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    # Hardly two measures are alike: a dictionary of them takes time and space.
    texts = [field.name for field in table.schema if field.type == pa.string()]
    pq.write_table(table, sink, compression="zstd", use_dictionary=texts)
    return bytes(sink.getvalue())
