"""Draw the night's blind looks by lot, so that what they tell holds for everything that was recorded.

What the machine found, and the stretches where it found nothing, are parted into strata. Each stratum is
given an expected number of items, mostly a fraction, and one systematic pass with a random start takes
that many ([1]_): every item is drawn with a known probability above 0, each stratum gets its number
rounded up or down, and the night gets its quota. Items are weighed by one over that probability.

References
----------
.. [1] Madow 1949, Annals of Mathematical Statistics 20:333.
"""

from __future__ import annotations

import hashlib
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipelines.reviewing.stretches import Seen
from pipelines.reviewing.tables import ItemKind

Array = NDArray[np.float64]

GROUP: Final = {
    ItemKind.LIFT: "lift",
    ItemKind.LOWERING: "other",
    ItemKind.BEND: "other",
    ItemKind.NOTHING: "nothing",
}
"""What the strata of a camera are first parted into; lowerings and bends are one."""

PARTS: Final = {
    "lift": 0.45,
    "other": 0.15,
    **{f"nothing/{seen}": part for seen, part in zip(Seen, (0.2, 0.1, 0.1), strict=True)},
}
"""Share of the quota of each; where one has no items the others get its share."""

NO_VERDICT: Final = "not_judged"
STEPS: Final = 60
"""Rounds in which what a full stratum can't take goes to others: each halves what is left, or better."""


def found_items(lifts: pd.DataFrame) -> pd.DataFrame:
    """Return what the machine found as items to draw from, each with its ``stratum``.

    Parameters
    ----------
    lifts
        Rows of the lifts table with the judgement of the policy in force, null where it judged nothing.
    """
    items = lifts.rename(columns={"lift_id": "item_id", "kind": "item_kind"})
    verdict = items["technique"].fillna(NO_VERDICT)
    group = items["item_kind"].map({str(kind): name for kind, name in GROUP.items()})
    return items.assign(stratum=items["camera_id"] + "/" + group + "/" + verdict)


def draw(items: pd.DataFrame, quota: int, site: str, date: str) -> pd.DataFrame:
    """Return the items that are drawn, with ``drawn_share``; the same every time for a site and date.

    Parameters
    ----------
    items
        What can be drawn, with ``item_id``, ``camera_id`` and ``stratum``.
    quota
        How many; fewer are drawn where there are no more. Each camera that has items gets at least one,
        unless there are more cameras than that.
    """
    if items.empty or quota == 0:
        return items.iloc[:0].assign(drawn_share=pd.Series(dtype="float64"))
    lot = np.random.default_rng(_seed(site, date))
    ordered = items.sort_values("item_id", kind="stable").sample(frac=1.0, random_state=lot)
    ordered = ordered.sort_values(["camera_id", "stratum"], kind="stable", ignore_index=True)
    each = expected_numbers(ordered, quota) / ordered["stratum"].value_counts()
    share = ordered["stratum"].map(each).to_numpy(dtype=np.float64)
    # Rounding must not let the last item fall beyond the end.
    reached = np.round(np.cumsum(share) + lot.random(), 9)
    drawn = np.floor(reached) > np.floor(np.r_[reached[0] - share[0], reached[:-1]])
    found: pd.DataFrame = ordered.assign(drawn_share=np.minimum(share, 1.0))[drawn]
    return found.reset_index(drop=True)


def expected_numbers(items: pd.DataFrame, quota: int) -> pd.Series:
    """Return how many items of each stratum are expected, by stratum; together they are the quota.

    Within its part of the quota a stratum is given in proportion to the root of its size: rare verdicts
    are seen more often than their share, frequent ones still most often.
    """
    cameras = items.drop_duplicates("stratum").set_index("stratum")["camera_id"].sort_index()
    counts = items["stratum"].value_counts().reindex(cameras.index)
    size: Array = counts.to_numpy().astype(np.float64)
    names = [_part(str(name), camera) for name, camera in cameras.items()]
    root = pd.Series(np.sqrt(size))
    wish = (root / root.groupby(names).transform("sum")).to_numpy() * [PARTS[name] for name in names]
    camera, _ = pd.factorize(cameras)
    return pd.Series(_allotted(wish, size, camera, min(float(quota), size.sum())), cameras.index)


def _allotted(wish: Array, size: Array, camera: NDArray[np.intp], quota: float) -> Array:
    """Return numbers in proportion to the wish, none above its size and each camera's sum at least 1."""
    cameras = int(camera.max()) + 1
    least = np.minimum(min(1.0, quota / cameras), np.bincount(camera, size))
    given: Array = wish * quota / wish.sum()
    for _ in range(STEPS):
        given = np.minimum(given, size)
        of_camera = np.bincount(camera, given)
        given = np.minimum(given * np.maximum(1.0, least / of_camera)[camera], size)
        free = (given < size) & (np.bincount(camera, given) > least * (1.0 + 1e-9))[camera]
        room = quota - given.sum()
        if abs(room) < 1e-9 or not free.any():
            break
        given = np.where(free, given * np.maximum(1.0 + room / given[free].sum(), 0.0), given)
    return given


def _part(stratum: str, camera: str) -> str:
    group, _, rest = stratum.removeprefix(f"{camera}/").partition("/")
    return f"{group}/{rest}" if group == "nothing" else group


def _seed(site: str, date: str) -> int:
    return int.from_bytes(hashlib.blake2b(f"{site}/{date}".encode(), digest_size=8).digest(), "big")
