"""Gather the clips of lifts from the store, cut where they are missing; a refusal stops nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pandas as pd

from pipelines.clips.cutter import Cutter
from pipelines.clips.kept import kept_clip
from pipelines.clips.looks import ClipError, ClipLook
from pipelines.clips.stills import kept_still
from pipelines.sites.site import Site
from pipelines.storage.store import Store


@dataclass(frozen=True)
class Gathered:
    """The clip of one lift, or why there is none.

    Attributes
    ----------
    content, still
        The MP4, and the JPEG of its peak; None where there is none.
    refused
        Why there is no clip, in a sentence that names the picture where a head shows; '' where there is one.
    """

    lift: pd.Series
    content: bytes | None
    still: bytes | None
    refused: str = ""


def gathered(site: Site, store: Store, lifts: pd.DataFrame, look: ClipLook) -> Iterator[Gathered]:
    """Yield the clip of each lift in order; what was cut stays in the store, whatever happens next.

    One process cuts all that are missing.

    Parameters
    ----------
    lifts
        With ``lift_id`` and the ``date`` that they are filed under.

    Raises
    ------
    StoreError
        While iterating: if the store can't be read.
    """
    with Cutter(site) as cutter:
        for _, lift in lifts.iterrows():
            yield gather(cutter, store, lift, look)


def gather(cutter: Cutter, store: Store, lift: pd.Series, look: ClipLook) -> Gathered:
    """Return the clip of one lift, cut if it is missing.

    Raises
    ------
    StoreError
        If the store can't be read.
    """
    day, lift_id = date.fromisoformat(lift["date"]), lift["lift_id"]
    at = (store, cutter.site.name, day, lift_id, look)
    content = kept_clip(*at)
    if content is None:
        try:
            cutter.clip(day, lift_id, look)
        except ClipError as error:
            return Gathered(lift, None, None, str(error))
        content = kept_clip(*at)
    if content is None:
        return Gathered(lift, None, None, "the clip was cut, but is not in the store")
    return Gathered(lift, content, kept_still(*at))
