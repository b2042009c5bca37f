"""The ledger: which recordings still need work."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Protocol, TypeVar

import pandas as pd

from detectors.vocabulary import Status

Key = tuple[str, str]

# A quarantined recording would fail the same way again; a failed one may have met a passing fault.
FINAL: Final = [str(status) for status in (Status.DONE, Status.PARTIAL, Status.QUARANTINED)]


class Identified(Protocol):
    """A recording of a camera, known by its content."""

    @property
    def camera_id(self) -> str:
        """The camera as named in the site file."""

    @property
    def footage_id(self) -> str:
        """The content hash of the recording."""


R = TypeVar("R", bound=Identified)


def done(footage: pd.DataFrame, model_version: str, code_version: str) -> set[Key]:
    """Return ``(camera_id, footage_id)`` of the recordings that these versions have dealt with.

    Done, partial and quarantined recordings count; a failed one is to be tried again, and
    so is every recording that another model or other code dealt with.
    """
    same = (footage["model_version"] == model_version) & (footage["code_version"] == code_version)
    final = footage[same & footage["status"].isin(FINAL)]
    return set(zip(final["camera_id"], final["footage_id"], strict=True))


def pending(recordings: Iterable[R], footage: pd.DataFrame, model_version: str, code_version: str) -> list[R]:
    """Return the recordings that these versions still have to deal with, in the given order."""
    finished = done(footage, model_version, code_version)
    return [one for one in recordings if (one.camera_id, one.footage_id) not in finished]
