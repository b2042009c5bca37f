"""The picture of a camera's empty place, one per date, in the store: it shows nobody."""

from __future__ import annotations

from datetime import date

from pipelines.clips.kept import ask, kept_file, kept_path
from pipelines.sites.site import Site
from pipelines.storage.store import Store


def background_path(store: Store, site: str, day: date, camera_id: str) -> str:
    """Return where the empty place of a camera is kept."""
    return kept_path(store, site, day, f"background_{camera_id}", ".jpg")


def kept_background(store: Store, site: str, day: date, camera_id: str) -> bytes | None:
    """Return the JPEG of a camera's empty place on a date, None if none was made.

    Raises
    ------
    StoreError
        If it can't be read.
    """
    return kept_file(store, background_path(store, site, day, camera_id))


def ask_for_background(site: Site, day: date, camera_id: str) -> None:
    """Make the picture of a camera's empty place in a process of its own.

    Raises
    ------
    ClipError
        If there is none; the sentence says why.
    """
    ask(["background", str(site.path), day.isoformat(), camera_id])
