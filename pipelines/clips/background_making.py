"""EDGE: make the picture of a camera's empty place out of the recordings of a date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.background import empty_place, without
from detectors.pose import PoseSource
from detectors.tables import FOOTAGE
from detectors.video_between import Stretch
from detectors.video_still import as_jpeg
from pipelines.clips.background_still import background_path
from pipelines.clips.kept import keep_clip
from pipelines.clips.looks import ClipError, ClipFault
from pipelines.clips.sights import in_mirror, sure
from pipelines.nights.planning import cameras_by_id
from pipelines.sites.site import Site
from pipelines.storage.store import Store

Image = NDArray[np.uint8]

MOST_PICTURES: Final = 24
MOST_BYTES: Final = 400_000_000
WITHIN_S: Final = 2.0
"""A picture is taken from so long after the moment wanted."""


def make_background(site: Site, store: Store, day: date, camera_id: str, source: PoseSource) -> Image:
    """Make and keep the picture of a camera's empty place, and return it.

    Pictures spread over the recordings of the date are put together with everybody left out. Whoever the
    model still finds is painted over; if it finds somebody after that there is no picture.

    Raises
    ------
    ClipError
        If no recording is there any more, or somebody still shows. Nothing is kept.
    VideoError, StoreError
        If a recording can't be read, or the picture not be kept.
    """
    pictures = list(_spread(site, store, day, camera_id))
    if not pictures:
        raise ClipError(
            f"no recording of camera {camera_id!r} of {day} is there to take its background from",
            ClipFault.NO_BACKGROUND,
        )
    place = empty_place(pictures, [source.people(one).box_px for one in pictures])
    place = without(place, _still_there(place, source))
    if len(_still_there(place, source)):
        raise ClipError(f"somebody shows in the background of camera {camera_id!r}", ClipFault.NO_BACKGROUND)
    keep_clip(store, background_path(store, site.name, day, camera_id), as_jpeg(place))
    return place


def _still_there(place: Image, source: PoseSource) -> NDArray[np.float64]:
    """Return the boxes of those who are found in a picture as it is or in its mirror image, (n, 4)."""
    found = (sure(source.people(place)), sure(in_mirror(source, place)))
    return np.concatenate([people.box_px for people in found])


def _spread(site: Site, store: Store, day: date, camera_id: str) -> Iterator[Image]:
    """Yield pictures of one size, spread evenly over the recordings of a camera that are still there."""
    camera = cameras_by_id(site).get(camera_id)
    footage = store.read(FOOTAGE, site.name, day, day)
    mine = footage[(footage["camera_id"] == camera_id) & (footage["frames_damaged"] == 0)]
    mine = mine[[(site.folder / path).is_file() for path in mine["path"]]].dropna(subset="analysed_s")
    if camera is None or mine.empty:
        return
    mine = mine.sort_values("start_utc")
    size = mine[["width_px", "height_px"]].iloc[-1]
    mine = mine[(mine[["width_px", "height_px"]] == size).all(axis=1)]
    n = int(np.clip(MOST_BYTES // max(3 * int(size["width_px"] * size["height_px"]), 1), 1, MOST_PICTURES))
    for row, at_s in _moments(mine, n):
        stretch = Stretch(site.folder / row["path"], at_s, at_s + WITHIN_S, camera.privacy_masks)
        frame = next(stretch.frames(1.0), None)
        if frame is not None:
            yield frame.image


def _moments(recordings: pd.DataFrame, n: int) -> Iterator[tuple[pd.Series, float]]:
    """Yield n moments, each as a recording and seconds into it, in equal steps of recorded time."""
    ends_s = recordings["analysed_s"].cumsum().to_numpy(dtype=float)
    for moment_s in (np.arange(n) + 0.5) / n * ends_s[-1]:
        i = int(np.searchsorted(ends_s, moment_s, side="right"))
        yield recordings.iloc[i], float(moment_s - (ends_s[i - 1] if i else 0.0))
