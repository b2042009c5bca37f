"""A recording is one night's at a time; a lost night's recordings are free when its claims end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from bucket import bucket

from pipelines import lifetimes
from pipelines.lifetimes import is_over, process_name, this_process
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


def test_what_a_process_of_this_machine_had_is_free_as_soon_as_it_is_killed(store):
    worker = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        of(store)._made(Claim(1, "lost", NOW + LASTS, process_name(worker.pid)))
        assert of(store).take("other", SOON) == Taken(NOW + LASTS)
    finally:
        worker.kill()
    # Nobody has reaped it yet, and still it holds nothing any more.
    os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)
    assert isinstance(of(store).take("other", SOON), Claim)
    worker.wait()
    assert isinstance(of(store).take("third", SOON), Taken)


@pytest.mark.parametrize("process", [None, "", "another boot/1/2", "nonsense", "a/b/c/d"])
def test_of_a_process_that_can_not_be_known_the_claim_lasts(store, process):
    of(store)._made(Claim(1, "elsewhere", NOW + LASTS, process))
    assert of(store).take("other", SOON) == Taken(NOW + LASTS)


def test_a_claim_of_an_earlier_release_lasts_too(tmp_path):
    store = open_store(str(tmp_path / "store"))
    claim = tmp_path / "store/claims/site=depot/dock-0123/000001.json"
    claim.parent.mkdir(parents=True)
    claim.write_text(json.dumps({"holder": "earlier", "until_utc": (NOW + LASTS).isoformat()}))
    assert of(store).take("other", SOON) == Taken(NOW + LASTS)


def test_a_number_that_another_process_has_by_now_keeps_nobody_out():
    mine = this_process()
    assert mine is not None
    place, number, begun = mine.split("/")
    assert not is_over(mine)
    assert is_over(f"{place}/{number}/{int(begun) - 1}")
    assert is_over(f"{place}/{2**22 + 1}/1")
    assert not is_over(f"{place}/{2**80}/1")
    assert not is_over(f"another boot-{place}/{number}/{int(begun) - 1}")


def test_a_process_that_is_hidden_from_this_user_is_not_taken_for_ended(monkeypatch):
    mine = this_process()
    monkeypatch.setattr(lifetimes, "_told", lambda pid: None)
    assert not is_over(mine)


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
