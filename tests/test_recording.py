"""One recording: what a failure leaves in the store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import barcode
import pytest

from detectors.tables import EXPOSURE, FOOTAGE, LIFTS
from detectors.technique import Policy
from pipelines.nights.job import Job, PoseChoice
from pipelines.nights.recording import fail, process
from pipelines.storage.store import open_store


@pytest.fixture
def job(tmp_path):
    path = barcode.write_clip(tmp_path / "a.mp4", barcode.LIFT)
    return Job(
        footage_id="f00d",
        camera_id="dock",
        zone="inbound",
        path=path,
        shown_path="a.mp4",
        size_bytes=path.stat().st_size,
        start_utc=datetime(2026, 10, 5, 8, tzinfo=UTC),
        date=date(2026, 10, 5),
        pitch_deg=0.0,
        masks=(),
        pose=PoseChoice(path, 640, "cpu", 15.0, "barcode:BarcodePose"),
        model_version="m@1",
        code_version="0+1",
        policy=Policy(),
        policy_id="p",
        track_key=b"salt",
        store_url=str(tmp_path / "store"),
        site="depot",
    )


def test_a_failure_of_a_new_version_keeps_what_the_old_one_measured(job):
    assert process(job).status == "done"
    store = open_store(job.store_url)
    outcome = fail(replace(job, code_version="0+2"), "the worker process died", store)
    assert (outcome.status, outcome.reason) == ("failed", "the worker process died")
    assert store.read(LIFTS)["kind"].tolist() == ["lift"]
    # Still that of the old version, so that the ledger asks for the recording again.
    assert store.read(FOOTAGE)[["status", "code_version"]].to_numpy().tolist() == [["done", "0+1"]]


def test_a_first_failure_is_noted_and_leaves_no_rows_of_a_measurement(job):
    store = open_store(job.store_url)
    fail(job, "the worker process died", store)
    assert store.read(FOOTAGE)["status"].tolist() == ["failed"]
    assert store.read(LIFTS).empty
    assert store.read(EXPOSURE).empty
    assert process(job).status == "done"
    assert store.read(FOOTAGE)["status"].tolist() == ["done"]
