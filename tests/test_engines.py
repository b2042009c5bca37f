"""A night on Dask or Ray leaves the store that this machine alone leaves, also if a worker is lost."""

from __future__ import annotations

import os
import signal
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from night_site import DAY, SOURCE, contents, make_site, run

from pipelines.engines import engine as engines
from pipelines.engines.engine import Engine, EngineError
from pipelines.nights.claims import Taken
from pipelines.nights.job import Outcome
from pipelines.nights.night import plan
from pipelines.nights.once import done_before, process_once
from pipelines.nights.workers import Workers, explained
from pipelines.sites.site import SiteError, load_site
from pipelines.storage.store import open_store

OUTCOME = Outcome("dock", "0123456789abcdef", "dock/a.mp4", "done", None, 6.0, 1)


@pytest.fixture(scope="module")
def usual_site(tmp_path_factory, prefect_server):
    site = make_site(tmp_path_factory.mktemp("usual") / "depot")
    assert run(site).is_completed()
    return site


@pytest.fixture(scope="module")
def usual_store(usual_site):
    return contents(usual_site.parent / "store")


@pytest.fixture
def paths_of_tests(monkeypatch):
    """Let processes that start without the paths of this one import the fake pose source."""
    here = Path(__file__).parent
    monkeypatch.setenv("PYTHONPATH", f"{here.parent}:{here}")


@pytest.fixture
def dask_client(paths_of_tests):
    distributed = pytest.importorskip("distributed", reason="needs the extra [dask]")
    import dask

    with (
        dask.config.set({"distributed.worker.daemon": False}),
        distributed.LocalCluster(2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client


def killed_at_work(client, killed):
    """Kill the first worker that has a recording under way."""
    pids = client.run(os.getpid)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        busy = [address for address, keys in client.processing().items() if keys]
        if busy:
            time.sleep(1.0)
            os.kill(pids[busy[0]], signal.SIGKILL)
            killed.append(busy[0])
            return
        time.sleep(0.02)


@pytest.mark.prefect
@pytest.mark.xdist_group("prefect")
def test_dask_leaves_the_same_store_though_a_worker_is_killed(tmp_path, usual_store, dask_client):
    address = dask_client.scheduler.address
    site = make_site(tmp_path / "depot", f'engine = "dask"\nscheduler = "{address}"')
    killed = []
    killer = threading.Thread(target=killed_at_work, args=(dask_client, killed))
    killer.start()
    state = run(site)
    killer.join()
    assert killed
    assert state.is_completed(), state.message
    assert contents(site.parent / "store") == usual_store


@pytest.mark.prefect
@pytest.mark.xdist_group("prefect")
def test_ray_leaves_the_same_store(tmp_path, usual_store, paths_of_tests):
    pytest.importorskip("ray", reason="needs the extra [ray]")
    site = make_site(tmp_path / "depot", 'engine = "ray"\naddress = "local"')
    state = run(site)
    assert state.is_completed(), state.message
    assert contents(site.parent / "store") == usual_store


def test_a_scheduler_that_is_not_there_is_told_in_one_sentence(tmp_path, monkeypatch):
    pytest.importorskip("distributed", reason="needs the extra [dask]")
    from pipelines.engines import on_dask

    monkeypatch.setattr(on_dask, "ANSWERS_WITHIN_S", 1.0)
    site = load_site(make_site(tmp_path / "depot", 'engine = "dask"\nscheduler = "tcp://127.0.0.1:9"'))
    with pytest.raises(EngineError, match=r"'tcp://127.0.0.1:9', but no Dask scheduler answers there"):
        Engine(site.nightly).__enter__()


@pytest.mark.parametrize(
    ("nightly", "fault"),
    [
        ('engine = "dask"', "scheduler is missing"),
        ('engine = "ray"', "address is missing"),
        ('scheduler = "tcp://a:1"', "engine is 'processes', expected 'dask'"),
        ('engine = "ray"\naddress = "a:1"\nscheduler = "tcp://a:1"', "expected 'dask'"),
        ('engine = "spark"', "expected 'processes', 'dask' or 'ray'"),
    ],
)
def test_an_engine_without_its_own_address_is_refused(tmp_path, nightly, fault):
    with pytest.raises(SiteError, match=fault):
        load_site(make_site(tmp_path / "depot", nightly))


def test_a_recording_of_another_night_is_asked_for_until_that_night_lets_go(tmp_path, monkeypatch, caplog):
    settings = load_site(make_site(tmp_path / "depot")).nightly
    answers = [Taken(datetime.now(UTC) + timedelta(minutes=2))] * 3 + [OUTCOME]
    asked, engine = [], Engine(settings)
    monkeypatch.setattr(engines.time, "sleep", asked.append)
    engine._processor = SimpleNamespace(process=lambda *_: answers.pop(0))
    assert engine.process(SimpleNamespace(shown_path="dock/a.mp4"), 60.0, None) is OUTCOME
    assert asked == [engines.ASKED_AGAIN_S] * 3
    assert caplog.messages == ["dock/a.mp4: another night is at work on it; waiting"]


@pytest.mark.prefect
@pytest.mark.xdist_group("prefect")
def test_what_another_night_finished_is_not_processed_again(tmp_path, usual_site):
    site = load_site(usual_site)
    store = open_store(site.store_url)
    with Workers(1) as workers:
        night = plan(over(site, tmp_path), DAY, DAY, SOURCE, workers)
    job = replace(night.jobs[0], store_url=site.store_url)
    before = contents(Path(site.store_url))
    assert done_before(job, store).status == "done"
    assert process_once(job, "other") == done_before(job, store)
    assert contents(Path(site.store_url)) == before
    assert done_before(replace(job, code_version="other code"), store) is None


def over(site, folder):
    """Return the site with an empty store, so that all of it is to be done."""
    return replace(site, store_url=str(folder / "empty"))


def test_a_worker_without_memory_is_told_in_one_sentence():
    assert explained(MemoryError("Unable to allocate 32.0 GiB"), "a.mp4", 60.0) == (
        "a.mp4: the worker ran out of memory"
    )
