"""A recording is one night's at a time; a lost night's recordings are free when its claims end."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from bucket import bucket

from pipelines.nights import claims
from pipelines.nights.claims import LASTS, Claim, Claims, Taken, claimed, this_night
from pipelines.storage.store import open_store

NOW = datetime(2026, 10, 6, 4, 30, tzinfo=UTC)
SOON = NOW + LASTS / 2
LATER = NOW + LASTS + timedelta(seconds=1)


@pytest.fixture(params=["folder", "object store", "store that takes a name twice"])
def store(request, tmp_path, monkeypatch):
    monkeypatch.setattr(claims, "SETTLES_S", 0.05)
    if request.param == "folder":
        yield open_store(str(tmp_path / "store"))
        return
    if request.param == "object store":
        with bucket(monkeypatch) as url:
            yield open_store(f"{url}/store")
        return
    found = open_store(f"memory://{tmp_path.name}")
    put = found.fs.pipe_file
    monkeypatch.setattr(found.fs, "pipe_file", lambda path, content, mode="overwrite": put(path, content))
    yield found


def of(store):
    return Claims(store, f"{store.root}/claims/site=depot/dock-0123")


def test_a_recording_of_one_night_is_not_another_ones(store):
    assert of(store).take("one", NOW) == Claim(1, "one", NOW + LASTS)
    assert of(store).take("other", SOON) == Taken(NOW + LASTS)


def test_what_a_lost_night_had_is_free_when_its_claim_ends(store):
    of(store).take("lost", NOW)
    assert of(store).take("other", LATER) == Claim(2, "other", LATER + LASTS)
    assert of(store).take("lost", LATER) == Taken(LATER + LASTS)


def test_a_claim_that_is_renewed_does_not_end(store):
    held = of(store).take("one", NOW)
    of(store).renew(held, SOON)
    assert of(store).take("other", LATER) == Taken(SOON + LASTS)


def test_a_recording_let_go_is_free_at_once(store):
    of(store).release(of(store).take("one", NOW))
    assert of(store).newest() is None
    assert isinstance(of(store).take("other", SOON), Claim)


def test_who_was_late_lets_go_of_nothing_that_another_has_taken(store):
    late = of(store).take("late", NOW)
    of(store).take("other", LATER)
    of(store).release(late)
    assert of(store).newest().holder == "other"


def test_a_night_takes_anew_what_its_own_worker_lost(store):
    of(store).take("one", NOW)
    assert isinstance(of(store).take("one", SOON), Claim)


def test_of_many_that_come_at_once_one_has_it(store):
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda number: of(store).take(f"night {number}", NOW), range(8)))
    assert sum(isinstance(one, Claim) for one in taken) == 1


def test_a_claim_is_renewed_while_its_block_runs_and_gone_after_it(tmp_path, monkeypatch):
    monkeypatch.setattr(claims, "RENEWED_S", 0.01)
    store = open_store(str(tmp_path))
    with claimed(store, "depot", "dock-0123", this_night()) as taken:
        assert taken is None
        first = of(store).newest().until
        while of(store).newest().until == first:
            pass
        with claimed(store, "depot", "dock-0123", "other") as taken:
            assert taken.until > first
    assert not (tmp_path / "claims/site=depot/dock-0123").exists()
