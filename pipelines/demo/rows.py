"""Rows of made-up days as the store holds them: measures, recordings and runs around what was simulated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.columns import TableSpec
from detectors.tables import EXPOSURE, FOOTAGE, LIFTS, POSES, RUNS
from detectors.vocabulary import LiftKind, Status
from pipelines.demo.poses import demo_poses
from pipelines.demo.simulation import Plan, Simulated

VERSION: Final = "simulated"
"""Stands for models and code, so that no series goes on from made-up shifts to recorded ones."""

VIEW_DEG: Final = (12.0, 34.0, 40.0, 20.0)
HEIGHT_PX: Final = (310.0, 270.0, 240.0, 150.0)
"""How each camera sees people, in turn: well from the side, from an angle, from farther round, far away."""

PICTURE_PX: Final = (1920, 1080)

LOWERINGS: Final = 0.45
SPINE_FLEXION_DEG: Final = (10.0, 55.0)
"""Mean of neutral and of bent spines; both spread by `SPREAD_DEG`."""

SPREAD_DEG: Final = 6.0
OFF_PERCENT_PER_DEG: Final = {"l3": 0.035, "t12_l1": 0.05, "t8": 0.042}
"""How far points of a bent back move off the pole, in percent of stature per degree: nearly an arc."""


@dataclass(frozen=True)
class DemoTables:
    """Whole tables of the store, and for each row the site date under which it is filed."""

    frames: dict[str, pd.DataFrame]
    days: dict[str, pd.Series]


def demo_tables(made_up: Simulated, plan: Plan, seed: int, policy_id: str) -> DemoTables:
    """Return footage, lifts, positions, exposure and runs; every date has a run."""
    rng = np.random.default_rng(seed)
    footage = _footage(made_up.footage)
    camera = _camera_numbers(made_up.lifts, plan)
    lifts = stored(_lifts(rng, _timed(made_up.lifts, footage), camera), LIFTS)
    frames = {
        FOOTAGE.name: stored(footage, FOOTAGE),
        LIFTS.name: lifts,
        POSES.name: demo_poses(rng, lifts, camera, PICTURE_PX),
        EXPOSURE.name: stored(made_up.exposure.assign(model_version=VERSION), EXPOSURE),
        RUNS.name: stored(_runs(footage, made_up.lifts, plan, policy_id), RUNS),
    }
    days = {
        FOOTAGE.name: footage["shift_date"],
        LIFTS.name: made_up.lifts["shift_date"],
        POSES.name: made_up.lifts["shift_date"],
        EXPOSURE.name: made_up.exposure["shift_date"],
        RUNS.name: frames[RUNS.name]["first_date"],
    }
    return DemoTables(frames, days)


def stored(frame: pd.DataFrame, spec: TableSpec) -> pd.DataFrame:
    """Return the rows with every column of their table; what is not there is as in the column's example."""
    missing = {column.name: column for column in spec.columns if column.name not in frame}
    new = {
        name: pd.Series([column.example] * len(frame), index=frame.index) for name, column in missing.items()
    }
    for name, column in missing.items():
        times = pd.to_datetime(new[name]) if column.dtype.startswith("datetime") else new[name]
        new[name] = times.astype(column.dtype)
    return pd.concat([frame, pd.DataFrame(new)], axis=1)[spec.names]


def _footage(footage: pd.DataFrame) -> pd.DataFrame:
    length_s = (footage["end_utc"] - footage["start_utc"]).dt.total_seconds()
    started = footage["start_utc"].dt.strftime("%Y%m%dT%H%M%SZ")
    whole = footage.assign(
        path="simulated/" + footage["camera_id"] + "/" + started + ".mp4",
        width_px=PICTURE_PX[0],
        height_px=PICTURE_PX[1],
        declared_s=length_s,
        analysed_s=length_s,
        frames_analysed=(15.0 * length_s).astype("int64"),
        status=str(Status.DONE),
        reason=pd.Series(None, index=footage.index, dtype="str"),
        model_version=VERSION,
        code_version=VERSION,
    )
    return whole.astype(dict.fromkeys(["path", "status", "model_version", "code_version"], "str"))


def _camera_numbers(lifts: pd.DataFrame, plan: Plan) -> NDArray[np.int64]:
    cameras = [camera for zone in plan.zones for camera in zone.cameras]
    numbers = lifts["camera_id"].map({camera: i for i, camera in enumerate(cameras)})
    return np.asarray(numbers, dtype=np.int64)


def _timed(lifts: pd.DataFrame, footage: pd.DataFrame) -> pd.DataFrame:
    """Return the lifts with the time of their peak into their recording."""
    began = lifts["footage_id"].map(footage.set_index("footage_id")["start_utc"])
    return lifts.assign(peak_s=(lifts["peak_utc"] - began).dt.total_seconds())


def _lifts(rng: np.random.Generator, lifts: pd.DataFrame, camera: NDArray[np.int64]) -> pd.DataFrame:
    n = len(lifts)
    bent = (lifts["technique"] == "spine_bend").to_numpy(dtype=np.bool_)
    at = camera % len(VIEW_DEG)
    trunk = lifts["trunk_inclination_peak_deg"].to_numpy()
    duration_s = 1.8 + rng.gamma(4.0, 0.35, n)
    peak = lifts["peak_utc"]
    start = peak - pd.to_timedelta(0.4 * duration_s, unit="s").as_unit("us")
    flexion = np.where(bent, SPINE_FLEXION_DEG[1], SPINE_FLEXION_DEG[0]) + rng.normal(0.0, SPREAD_DEG, n)
    return lifts.assign(
        lift_id="sim" + lifts["lift_id"].str.zfill(7),
        kind=pd.Series(np.where(rng.random(n) < LOWERINGS, LiftKind.LOWERING, LiftKind.LIFT), dtype="str"),
        start_utc=start,
        grasp_utc=peak,
        end_utc=start + pd.to_timedelta(duration_s, unit="s").as_unit("us"),
        duration_s=duration_s,
        start_s=(lifts["peak_s"] - 0.4 * duration_s).clip(lower=0.0),
        grasp_s=lifts["peak_s"],
        end_s=lifts["peak_s"] + 0.6 * duration_s,
        trunk_inclination_grasp_deg=np.maximum(trunk - 5.0 * rng.random(n), 0.0),
        hip_flexion_peak_deg=np.clip(trunk + 30.0 + rng.normal(0.0, 8.0, n), 0.0, 180.0),
        knee_flexion_peak_deg=np.clip(lifts["knee_flexion_grasp_deg"] + 5.0, 0.0, 180.0),
        hold_above_20_s=0.7 * duration_s,
        hold_above_60_s=np.where(trunk > 60.0, 0.3 * duration_s, 0.0),
        spine_flexion_deg=flexion,
        spine_flexion_se_deg=4.0 + 4.0 * rng.random(n),
        view_angle_deg=np.clip(np.array(VIEW_DEG)[at] + rng.normal(0.0, 9.0, n), 0.0, 90.0),
        person_height_px=np.clip(np.array(HEIGHT_PX)[at] + rng.normal(0.0, 25.0, n), 60.0, None),
        asymmetry_deg=rng.gamma(2.0, 6.0, n).clip(max=90.0),
        reach_stature=0.2 + 0.15 * rng.random(n),
        model_version=VERSION,
        code_version=VERSION,
        **_backs(flexion),
    ).astype(dict.fromkeys(["lift_id", "model_version", "code_version"], "str"))


def _backs(flexion_deg: NDArray[np.float64]) -> dict[str, NDArray[np.float64] | float]:
    """Return the curve of each back, which bends as far as its flexion says."""
    standing = {f"standing_back_{name}_off_percent": 0.6 for name in OFF_PERCENT_PER_DEG}
    bent = {
        f"back_{name}_off_percent": 0.6 + per_deg * flexion_deg
        for name, per_deg in OFF_PERCENT_PER_DEG.items()
    }
    gap = OFF_PERCENT_PER_DEG["t12_l1"] * flexion_deg
    return {**standing, **bent, "back_pole_gap_change_percent": gap, "back_curvature_change_deg": flexion_deg}


def _runs(footage: pd.DataFrame, lifts: pd.DataFrame, plan: Plan, policy_id: str) -> pd.DataFrame:
    """Return one run per date, in the night after it."""
    dates = [plan.first + timedelta(days=n) for n in range(plan.days)]
    found = footage.groupby("shift_date").agg(found=("footage_id", "size"), analysed_s=("analysed_s", "sum"))
    lifted = lifts.groupby("shift_date").size()
    rows = []
    for day in dates:
        name, started = (
            day.isoformat(),
            pd.Timestamp(day + timedelta(days=1), tz="UTC") + pd.Timedelta(hours=8),
        )
        recordings = int(found["found"].get(name, 0))
        rows.append(_run(day, started, policy_id, (recordings, int(lifted.get(name, 0)))))
        rows[-1]["analysed_s"] = float(found["analysed_s"].get(name, 0.0))
    table = pd.DataFrame(rows)
    times = dict.fromkeys(["started_utc", "finished_utc"], "datetime64[us, UTC]")
    return table.astype({**times, "failures": "str"})


def _run(day: date, started: pd.Timestamp, policy_id: str, counts: tuple[int, int]) -> dict[str, object]:
    recordings, lifts = counts
    elapsed_s = 600.0 + 240.0 * recordings
    return {
        "run_id": f"{started:%Y%m%dT%H%M%SZ}-simulated",
        "started_utc": started,
        "finished_utc": started + pd.Timedelta(seconds=elapsed_s),
        "first_date": day.isoformat(),
        "last_date": day.isoformat(),
        "recordings_found": recordings,
        "recordings_skipped": 0,
        "recordings_done": recordings,
        "recordings_partial": 0,
        "recordings_failed": 0,
        "lifts_found": lifts,
        "elapsed_s": elapsed_s,
        "failures": None,
        "policy_id": policy_id,
        "model_version": VERSION,
        "code_version": VERSION,
    }
