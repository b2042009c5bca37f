"""The lock file: which packages hingewise runs on, in which version, and the hashes of their files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from packaging.utils import canonicalize_name

LOCK: Final = Path(__file__).parents[2] / "requirements.lock"
_PIN: Final = re.compile(
    r"(?P<name>[\w.-]+)(?:\[[\w,.-]+\])?==(?P<version>[^\s;]+)(?:\s*;.*?)?(?P<hashes>(?:\s+--hash=\S+)*)"
)
_HASH: Final = re.compile(r"--hash=sha256:([0-9a-f]{64})(?!\S)")


class LockError(ValueError):
    """The lock file can't be used; one sentence says where and why."""


@dataclass(frozen=True)
class Pin:
    """One package of the lock: its name in the registry's spelling, and the SHA-256 of each of its files."""

    name: str
    version: str
    sha256: tuple[str, ...]


def read_lock(path: Path) -> list[Pin]:
    """Return the packages of a lock file in its order.

    Raises
    ------
    LockError
        If it can't be read, or a line is no pinned package with at least one SHA-256.
    """
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise LockError(f"{path}: can't be read: {error.strerror}") from error
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    pins = [
        _pin(entry, path) for entry in "\n".join(lines).replace("\\\n", " ").splitlines() if entry.strip()
    ]
    if not pins:
        raise LockError(f"{path}: names no package")
    return pins


def _pin(entry: str, path: Path) -> Pin:
    match = _PIN.fullmatch(entry.strip())
    hashes = tuple(_HASH.findall(match["hashes"])) if match else ()
    if match is None or len(hashes) != match["hashes"].count("--hash=") or not hashes:
        start = entry.strip()[:60]
        raise LockError(f"{path}: {start!r} is no 'name==version' with '--hash=sha256:' behind it")
    return Pin(canonicalize_name(match["name"]), match["version"], hashes)
