"""A night tells its watchers what happened, in lines and in a file, and nothing it should not."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pandas as pd
import pytest
from prometheus_client.parser import text_string_to_metric_families as parsed

from detectors.tables import RUNS
from pipelines.nights import notes as night_notes
from pipelines.nights.events import Event, tell
from pipelines.nights.job import Outcome
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

NOW = datetime(2026, 3, 3, 5, tzinfo=UTC)
SITE = """
[site]
name = "depot"
time_zone = "Europe/Berlin"
[store]
url = "store"
[nightly]
prometheus_file = "metrics/hingewise.prom"
[[cameras]]
id = "dock"
zone = "in"
footage = "dock/*"
start_time = "container"
"""


@pytest.fixture
def night(tmp_path):
    (tmp_path / "site.toml").write_text(SITE)
    site = load_site(tmp_path / "site.toml")
    day = date(2026, 3, 2)
    return SimpleNamespace(
        site=site, store=open_store(site.store_url), first=day, last=day, jobs=(1, 2), refused=(3,), skipped=4
    )


@pytest.fixture
def row():
    example = pd.DataFrame([{column.name: column.example for column in RUNS.columns}])
    return example.astype({column.name: column.dtype for column in RUNS.columns})


def lines(capsys):
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_events_are_lines_of_json_with_an_instant(night, row, monkeypatch, capsys):
    monkeypatch.setenv("HINGEWISE_LOG", "json")
    night_notes.begun(night)
    night_notes.settled(Outcome("dock", "f", "dock/a.mp4", "quarantined", "is no video:\nnot at all", 0.0, 0))
    assert night_notes.over(night, row, NOW) == []
    begun, settled, over = lines(capsys)
    assert [one["event"] for one in (begun, settled, over)] == [
        "night_begun",
        "recording_settled",
        "night_over",
    ]
    assert (begun["recordings"], begun["skipped"], settled["status"], over["done"]) == (
        3,
        4,
        "quarantined",
        94,
    )
    assert all(datetime.fromisoformat(one["at_utc"]).tzinfo for one in (begun, settled, over))


@pytest.mark.parametrize("wish", [None, "", "text"])
def test_without_the_wish_nothing_is_told(wish, monkeypatch, capsys):
    monkeypatch.delenv("HINGEWISE_LOG", raising=False)
    if wish is not None:
        monkeypatch.setenv("HINGEWISE_LOG", wish)
    tell(Event.NIGHT_BEGUN, site="depot")
    assert lines(capsys) == []


@pytest.mark.parametrize("field", ["track_id", "secret", "lift_id", "roles", "HINGEWISE_TRACK_KEY"])
def test_no_secret_and_nobody_can_stand_in_an_event(field):
    with pytest.raises(ValueError, match=f"may not tell {field}"):
        tell(Event.NIGHT_BEGUN, **{field: "x"})


def test_the_metrics_file_is_where_the_site_file_says(night, row):
    night_notes.over(night, row, NOW)
    path = night.site.folder / "metrics/hingewise.prom"
    names = {family.name for family in parsed(path.read_text())}
    assert "hingewise_night_end_timestamp_seconds" in names
    assert [one.name for one in path.parent.iterdir()] == ["hingewise.prom"]


def test_metrics_that_can_not_be_written_cost_the_night_one_sentence(night, row, monkeypatch, capsys):
    monkeypatch.setenv("HINGEWISE_LOG", "json")
    (night.site.folder / "metrics").write_text("a file where the folder should be")
    (fault,) = night_notes.over(night, row, NOW)
    assert "can't write" in fault
    assert "hingewise.prom" in fault
    assert [one["event"] for one in lines(capsys)] == ["night_over", "metrics_not_written"]
