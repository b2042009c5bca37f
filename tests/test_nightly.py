"""The nightly flow on real files: what it writes, what it survives, and that it can be run again."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import barcode
import pandas as pd
import pytest

from detectors import embedded, model_files
from detectors.tables import EXPOSURE, FOOTAGE, JUDGEMENTS, LIFTS, POSES, RUNS
from pipelines.nightly import WITH_LOSSES, day_before, nightly
from pipelines.nights.night import plan
from pipelines.nights.workers import Workers
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect")]

DAY = date(2026, 10, 5)
SOURCE = "barcode:BarcodePose"
SITE = """
[site]
name = "depot"
time_zone = "Europe/Berlin"
[store]
url = "store"
[pose]
weights = "fake.pt"
back = false
[nightly]
workers = 2
limit_min = {limit_min}
[[cameras]]
id = "dock"
zone = "inbound"
footage = "footage/dock/*"
start_time = "file_name"
file_name_pattern = "*_%Y%m%dT%H%M%S"
[[cameras]]
id = "gate"
zone = "outbound"
footage = "footage/gate/*"
start_time = "file_name"
file_name_pattern = "*_%Y%m%dT%H%M%S"
[[shifts]]
name = "day"
start = "06:00"
end = "22:00"
[[shifts]]
name = "night"
start = "22:00"
end = "06:00"
"""


@pytest.fixture
def site(tmp_path):
    return make_site(tmp_path / "depot")


def make_site(folder, limit_min=10.0):
    """Write a site of two cameras whose four recordings hold two lifts and a lowering."""
    folder.mkdir(parents=True)
    (folder / "fake.pt").write_bytes(b"weights")
    (folder / "site.toml").write_text(SITE.format(limit_min=limit_min))
    barcode.write_clip(folder / "footage/dock/a_20261005T100000.mp4", barcode.LIFT)
    barcode.write_clip(folder / "footage/dock/b_20261005T235958.mp4", barcode.SLOW)
    barcode.write_clip(folder / "footage/gate/c_20261005T070000.mp4", barcode.SET_DOWN)
    barcode.write_clip(folder / "footage/gate/d_20261005T080000.mp4", barcode.EMPTY)
    return folder / "site.toml"


def run(site, first=DAY, last=None):
    return nightly(str(site), first, last, SOURCE, return_state=True)


def table(site, spec):
    return open_store(str(site.parent / "store")).read(spec)


def contents(site):
    """Return a digest of every file of the store except the log of runs."""
    store = site.parent / "store"
    files = (path for path in sorted(store.rglob("*.parquet")) if path.relative_to(store).parts[0] != "runs")
    return {str(path.relative_to(store)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def finished(tmp_path_factory, prefect_server):
    site = make_site(tmp_path_factory.mktemp("night") / "depot")
    return site, run(site)


def test_every_lift_is_in_the_store_at_its_time(finished):
    site, state = finished
    assert state.is_completed()
    lifts = table(site, LIFTS).sort_values("start_utc")
    assert lifts["kind"].tolist() == ["lowering", "lift", "lift"]
    assert lifts["camera_id"].tolist() == ["gate", "dock", "dock"]
    # Berlin is two hours ahead of UTC; the movement starts after 1.5 s and is lowest from 2.7 to 3.1 s.
    begun = pd.to_datetime(["2026-10-05T05:00:01.5Z", "2026-10-05T08:00:01.5Z", "2026-10-05T21:59:59.5Z"])
    assert (abs(lifts["start_utc"].to_numpy() - begun.to_numpy()) < pd.Timedelta("0.3s")).all()
    assert lifts["grasp_s"].between(2.6, 3.2).all()


def test_a_recording_over_midnight_stays_with_the_date_of_its_first_frame(finished):
    site, _ = finished
    exposure = table(site, EXPOSURE)
    late = exposure[exposure["minute_utc"] >= "2026-10-05T21:59Z"]
    assert late["minute_utc"].dt.strftime("%H:%M").tolist() == ["21:59", "22:00"]
    assert late["date"].unique().tolist() == ["2026-10-05"]
    assert late["analysed_s"].sum() == pytest.approx(6.0, abs=0.1)


def test_each_table_holds_what_belongs_to_it(finished):
    site, _ = finished
    assert set(table(site, FOOTAGE)["status"]) == {"done"}
    assert sorted(table(site, JUDGEMENTS)["lift_id"]) == sorted(table(site, LIFTS)["lift_id"])
    assert not table(site, POSES).empty
    ran = table(site, RUNS).iloc[0]
    assert (ran["recordings_found"], ran["recordings_done"], ran["lifts_found"]) == (4, 4, 3)
    assert ran["analysed_s"] == pytest.approx(24.0, abs=0.2)


def test_running_twice_changes_nothing(finished):
    site, _ = finished
    before = contents(site)
    assert run(site).is_completed()
    assert contents(site) == before
    assert table(site, RUNS).sort_values("started_utc")["recordings_skipped"].tolist()[-1] == 4


def test_bad_recordings_cost_only_themselves(tmp_path, prefect_server):
    site = make_site(tmp_path / "depot", limit_min=0.2)
    gate = site.parent / "footage/gate"
    whole = (site.parent / "footage/dock/a_20261005T100000.mp4").read_bytes()
    (gate / "empty_20261005T090000.mp4").touch()
    (gate / "text_20261005T090100.mp4").write_text("not a video\n" * 99)
    (gate / "short_20261005T090200.mp4").write_bytes(whole[: len(whole) * 3 // 5])
    barcode.write_clip(gate / "one_20261005T090300.mp4", barcode.EMPTY, seconds=1 / barcode.RATE_HZ)
    barcode.write_clip(gate / "dies_20261005T090400.mp4", barcode.DIES)
    barcode.write_clip(gate / "hangs_20261005T090500.mp4", barcode.HANGS, seconds=1.0)
    (gate / "unnamed.mp4").write_bytes(whole + b"other")
    (gate / "copy_20261005T110000.mp4").write_bytes((gate / "c_20261005T070000.mp4").read_bytes())

    state = run(site)

    assert state.name == WITH_LOSSES
    footage = table(site, FOOTAGE).set_index("path")
    status = {Path(path).name.split("_")[0]: value for path, value in footage["status"].items()}
    good = dict.fromkeys("abcd", "done") | {"one": "done", "short": "partial"}
    bad = {"empty": "quarantined", "text": "quarantined", "unnamed.mp4": "quarantined"}
    assert status == good | bad | {"dies": "failed", "hangs": "failed"}
    assert footage.loc[footage["status"] != "done", "reason"].notna().all()
    assert footage.filter(like="hangs", axis=0)["reason"].str.contains("stopped after 0.2 min").all()
    # What is left of the short one ends while its lift is under way.
    assert sorted(table(site, LIFTS)["kind"]) == ["bend", "lift", "lift", "lowering"]
    assert "unnamed.mp4" in table(site, RUNS)["failures"].iloc[0]


def test_a_file_server_that_did_not_answer_is_asked_again_the_next_time(tmp_path, finished, monkeypatch):
    from pipelines.footage import identity

    site = make_site(tmp_path / "depot")
    read = identity.content_id

    def stale(path):
        if path.name.startswith("c_"):
            raise OSError(errno.ESTALE, "Stale file handle")
        return read(path)

    monkeypatch.setattr(identity, "content_id", stale)
    assert run(site).name == WITH_LOSSES
    lost = table(site, FOOTAGE).query("status != 'done'")
    assert lost[["status", "reason"]].to_numpy().tolist() == [
        ["failed", "c_20261005T070000.mp4 can't be read: Stale file handle"]
    ]
    monkeypatch.setattr(identity, "content_id", read)
    assert run(site).is_completed()
    assert contents(site) == contents(finished[0])


def test_a_night_killed_half_way_ends_as_one_that_was_not(tmp_path, finished, prefect_server):
    site = make_site(tmp_path / "depot")
    code = f"from pipelines.nightly import nightly; nightly({str(site)!r}, '2026-10-05', None, {SOURCE!r})"
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parent),
        "PREFECT_HOME": str(tmp_path / "prefect"),
    }
    environment.pop("PREFECT_API_URL", None)
    script = tmp_path / "night.py"
    script.write_text(f"if __name__ == '__main__':\n    {code}\n")
    night = subprocess.Popen([sys.executable, script], env=environment, start_new_session=True)
    deadline = time.monotonic() + 120
    while not list((site.parent / "store").rglob("*.parquet")) and time.monotonic() < deadline:
        assert night.poll() is None, "the night ended before it could be killed"
        time.sleep(0.02)
    os.killpg(night.pid, signal.SIGKILL)
    night.wait()
    half = contents(site)
    assert run(site).is_completed()
    assert half != contents(site)
    assert contents(site) == contents(finished[0])


def test_yesterday_is_the_day_before_the_run_in_the_time_zone_of_the_site(site):
    half_past_midnight_in_berlin = datetime(2026, 10, 5, 22, 30, tzinfo=UTC)
    assert day_before(load_site(site), half_past_midnight_in_berlin) == DAY


def test_new_weights_of_the_back_ask_for_every_recording_again(finished, tmp_path, monkeypatch):
    site, _ = finished
    assert jobs(site) == 0
    back = site.with_name("back.toml")
    back.write_text(site.read_text().replace("back = false", "back = true"))
    monkeypatch.setattr(embedded, "WEIGHTS_FOLDER", tmp_path)
    assert jobs(back) == 0
    (tmp_path / "hingewise-back.pt").write_bytes(b"weights")
    assert (jobs(site), jobs(back)) == (0, 4)


def jobs(site):
    """Return how many recordings a night would process now."""
    with Workers(1) as workers:
        return len(plan(load_site(site), DAY, DAY, SOURCE, workers).jobs)


def test_the_demo_night_needs_nothing_but_the_package(
    tmp_path, prefect_server, embedded_weights, monkeypatch
):
    demo = tmp_path / "sample"
    subprocess.run(["cp", "-r", Path(__file__).parents[1] / "data/sample", demo], check=True)
    subprocess.run(["rm", "-rf", demo / "store"], check=True)
    monkeypatch.delenv("HINGEWISE_WEIGHTS", raising=False)
    monkeypatch.setattr(model_files, "_fetch", lambda name: pytest.fail(f"{name} was to be fetched"))
    assert nightly(str(demo / "site.toml"), DAY, return_state=True).is_completed()
    lifts = open_store(str(demo / "store")).read(LIFTS)
    one_person = lifts[lifts["camera_id"] != "yard"]
    assert one_person["kind"].tolist() == ["lift"] * 9


def test_a_night_reports_on_its_shifts_and_again_when_run_again(tmp_path, prefect_server):
    site = make_site(tmp_path / "depot")
    site.write_text(site.read_text() + '[report]\nfolder = "reports"\n')
    run(site)
    reports = sorted((site.parent / "reports").iterdir())
    assert [path.name for path in reports if path.suffix == ".pdf"] == [
        "report_depot_2026-10-04_night.pdf",
        "report_depot_2026-10-05_day.pdf",
    ]
    day = next(path for path in reports if path.name.endswith("day.html"))
    assert "32.0 h expected camera-hours were analysed" in day.read_text()
    before = [path.read_bytes() for path in reports]
    for path in reports:
        path.write_bytes(b"")
    run(site)
    assert [path.read_bytes() for path in reports] == before
