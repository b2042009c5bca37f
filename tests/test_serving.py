"""Serving names the next night, says what it does, and leaves no process behind."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from datetime import time as clock_time
from pathlib import Path

import pytest

from pipelines.nights import local_server
from pipelines.nights.local_server import HOST, ServerError, free_port
from pipelines.nights.prefect_settings import settings_in_force
from pipelines.nights.serving import next_start
from pipelines.sites.site import load_site

SITE = """
[site]
name = "riga"
time_zone = "Europe/Riga"
[store]
url = "store"
[nightly]
at = "04:30"
[[cameras]]
id = "dock"
zone = "in"
footage = "dock/*.mp4"
start_time = "sidecar"
"""


@pytest.fixture
def site_file(tmp_path):
    path = tmp_path / "site.toml"
    path.write_text(SITE)
    return path


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        pytest.param("2026-11-22T01:00", "2026-11-22T02:30", id="today, in winter at +2"),
        pytest.param("2026-11-22T02:30", "2026-11-23T02:30", id="the start itself is over"),
        pytest.param("2026-11-21T23:00", "2026-11-22T02:30", id="already tomorrow at the site"),
        pytest.param("2027-03-27T12:00", "2027-03-28T01:30", id="the night in which summer time begins"),
        pytest.param("2027-10-30T12:00", "2027-10-31T02:30", id="the night in which it ends"),
    ],
)
def test_the_next_start_follows_the_clock_of_the_site(site_file, now, expected):
    start = next_start(load_site(site_file), datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert start == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert start.astimezone(load_site(site_file).tz).time() == clock_time(4, 30)


def test_a_taken_port_is_left_alone(monkeypatch):
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        taken.listen()
        number = taken.getsockname()[1]
        monkeypatch.setattr(local_server, "USUAL_PORT", number)
        port = free_port()
        assert port != number
        with socket.socket() as tried:
            tried.bind((HOST, port))
    assert free_port() == number, "the usual port is taken where it is free"


def _instead_of_a_server(monkeypatch, code):
    real = subprocess.Popen
    monkeypatch.setattr(
        local_server.subprocess, "Popen", lambda command, **more: real([sys.executable, "-c", code], **more)
    )


def test_a_server_that_ends_at_its_start_is_one_sentence(monkeypatch):
    _instead_of_a_server(monkeypatch, "raise SystemExit(7)")
    with (
        pytest.raises(ServerError, match=r"ended at its start with exit status 7"),
        local_server.local_server(),
    ):
        pytest.fail("was said to be healthy")


def test_a_server_that_never_answers_is_stopped(monkeypatch, tmp_path):
    # It starts a child and takes SIGTERM for nothing, as a hanging one would.
    note = tmp_path / "pids"
    code = (
        "import os, signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); "
        f"open({str(note)!r}, 'w').write(f'{{os.getpid()}} {{child.pid}}'); time.sleep(60)"
    )
    _instead_of_a_server(monkeypatch, code)
    monkeypatch.setattr(local_server, "START_LIMIT_S", 1.5)
    monkeypatch.setattr(local_server, "STOP_LIMIT_S", 0.5)
    with pytest.raises(ServerError, match=r"did not answer on 127\.0\.0\.1:"), local_server.local_server():
        pytest.fail("was said to be healthy")
    assert not any(_runs(int(pid)) for pid in note.read_text().split())


def test_a_configured_server_is_found_and_nothing_is_reported_home(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PREFECT_HOME", str(tmp_path))
    monkeypatch.setenv("PREFECT_API_URL", "http://10.0.0.5:4200/api")
    settings = settings_in_force()
    assert (settings.api_url, settings.home) == ("http://10.0.0.5:4200/api", tmp_path)
    assert not settings.analytics


@pytest.mark.prefect
def test_serving_starts_says_so_and_leaves_nothing_behind(site_file):
    environment = os.environ | {"PREFECT_HOME": str(site_file.parent / "prefect")}
    environment.pop("PREFECT_API_URL", None)
    command = [
        sys.executable,
        "-c",
        "from pipelines.cli import main; main()",
        "serve",
        "--site",
        str(site_file),
    ]
    with subprocess.Popen(
        command,
        env=environment,
        cwd=site_file.parent,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as served:
        line = served.stdout.readline()
        children = _children(served.pid)
        time.sleep(2.0)
        served.send_signal(signal.SIGTERM)
        assert served.wait(30) == 0
    said = r"nightly for riga at 04:30 Europe/Riga, next \d{4}-\d\d-\d\d 0[12]:30 UTC; UI http://127\.0\.0\.1:\d+\n"
    assert re.fullmatch(said, line)
    assert children
    assert not any(_runs(pid) for pid in children)


def _children(parent):
    listing = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(pid) for pid in listing.split()]


def _runs(pid):
    for _ in range(20):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return False
        if state == "Z":
            return False
        time.sleep(0.1)
    return True
