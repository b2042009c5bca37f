"""Every page in a real Chromium: it opens, its figures are the store's, its clip plays, its roles hold."""

from __future__ import annotations

import re
import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from answered_looks import FIRST, NIGHTS, answer_looks
from dashboard_pages import demo_site  # noqa: F401
from oidc_provider import CLIENT, free_port, provider
from recorded_lift import DAY, add_back, add_lift

pytest.importorskip("playwright", reason="needs playwright, which comes with the extra 'dev'")

from dashboard import screenshots
from dashboard.app import PAGES
from dashboard.audit import views
from dashboard.screenshots import CHROMIUM, address, chromium, drawn, serving
from detectors.tables import SHIFT_METRICS
from pipelines.sites.access import Role
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs Debian's chromium at {CHROMIUM}"),
    # One server for all of them, so they belong to one worker.
    pytest.mark.xdist_group("browser"),
]

LAST = date(2026, 9, 18)
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
OF_STREAMLIT: dict[str, str] = {}
"""Rules that Streamlit's own elements break, whatever a page does, and where."""

CHART = "[data-testid=stVegaLiteChart]"
CHARTS = {"lift": 3, "accuracy": 2, "trends": 1, "shift": 4}
"""So many charts stand on a page at least: the skeleton, the back on its pole and the traces of a lift."""

ANSWERED = FIRST + timedelta(days=NIGHTS)

PEOPLE = {
    Role.MANAGER: "ana@depot.example",
    Role.TRAINER: "kim@depot.example",
    Role.OPERATOR: "otto@depot.example",
}


@pytest.fixture(scope="module")
def site(demo_site, tmp_path_factory):  # noqa: F811
    """Return a demo of its own, whose blind looks are answered: every page has all its charts."""
    folder = tmp_path_factory.mktemp("answered")
    shutil.copytree(demo_site.parent, folder, dirs_exist_ok=True)
    answer_looks(folder / "site.toml")
    return load_site(folder / "site.toml")


@pytest.fixture(scope="module")
def lift_id(site):
    name = add_lift(site)
    add_back(site)
    return name


@pytest.fixture(scope="module")
def browser():
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def server(site, lift_id, tmp_path_factory):
    with serving(site, tmp_path_factory.mktemp("server") / "log.txt") as url:
        yield url


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 1600}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(screenshots.DRAWN_WITHIN_MS)
    page.faults = []
    page.on("console", lambda told: page.faults.append(told.text) if told.type == "error" else None)
    page.on("response", lambda answer: page.faults.append(answer.url) if answer.status >= 400 else None)
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("requestfailed", lambda request: page.faults.append(f"{request.url} {request.failure}"))
    yield page
    context.close()


def go(page, url):
    page.goto(url)
    drawn(page)
    return page


def faults_of(page):
    """Return what went wrong, less what does on every page of Streamlit.

    From the address of a page it looks for its server below that page first; the answer 404 stands in
    the console without its address, so that addresses are listed on their own.
    """
    expected = re.compile(rf"/({'|'.join(PAGES)})/_stcore/|ERR_ABORTED|Failed to load resource")
    return [fault for fault in page.faults if not expected.search(fault)]


def on_axes(chart):
    """Return the words along the axes of a chart, which must be drawn as SVG."""
    return chart.locator("svg .role-axis-label text").all_text_contents()


def serious(page):
    """Return what axe calls serious or critical: rule, and the first element that breaks it."""
    page.evaluate(AXE)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        (one["id"], one["help"], one["nodes"][0]["target"], one["nodes"][0]["html"][:200])
        for one in found
        if one["impact"] in ("serious", "critical") and one["id"] not in OF_STREAMLIT
    ]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_without_a_fault_and_is_open_to_all(page, server, lift_id, name):
    query = {"lift": {"lift": lift_id, "date": DAY.isoformat()}, "accuracy": {"date": ANSWERED.isoformat()}}
    go(page, server + address(name, **query.get(name, {})))
    assert page.locator(CHART).count() >= CHARTS.get(name, 0)
    assert page.locator("h1").first.inner_text().startswith(PAGES[name][0])
    assert page.locator("[data-testid=stException]").count() == 0
    assert faults_of(page) == []
    assert serious(page) == []


def test_the_axes_of_a_german_page_are_german(page, server, lift_id):
    go(page, server + address("lift", lift=lift_id, date=DAY.isoformat(), lang="de"))
    seconds = on_axes(page.locator(CHART).last)
    assert [text for text in seconds if re.fullmatch(r".?\d,\d", text)]
    assert not [text for text in seconds if re.search(r"\d\.\d", text)]
    go(page, server + address("trends", lang="de"))
    days = on_axes(page.locator(CHART).first)
    assert [text for text in days if re.fullmatch(r"\d{1,2}\. (Aug|Sept)\.", text)]
    assert [text for text in days if re.fullmatch(r"\d+\u00a0%", text)]


def test_the_hours_on_the_page_are_those_of_the_store(page, server, site):
    rows = open_store(site.store_url).read(SHIFT_METRICS, site.name, LAST, LAST)
    cameras = rows[rows["level"] == "camera"]
    hours = f"{cameras['analysed_h'].sum():.1f} of {cameras['expected_h'].sum():.1f} camera-hours"
    go(page, server + address("morning"))
    page.get_by_text(hours).wait_for()


def test_what_is_chosen_stands_in_the_address_and_survives_a_reload(page, server):
    go(page, server + address("shift"))
    zone = page.get_by_role("combobox", name=re.compile("Zone"))
    zone.click()
    page.get_by_role("option", name="packing").click()
    page.wait_for_url(re.compile("zone=packing"))
    page.reload()
    drawn(page)
    assert "zone=packing" in page.url
    assert zone.input_value() == "packing"
    assert page.locator("[data-testid=stException]").count() == 0


def test_a_clip_plays_and_the_view_is_written_down(page, server, site, lift_id):
    store = open_store(site.store_url)
    before = len(views(site, store))
    go(page, server + address("lift", lift=lift_id, date=DAY.isoformat()))
    assert page.locator("video").count() == 0
    page.get_by_text("Show the clip").click()
    video = page.wait_for_selector("video")
    page.wait_for_function("video => video.readyState >= 2", arg=video)
    started_s = video.evaluate("video => video.currentTime")
    video.evaluate("video => video.play()")
    page.wait_for_function("([video, from]) => video.currentTime > from + 0.4", arg=[video, started_s])
    assert started_s == pytest.approx(1.0, abs=0.1)
    assert video.evaluate("video => video.videoWidth") > 0
    seen = views(site, store)
    assert len(seen) == before + 1
    assert seen["lift_id"].iloc[0] == lift_id


@pytest.fixture(scope="module")
def login(site, tmp_path_factory):
    """Return the address of a second server with a login, and the provider."""
    folder = tmp_path_factory.mktemp("login")
    text = site.path.read_text().replace('url = "store"', f'url = "{site.store_url}"')
    text = text.replace('file = "policy.toml"', f'file = "{site.policy_file}"')
    roles = "\n".join(f'{role} = ["{email}"]' for role, email in PEOPLE.items())
    (folder / "site.toml").write_text(f'{text}\n[access]\nlogin = "login.toml"\n{roles}\n')
    port = free_port()
    with provider() as provided:
        (folder / "login.toml").write_text(
            f"""[auth]
redirect_uri = "http://127.0.0.1:{port}/oauth2callback"
cookie_secret = "a secret of the test, and of nothing else"
client_id = "{CLIENT}"
client_secret = "of the test"
server_metadata_url = "{provided.url}/.well-known/openid-configuration"
"""
        )
        with serving(load_site(folder / "site.toml"), folder / "log.txt", port) as url:
            yield url, provided


def logged_in(page, login, email):
    url, provided = login
    provided.email = email
    page.goto(url)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_selector("text=Log out")
    return url


def test_nobody_sees_anything_before_the_login(page, login, lift_id):
    url, _ = login
    page.goto(url + address("lift", lift=lift_id, date=DAY.isoformat()))
    page.get_by_role("button", name="Log in").wait_for()
    assert page.locator("[data-testid=stSidebarNav]").count() == 0
    assert lift_id not in page.content()


def test_the_operator_gets_no_lift_by_its_address(page, login, lift_id):
    url = logged_in(page, login, PEOPLE[Role.OPERATOR])
    page.goto(url + address("lift", lift=lift_id, date=DAY.isoformat()))
    page.wait_for_selector("text=Log out")
    drawn(page)
    assert lift_id not in page.locator("[data-testid=stMain]").inner_text()
    assert "Lift" not in page.locator("[data-testid=stSidebarNav]").inner_text()


def test_the_manager_sees_why_but_no_clip_and_the_trainer_may_see_it(page, browser, login, lift_id):
    query = address("lift", lift=lift_id, date=DAY.isoformat())
    url = logged_in(page, login, PEOPLE[Role.MANAGER])
    go(page, url + query)
    page.get_by_text("Clips are for trainers only.").wait_for()
    assert page.get_by_text("Show the clip").count() == 0
    context = browser.new_context(locale="en-GB")
    other = context.new_page()
    go(other, logged_in(other, login, PEOPLE[Role.TRAINER]) + query)
    other.get_by_text("Show the clip").wait_for()
    context.close()


def test_a_stranger_has_no_role(page, login):
    logged_in(page, login, "eve@depot.example")
    page.get_by_text("have no role at this site").wait_for()
