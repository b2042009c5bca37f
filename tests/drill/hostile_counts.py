"""What became of hostile input, and what it left outside the store."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.one_line import one_line


@dataclass(frozen=True)
class Counts:
    """What was tried and what became of it; ``crashes`` and ``written_outside`` must be empty.

    ``died`` and ``stopped`` are recordings that cost their worker process, or the time it is given: the
    night sets them aside and goes on.
    """

    hostile_inputs: int = 0
    refused: int = 0
    read: int = 0
    died: int = 0
    stopped: int = 0
    crashes: tuple[str, ...] = ()
    written_outside: tuple[str, ...] = ()
    by_kind: dict[str, int] = field(default_factory=dict)


@dataclass
class Tally:
    """Counts in the making."""

    ends: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    crashes: list[str] = field(default_factory=list)

    def add(self, kind: str, end: str, said: str | None = None) -> None:
        """Count one input; a refusal that is no clear sentence is a crash too."""
        self.kinds[kind] += 1
        if end == "refused" and not is_clear(said or ""):
            end, said = "crash", f"unclear: {said!r}"
        self.ends[end] += 1
        if end == "crash":
            self.crashes.append(f"{kind}: {said}"[:300])

    def tried(self, kind: str, attempt: Callable[[], str | None]) -> None:
        """Count an attempt that returns its refusal, or None where the input is taken."""
        try:
            said = attempt()
        except Exception as error:  # noqa: BLE001 - whatever escapes is what is looked for
            self.add(kind, "crash", f"{type(error).__name__}: {error}")
        else:
            self.add(kind, "read" if said is None else "refused", said)


def is_clear(said: str) -> bool:
    """Return whether a refusal is something to read: printable lines, none of them empty or without end."""
    lines = said.split("\n")
    return bool(said) and all(line and one_line(line) == line and len(line) < 2000 for line in lines)


def tree(folder: Path) -> dict[str, str]:
    """Return every file below a folder with its content, links as where they lead."""
    return dict(_tree(folder))


def _tree(folder: Path) -> Iterator[tuple[str, str]]:
    for top, folders, names in os.walk(folder):
        for name in (*folders, *names):
            path = Path(top, name)
            if path.is_symlink():
                state = str(path.readlink())
            else:
                state = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
            yield str(path.relative_to(folder)), state


@contextmanager
def private_cache(folder: Path) -> Iterator[None]:
    """Keep the caches of the block in a folder of its own."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(folder)
    try:
        yield
    finally:
        if before is None:
            del os.environ["XDG_CACHE_HOME"]
        else:
            os.environ["XDG_CACHE_HOME"] = before
