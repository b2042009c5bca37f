"""The other end of `clip_cutter`: read requests from the standard input, answer each with a line of JSON."""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from typing import Any, Final

ORPHAN_LIMIT_S: Final = 900
"""Longer than anybody waits for an answer; whoever asked stops what hangs, unless it was killed itself."""


def answer_lines(answer: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Answer each request with what a function returns of it, until whoever asks is gone."""
    answers = os.fdopen(os.dup(1), "w")
    # What libraries print, also from native code, must not stand among the answers.
    os.dup2(2, 1)
    # As an exception, so that what is under way is removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    for line in sys.stdin:
        signal.alarm(ORPHAN_LIMIT_S)
        answers.write(json.dumps(answer(json.loads(line))) + "\n")
        answers.flush()
        signal.alarm(0)
