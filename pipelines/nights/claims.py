"""EDGE: who processes which recording: a lease in the store, so that two nights never read one twice.

A claim is a small file of the store, ``claims/site=<site>/<part>/<turn>.json``; the highest turn counts.
It is made where its name is still free, which folders and most object stores see to (``If-None-Match``).
Where a store takes a name twice, whoever's claim stands there a moment later has the recording.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from threading import Event, Thread
from typing import Final

from fsspec.implementations.local import LocalFileSystem

from pipelines.lifetimes import is_over, this_process
from pipelines.storage.parts import explained
from pipelines.storage.store import Store
from pipelines.storage.whole_files import make_file, replace_file

FOLDER: Final = "claims"
LASTS: Final = timedelta(minutes=2)
"""A lost worker's recording is free so long after its last sign of life; clocks may differ by less.

One lost on the machine that asks is free at once.
"""

RENEWED_S: Final = 30.0
SETTLES_S: Final = 3.0
"""A store that takes a name twice is looked at again so long after: by then every rival has written."""


@dataclass(frozen=True)
class Taken:
    """Another night has the recording, and holds it at least until then unless it ends sooner."""

    until: datetime


@dataclass(frozen=True)
class Claim:
    """Who holds a recording until when; ``turn`` counts its claims.

    ``process`` renews it, as `lifetimes.this_process` names it; None where that is not known.
    """

    turn: int
    holder: str
    until: datetime
    process: str | None = field(default=None, compare=False)


@cache
def this_night() -> str:
    """Return the name under which this process claims: another one for every process that ever was."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"


@contextmanager
def claimed(store: Store, site: str, part: str, holder: str) -> Iterator[Taken | None]:
    """Hold a recording for the length of the block, renewed all the while.

    What the holder itself still holds is taken anew: its own worker was lost.

    Yields
    ------
    Taken or None
        None if it is held, else until when another has it.

    Raises
    ------
    StoreError
        If the claims can't be read or written.
    """
    claims = Claims(store, f"{store.root}/{FOLDER}/site={site}/{part}")
    claim = claims.take(holder, datetime.now(UTC))
    if isinstance(claim, Taken):
        yield claim
        return
    over = Event()
    renewing = Thread(target=_renew, args=(claims, claim, over), daemon=True)
    renewing.start()
    try:
        yield None
    finally:
        over.set()
        renewing.join()
        claims.release(claim)


@dataclass(frozen=True)
class Claims:
    """The claims of one recording: a folder of the store."""

    store: Store
    folder: str

    def take(self, holder: str, now: datetime) -> Claim | Taken:
        """Take the recording unless another holds it."""
        last = self.newest()
        # A claim that lasts longer than any can was made by a clock that has been set back since.
        lasts = last is not None and now < last.until <= now + 2 * LASTS and not is_over(last.process)
        if last is not None and lasts and last.holder != holder:
            return Taken(last.until)
        claim = Claim(last.turn + 1 if last else 1, holder, now + LASTS, this_process())
        return claim if self._made(claim) else Taken(now + LASTS)

    def newest(self) -> Claim | None:
        """Return the claim that counts, None if there is none."""
        with explained(f"can't read {self.folder}"):
            for turn in sorted(self._turns(), reverse=True):
                with suppress(FileNotFoundError):
                    told = json.loads(self.store.fs.cat_file(self._path(turn)))
                    until = datetime.fromisoformat(told["until_utc"])
                    return Claim(turn, told["holder"], until, str(told.get("process") or ""))
        return None

    def renew(self, claim: Claim, now: datetime) -> None:
        """Put off the end of a claim."""
        content = _content(replace(claim, until=now + LASTS))
        with explained(f"can't write {self.folder}"):
            if self._is_local:
                replace_file(Path(self._path(claim.turn)), content)
            else:
                self.store.fs.pipe_file(self._path(claim.turn), content)

    def release(self, claim: Claim) -> None:
        """Let go of the recording; the oldest files go first, so that none of them counts again."""
        with explained(f"can't remove {self.folder}"):
            for turn in sorted(turn for turn in self._turns() if turn <= claim.turn):
                with suppress(FileNotFoundError):
                    self.store.fs.rm_file(self._path(turn))
            if self._is_local:
                with suppress(OSError):
                    Path(self.folder).rmdir()

    def _made(self, claim: Claim) -> bool:
        path, content = self._path(claim.turn), _content(claim)
        with explained(f"can't write {path}"):
            if self._is_local:
                return make_file(Path(path), content)
            if not self._put_where_free(path, content):
                return False
            if not self._put_where_free(path, content):
                return True
            time.sleep(SETTLES_S)
            last = self.newest()
            return last is not None and last.holder == claim.holder

    def _put_where_free(self, path: str, content: bytes) -> bool:
        try:
            self.store.fs.pipe_file(path, content, mode="create")
        except FileExistsError:
            return False
        return True

    def _turns(self) -> list[int]:
        self.store.fs.invalidate_cache()
        with suppress(FileNotFoundError):
            names = (Path(str(path)) for path in self.store.fs.ls(self.folder, detail=False))
            return [int(name.stem) for name in names if name.suffix == ".json" and name.stem.isdecimal()]
        return []

    @property
    def _is_local(self) -> bool:
        return isinstance(self.store.fs, LocalFileSystem)

    def _path(self, turn: int) -> str:
        return f"{self.folder}/{turn:06d}.json"


def _renew(claims: Claims, claim: Claim, over: Event) -> None:
    while not over.wait(RENEWED_S):
        # The store may answer again at the next time; if not, the claim ends and another night takes it.
        with suppress(OSError):
            claims.renew(claim, datetime.now(UTC))


def _content(claim: Claim) -> bytes:
    until_utc = claim.until.astimezone(UTC).isoformat()
    told = {"holder": claim.holder, "until_utc": until_utc, "process": claim.process}
    return json.dumps(told).encode()
