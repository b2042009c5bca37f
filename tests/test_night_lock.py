"""Two nights never write into one store at once, and a dead one keeps nobody out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.commands import run_night
from pipelines.nights import lock as night_lock
from pipelines.nights.lock import NightUnderWayError, lock_file, only_night, under_way_since
from pipelines.sites.site import load_site

ROOT = Path(__file__).parents[1]
SITE = """
[site]
name = "depot"
time_zone = "Europe/Berlin"
[store]
url = "{url}"
[[cameras]]
id = "dock"
zone = "in"
footage = "dock/*"
start_time = "container"
"""
HOLDS = """
import sys, time
from pathlib import Path
from pipelines.nights.lock import only_night
from pipelines.sites.site import load_site
with only_night(load_site(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.setattr(night_lock, "PATIENCE_S", 0.2)
    return site_of(tmp_path, "store")


def site_of(folder, url):
    (folder / "site.toml").write_text(SITE.format(url=url))
    return load_site(folder / "site.toml")


@pytest.fixture
def other_night(site):
    line = [sys.executable, "-c", HOLDS, str(site.path)]
    night = subprocess.Popen(line, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert night.stdout.readline() == "held\n"
    yield night
    night.kill()
    night.wait()


def test_the_second_night_leaves_and_says_since_when(site, other_night):
    since = r"another night is at work in the store .* since 20\d\d-"
    with pytest.raises(NightUnderWayError, match=since), only_night(site):
        pass
    with pytest.raises(NightUnderWayError):
        run_night(site.path, None, None)


def test_it_is_told_since_when_a_night_is_at_work(site, other_night):
    age_s = (datetime.now(UTC) - under_way_since(site)).total_seconds()
    assert 0 <= age_s < 30


def test_a_killed_night_keeps_nobody_out(site, other_night):
    os.kill(other_night.pid, signal.SIGKILL)
    other_night.wait()
    assert under_way_since(site) is None
    with only_night(site):
        assert under_way_since(site) is not None
    assert under_way_since(site) is None


def test_looking_keeps_no_night_out(site):
    with only_night(site):
        pass
    begin = time.monotonic()
    for _ in range(20):
        assert under_way_since(site) is None
        with only_night(site):
            pass
    assert time.monotonic() - begin < 5


def test_sites_with_other_stores_do_not_wait_for_each_other(site, tmp_path):
    (tmp_path / "b").mkdir()
    other = site_of(tmp_path / "b", "store")
    with only_night(site), only_night(other):
        assert under_way_since(other) is not None


def test_the_lock_of_a_bucket_lies_on_this_machine(tmp_path):
    one, two = (lock_file(site_of(tmp_path, f"s3://{name}")) for name in ("a", "b"))
    assert one != two
    assert one.is_relative_to(os.environ["XDG_CACHE_HOME"])
