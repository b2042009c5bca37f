"""A package of clips that is made in the background, so that its maker can go on with the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock, Thread
from typing import Final

from pipelines.exporting.making import Made, Tell
from pipelines.scratch import scratch_folder
from pipelines.sites.site import SiteError
from pipelines.storage.store import StoreError

_ONE_AT_A_TIME: Final = Lock()
"""Cutting takes all of a machine that others look at pages on."""


@dataclass
class PackageMaking:
    """One package under way, or how it ended; its file goes with the object.

    Attributes
    ----------
    name
        Of the file.
    lift_ids
        The lifts that were asked for.
    make
        Makes the package at a path, and tells how many lifts are done.
    done
        So many lifts are done.
    made
        What was made; None before that, and where it failed.
    why_not
        Why it failed, in a sentence; '' where it did not, or where the log of the server says it.
    """

    name: str
    lift_ids: frozenset[str]
    make: Callable[[Path, Tell], Made]
    done: int = 0
    made: Made | None = None
    why_not: str = ""
    _folder: TemporaryDirectory[str] = field(default_factory=scratch_folder, init=False)
    _thread: Thread | None = field(default=None, init=False)

    @property
    def path(self) -> Path:
        """Where the package lies once it is made."""
        return Path(self._folder.name) / self.name

    @property
    def is_under_way(self) -> bool:
        """Whether it is being made, or waits for another one."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> None:
        """Begin to make it."""
        # A daemon: a server that is stopped does not wait for it.
        self._thread = Thread(target=self._work, name="package", daemon=True)
        self._thread.start()

    def _work(self) -> None:
        with _ONE_AT_A_TIME:
            try:
                self.made = self.make(self.path, self._tell)
            except (SiteError, StoreError) as error:
                self.why_not = str(error)

    def _tell(self, done: int) -> None:
        self.done = done
