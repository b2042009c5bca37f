"""Which recordings a night reads that is too short for all: a fair draw by camera and hour.

Each recording gets a turn between 0 and 1. Whoever reads in the order of the turns may stop anywhere:
what was read by then is a random sample in which every recording had the same chance, so that rates
per observed person-hour need no weights. The sample is stratified, as [1]_ calls it: at any point every
camera, and every hour of a camera, has had its share, to within one recording.

References
----------
.. [1] Cochran 1977, Sampling Techniques, 3rd ed., chapters 5 and 8.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Final, Protocol

import numpy as np
import pandas as pd

from detectors.vocabulary import Status
from pipelines.nights.ledger import Identified, Key

LEFT_OUT: Final = "left out of the sample of a night that was too short"
"""How the reason of a recording begins that was not read for want of time; the next run of its date may."""

TOO_LONG: Final = f"{LEFT_OUT}: this recording alone takes longer than the night"


class Timed(Identified, Protocol):
    """A recording of a camera that may say when it starts."""

    @property
    def start_utc(self) -> datetime | None:
        """Time of the first frame, None if unknown."""


def turns(recordings: Iterable[Timed], site: str, tz: tzinfo) -> dict[Key, float]:
    """Return the turn of each recording that has a start, in [0, 1).

    The draw depends on the site, the local date and the recordings of that date, and on nothing else: the
    same night run again goes on with the same sample, whatever other dates are asked for.

    Parameters
    ----------
    recordings
        All recordings of the dates, those too that have been read already.
    """
    of_date: dict[str, list[tuple[str, datetime, str]]] = defaultdict(list)
    for one in recordings:
        if one.start_utc is not None:
            day = one.start_utc.astimezone(tz).date().isoformat()
            of_date[day].append((one.camera_id, one.start_utc, one.footage_id))
    drawn: dict[Key, float] = {}
    for day, rows in of_date.items():
        seed = hashlib.blake2b(f"{site}/{day}".encode(), digest_size=8).digest()
        drawn |= _drawn(sorted(rows), np.random.default_rng(int.from_bytes(seed)))
    return drawn


def _drawn(rows: Sequence[tuple[str, datetime, str]], rng: np.random.Generator) -> dict[Key, float]:
    """Return the turns of one date: those of each stratum, and of each camera, evenly apart."""
    strata: dict[str, dict[datetime, list[str]]] = defaultdict(lambda: defaultdict(list))
    for camera, start, footage in rows:
        strata[camera][start.replace(minute=0, second=0, microsecond=0)].append(footage)
    # One random start for all; each camera's, and within it each hour's, is a random step further on.
    first, places = rng.random(), rng.permutation(len(strata))
    out: dict[Key, float] = {}
    for camera_place, (camera, hours) in zip(places, strata.items(), strict=True):
        of_camera = (camera_place + first) / len(strata)
        for hour_place, footages in zip(rng.permutation(len(hours)), hours.values(), strict=True):
            of_hour = (hour_place + of_camera) / len(hours)
            for n, footage in zip(rng.permutation(len(footages)), footages, strict=True):
                out[camera, footage] = float((n + of_hour) / len(footages))
    return out


def left_out(footage: pd.DataFrame) -> pd.Series:
    """Return which rows of the footage table are of recordings that a night left out of its sample."""
    reason = footage["reason"].astype("str").fillna("")
    return (footage["status"] == str(Status.FAILED)) & reason.str.startswith(LEFT_OUT)
