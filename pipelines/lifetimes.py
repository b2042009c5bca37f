"""EDGE: whether the process that wrote something is over, where that can be known for sure.

A process is named by what no other ever has in common: the boot of its machine, its process namespace, its
number there and when it began. Of a process of another machine, boot or container nothing can be known.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

PROC: Final = Path("/proc")
GONE: Final = ("Z", "X")
"""States of a process that has ended and is only not yet reaped."""


def this_process() -> str | None:
    """Return the name of this process; None where it can't be known."""
    return process_name(os.getpid())


def process_name(pid: int) -> str | None:
    """Return the name of the process with this number; None where there is none, or it is unknown."""
    place, told = _place(), _told(pid)
    return None if place is None or told is None else f"{place}/{pid}/{told[1]}"


def is_over(process: str | None) -> bool:
    """Return whether a process has certainly ended; False where nothing can be known."""
    place, _, rest = (process or "").partition("/")
    number, _, begun = rest.partition("/")
    if not place or place != _place() or not number.isdecimal():
        return False
    told = _told(int(number))
    # What /proc hides from other users is still there.
    return told[0] in GONE or told[1] != begun if told else not _exists(int(number))


def _place() -> str | None:
    """Return the boot of this machine and the process namespace, None where there is no such thing."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text().strip()
        return f"{boot}-{(PROC / 'self/ns/pid').stat().st_ino}"
    except OSError:
        return None


def _told(pid: int) -> tuple[str, str] | None:
    """Return the state of a process and when it began, in ticks since the boot; None where not told."""
    try:
        told = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    # The name of the program stands in brackets and may hold anything; state is the first field after it.
    fields = told.rpartition(")")[2].split()
    return fields[0], fields[19]


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True
