"""What a night did, as one line of JSON per event, for whoever collects logs."""

from __future__ import annotations

import json
import os
import sys
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

LOG_VARIABLE: Final = "HINGEWISE_LOG"
"""Set to ``json``, events go to standard error; without it there are none."""


class Event(StrEnum):
    """What happened."""

    NIGHT_BEGUN = "night_begun"
    RECORDING_SETTLED = "recording_settled"
    NIGHT_OVER = "night_over"
    METRICS_NOT_WRITTEN = "metrics_not_written"
    AUDIT_ANCHORED = "audit_anchored"
    AUDIT_NOT_ANCHORED = "audit_not_anchored"


FIELDS: Final = frozenset(
    {
        "site", "first", "last", "run_id", "recordings", "camera_id", "path", "status", "reason",
        "analysed_s", "elapsed_s", "done", "partial", "failed", "skipped", "table", "tips",
    }
)  # fmt: skip
"""All that an event may tell: machines and files. No secret and nothing about a person can slip in."""


def tell(event: Event, **fields: str | float | None) -> None:
    """Write an event as a line of JSON to standard error, where the environment asks for it.

    Raises
    ------
    ValueError
        If a field is none of `FIELDS`.
    """
    if unknown := sorted(set(fields) - FIELDS):
        raise ValueError(f"event {event!s} may not tell {', '.join(unknown)}")
    if os.environ.get(LOG_VARIABLE) != "json":
        return
    line = {"at_utc": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": str(event), **fields}
    # One write, so that lines of several threads don't mix.
    sys.stderr.write(json.dumps(line, ensure_ascii=False) + "\n")
    sys.stderr.flush()
