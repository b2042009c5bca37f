"""Twenty readers look while a night writes: none meets an error, none sees half of a figure.

First as the pages read the store, then as browsers do: each over a WebSocket of its own to one server.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from night_writer import CAMERAS, DATES, LAST_ROUND, write_round

from dashboard import store_reading
from dashboard.context import Context
from dashboard.filters import Choices, Filters
from dashboard.served import serving
from dashboard.visitor import Visitor
from dashboard.wording import words
from detectors.tables import LIFTS
from pipelines.judging.policy import load_policy
from pipelines.sites.access import EVERY_ROLE
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

ROOT = Path(__file__).parents[1]
READERS = 20
PAUSE_S = 1.0
SITE = """
[site]
name = "depot"
time_zone = "Europe/Berlin"
[store]
url = "store"
[[cameras]]
id = "dock-1"
zone = "inbound"
footage = "dock-1/*"
start_time = "container"
"""


@pytest.fixture
def at(tmp_path):
    (tmp_path / "site.toml").write_text(SITE)
    site = load_site(tmp_path / "site.toml")
    choices = Choices(DATES[0], DATES[-1], (), {}, ("en",))
    now = datetime(2026, 3, 6, 6, tzinfo=UTC)
    store, policy = open_store(site.store_url), load_policy(None)
    write_round(store, policy.policy_id, 0)
    return Context(site, policy, store, Filters(), choices, EVERY_ROLE, words("en"), now)


def seen(at):
    """Return what a session sees: by date, the round that its figures are of."""
    figures = store_reading.shift_metrics(at, DATES[0], DATES[-1], ["lifts", "lowerings", "camera_id"])
    rounds = {}
    for day, of_day in figures.groupby("date"):
        assert sorted(of_day["camera_id"]) == sorted(CAMERAS), "half of a date"
        of_night = set(of_day["lifts"]) | set(of_day["lowerings"])
        assert len(of_night) == 1, "figures of two nights mixed"
        rounds[day] = int(of_night.pop())
    lifts = store_reading.read(at, LIFTS, DATES[0], DATES[-1], ["lift_id"])
    of_part = Counter(lift_id.partition("-")[0] for lift_id in lifts["lift_id"])
    assert all(count % len(CAMERAS) == 0 for count in of_part.values()), "half of a recording"
    return rounds


@contextmanager
def night(at):
    """Let nights write into the store while the block runs; gives their process."""
    writer = Path(__file__).with_name("night_writer.py")
    line = [sys.executable, str(writer), at.site.store_url, at.policy.policy_id]
    with subprocess.Popen(line, env={**os.environ, "PYTHONPATH": str(ROOT)}) as writing:
        yield writing
    assert writing.returncode == 0


def test_twenty_sessions_read_whole_figures_while_a_night_writes(at):
    with night(at) as writing, ThreadPoolExecutor(READERS) as pool:

        def session(_):
            found = [seen(at)]
            while writing.poll() is None:
                found.append(seen(at))
                time.sleep(PAUSE_S)
            return found

        sessions = list(pool.map(session, range(READERS)))
    assert seen(at) == dict.fromkeys((day.isoformat() for day in DATES), LAST_ROUND), "stale"
    assert len({one[DATES[0].isoformat()] for session in sessions for one in session}) > 3, "read too rarely"
    for session in sessions:
        of_first = [one[DATES[0].isoformat()] for one in session]
        assert of_first == sorted(of_first), "back to an older night"


def shown_round(visitor):
    """Return of which night the page Shift is that a browser gets: both numbers on it must be of one."""
    page = visitor.run("shift", "camera=dock-1")
    assert not page.of("exception")
    assert not [one.body for one in page.of("alert") if one.icon == ":material/error:"]
    counts = [re.search(r"(\d+) lifts?\b", one.body) for one in page.of("markdown")]
    loaded, _, all_loaded = [int(found[1]) for found in counts if found][:3]
    assert all_loaded == 2 * loaded, "lifts and lowerings of two nights mixed"
    return loaded


@pytest.mark.xdist_group("browser")
def test_twenty_browsers_are_shown_whole_figures_while_a_night_writes(at, tmp_path):
    with serving(at.site, tmp_path / "log.txt") as url, ExitStack() as leaving:
        visitors = [leaving.enter_context(closing(Visitor(url).open())) for _ in range(READERS)]
        # The first page of a server brings in its libraries, which would outlast the nights.
        assert shown_round(visitors[0]) == 0
        with night(at) as writing, ThreadPoolExecutor(READERS) as pool:

            def session(visitor):
                found = [shown_round(visitor)]
                while writing.poll() is None:
                    found.append(shown_round(visitor))
                return found

            sessions = list(pool.map(session, visitors))
        assert {shown_round(visitor) for visitor in visitors[::10]} == {LAST_ROUND}, "stale"
    assert len({one for session in sessions for one in session}) > 2, "read too rarely"
    assert all(session == sorted(session) for session in sessions), "back to an older night"
