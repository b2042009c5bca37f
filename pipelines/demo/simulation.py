"""A made-up site whose truth is known: rates, bend shares, an effect, a dead camera, a new model.

Lifts come in tracks that resemble each other: each track has its own share of spine bends and of
low bends, and each recording its own pace. Tables hold the columns that exposure works from. Tests
hold the statistics against its truth, and the demo days are made of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]

TIME_ZONE: Final = "Europe/Berlin"
SHIFTS: Final = {"early": 6, "late": 14, "night": 22}
BANDS: Final = np.array(["floor", "knuckle", "shoulder"])
POLICY_ID: Final = "c0a81e66d2b3"
CODE: Final = "0.1.0+5d0c7a91"


@dataclass(frozen=True)
class Zone:
    """What is true of one zone: lifts per person-hour, and shares of spine bends and of low bends by band."""

    name: str
    cameras: tuple[str, ...]
    lifts_per_person_h: float = 12.0
    spine_bend_share: float = 0.4
    low_bend_shares: tuple[float, float, float] = (0.7, 0.15, 0.02)
    floor_share: float = 0.4
    spine_bend_share_after: float | None = None
    floor_share_after: float | None = None

    def low_bends_per_lift(self, floor_share: float) -> float:
        """Return the share of low bends; what is not from the floor is half knuckle, half shoulder height."""
        floor, knuckle, shoulder = self.low_bend_shares
        return floor_share * floor + (1.0 - floor_share) * (knuckle + shoulder) / 2.0


@dataclass(frozen=True)
class Plan:
    """The site, and how its recordings were made; days count from the first."""

    zones: tuple[Zone, ...]
    first: date = date(2026, 2, 2)
    days: int = 90
    change_day: int = 45
    dead: dict[str, tuple[int, int]] = field(default_factory=dict)
    model_changes: dict[str, int] = field(default_factory=dict)
    people: float = 1.0
    tracks: int = 10
    alike: float = 0.15
    pace_spread: float = 0.25
    indeterminate_share: float = 0.3
    minute_step: int = 1
    time_zone: str = TIME_ZONE


@dataclass(frozen=True)
class Simulated:
    """The tables, each row with its shift; lifts with their judgement and local hour."""

    lifts: pd.DataFrame
    judgements: pd.DataFrame
    exposure: pd.DataFrame
    footage: pd.DataFrame


def simulate(plan: Plan, seed: int) -> Simulated:
    """Return the tables of a site, the same for the same seed."""
    rng = np.random.default_rng(seed)
    footage = _footage(plan)
    pace = rng.gamma(1.0 / plan.pace_spread**2, plan.pace_spread**2, len(footage))
    exposure, person_h = _exposure(rng, footage, plan)
    lifts, judgements = _lifts(rng, footage, plan, pace * person_h)
    return Simulated(lifts, judgements, exposure, footage.drop(columns=["zone_at", "day"]))


def _footage(plan: Plan) -> pd.DataFrame:
    """Return one recording per camera, day and shift, less those of dead cameras."""
    rows = [
        (day, shift, zone_at, camera)
        for day in range(plan.days)
        for shift in SHIFTS
        for zone_at, zone in enumerate(plan.zones)
        for camera in zone.cameras
        if not (camera in plan.dead and plan.dead[camera][0] <= day < plan.dead[camera][1])
    ]
    table = pd.DataFrame(rows, columns=["day", "shift", "zone_at", "camera_id"])
    midnight = pd.Timestamp(plan.first) + pd.to_timedelta(table["day"], unit="D")
    hour = table["shift"].map(SHIFTS)
    local = (midnight + pd.to_timedelta(hour + length_h, unit="h") for length_h in (0, 8))
    start, end = (times.dt.tz_localize(plan.time_zone).dt.tz_convert("UTC") for times in local)
    new = table["day"] >= table["camera_id"].map(plan.model_changes).fillna(plan.days)
    return table.assign(
        footage_id=[f"f{number:015x}" for number in range(len(table))],
        zone=table["zone_at"].map(dict(enumerate(zone.name for zone in plan.zones))).astype("str"),
        start_utc=start.astype("datetime64[us, UTC]"),
        end_utc=end.astype("datetime64[us, UTC]"),
        shift_date=midnight.dt.strftime("%Y-%m-%d").astype("str"),
        model_version=np.where(new, "pose@new", "pose@old"),
        code_version=CODE,
    ).astype(dict.fromkeys(["camera_id", "shift", "footage_id", "model_version", "code_version"], "str"))


def _exposure(rng: np.random.Generator, footage: pd.DataFrame, plan: Plan) -> tuple[pd.DataFrame, Array]:
    """Return the analysed minutes, every ``minute_step``th, and the person-hours of each recording."""
    minutes = ((footage["end_utc"] - footage["start_utc"]).dt.total_seconds() / 60.0).astype("int64")
    rows = minutes.to_numpy(dtype=np.int64) // plan.minute_step
    of = np.repeat(np.arange(len(footage)), rows)
    minute = (np.arange(len(of)) - np.repeat(np.cumsum(rows) - rows, rows)) * plan.minute_step
    person_s = np.minimum(rng.gamma(2.0, plan.people / 2.0, len(of)), 10.0) * 60.0
    keep = ["footage_id", "camera_id", "zone", "shift", "shift_date"]
    exposure = footage[keep].take(of).reset_index(drop=True)
    start = footage["start_utc"].to_numpy(dtype="datetime64[us]")[of] + minute * np.timedelta64(60, "s")
    exposure["minute_utc"] = pd.Series(start).dt.tz_localize("UTC")
    exposure = exposure.assign(
        hour=exposure["minute_utc"].dt.tz_convert(plan.time_zone).dt.hour,
        analysed_s=60.0,
        observed_person_s=person_s,
        judgeable_person_s=0.7 * person_s,
        trunk_above_20_person_s=0.2 * person_s,
        trunk_above_60_person_s=0.03 * person_s,
        frames_analysed=900,
    )
    return exposure, np.bincount(of, person_s, len(footage)) / 3600.0


def _lifts(
    rng: np.random.Generator, footage: pd.DataFrame, plan: Plan, paced_h: Array
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return lifts with verdict, shift and local hour, and their judgements."""
    after = (footage["day"] >= plan.change_day).to_numpy()
    truth = {name: _of_zones(plan, footage, after, name) for name in ("spine_bend_share", "floor_share")}
    rate = np.array([zone.lifts_per_person_h for zone in plan.zones])[footage["zone_at"]]
    # Tracks share the person-time of a recording evenly.
    in_track = rng.poisson(np.repeat(rate * paced_h / plan.tracks, plan.tracks))
    track = np.repeat(np.arange(len(in_track)), in_track)
    of, n = track // plan.tracks, len(track)
    spine_bent = rng.random(n) < _alike(rng, np.repeat(truth["spine_bend_share"], plan.tracks), plan)[track]
    floor = rng.random(n) < truth["floor_share"][of]
    band = np.where(floor, 0, rng.integers(1, 3, n))
    low_shares = np.array([zone.low_bend_shares for zone in plan.zones])[footage["zone_at"]]
    low = rng.random(n) < _alike(rng, np.repeat(low_shares, plan.tracks, axis=0), plan)[track, band]
    start = footage["start_utc"].to_numpy(dtype="datetime64[us]")
    length_us = (footage["end_utc"].to_numpy(dtype="datetime64[us]") - start).astype(np.int64)
    moment = start[of] + (rng.random(n) * length_us[of]).astype("timedelta64[us]")
    peak = pd.Series(moment).dt.tz_localize("UTC")
    lifts = footage[["footage_id", "camera_id", "zone", "shift", "shift_date"]].take(of)
    lifts = lifts.reset_index(drop=True).assign(
        lift_id=pd.Series(np.arange(n)).astype("str"),
        track_id=pd.Series(track).astype("str"),
        kind="lift",
        start_utc=peak - pd.Timedelta(seconds=1),
        peak_utc=peak,
        hour=peak.dt.tz_convert(plan.time_zone).dt.hour,
        trunk_inclination_peak_deg=np.where(low, 61.0 + 30.0 * rng.random(n), 20.0 + 39.0 * rng.random(n)),
        origin_height_stature=np.array([0.15, 0.5, 0.85])[band] + 0.05 * rng.random(n),
        knee_flexion_grasp_deg=60.0 * rng.random(n),
        origin_band=pd.Series(BANDS[band], dtype="str"),
        model_version=footage["model_version"].to_numpy()[of],
        code_version=CODE,
    )
    told = rng.random(n) >= plan.indeterminate_share
    technique = np.where(told, np.where(spine_bent, "spine_bend", "hip_hinge"), "indeterminate")
    judgements = pd.DataFrame(
        {
            "lift_id": lifts["lift_id"],
            "policy_id": POLICY_ID,
            "technique": technique,
            "p_spine_bend": np.where(told, spine_bent.astype(float), np.nan),
            "reason": np.where(told, "judged", "view"),
            "leg_pattern": "soft",
            "margin_se": 2.0,
        }
    ).astype(dict.fromkeys(["policy_id", "technique", "reason", "leg_pattern"], "str"))
    lifts = lifts.astype({"kind": "str", "model_version": "str", "code_version": "str"})
    return lifts.assign(technique=judgements["technique"], policy_id=judgements["policy_id"]), judgements


def _of_zones(plan: Plan, footage: pd.DataFrame, after: NDArray[np.bool_], name: str) -> Array:
    """Return a share of each recording's zone: that from before, or after the change if it has one."""
    old = np.array([getattr(zone, name) for zone in plan.zones])
    new = np.array(
        [getattr(zone, name) if (x := getattr(zone, f"{name}_after")) is None else x for zone in plan.zones]
    )
    return np.where(after, new[footage["zone_at"]], old[footage["zone_at"]])


def _alike(rng: np.random.Generator, share: Array, plan: Plan) -> Array:
    """Return a share per track, spread by beta so that two lifts of a track correlate by ``alike``."""
    spread = 1.0 / plan.alike - 1.0
    inside = np.clip(share, 1e-9, 1.0 - 1e-9)
    return np.where(share > 0.0, rng.beta(inside * spread, (1.0 - inside) * spread), 0.0)
