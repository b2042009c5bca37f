"""Nobody sees what is not theirs to see, and nothing is open to others by chance."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from dashboard import app
from dashboard.access import MAY_OPEN, local_only, may_export, may_see_clips, pages_of, roles_of
from dashboard.audit import record_view, views
from pipelines.audits.refused_logins import REFUSED_LOGINS
from pipelines.dashboarding import check_address, command
from pipelines.sites.access import Access, Role
from pipelines.sites.site import SiteError, load_site
from pipelines.storage.store import open_store

ROOT = Path(__file__).parents[1]
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
LOGIN = """
[auth]
redirect_uri = "https://depot.example/oauth2callback"
cookie_secret = "of the test"
client_id = "hingewise"
client_secret = "of the test"
server_metadata_url = "https://login.example/.well-known/openid-configuration"
"""
ACCESS = Access(login="login.toml", manager=("Ana@depot.example",), trainer=("kim@depot.example",))


ACCESS_OF_KIM = """
[access]
login = "login.toml"
trainer = ["kim@depot.example"]
"""


def site(folder, more=""):
    (folder / "site.toml").write_text(SITE + more)
    return load_site(folder / "site.toml")


@pytest.mark.parametrize(
    ("claims", "roles"),
    [
        pytest.param({"email": "ana@DEPOT.example", "email_verified": True}, {Role.MANAGER}, id="manager"),
        pytest.param({"email": "kim@depot.example"}, {Role.TRAINER}, id="trainer"),
        pytest.param({"email": "kim@depot.example", "email_verified": False}, set(), id="unverified"),
        pytest.param({"email": "eve@depot.example"}, set(), id="stranger"),
        pytest.param({"groups": ["ana@depot.example"]}, set(), id="other claim"),
        pytest.param({}, set(), id="nothing told"),
    ],
)
def test_roles_come_from_what_the_login_says(claims, roles):
    assert roles_of(ACCESS, claims) == roles


def test_groups_give_every_role_they_name():
    access = Access(login="x", claim="groups", trainer=("coaches",), operator=("it",))
    assert roles_of(access, {"groups": ["it", "coaches", "canteen"]}) == {Role.TRAINER, Role.OPERATOR}


def test_without_a_role_there_is_no_page():
    assert pages_of(frozenset()) == []


def test_the_operator_sees_the_machines_and_no_shift():
    assert pages_of({Role.OPERATOR}) == ["cameras", "runs", "method"]


def test_clips_and_files_are_for_trainers_only():
    assert {role for role in Role if may_see_clips({role}) or may_export({role})} == {Role.TRAINER}


def test_all_roles_together_open_every_page():
    assert pages_of(set(Role)) == list(MAY_OPEN)


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.4", False),
        ("depot.example", False),
        ("localhost.example", False),
        ("", False),
        (None, False),
    ],
)
def test_only_this_machine_is_local(address, local):
    assert local_only(address) is local


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.168.1.4", "depot.example"])
def test_other_machines_are_let_in_only_with_a_login(tmp_path, address):
    with pytest.raises(SiteError, match=r"has no login; add a table \[access\]"):
        check_address(site(tmp_path), address)
    (tmp_path / "login.toml").write_text(LOGIN)
    check_address(site(tmp_path, '[access]\nlogin = "login.toml"\n'), address)


def test_a_login_that_can_not_work_is_told_before_anything_starts(tmp_path):
    at = site(tmp_path, '[access]\nlogin = "login.toml"\n')
    with pytest.raises(SiteError, match=r"login\.toml: the login file can't be read"):
        check_address(at, "127.0.0.1")
    (tmp_path / "login.toml").write_text(LOGIN.replace("cookie_secret", "cookie"))
    with pytest.raises(SiteError, match=r"has no cookie_secret in its table \[auth\]"):
        check_address(at, "127.0.0.1")


def test_the_server_tells_nobody_and_shows_no_trace(tmp_path):
    line = command(site(tmp_path), "127.0.0.1", 8501)
    for option in (
        "--server.address=127.0.0.1",
        "--browser.gatherUsageStats=false",
        "--client.showErrorDetails=none",
        "--server.enableXsrfProtection=true",
    ):
        assert option in line


def test_the_command_refuses_a_public_address_in_one_sentence(tmp_path):
    path = site(tmp_path).path
    code = "from pipelines.cli import main; main()"
    line = [sys.executable, "-c", code, "dashboard", "--site", str(path), "--address", "0.0.0.0"]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "--address 0.0.0.0" in done.stderr


def test_each_view_of_a_clip_is_a_row_that_stays(tmp_path):
    at, store = site(tmp_path), open_store(str(tmp_path / "store"))
    now = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)
    for lift in ("a", "b", "b"):
        record_view(at, store, lift, {Role.TRAINER, Role.MANAGER}, now)
    seen = views(at, store)
    assert sorted(seen["lift_id"]) == ["a", "b", "b"]
    assert set(seen["roles"]) == {"manager, trainer"}
    # Half past midnight in Berlin.
    assert (tmp_path / "store/clip_views/site=depot/date=2026-03-03").is_dir()


def test_a_login_without_a_role_is_written_down_once_and_names_nobody(tmp_path, monkeypatch):
    at = site(tmp_path, ACCESS_OF_KIM)
    (tmp_path / "login.toml").write_text(LOGIN)
    stranger = SimpleNamespace(is_logged_in=True, to_dict=lambda: {"email": "eve@depot.example"})
    session = {}
    monkeypatch.setattr(app.st, "user", stranger)
    monkeypatch.setattr(app.st, "session_state", session)
    monkeypatch.setattr(app.st, "stop", lambda: None)
    for _ in range(2):
        assert app._roles(at, str) == frozenset()
    rows = open_store(str(tmp_path / "store")).read(REFUSED_LOGINS)
    assert len(rows) == 1
    assert "eve" not in rows.to_csv()


SERVES = """
import sys
from pathlib import Path
from pipelines import dashboarding
server = "import os, time; print(os.getpid(), flush=True); time.sleep(60)"
dashboarding.command = lambda *_: [sys.executable, "-c", server]
sys.exit(dashboarding.dashboard(site=Path(sys.argv[1])))
"""


def test_stopping_the_command_stops_the_server(tmp_path):
    (tmp_path / "site.toml").write_text(SITE)
    started = subprocess.Popen(
        [sys.executable, "-c", SERVES, str(tmp_path / "site.toml")], stdout=subprocess.PIPE, text=True
    )
    server = next(int(line) for line in started.stdout if line.strip().isdigit())
    started.terminate()
    assert started.wait(20) == 0
    with pytest.raises(ProcessLookupError):
        os.kill(server, 0)
