"""A small site and its night, run in one process: no server, no worker processes, all else as ever."""

from __future__ import annotations

import importlib
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Final

import barcode

from detectors.offline import quiet_ultralytics
from detectors.video import VideoError, VideoInfo, probe
from pipelines import nightly
from pipelines.nights import claims
from pipelines.nights import work as night_work
from pipelines.nights.claims import Taken, this_night
from pipelines.nights.job import Job, Outcome
from pipelines.nights.lock import only_night
from pipelines.nights.once import process_once
from pipelines.nights.recording import PassingError
from pipelines.nights.work import running_engine
from pipelines.nights.workers import RecordingError
from pipelines.sites.models import Nightly
from pipelines.sites.site import load_site
from pipelines.storage.store import StoreError
from pipelines.versions import code_version

DAY: Final = date(2026, 10, 5)
NOW: Final = datetime(2026, 10, 6, 3, tzinfo=UTC)
SOURCE: Final = "barcode:BarcodePose"
SITE: Final = """
[site]
name = "depot"
time_zone = "Europe/Berlin"
[store]
url = "{store}"
[pose]
weights = "fake.pt"
back = false
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
TRACK_KEY: Final = "drill"
LEASE: Final = timedelta(seconds=0.4)
"""A claim of a killed run lasts as long here, two minutes elsewhere: the rerun need not wait for it."""


def make_site(folder: Path, store: str = "store") -> Path:
    """Write a site of two cameras whose three recordings hold two lifts and a lowering."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "fake.pt").write_bytes(b"weights")
    (folder / "site.toml").write_text(SITE.format(store=store))
    barcode.write_clip(folder / "footage/dock/a_20261005T100000.mp4", barcode.LIFT, 5.0)
    barcode.write_clip(folder / "footage/dock/b_20261005T235958.mp4", barcode.LIFT, 4.8)
    barcode.write_clip(folder / "footage/gate/c_20261005T070000.mp4", barcode.SET_DOWN, 5.0)
    return folder / "site.toml"


def warm(folder: Path) -> None:
    """Load and read what each forked night would load and read again."""
    quiet_ultralytics()
    importlib.import_module("ultralytics.trackers.byte_tracker")
    code_version(load_site(folder / "site.toml").reading.policy())


def run_night(
    folder: Path, store: str | None = None, source: str = SOURCE, task: object = None, engine: object = None
) -> list[str]:
    """Run the night of a site to its end; return the name of its state and the sentence on it.

    Parameters
    ----------
    store
        Its URL, where it is another one than the site file names.
    task, engine
        What processes a recording, and the engine that it does so with, in place of this process.
    """
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    # One salt for all runs: without it each folder's tracks would have names of their own.
    os.environ["HINGEWISE_TRACK_KEY"] = TRACK_KEY
    if store is not None:
        text = SITE.format(store=store)
        (folder / "site.toml").write_text(text)
    claims.LASTS, claims.RENEWED_S = LEASE, 0.1
    night_work.process_recording = SimpleNamespace(submit=task or Done)
    nightly.running_engine = engine or _no_engine
    nightly.create_markdown_artifact = lambda *_, **__: None
    site = load_site(folder / "site.toml")
    with only_night(site):
        state = nightly.run_dates(site, DAY, DAY, source)
    return [str(state.name), str(state.message)]


def run_with_workers(folder: Path, source: str) -> None:
    """Run the night of a site with worker processes of their own, that are stopped after some seconds."""
    settings = "[nightly]\nworkers = 2\nlimit_min = 0.2\n[[cameras]]"
    text = (folder / "site.toml").read_text().replace("[[cameras]]", settings, 1)
    (folder / "site.toml").write_text(text)
    engine = running_engine

    class Task(Done):
        def __init__(self, job: Job, limit: float, note: Path, settings: Nightly) -> None:
            self._result = _tried(lambda: night_work.shared_engine(settings).process(job, limit, note))

    run_night(folder, source=source, task=Task, engine=engine)


@contextmanager
def _no_engine(settings: object) -> Iterator[SimpleNamespace]:
    workers = SimpleNamespace(container_start=lambda path: None, probe=_probed)
    yield SimpleNamespace(workers=workers, slots=1)


def _probed(path: Path) -> VideoInfo | str:
    try:
        return probe(path)
    except VideoError as error:
        return str(error)


class Done:
    """What a task leaves in place of a future: its work is done when it is submitted."""

    def __init__(self, job: Job, *_: object) -> None:
        self._result = _tried(partial(_once, job))

    def result(self, raise_on_failure: bool) -> Outcome | Exception:
        return self._result

    def add_done_callback(self, call: Callable[[Done], object]) -> None:
        call(self)


def _tried(work: Callable[[], Outcome]) -> Outcome | Exception:
    """Return what came of a recording at its last try, as the task of the flow does."""
    for left in (2, 1, 0):
        try:
            return work()
        except (PassingError, StoreError) as error:
            if not left:
                return error
        except RecordingError as error:
            return error
    raise AssertionError


def _once(job: Job) -> Outcome:
    while isinstance(result := process_once(job, this_night()), Taken):
        time.sleep(0.05)
    return result
