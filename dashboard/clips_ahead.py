"""Clips that are cut in the background, one at a time, before somebody comes to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from threading import Lock, Thread

from pipelines.clips.looks import ClipError
from pipelines.storage.store import StoreError


@dataclass(frozen=True)
class Wanted:
    """A clip that somebody will look at: a key of its own, and what cuts it."""

    key: str
    cut: Callable[[], object]


@dataclass
class ClipsAhead:
    """Cuts what the sessions want: the clip that one of them waits for before those that come later.

    A session that wants other clips now no longer wants those that it wanted before; what is being
    cut is finished.
    """

    _wanted: dict[str, list[tuple[int, Wanted]]] = field(default_factory=dict)
    _failed: dict[str, ClipError | StoreError] = field(default_factory=dict)
    _busy: bool = False
    _lock: Lock = field(default_factory=Lock)

    def want(self, session: str, clips: Sequence[Wanted]) -> None:
        """Say what a session wants next, the most urgent first; what failed is not tried again."""
        with self._lock:
            ranked = enumerate(clips)
            self._wanted[session] = [(rank, one) for rank, one in ranked if one.key not in self._failed]
            if self._busy or not self._wanted[session]:
                return
            self._busy = True
        Thread(target=self._work, name="clips-ahead", daemon=True).start()

    def fault(self, key: str) -> ClipError | StoreError | None:
        """Return why a clip could not be cut; None if it was not tried or is being cut."""
        return self._failed.get(key)

    def forget(self, key: str) -> None:
        """Let a clip that failed be tried again."""
        self._failed.pop(key, None)

    def _work(self) -> None:
        while (one := self._next()) is not None:
            try:
                one.cut()
            except (ClipError, StoreError) as error:
                self._failed[one.key] = error
            finally:
                self._done(one.key)

    def _next(self) -> Wanted | None:
        with self._lock:
            waiting = [ranked for clips in self._wanted.values() for ranked in clips]
            if not waiting:
                self._busy = False
                return None
            return min(waiting, key=itemgetter(0))[1]

    def _done(self, key: str) -> None:
        with self._lock:
            self._wanted = {
                session: left
                for session, clips in self._wanted.items()
                if (left := [(rank, one) for rank, one in clips if one.key != key])
            }
