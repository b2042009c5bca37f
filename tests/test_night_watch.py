"""A whole night leaves what its watchers need, and keeps a second one out."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import schema_store
from prometheus_client.parser import text_string_to_metric_families as parsed

from detectors.tables import RUNS
from pipelines.audits.command import verify
from pipelines.audits.writing import append
from pipelines.clips.views import CLIP_VIEWS
from pipelines.nightly import nightly
from pipelines.nights.lock import NightUnderWayError, only_night
from pipelines.storage.store import open_store

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect")]

DAY = date(2026, 10, 5)


@pytest.fixture
def site(tmp_path, monkeypatch, prefect_server):
    monkeypatch.setenv("HINGEWISE_LOG", "json")
    monkeypatch.setattr("pipelines.nights.lock.PATIENCE_S", 0.2)
    more = '[nightly]\nprometheus_file = "night.prom"\naudit_file = "audit.jsonl"\n'
    monkeypatch.setattr(schema_store, "SITE", schema_store.SITE.replace("[[cameras]]", more + "[[cameras]]"))
    site = schema_store.site_of(tmp_path, tmp_path / "store")
    (tmp_path / "footage/dock").mkdir(parents=True)
    (tmp_path / "footage/dock/a_20261005T100000.mp4").write_bytes(b"no video at all")
    return site


def test_a_night_leaves_metrics_events_and_marks_and_keeps_others_out(site, capfd):
    store = open_store(site.store_url)
    now = datetime.now(UTC)
    append(
        site, store, CLIP_VIEWS, {"view_id": "v", "viewed_utc": now, "roles": "trainer", "lift_id": "l"}, now
    )
    with only_night(site), pytest.raises(NightUnderWayError):
        nightly(str(site.path), DAY, DAY, "barcode:BarcodePose", return_state=True).result()
    assert store.read(RUNS).empty
    nightly(str(site.path), DAY, DAY, "barcode:BarcodePose", return_state=True)
    assert len(store.read(RUNS)) == 1
    names = {family.name for family in parsed((site.folder / "night.prom").read_text())}
    assert "hingewise_night_end_timestamp_seconds" in names
    events = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    told = [(one["event"], one.get("status")) for one in events]
    assert told == [
        ("night_begun", None),
        ("recording_settled", "quarantined"),
        ("night_over", None),
        ("audit_anchored", None),
    ]
    assert verify(site=site.path) == 0
    next(Path(site.store_url).rglob("clip_views/**/*.parquet")).unlink()
    assert verify(site=site.path) == 1
