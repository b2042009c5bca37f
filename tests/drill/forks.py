"""Processes that are forked from one that has imported everything, so that a run costs no start."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

FAILED: Final = 1
LIMIT_S: Final = 90.0
POLL_S: Final = 0.002


@dataclass(frozen=True)
class Ended:
    """How a process ended.

    Attributes
    ----------
    code
        Its exit status, or the negative number of the signal that it died of.
    elapsed_s
        From the fork to the end.
    said
        What the work returned, or the class and sentence of what it raised.
    """

    code: int
    elapsed_s: float
    said: Any

    @property
    def killed(self) -> bool:
        """Whether it died of SIGKILL."""
        return self.code == -signal.SIGKILL


def run(work: Callable[[], object], scratch: Path, kill_after_s: float = LIMIT_S) -> Ended:
    """Run work in a process group of its own and kill all of it after some time, unless it ends before.

    Parameters
    ----------
    scratch
        A folder for what the process says and returns; it is left as it is.
    """
    return run_at_once([work], scratch, kill_after_s)[0]


def run_at_once(
    works: Sequence[Callable[[], object]], scratch: Path, kill_after_s: float = LIMIT_S
) -> list[Ended]:
    """Run several works beside one another, each as `run` does, and wait for all."""
    scratch.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    return [_ended(pid, begin, kill_after_s, scratch) for pid in [_begun(work, scratch) for work in works]]


def _begun(work: Callable[[], object], scratch: Path) -> int:
    pid = os.fork()
    if pid == 0:
        _child(work, scratch)
    return pid


def _ended(pid: int, begin: float, kill_after_s: float, scratch: Path) -> Ended:
    status = _waited(pid, begin + kill_after_s)
    elapsed_s = time.monotonic() - begin
    code, answer = os.waitstatus_to_exitcode(status), scratch / f"{pid}.json"
    return Ended(code, elapsed_s, json.loads(answer.read_text()) if answer.exists() else None)


def _waited(pid: int, deadline: float) -> int:
    killed = False
    while True:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            if killed:
                _kill(pid)
            return status
        if not killed and time.monotonic() >= deadline:
            killed = True
            _kill(pid)
        time.sleep(POLL_S)


def _kill(pid: int) -> None:
    """Kill a process and its group, which it makes in its first moment."""
    for kill in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            kill(pid, signal.SIGKILL)


def _child(work: Callable[[], object], scratch: Path) -> None:
    code = FAILED
    try:
        os.setsid()
        with (scratch / "said.txt").open("a") as out:
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
        answer = scratch / f"{os.getpid()}.json"
        try:
            said, code = work(), 0
        except Exception as error:  # noqa: BLE001 - whatever it is, the parent is told
            said = [type(error).__name__, str(error)]
            traceback.print_exc()
        answer.write_text(json.dumps(said))
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        # Nothing of the parent may run here: neither its clean-up nor pytest.
        os._exit(code)
