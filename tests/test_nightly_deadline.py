"""A night that is too short: it ends in time, says what it left out, and a later one completes it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import barcode
import pytest
from test_nightly import DAY, SOURCE, contents, make_site, run, table

from detectors.tables import EXPOSURE, FOOTAGE, LIFTS, RUNS
from pipelines.monitoring.facts import read_facts
from pipelines.nightly import nightly
from pipelines.nights import night
from pipelines.nights import work as night_work
from pipelines.plans import speeds
from pipelines.plans.sampling import left_out
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

pytestmark = [pytest.mark.prefect, pytest.mark.xdist_group("prefect")]

HALF_PAST_FOUR = datetime(2026, 10, 6, 2, 30, tzinfo=UTC)


@pytest.fixture
def site(tmp_path):
    path = make_site(tmp_path / "depot")
    path.write_text(path.read_text().replace("workers = 2", 'workers = 1\nfinish_by = "06:00"'))
    return path


@pytest.fixture
def slow_clock(site, monkeypatch):
    """Let each recording take 40 minutes on the clock of the night."""

    def now():
        read = list((site.parent / "store/footage").rglob("*.parquet"))
        return HALF_PAST_FOUR + timedelta(minutes=40 * len(read))

    monkeypatch.setattr(night_work, "now_utc", now)


def test_it_ends_in_time_and_a_later_night_completes_it(site, slow_clock, monkeypatch, prefect_server):
    state = run(site)
    assert state.is_completed()
    footage = table(site, FOOTAGE)
    apart = left_out(footage)
    # The first is over at 05:10; a second one fits before 06:00, a third one would not.
    assert (len(footage), int(apart.sum())) == (4, 2)
    assert sorted(footage.loc[~apart, "camera_id"]) == ["dock", "gate"]
    assert footage.loc[apart, "analysed_s"].tolist() == [0.0, 0.0]
    assert footage.loc[apart, "declared_s"].to_numpy() == pytest.approx([6.0, 6.0], abs=0.2)
    assert set(table(site, EXPOSURE)["footage_id"]) == set(footage.loc[~apart, "footage_id"])
    ran = table(site, RUNS).iloc[0]
    assert (ran["recordings_found"], ran["recordings_done"], ran["recordings_failed"]) == (4, 2, 0)

    at = load_site(site)
    store = open_store(at.store_url)
    with_digest = digest_of(at, monkeypatch)
    assert [note for note in with_digest.notes if "declared sampling: 2 of 4 recordings left out" in note]
    assert not [note for note in with_digest.notes if "lost" in note]
    assert with_digest.cameras["failed"].tolist() == [0, 0]
    facts = read_facts(at, store, HALF_PAST_FOUR + timedelta(days=0, hours=8))
    assert (facts.failed, facts.quarantined) == (0, 0)

    read_before = {path: digest for path, digest in contents(site).items() if is_lift(path)}
    site.write_text(site.read_text().replace('finish_by = "06:00"\n', ""))
    assert run(site).is_completed()
    assert not left_out(table(site, FOOTAGE)).any()
    assert (len(table(site, FOOTAGE)), len(table(site, LIFTS))) == (4, 3)
    assert table(site, LIFTS)["lift_id"].is_unique
    assert table(site, RUNS).sort_values("started_utc")["recordings_skipped"].tolist() == [0, 2]
    assert read_before.keys() == {path for path in contents(site) if is_lift(path)}


def is_lift(path):
    return path.startswith("lifts/")


def digest_of(at, monkeypatch):
    planned = plan_of(at)
    return night.morning_digest(planned)


def plan_of(at):
    from pipelines.nights.workers import Workers

    with Workers(1) as workers:
        return night.plan(at, DAY, DAY, SOURCE, workers)


def test_a_night_that_fits_reads_everything_whatever_its_order(site, prefect_server):
    late = datetime.now(UTC) + timedelta(hours=10)
    state = nightly(
        str(site), date(2026, 10, 5), None, SOURCE, finish_by=time(late.hour, late.minute), return_state=True
    )
    assert state.is_completed()
    assert set(table(site, FOOTAGE)["status"]) == {"done"}
    at = load_site(site)
    known = speeds.known_speeds(at.name, plan_of(at).versions)
    assert set(known) == {"dock", "gate"}
    assert all(speed > 0.0 for speed in known.values())


def test_a_recording_longer_than_the_night_does_not_keep_the_others_from_being_read(
    site, monkeypatch, prefect_server
):
    barcode.write_clip(site.parent / "footage/gate/long_20261005T120000.mp4", barcode.EMPTY, seconds=60.0)
    at = load_site(site)
    monkeypatch.setattr(night_work, "now_utc", lambda: HALF_PAST_FOUR)
    # A usual recording takes six minutes then, and the long one an hour and more.
    speeds.remember_probes(at.name, plan_of(at).versions, {"dock": 100.0, "gate": 100.0})
    assert run(site).is_completed()
    footage = table(site, FOOTAGE)
    assert footage.loc[left_out(footage), "path"].tolist() == ["footage/gate/long_20261005T120000.mp4"]
    assert any("takes longer than the night" in note for note in digest_of(at, monkeypatch).notes)
