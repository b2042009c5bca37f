"""The still of a lift at its peak: a picture of its checked clip, so that it shows no more than that."""

from __future__ import annotations

from datetime import date

from pipelines.clips.kept import kept_file, kept_path
from pipelines.clips.looks import ClipLook
from pipelines.storage.store import Store


def still_path(store: Store, site: str, day: date, lift_id: str, look: ClipLook) -> str:
    """Return where the still of a lift that is filed under a date is kept."""
    return kept_path(store, site, day, f"{lift_id}-{look.name}", ".jpg")


def kept_still(
    store: Store, site: str, day: date, lift_id: str, look: ClipLook | None = None
) -> bytes | None:
    """Return the JPEG of a lift at its peak, None as long as no clip of that look was cut.

    `pipelines.clips.kept.ask_for_clip` makes it together with the clip.

    Raises
    ------
    StoreError
        If it can't be read.
    """
    return kept_file(store, still_path(store, site, day, lift_id, look or ClipLook()))
