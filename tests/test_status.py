"""A monitor is told the truth about last night: well, needs a person, or can't tell."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from detectors.tables import FOOTAGE, RUNS
from pipelines.cli import app
from pipelines.monitoring import facts as status_facts
from pipelines.monitoring.command import status
from pipelines.monitoring.facts import read_facts
from pipelines.monitoring.status import Facts, Run, State, document, judge, last_due, state_of
from pipelines.nights.lock import only_night
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = date(2026, 3, 2)
DUE = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)
RUN = Run("r", DUE, DUE + timedelta(hours=1), 4, 0, 4, 0, 0, 14400.0, 3600.0)
GOOD = Facts(DUE + timedelta(hours=3), DUE, NIGHT, RUN, None, (), 0, 0, 50 * 2**30)
SITE = """
[site]
name = "depot"
time_zone = "Europe/Berlin"
[store]
url = "store"
[[cameras]]
id = "dock"
zone = "in"
footage = "dock/*"
start_time = "container"
[[cameras]]
id = "gate"
zone = "out"
footage = "gate/*"
start_time = "container"
[[cameras]]
id = "later"
zone = "out"
footage = "later/*"
start_time = "container"
since = 2026-03-10
"""


@pytest.fixture
def site(tmp_path):
    (tmp_path / "site.toml").write_text(SITE)
    return load_site(tmp_path / "site.toml")


def write(site, spec, day, part, **values):
    row = {column.name: column.example for column in spec.columns} | values
    frame = pd.DataFrame([row]).astype({column.name: column.dtype for column in spec.columns})
    open_store(site.store_url).write(spec, frame, site.name, day, part)


@pytest.fixture
def gone_well(site, monkeypatch):
    """Return a site whose night of March 2 was run, looked at on the morning after."""

    class Morning(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(2026, 3, 3, 7, tzinfo=UTC)

    monkeypatch.setattr("pipelines.monitoring.command.datetime", Morning)
    write(site, RUNS, NIGHT, "run", recordings_found=2, recordings_done=2, recordings_failed=0,
          recordings_partial=0)  # fmt: skip
    for camera in ("dock", "gate"):
        write(site, FOOTAGE, NIGHT, camera, camera_id=camera, footage_id=camera)
    return site


@pytest.mark.parametrize(
    ("now", "due", "night"),
    [
        pytest.param((2026, 3, 3, 3, 29), (2026, 3, 2, 3, 30), date(2026, 3, 1), id="a minute before"),
        pytest.param((2026, 3, 3, 3, 30), (2026, 3, 3, 3, 30), date(2026, 3, 2), id="on the minute"),
        pytest.param((2026, 7, 3, 2, 30), (2026, 7, 3, 2, 30), date(2026, 7, 2), id="in summer"),
        pytest.param((2026, 3, 29, 3, 0), (2026, 3, 29, 2, 30), date(2026, 3, 28), id="clocks go on"),
        pytest.param((2026, 10, 25, 3, 29), (2026, 10, 24, 2, 30), date(2026, 10, 23), id="clocks go back"),
    ],
)
def test_a_night_is_due_by_the_clock_of_the_site(now, due, night):
    assert last_due(time(4, 30), BERLIN, datetime(*now, tzinfo=UTC)) == (datetime(*due, tzinfo=UTC), night)


def test_a_good_night_is_well():
    assert state_of(judge(GOOD)) is State.WELL


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"run": None}, "has not been run", id="never ran"),
        pytest.param({"run": replace(RUN, failed=1, done=3)}, "3 done, 0 in part, 1 not", id="a loss"),
        pytest.param({"run": replace(RUN, found=0, done=0)}, "no recordings were found", id="nothing there"),
        pytest.param({"silent": ("gate",)}, "no recordings of gate", id="a silent camera"),
        pytest.param({"quarantined": 2}, "2 recordings quarantined, 0 failed", id="quarantined"),
        pytest.param({"free_bytes": 2**29}, "0.5 GiB free", id="disk nearly full"),
        pytest.param({"under_way_utc": DUE - timedelta(hours=30)}, "33.0 h", id="takes for ever"),
    ],
)
def test_each_trouble_asks_for_attention_and_says_what_to_do(change, words):
    findings = judge(replace(GOOD, **change))
    assert state_of(findings) is State.ATTENTION
    assert [one.todo for one in findings if words in one.what] != [""]
    assert any(words in one.what for one in findings)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"now_utc": DUE + timedelta(minutes=20)}, id="due just now"),
        pytest.param({"under_way_utc": DUE, "now_utc": DUE + timedelta(hours=5)}, id="under way"),
    ],
)
def test_a_night_that_is_not_over_yet_is_no_fault(change):
    assert state_of(judge(replace(GOOD, run=None, **change))) is State.WELL


def test_what_is_printed_as_json_says_all_that_was_judged():
    told = json.loads(json.dumps(document(GOOD, judge(GOOD))))
    assert told["state"] == "well"
    assert told["due_utc"] == "2026-03-03T03:30:00+00:00"
    assert told["run"]["done"] == 4
    assert {one["grade"] for one in told["findings"]} == {"ok"}


def test_a_good_night_ends_with_status_0(gone_well, capsys):
    assert status(site=gone_well.path, json=True) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["site"], told["state"], told["silent"]) == ("depot", "well", [])


def test_a_camera_without_recordings_is_named_once_it_is_in_service(gone_well, capsys):
    open_store(gone_well.store_url).remove(FOOTAGE, "depot", NIGHT, "gate")
    assert status(site=gone_well.path) == 1
    assert "no recordings of gate ->" in capsys.readouterr().out


def test_a_run_of_another_date_is_not_last_nights(site):
    write(site, RUNS, date(2026, 3, 1), "r", first_date="2026-03-01", last_date="2026-03-01")
    write(site, RUNS, date(2026, 3, 9), "s", first_date="2026-03-03", last_date="2026-03-09")
    assert read_facts(site, open_store(site.store_url), GOOD.now_utc).run is None
    write(site, RUNS, date(2026, 3, 9), "t", first_date="2026-03-02", last_date="2026-03-09")
    assert read_facts(site, open_store(site.store_url), GOOD.now_utc).run is not None


def test_a_night_at_work_is_seen(site):
    store = open_store(site.store_url)
    with only_night(site):
        assert read_facts(site, store, GOOD.now_utc).under_way_utc is not None
    assert read_facts(site, store, GOOD.now_utc).under_way_utc is None


def test_a_store_elsewhere_has_no_free_space_to_tell(site, monkeypatch):
    memory = open_store("memory://elsewhere")
    assert status_facts.read_facts(site, memory, GOOD.now_utc).free_bytes is None


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda site: site.path.unlink(), id="no site file"),
        pytest.param(lambda site: site.path.write_text("[site"), id="no TOML"),
        pytest.param(lambda site: next(site.folder.rglob("run.parquet")).write_bytes(b"x"), id="no Parquet"),
    ],
)
def test_what_can_not_be_read_ends_with_status_2(gone_well, spoil, capsys):
    spoil(gone_well)
    assert status(site=gone_well.path, json=True) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["state"] == "unknown"
    assert told["why"]


def test_the_command_is_known_to_the_command_line():
    assert "status" in set(app)
