"""How a clip is to look, and why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ClipFault(StrEnum):
    """Why there is no clip."""

    NO_LIFT = "no_lift"
    RECORDING_UNKNOWN = "recording_unknown"
    RECORDING_GONE = "recording_gone"
    RECORDING_CHANGED = "recording_changed"
    NO_PICTURE = "no_picture"
    HEAD_SHOWS = "head_shows"
    PICTURES_DIFFER = "pictures_differ"
    NO_BACKGROUND = "no_background"
    TOO_SLOW = "too_slow"
    OTHER = "other"


class ClipError(RuntimeError):
    """There is no clip; the message is one sentence that says why.

    Attributes
    ----------
    fault
        The kind of reason, for readers of other languages.
    picture
        Number of the picture that stands in the way, from 1; None if it is none.
    """

    def __init__(self, sentence: str, fault: ClipFault = ClipFault.OTHER, picture: int | None = None) -> None:
        super().__init__(sentence)
        self.fault = fault
        self.picture = picture


@dataclass(frozen=True)
class ClipLook:
    """How a clip is to look; heads are covered in each.

    Attributes
    ----------
    overlay
        Skeleton, curve of the back, trunk angle and pole are drawn.
    slow_motion
        The second around the peak is shown at a third of its speed.
    skeleton_only
        Nobody is shown: what the overlay draws stands on a picture of the empty place.
    """

    overlay: bool = True
    slow_motion: bool = False
    skeleton_only: bool = False

    @property
    def name(self) -> str:
        """The look in the name of a file."""
        shown = "skeleton" if self.skeleton_only else "overlay" if self.overlay else "plain"
        return f"{shown}-slow" if self.slow_motion else shown

    @property
    def options(self) -> list[str]:
        """The look as `pipelines.clips.making` takes it on its command line."""
        flags = {
            "overlay": self.overlay,
            "slow-motion": self.slow_motion,
            "skeleton-only": self.skeleton_only,
        }
        return [f"--{flag}" if on else f"--no-{flag}" for flag, on in flags.items()]


PLAIN = ClipLook(overlay=False)
