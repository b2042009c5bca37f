"""A zip that appears whole or not at all; the same members give the same bytes."""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import zipfile
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self

EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
"""Time of every member: the earliest that a zip can tell."""

PACKED_ALREADY: Final = (".mp4", ".jpg", ".pdf", ".parquet")


class WholeZip:
    """Write a zip beside its place and put it there at the end, as a context manager.

    What a killed process left unfinished beside the same place is removed by the next one; what another
    one is still writing is left alone.

    Parameters
    ----------
    path
        Where it appears, an older one replaced, when the ``with`` block ends; not if the block fails.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.sha256: dict[str, str] = {}
        self._temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.unfinished")

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._remove_left_over()
        self._file: BinaryIO = self._temporary.open("w+b")
        fcntl.flock(self._file, fcntl.LOCK_EX)
        self._zip = zipfile.ZipFile(self._file, "w")
        return self

    def add(self, name: str, content: bytes) -> str:
        """Append a member and return its SHA-256."""
        member = zipfile.ZipInfo(name, EARLIEST)
        member.create_system, member.external_attr = 3, 0o644 << 16
        stored = name.endswith(PACKED_ALREADY)
        member.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        self._zip.writestr(member, content)
        self.sha256[name] = hashlib.sha256(content).hexdigest()
        return self.sha256[name]

    def complete(self) -> None:
        """Bring all of it onto the disk; call it before what must be done before anybody sees it."""
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._temporary.replace(self.path)
        finally:
            self._zip.close()
            self._file.close()
            self._temporary.unlink(missing_ok=True)

    def _remove_left_over(self) -> None:
        for path in self.path.parent.glob(f".{self.path.name}.*.unfinished"):
            # Whoever still writes holds its lock; that of a killed process is gone with it.
            with suppress(BlockingIOError, FileNotFoundError), path.open("rb") as left:
                fcntl.flock(left, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
