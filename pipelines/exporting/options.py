"""What the commands on clips may be told, in groups."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final, Literal

from cyclopts import Parameter, validators

from detectors.vocabulary import Technique
from pipelines.clips.looks import ClipLook

Language = Literal["en", "de", "es"]
AtLeastOne = Annotated[int, Parameter(validator=validators.Number(gte=1))]


@Parameter(name="*")
@dataclass(frozen=True)
class Period:
    """Which dates are meant.

    Attributes
    ----------
    day
        Site date on which the shift began; the latest one with lifts if nothing is said.
    from_
        First of several dates.
    to
        Last of several dates, included.
    """

    day: Annotated[date | None, Parameter(name="--date")] = None
    from_: Annotated[date | None, Parameter(name="--from")] = None
    to: date | None = None


@Parameter(name="*")
@dataclass(frozen=True)
class Which:
    """Which lifts are meant.

    Attributes
    ----------
    shift
        Name as in the site file; every shift if nothing is said.
    zone
        Name as in the site file; every zone if nothing is said.
    camera
        Id as in the site file; every camera if nothing is said.
    technique
        The verdict; spine_bend if nothing is said.
    lift
        Ids of single lifts, whatever their verdict.
    limit
        At most so many, those that are surest to be spine bends first.
    """

    shift: str | None = None
    zone: str | None = None
    camera: str | None = None
    technique: Technique | None = None
    lift: Annotated[tuple[str, ...], Parameter(consume_multiple=True, negative=())] = ()
    limit: AtLeastOne | None = None


@Parameter(name="*")
@dataclass(frozen=True)
class Look:
    """How the clips are to look, and in which language papers and cues are written.

    Attributes
    ----------
    overlay
        Draw skeleton, back and pole.
    slow_motion
        Show the second around the peak at a third of its speed.
    skeleton_only
        Show nobody: only what was measured, on a picture of the empty place.
    language
        Of papers and cues.
    """

    overlay: bool = True
    slow_motion: bool = False
    skeleton_only: bool = False
    language: Language = "en"

    @property
    def of_clips(self) -> ClipLook:
        """The look as the cutter takes it."""
        return ClipLook(self.overlay, self.slow_motion, self.skeleton_only)


LATEST: Final = Period()
FLAGGED: Final = Which()
AS_MEASURED: Final = Look()
