"""Why there is no clip, in the language of the reader."""

from __future__ import annotations

from typing import Final

from dashboard.wording import Words, mark
from pipelines.clips.looks import ClipError, ClipFault

FAULTS: Final = {
    ClipFault.NO_LIFT: mark("the store holds no such lift any more"),
    ClipFault.RECORDING_UNKNOWN: mark("its recording is not known any more"),
    ClipFault.RECORDING_GONE: mark("its recording is not there any more"),
    ClipFault.RECORDING_CHANGED: mark("its recording is not the one that was measured"),
    ClipFault.NO_PICTURE: mark("its recording has no picture there"),
    ClipFault.HEAD_SHOWS: mark("a head might show in picture {picture}"),
    ClipFault.PICTURES_DIFFER: mark("picture {picture} is not what was drawn"),
    ClipFault.NO_BACKGROUND: mark("no picture of the empty place could be made"),
    ClipFault.TOO_SLOW: mark("cutting it took too long"),
}


def why_no_clip(error: ClipError, say: Words) -> str:
    """Return the reason without a full stop; those of the machine itself stay in its own words."""
    known = FAULTS.get(error.fault)
    if known is None:
        return str(error).rstrip(".")
    return say(known, picture=error.picture)
