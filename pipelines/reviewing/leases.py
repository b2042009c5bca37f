"""EDGE: who looks at which item: two reviewers do not get the same one while a lease of it runs.

A lease is a small file of the store; the newest of an item counts. On a folder, a new one is linked
to its name as a whole, which fails where the name is taken: of two who come together one gets it.
An object store can't refuse a name: each writes its own, and the smallest id wins. There two may
look at the same item if one writes after the other has looked; then both answers are kept,
for a label belongs to its reviewer.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from fsspec.implementations.local import LocalFileSystem

from pipelines.storage.parts import explained
from pipelines.storage.store import Store
from pipelines.storage.whole_files import make_file

FOLDER: Final = "leases"
LASTS: Final = timedelta(minutes=3)
"""A lease is renewed with whatever its holder does, and runs out so long after that."""

KEPT: Final = timedelta(days=1)
"""Files of leases are swept so long after they ran out: whoever still goes by one sees it superseded."""

NAME: Final = re.compile(r"(?P<item>.+)-(?P<turn>\d{6})(?:-(?P<token>[0-9a-f]{8}))?\.json")


@dataclass(frozen=True)
class Lease:
    """Who holds an item until when; ``turn`` counts the leases of the item, ``path`` is its file."""

    item: str
    turn: int
    holder: str
    until: datetime
    path: str


@dataclass(frozen=True)
class Leases:
    """The leases of one site and purpose in a store.

    Attributes
    ----------
    store, site, purpose
        Where they lie.
    """

    store: Store
    site: str
    purpose: str

    def first_free(self, items: Iterable[str], holder: str, now: datetime) -> str | None:
        """Take and return the first item that nobody else holds; None if all are held.

        Parameters
        ----------
        items
            Ids in the order of preference.
        holder
            Who asks: a name that no other session has.
        now
            With a time zone.

        Raises
        ------
        StoreError
            If the leases can't be read or written.
        """
        newest = self._newest(now)
        return next((item for item in items if self._take(newest.get(item), item, holder, now)), None)

    def release(self, item: str, holder: str, now: datetime) -> None:
        """Let go of an item, where the holder has it."""
        mine = self._newest(now).get(item)
        if mine is not None and mine.holder == holder:
            # Superseded rather than removed, so that the turns of an item never begin anew.
            self._write(item, mine.turn + 1, holder, now)

    def _take(self, newest: Lease | None, item: str, holder: str, now: datetime) -> bool:
        if newest is not None and newest.until > now:
            if newest.holder != holder:
                return False
            if newest.until - now > LASTS / 2:
                return True
        return self._write(item, newest.turn + 1 if newest else 1, holder, now + LASTS)

    def _write(self, item: str, turn: int, holder: str, until: datetime) -> bool:
        """Write the next lease of an item; return whether it is the one that counts."""
        content = json.dumps({"holder": holder, "until_utc": until.astimezone(UTC).isoformat()}).encode()
        stem = f"{self._folder}/{item}-{turn:06d}"
        with explained(f"can't lease {item} in {self._folder}"):
            if isinstance(self.store.fs, LocalFileSystem):
                return make_file(Path(f"{stem}.json"), content)
            token = secrets.token_hex(4)
            self.store.fs.pipe_file(f"{stem}-{token}.json", content)
            rivals = [match for match in map(NAME.fullmatch, self._names()) if match]
            of_turn = [m["token"] for m in rivals if m["item"] == item and int(m["turn"]) == turn]
            return min(of_turn, default=token) == token

    def _newest(self, now: datetime) -> dict[str, Lease]:
        """Return the lease that counts of each item; those that ran out long ago are swept."""
        found: dict[str, Lease] = {}
        with explained(f"can't read the leases of {self._folder}"):
            # Of one turn the smallest id counts, so it must come last.
            for name in sorted(self._names(), reverse=True):
                lease = self._read(name)
                if lease is None:
                    continue
                if lease.until + KEPT < now:
                    with suppress(FileNotFoundError):
                        self.store.fs.rm_file(lease.path)
                elif lease.item not in found or lease.turn >= found[lease.item].turn:
                    found[lease.item] = lease
        return found

    def _read(self, name: str) -> Lease | None:
        match = NAME.fullmatch(name)
        if match is None:
            return None
        path = f"{self._folder}/{name}"
        try:
            told = json.loads(self.store.fs.cat_file(path))
        except FileNotFoundError:
            return None
        until = datetime.fromisoformat(told["until_utc"])
        return Lease(match["item"], int(match["turn"]), told["holder"], until, path)

    def _names(self) -> list[str]:
        self.store.fs.invalidate_cache()
        with suppress(FileNotFoundError):
            return [str(path).rpartition("/")[2] for path in self.store.fs.ls(self._folder, detail=False)]
        return []

    @property
    def _folder(self) -> str:
        return f"{self.store.root}/{FOLDER}/site={self.site}/{self.purpose}"
