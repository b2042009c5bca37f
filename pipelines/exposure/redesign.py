"""What to change first: how many low bends a higher origin would remove.

The counterfactual of "raise this origin from floor to knuckle height" is the lifts from knuckle
height of the same zone, or of the site's other zones where the zone has few: raised, lifts are
assumed to be as many as before and to be low bends as often as those are. That holds if loads and
reach are alike at both heights and nothing else makes the worker go low; only a trial tells, which
the follow-up of an intervention compares. The list is of places: it names no one and counts nothing
against a track. Lowerings and bends without a load count among the low bends, not as removed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.vocabulary import HeightBand, LiftKind
from pipelines.exposure.bend_hours import ALL, Seen, bends_by_hour, flagged
from pipelines.exposure.compare import Comparison, Tracks, Verdict, across_zones, compare_shares
from pipelines.exposure.small_groups import Rule

MOST_ACTIONS: Final = 3
FEWEST_COMPARED: Final = 30
"""Lifts from knuckle height below which a zone, or a site, tells nothing of raised origins."""

TYPICAL_BY: Final = ["trunk_inclination_peak_deg", "origin_height_stature", "knee_flexion_grasp_deg"]


@dataclass(frozen=True)
class Action:
    """One origin to raise from floor to knuckle height.

    Attributes
    ----------
    zone
        Where.
    removed, removed_low, removed_high
        Low bends that it would have removed in the time looked at, with the 95 % interval.
    low_bends
        Low bends of the zone, of every kind and from every height.
    floor_lifts, floor_low_bends
        Lifts from the floor, and those of them that were low bends.
    knuckle_lifts, knuckle_low_bends
        The same of the lifts from knuckle height that they are held against.
    compared_with
        ``zone`` or ``site``, the other zones: where the lifts from knuckle height were.
    evidence
        ``lift_id`` of the low bends from the floor, the most typical first.
    """

    zone: str
    removed: float
    removed_low: float
    removed_high: float
    low_bends: int
    floor_lifts: int
    floor_low_bends: int
    knuckle_lifts: int
    knuckle_low_bends: int
    compared_with: str
    evidence: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The action in one sentence, with its interval."""
        removed, low, high = (round(value) for value in (self.removed, self.removed_low, self.removed_high))
        others = "the same zone" if self.compared_with == "zone" else "the other zones of the site"
        return (
            f"Raising the origin in {self.zone} from floor to knuckle height would have removed "
            f"{removed} of {self.low_bends} low bends (95 % interval {low} to {high}), if the raised lifts "
            f"were low bends as often as the {self.knuckle_lifts} lifts from knuckle height in {others}."
        )


@dataclass(frozen=True)
class _Origin:
    """Lifts from the floor of a zone, and those from knuckle height that they are held against."""

    zone: str
    low_bends: int
    floor: pd.DataFrame
    knuckle: pd.DataFrame
    where: str


def actions(seen: Seen, rule: Rule) -> list[Action]:
    """Return at most three origins to raise, those first that surely remove most low bends.

    Ranked by the lower limit, so that a zone with few lifts does not lead by chance. Only those
    are listed whose removal stands at a false discovery rate of 5 % over zones (Benjamini & Hochberg
    1995) and whose totals `bends_by_hour` shows. The clusters are whole recordings: tracks lie within.

    Parameters
    ----------
    seen, rule
        As for `bends_by_hour`. Lifts of unknown trunk inclination are left out.
    """
    shown = bends_by_hour(seen, rule)
    shown = shown[(shown["hour"] == ALL) & ~shown["hidden"]]
    known = flagged(seen.lifts)
    known = known[known["inclined"]]
    may_tell = {band: set(shown.loc[shown["origin_band"] == band, "zone"]) for band in (ALL, *HeightBand)}
    # What is hidden of a zone must not be had from a site's total either.
    knuckle = known[known["zone"].isin(may_tell[HeightBand.KNUCKLE])]
    knuckle = knuckle[(knuckle["origin_band"] == HeightBand.KNUCKLE) & (knuckle["kind"] == LiftKind.LIFT)]
    zones = sorted(may_tell[ALL] & may_tell[HeightBand.FLOOR])
    origins = [_origin(zone, known[known["zone"] == zone], knuckle) for zone in zones]
    told = [one for one in origins if len(one.knuckle) >= FEWEST_COMPARED and len(one.floor)]
    changes = across_zones([compare_shares(_tracks(one.floor), _tracks(one.knuckle), 1) for one in told])
    found = [
        _action(origin, change)
        for origin, change in zip(told, changes, strict=True)
        if change.verdict is Verdict.IMPROVED
    ]
    return sorted(found, key=lambda one: (-one.removed_low, one.zone))[:MOST_ACTIONS]


def _origin(zone: str, here: pd.DataFrame, knuckle: pd.DataFrame) -> _Origin:
    floor = here[(here["origin_band"] == HeightBand.FLOOR) & (here["kind"] == LiftKind.LIFT)]
    own = knuckle["zone"] == zone
    enough = bool(own.sum() >= FEWEST_COMPARED)
    held_against = knuckle[own] if enough else knuckle[~own]
    return _Origin(zone, int(here["low_bends"].sum()), floor, held_against, "zone" if enough else "site")


def _tracks(rows: pd.DataFrame) -> Tracks:
    sums = rows.groupby("footage_id")[["low_bends", "inclined"]].sum().to_numpy(dtype=np.float64)
    return Tracks(sums[:, 0], sums[:, 1])


def _action(origin: _Origin, change: Comparison) -> Action:
    low, lifts = origin.floor[origin.floor["low_bends"]], len(origin.floor)
    return Action(
        zone=origin.zone,
        removed=-lifts * change.value,
        removed_low=-lifts * change.high,
        removed_high=min(-lifts * change.low, float(len(low))),
        low_bends=origin.low_bends,
        floor_lifts=lifts,
        floor_low_bends=len(low),
        knuckle_lifts=len(origin.knuckle),
        knuckle_low_bends=int(origin.knuckle["low_bends"].sum()),
        compared_with=origin.where,
        evidence=tuple(low["lift_id"].to_numpy()[_from_typical(low)]),
    )


def _from_typical(rows: pd.DataFrame) -> NDArray[np.intp]:
    """Return the positions by distance from the median lift, in median absolute deviations."""
    measures = rows[TYPICAL_BY].astype("float64")
    off = (measures - measures.median()).abs()
    # A measure that is unknown counts as one spread off.
    distance = (off / off.median().where(off.median() > 0.0, 1.0)).fillna(1.0).sum(axis=1)
    return np.argsort(distance.to_numpy(), kind="stable")
