"""Where and when bends happen: by zone, height of the origin and hour of the day, small cells hidden.

A low bend is one whose trunk inclination at its peak exceeds `shift_sums.LOW_BEND_DEG`. Spine bends are
counted beside it, but nothing is ranked by them: whether a spine bent can be told of part of the
lifts only, and of fewer from knuckle height, where the trunk stays too upright to judge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from detectors.vocabulary import HeightBand, Technique
from pipelines.exposure.crews import at_once, with_stated
from pipelines.exposure.rates import Array
from pipelines.exposure.shift_sums import is_low_bend
from pipelines.exposure.small_groups import Mask, Rule

UNKNOWN_BAND: Final = "unknown"
ALL: Final = "all"
BANDS: Final = [*map(str, HeightBand), UNKNOWN_BAND]
HOURS: Final = list(range(24))
_COUNTS: Final = ["bends", "low_bends", "spine_bends", "judged"]


@dataclass(frozen=True)
class Seen:
    """What the cameras saw in the time looked at.

    Attributes
    ----------
    lifts
        Lifts, lowerings and bends with ``technique`` (null if not judged) and ``hour``, the local
        hour 0..23 of the peak.
    exposure
        Rows of the exposure table with the local ``hour`` of the minute.
    workers_per_shift
        Workers of a zone in a shift, where known; elsewhere those count who were in view at once.
    """

    lifts: pd.DataFrame
    exposure: pd.DataFrame
    workers_per_shift: Mapping[str, int]


def bends_by_hour(seen: Seen, rule: Rule) -> pd.DataFrame:
    """Return the bends of each zone by height of their origin and local hour, small cells hidden.

    A small cell is hidden with the emptiest others of its row until the row's total, which is shown,
    leaves `Rule.least_width` bends open between two cells at least. There are no totals of an hour
    over heights, nor of the site. What is hidden does not depend on how the bends were judged.

    Parameters
    ----------
    seen
        What is counted.
    rule
        What is small. A cell has as many workers as its zone in that hour, but no more than it has
        tracks.

    Returns
    -------
    DataFrame
        One row per zone, ``origin_band`` (``unknown`` where nothing was taken up in view) and hour,
        and `ALL` for the totals over hours, and over both: ``bends``, ``low_bends``, ``spine_bends``
        and ``judged``, NaN where ``hidden``.
    """
    by = ["zone", "hour"]
    seconds = seen.exposure.groupby(by)["observed_person_s"].sum()
    people = with_stated(at_once(seen.exposure, by), seen.workers_per_shift)
    hours = pd.DataFrame({"observed_person_h": seconds / 3600.0, "workers": people})
    zones = [
        _of_zone(rows, hours[hours.index.get_level_values("zone") == zone], rule).assign(zone=str(zone))
        for zone, rows in flagged(seen.lifts).groupby("zone", sort=True)
    ]
    columns = ["zone", "origin_band", "hour", *_COUNTS, "hidden"]
    return pd.concat(zones, ignore_index=True)[columns] if zones else pd.DataFrame(columns=columns)


def flagged(lifts: pd.DataFrame) -> pd.DataFrame:
    """Return the lifts with what is counted of each: ``bends``, ``low_bends``, ``spine_bends``, ``judged``.

    ``inclined`` tells whether the trunk inclination is known; an origin that is not is `UNKNOWN_BAND`.
    """
    verdict = lifts["technique"]
    return lifts.assign(
        origin_band=lifts["origin_band"].astype("str").fillna(UNKNOWN_BAND),
        bends=1,
        inclined=lifts["trunk_inclination_peak_deg"].notna(),
        low_bends=is_low_bend(lifts),
        spine_bends=(verdict == Technique.SPINE_BEND).to_numpy(dtype=np.bool_),
        judged=(verdict.notna() & (verdict != Technique.INDETERMINATE)).to_numpy(dtype=np.bool_),
    )


def _of_zone(rows: pd.DataFrame, hours: pd.DataFrame, rule: Rule) -> pd.DataFrame:
    hours = hours.droplevel("zone").reindex(HOURS).fillna(0.0)
    cells = pd.MultiIndex.from_product([BANDS, HOURS], names=["origin_band", "hour"])
    by_cell = rows.groupby(["origin_band", "hour"])
    counts = by_cell[_COUNTS].sum().reindex(cells, fill_value=0)
    tracks = by_cell["track_id"].nunique().reindex(cells, fill_value=0)
    # Whoever lifts is somebody, also in a minute too short to count people in.
    people = hours["workers"].clip(lower=1.0)
    in_view_h, bends = hours["observed_person_h"], _square(counts["bends"])
    small_hours = _small(_square(tracks), people.to_numpy(), in_view_h.to_numpy(), rule)
    of_band = rows.groupby("origin_band")["track_id"].nunique().reindex(BANDS, fill_value=0)
    in_band: Array = np.asarray(of_band, dtype=np.float64)
    small_bands = _small(in_band, people.max(), in_view_h.sum(), rule)
    hidden = np.stack([_hidden(*row, rule) for row in zip(bends, small_hours, strict=True)])
    small_bands |= _telling(bends, hidden, rule)
    hidden_bands = _hidden(bends.sum(axis=1), small_bands, rule)
    in_zone = np.array([rows["track_id"].nunique()], dtype=np.float64)
    small_zone = _small(in_zone, people.max(), in_view_h.sum(), rule)
    hidden_zone = bool((small_zone | _telling(bends.sum(axis=1)[None], hidden_bands[None], rule))[0])
    hidden_bands |= hidden_zone
    hidden |= hidden_bands[:, None]
    bands = counts.groupby(level="origin_band").sum().reindex(BANDS)
    zone = counts.sum().to_frame().T
    return pd.concat(
        [
            counts.reset_index().astype({"hour": "str"}).assign(hidden=hidden.ravel()),
            bands.reset_index().assign(hour=ALL, hidden=hidden_bands),
            zone.assign(origin_band=ALL, hour=ALL, hidden=hidden_zone),
        ],
        ignore_index=True,
    ).pipe(_masked)


def _small(tracks: Array, people: ArrayLike, observed_person_h: ArrayLike, rule: Rule) -> Mask:
    few = np.minimum(tracks, people) < rule.least_group_size
    small: Mask = (tracks > 0) & (few | (np.asarray(observed_person_h) < rule.least_observed_h))
    return small


def _hidden(values: Array, small: Mask, rule: Rule) -> Mask:
    """Return the small cells of a row, and the emptiest others that keep its total from telling them."""
    hidden = small.copy()
    spare = [at for at in np.argsort(values, kind="stable") if values[at] > 0 and not small[at]]
    while spare and _telling(values[None], hidden[None], rule)[0]:
        hidden[spare.pop(0)] = True
    return hidden


def _telling(values: Array, hidden: Mask, rule: Rule) -> Mask:
    """Return of which rows the total, less what is shown, would tell too much of what is hidden."""
    left_open = np.where(hidden, values, 0.0).sum(axis=1)
    cells = hidden.sum(axis=1)
    telling: Mask = (cells > 0) & ((cells < 2) | (left_open < rule.least_width))
    return telling


def _masked(table: pd.DataFrame) -> pd.DataFrame:
    shown = table[_COUNTS].astype("float64").where(~table["hidden"])
    return table.assign(**{name: shown[name] for name in _COUNTS})


def _square(cells: pd.Series) -> Array:
    return cells.to_numpy(dtype=np.float64).reshape(len(BANDS), len(HOURS))
