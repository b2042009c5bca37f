"""One lift that was really processed, with its clip, in the store of a demo."""

from __future__ import annotations

from datetime import UTC, date, datetime

import barcode

from detectors.keypoints import BACK5
from detectors.tables import LIFTS, POSES
from pipelines.clips.kept import clip_path, keep_clip
from pipelines.judging.policy import load_policy
from pipelines.nights.job import Job, PoseChoice
from pipelines.nights.recording import process
from pipelines.storage.store import open_store

BENT = {
    "back_chord_percent": 29.0,
    "back_l3_off_percent": 1.8,
    "back_t12_l1_off_percent": 2.9,
    "back_t8_off_percent": 2.4,
    "standing_back_chord_percent": 30.0,
    "standing_back_l3_off_percent": 0.5,
    "standing_back_t12_l1_off_percent": 0.6,
    "standing_back_t8_off_percent": 0.5,
    "back_pole_gap_change_percent": 2.3,
    "back_curvature_change_deg": 38.0,
    "back_curvature_change_se_deg": 5.0,
}
BULGE_SHARE = (0.0, 0.12, 0.18, 0.14, 0.0)
"""How far each point of the back is off the pole, in shares of its length."""

DAY = date(2026, 9, 10)
CAMERA, ZONE = "dock-1", "inbound"


def add_lift(site, kept=True):
    """Process a recording into the store of a site and return the id of its lift, its clip kept."""
    path = barcode.write_clip(
        site.folder / "footage" / CAMERA / f"{CAMERA}_20260910T090000.mp4", barcode.LIFT
    )
    policy = load_policy(site.policy_file)
    job = Job(
        footage_id="f00df00df00df00d",
        camera_id=CAMERA,
        zone=ZONE,
        path=path,
        shown_path=str(path.relative_to(site.folder)),
        size_bytes=path.stat().st_size,
        start_utc=datetime(2026, 9, 10, 7, tzinfo=UTC),
        date=DAY,
        pitch_deg=0.0,
        masks=(),
        pose=PoseChoice(path, 640, "cpu", 15.0, "barcode:BarcodePose"),
        model_version="m@1",
        code_version="0+1",
        policy=policy.policy,
        policy_id=policy.policy_id,
        track_key=b"salt",
        store_url=site.store_url,
        site=site.name,
    )
    assert process(job).lifts == 1
    store = open_store(site.store_url)
    lifts = store.read(LIFTS, site.name, DAY, DAY)
    lift_id = lifts.loc[lifts["footage_id"] == job.footage_id, "lift_id"].iloc[0]
    if kept:
        # There is nobody in its pictures, so that it stands for its own clip.
        keep_clip(store, clip_path(store, site.name, DAY, lift_id), path.read_bytes())
    return lift_id


def add_back(site):
    """Give the lift of `add_lift` a back that was seen and bent, in its poses and in its measures."""
    store = open_store(site.store_url)
    for spec, change in ((LIFTS, lambda rows: rows.assign(**BENT)), (POSES, _with_back)):
        parts = [part for part in store.parts(spec, site.name, DAY, DAY) if part.name != "simulated"]
        for part in parts:
            rows = store.read_parts(spec, [part])[spec.names]
            store.write(spec, change(rows), site.name, DAY, part.name)


def _with_back(poses):
    hip = poses[["left_hip_x_px", "left_hip_y_px"]].to_numpy()
    neck = poses[["left_shoulder_x_px", "left_shoulder_y_px"]].to_numpy()
    along = neck - hip
    across = along[:, ::-1] * [1.0, -1.0]
    points = {}
    for at, (name, bulge) in enumerate(zip(BACK5, BULGE_SHARE, strict=True)):
        x_px, y_px = (hip + 0.25 * at * along + bulge * across).T
        points |= {f"back_{name}_x_px": x_px, f"back_{name}_y_px": y_px, f"back_{name}_confidence": 0.9}
    return poses.assign(**points)
