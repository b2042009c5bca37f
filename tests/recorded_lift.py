"""One lift that was really processed, with its clip, in the store of a demo."""

from __future__ import annotations

from datetime import UTC, date, datetime

import barcode

from detectors.tables import LIFTS
from pipelines.job import Job, PoseChoice
from pipelines.kept_clips import clip_path, keep_clip
from pipelines.policy import load_policy
from pipelines.recording import process
from pipelines.store import open_store

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
