"""What a second client gets out of a running dashboard: nothing that it may not see."""

from __future__ import annotations

import http.client
import json
import re
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import httpx
import pytest
from dashboard_client import Client
from itsdangerous import TimestampSigner
from oidc_provider import CLIENT, free_port, provider
from recorded_lift import DAY, add_lift
from websockets.exceptions import ConnectionClosed, InvalidStatus

from dashboard.audit import views
from dashboard.screenshots import serving
from pipelines.commands import site_policy
from pipelines.judging.shift_figures import rebuild
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

pytestmark = pytest.mark.xdist_group("browser")

SECRET, CLIENT_SECRET = "cookie-canary-91c2", "client-canary-5d07"
SITE = """
[site]
name = "depot"
time_zone = "Europe/Berlin"
[store]
url = "store"
[[cameras]]
id = "dock-1"
zone = "inbound"
footage = "footage/dock-1/*"
start_time = "file_name"
file_name_pattern = "*_%Y%m%dT%H%M%S"
[access]
login = "login.toml"
manager = ["ana@depot.example"]
trainer = ["kim@depot.example"]
"""
LOGIN = """[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "{cookie}"
client_id = "{client}"
client_secret = "{secret}"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""
UP = ("../", "%2e%2e/", "..%2f", "%2e%2e%2f", "..%5c", "..\\", "%252e%252e%252f", "....//", ".%00./")
BELOW = ("/static/", "/media/", "/_stcore/", "/app/static/", "/component/", "/")
TARGETS = ("etc/passwd", "login.toml", "site.toml")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """Return the site, a lift with a clip, the address of the dashboard, its log and the login provider."""
    folder = tmp_path_factory.mktemp("served")
    port = free_port()
    with provider() as provided:
        said = {"port": port, "cookie": SECRET, "client": CLIENT, "secret": CLIENT_SECRET}
        (folder / "login.toml").write_text(LOGIN.format(provider=provided.url, **said))
        (folder / "site.toml").write_text(SITE)
        site = load_site(folder / "site.toml")
        lift = add_lift(site)
        rebuild(open_store(site.store_url), site, site_policy(site, None), DAY, DAY)
        with serving(site, folder / "log.txt", port) as url:
            yield site, lift, url, folder / "log.txt", provided


@pytest.fixture(scope="module")
def trainer(served):
    """Return a trainer, logged in, who looks at the clip; and the address of the clip."""
    one = logged_in(served, "kim@depot.example")
    (toggle,) = [box for box in one.run("lift", query(served)).of("checkbox") if box.label == "Show the clip"]
    one.widgets[toggle.id] = True
    (video,) = one.run("lift", query(served)).of("video")
    yield one, toggle.id, video.url
    one.close()


def query(served):
    return urlencode({"lift": served[1], "date": DAY.isoformat()})


def logged_in(served, email):
    served[4].email = email
    return Client(served[2]).open().login()


def lift_page(client, served):
    """Return what a client is shown of the lift; None where it is shown out."""
    try:
        return client.run("lift", query(served))
    except ConnectionClosed:
        return None


def sees_nothing(shown, served):
    return shown is None or (not shown.of("video") and served[1] not in shown.text())


def test_a_trainer_sees_the_clip_and_that_is_written_down(trainer, served):
    _, _, clip = trainer
    assert httpx.get(served[2] + clip).headers["content-type"] == "video/mp4"
    assert set(views(served[0], open_store(served[0].store_url))["lift_id"]) == {served[1]}


def test_who_has_not_logged_in_sees_nothing_of_a_lift(served):
    client = Client(served[2]).open()
    assert sees_nothing(lift_page(client, served), served)
    client.close()


def test_a_manager_gets_no_clip_even_by_the_switch_of_a_trainer(trainer, served):
    manager = logged_in(served, "ana@depot.example")
    manager.widgets[trainer[1]] = True
    shown = lift_page(manager, served)
    assert served[1] in shown.text(), "a manager sees why a lift was judged so"
    assert not shown.of("video")
    manager.close()


def test_the_address_of_a_clip_can_not_be_guessed(trainer, served):
    _, _, clip = trainer
    name = Path(clip).stem
    # 128 bits, of the content of the clip itself.
    assert re.fullmatch(r"[0-9a-f]{32,}", name)
    other = ("0" if name[0] != "0" else "1") + name[1:]
    for guess in (clip.replace(name, other), "/media/", "/media", clip[: len("/media/") + 8], "/media/*"):
        answer = httpx.get(served[2] + guess)
        assert answer.headers.get("content-type") != "video/mp4", guess


def test_no_path_leads_out_of_what_is_served(served):
    host = urlsplit(served[2]).netloc
    tried = [
        f"{below}{up * depth}{target}"
        for below in BELOW
        for up in UP
        for depth in (1, 9)
        for target in TARGETS
    ]
    connection = http.client.HTTPConnection(host, timeout=30)
    for path in tried:
        connection.request("GET", path)
        content = connection.getresponse().read()
        assert not any(sign in content for sign in (b"root:", SECRET.encode(), b"[site]", b"[auth]")), path
    connection.close()
    assert len(tried) > 300


def test_a_login_makes_a_new_cookie_that_scripts_and_other_sites_do_not_get(served):
    client = Client(served[2])
    client.http.cookies.set("_streamlit_user", "planted", domain="127.0.0.1")
    served[4].email = "kim@depot.example"
    client.open().login()
    values = [one.value for one in client.http.cookies.jar if one.name == "_streamlit_user"]
    assert values
    assert values[-1] != "planted"
    kept = next(one for one in client.http.cookies.jar if one.value == values[-1])
    assert kept.has_nonstandard_attr("HttpOnly")
    assert kept.get_nonstandard_attr("SameSite", "").lower() in ("lax", "strict")
    client.close()


@pytest.mark.parametrize("secret", [None, "another secret"])
def test_a_cookie_that_the_server_did_not_sign_is_worth_nothing(served, secret):
    claims = {"origin": served[2], "is_logged_in": True, "email": "kim@depot.example", "email_verified": True}
    value = (
        json.dumps(claims) if secret is None else TimestampSigner(secret).sign(json.dumps(claims)).decode()
    )
    client = Client(served[2])
    client.http.cookies.set("_streamlit_user", value.replace('"', "%22"), domain="127.0.0.1")
    assert sees_nothing(lift_page(client.open(), served), served)
    client.close()


def test_the_cookie_alone_is_worth_nothing_without_the_token_of_the_page(trainer, served):
    other = Client(served[2], send_token=False)
    other.http.cookies.update(trainer[0].http.cookies)
    assert sees_nothing(lift_page(other.open(), served), served)
    other.close()


def test_a_page_of_another_site_can_not_use_the_login(trainer, served):
    other = Client(served[2], origin="https://evil.example")
    other.http.cookies.update(trainer[0].http.cookies)
    with pytest.raises(InvalidStatus):
        other.open()
    other.close()


def test_nobody_slips_into_the_session_of_somebody_who_is_there(trainer, served):
    assert trainer[0].session_id
    other = Client(served[2]).open(trainer[0].session_id)
    assert sees_nothing(lift_page(other, served), served)
    assert other.session_id != trainer[0].session_id
    other.close()


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/_stcore/agent/interact"),
        ("POST", "/_stcore/agent/mcp"),
        ("PUT", "/_stcore/upload_file/session/file"),
        ("DELETE", "/_stcore/upload_file/session/file"),
        ("POST", "/_stcore/stream"),
    ],
)
def test_no_other_door_is_open(served, method, path):
    answer = httpx.request(method, served[2] + path, json={})
    assert answer.status_code >= 400, answer.text
    assert served[1] not in answer.text


def test_a_session_that_was_left_is_not_open_to_who_has_only_its_id(served):
    one = logged_in(served, "kim@depot.example")
    assert served[1] in one.run("lift", query(served)).text()
    one.socket.close()
    other = Client(served[2]).open(one.session_id)
    assert sees_nothing(lift_page(other, served), served)
    other.close()


def test_the_numbers_of_the_server_tell_of_no_lift_site_or_person(trainer, served):
    told = httpx.get(f"{served[2]}/_stcore/metrics").text
    assert "active_sessions" in told
    assert not [word for word in (served[1], "depot", "dock-1", "inbound", "kim") if word in told]


def test_secrets_stand_in_no_log_and_in_no_answer(trainer, served):
    site, _, url, log, _ = served
    for secret in (SECRET, CLIENT_SECRET):
        assert secret not in log.read_text(errors="replace")
        assert secret not in httpx.get(url).text
        files = [path for path in Path(site.store_url).rglob("*") if path.is_file()]
        assert files
        assert not [path for path in files if secret.encode() in path.read_bytes()]
