"""One process that cuts clip after clip: it imports and loads the pose model once, not once per clip."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from multiprocessing.connection import wait
from pathlib import Path
from types import TracebackType
from typing import IO, Final, NamedTuple, Self

from pipelines.clips.kept import LONGEST_CUT_S, told
from pipelines.clips.looks import ClipError, ClipFault, ClipLook
from pipelines.scratch import scratch_folder
from pipelines.sites.site import Site

STOP_LIMIT_S: Final = 5.0
_ROOT: Final = Path(__file__).parents[2]
_COMMAND: Final = (sys.executable, "-m", "pipelines.clips.making", "many")


class _Child(NamedTuple):
    process: subprocess.Popen[bytes]
    requests: IO[bytes]
    answers: IO[bytes]
    errors: Path


@dataclass
class Cutter:
    """Cuts clips of a site in one process, as a context manager; the first clip starts the process.

    A clip that takes too long or ends the process costs that clip alone: the next has a new process.
    """

    site: Site
    _child: _Child | None = field(default=None, init=False)
    _running: ExitStack = field(default_factory=ExitStack, init=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def clip(self, day: date, lift_id: str, look: ClipLook) -> None:
        """Cut the clip of a lift, and keep it with its still.

        Raises
        ------
        ClipError
            If there is no clip; the sentence says why.
        """
        child = self._child or self._started()
        request = {"day": day.isoformat(), "lift_id": lift_id, "look": asdict(look)}
        # One that died since its last answer takes no request; it gives no answer either.
        with suppress(BrokenPipeError):
            child.requests.write(json.dumps(request).encode() + b"\n")
        if not wait([child.answers.fileno()], LONGEST_CUT_S):
            self._stop()
            raise ClipError(f"cutting the clip took longer than {LONGEST_CUT_S:.0f} s", ClipFault.TOO_SLOW)
        answer = child.answers.readline().decode()
        if not answer.startswith("{"):
            how = _how_it_ended(child)
            self._stop()
            raise ClipError(how)
        if answer != "{}\n":
            raise told(answer)

    def _started(self) -> _Child:
        self._child = self._running.enter_context(_child(self.site))
        return self._child

    def _stop(self) -> None:
        self._child = None
        self._running.close()


@contextmanager
def _child(site: Site) -> Iterator[_Child]:
    """Run the process that cuts; neither it nor what it left unfinished outlives the context."""
    # A folder of its own for what it has under way: there, heads may not be covered yet.
    with scratch_folder() as folder:
        errors = Path(folder) / "stderr.txt"
        with (
            errors.open("w") as sink,
            subprocess.Popen(
                [*_COMMAND, str(site.path)],
                cwd=_ROOT,
                env=os.environ | {"TMPDIR": folder},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=sink,
                # Nothing of ours waits in a buffer, neither for a process that died nor unseen by `wait`.
                bufsize=0,
            ) as process,
        ):
            assert process.stdin is not None
            assert process.stdout is not None
            try:
                yield _Child(process, process.stdin, process.stdout, errors)
            finally:
                _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process; what hangs in native code does not hear of the first signal."""
    process.terminate()
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()


def _how_it_ended(child: _Child) -> str:
    """Return one sentence on a process that gave no answer."""
    try:
        status = child.process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        return "the process that cuts clips gave an answer that is none"
    if status < 0:
        return f"the process that cut the clip was ended by signal {-status} ({signal.strsignal(-status)})"
    lines = child.errors.read_text("utf-8", "replace").strip().splitlines()
    return lines[-1] if lines else f"the process that cut the clip ended with exit status {status}"
