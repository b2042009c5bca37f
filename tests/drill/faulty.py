"""A store that fails on purpose: an object store over a folder, and a local disk that is full."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import fsspec
from fsspec import AbstractFileSystem
from fsspec.implementations.local import LocalFileSystem

STALE_S: Final = 0.3
SLOW_S: Final = 0.005


@dataclass
class Plan:
    """Which requests fail, and how; the requests are counted from 1.

    Attributes
    ----------
    kind
        ``error``: nothing is done; ``timeout``: it is done, but nobody is told; ``read_only``: every write
        fails; ``slow``: every request takes long; ``stale``: what was written a moment ago is not listed.
    nth
        The first that fails, of those that write (``error``, ``timeout``) or read (``unread``).
    lasting
        How many in a row fail.
    """

    kind: str = "none"
    nth: int = 0
    lasting: int = 1
    writes: int = 0
    reads: int = 0
    failed: int = 0
    written_s: dict[str, float] = field(default_factory=dict)

    def of_write(self, write: Callable[[], object]) -> None:
        """Do a write, or fail in its place."""
        self.writes += 1
        self._wait()
        if self.kind == "read_only":
            self._fail(errno.EROFS)
        due = self.nth <= self.writes < self.nth + self.lasting
        if self.kind == "error" and due:
            self._fail(errno.ENOSPC)
        write()
        if self.kind == "timeout" and due:
            self.failed += 1
            raise TimeoutError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))

    def of_read(self) -> None:
        """Let a request that reads go on, or fail in its place."""
        self.reads += 1
        self._wait()
        if self.kind == "unread" and self.nth <= self.reads < self.nth + self.lasting:
            self._fail(errno.EIO)

    def _wait(self) -> None:
        if self.kind == "slow":
            self.failed += 1
            time.sleep(SLOW_S)

    def _fail(self, number: int) -> None:
        self.failed += 1
        raise OSError(number, os.strerror(number))


PLAN: Final = Plan()
"""The plan of this process; each forked one sets its own."""


class FaultyFileSystem(AbstractFileSystem):
    """An object store whose objects are files below a folder: no locks, no rename, whole writes only."""

    protocol = "faulty"
    cachable = False
    root_marker = "/"

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.local = LocalFileSystem()

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return "/" + str(path).removeprefix("faulty://").strip("/")

    def ls(self, path: str, detail: bool = True, **_: Any) -> list[Any]:
        PLAN.of_read()
        found = self.local.ls(self._strip_protocol(path), detail=True)
        if PLAN.kind == "stale":
            seen = time.monotonic() - STALE_S
            fresh = [one for one in found if PLAN.written_s.get(one["name"], 0.0) > seen]
            PLAN.failed += len(fresh)
            found = [one for one in found if one not in fresh]
        return found if detail else [one["name"] for one in found]

    def info(self, path: str, **_: Any) -> dict[str, Any]:
        return self.local.info(self._strip_protocol(path))

    def created(self, path: str) -> Any:
        return self.local.created(self._strip_protocol(path))

    modified = created

    def _open(self, path: str, mode: str = "rb", **_: Any) -> Any:
        PLAN.of_read()
        return Path(self._strip_protocol(path)).open(mode)

    def cat_file(self, path: str, start: int | None = None, end: int | None = None, **_: Any) -> bytes:
        PLAN.of_read()
        return Path(self._strip_protocol(path)).read_bytes()[start:end]

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **_: Any) -> None:
        target = Path(self._strip_protocol(path))
        if mode == "create" and target.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))

        def put() -> None:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(value)
            PLAN.written_s[str(target)] = time.monotonic()

        PLAN.of_write(put)

    def rm_file(self, path: str) -> None:
        PLAN.of_write(Path(self._strip_protocol(path)).unlink)

    def makedirs(self, path: str, exist_ok: bool = False) -> None:
        Path(self._strip_protocol(path)).mkdir(parents=True, exist_ok=exist_ok)


def fill_disk(nth: int) -> list[int]:
    """Let the n-th file that this process brings onto the disk find it full, and all that come after.

    Returns
    -------
    list of int
        Grows by one entry with every file that found it full.
    """
    through, seen, failed = os.fsync, [0], []

    def full(file: int) -> None:
        seen[0] += 1
        if seen[0] >= nth:
            failed.append(seen[0])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        through(file)

    os.fsync = full
    return failed


fsspec.register_implementation("faulty", FaultyFileSystem, clobber=True)
