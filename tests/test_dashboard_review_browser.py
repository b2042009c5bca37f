"""The page Review in a real Chromium: keys answer, the clip loops, two browsers get different lifts."""

from __future__ import annotations

import shutil
import time
import zipfile
from pathlib import Path

import pytest
from recorded_lift import DAY
from reviewed_night import STRATUM, VERDICTS, add_drawn, night_of

pytest.importorskip("playwright", reason="needs playwright, which comes with the extra 'dev'")

from dashboard import screenshots
from dashboard.screenshots import CHROMIUM, address, chromium, drawn, serving
from pipelines.exporting.tables import exported
from pipelines.reviewing.labels import current, labels

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs Debian's chromium at {CHROMIUM}"),
    # One server for all of them, so they belong to one worker.
    pytest.mark.xdist_group("browser"),
]

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
WITHIN_S = 20.0
REVIEW = address("review", date=DAY.isoformat())


@pytest.fixture(scope="module")
def night(tmp_path_factory):
    return night_of(tmp_path_factory.mktemp("night"))


@pytest.fixture(scope="module")
def browser():
    with chromium() as one:
        yield one


@pytest.fixture(scope="module")
def server(night, tmp_path_factory):
    with serving(night[0], tmp_path_factory.mktemp("server") / "log.txt") as url:
        yield url


@pytest.fixture(autouse=True)
def unanswered(night):
    """Begin each test without labels, and without what the sessions of the test before it hold."""
    for folder in ("labels", "blind_items", "leases", "exports"):
        shutil.rmtree(f"{night[1].root}/{folder}", ignore_errors=True)


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1280, "height": 1600}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(screenshots.DRAWN_WITHIN_MS)
    yield page
    context.close()


def go(page, url):
    page.goto(url)
    drawn(page)
    page.wait_for_selector("video")
    return page


def press(page, key, night, labels_more=1):
    """Press a key once the lift has been looked at for long enough to be meant; wait for what it does."""
    wanted = len(said(night)) + labels_more
    page.wait_for_timeout(600)
    page.keyboard.press(key)
    until = time.monotonic() + WITHIN_S
    while len(said(night)) < wanted and time.monotonic() < until:
        page.wait_for_timeout(100)
    page.wait_for_timeout(500)
    drawn(page)
    return said(night).iloc[-1] if labels_more else None


def said(night):
    site, store, *_ = night
    return labels(store, site.name)


def test_a_key_answers_the_next_one_comes_and_undo_takes_it_back(page, server, night):
    go(page, server + REVIEW)
    row = press(page, "h", night)
    assert (row["answer"], row["item_id"]) == ("hip_hinge", "beef000000000001")
    assert 0.4 < row["spent_s"] < 60.0
    page.get_by_text("1 of 3 looked at").wait_for()
    assert press(page, "u", night)["answer"] == "withdrawn"
    page.get_by_text("0 of 3 looked at").wait_for()
    for key, answer in (("s", "spine_bend"), ("q", "squat"), ("t", "cannot_tell")):
        assert press(page, key, night)["answer"] == answer
    page.get_by_text("You have looked at all of them.").wait_for()
    assert press(page, "u", night)["answer"] == "withdrawn"
    assert current(said(night))["answer"].tolist() == ["spine_bend", "squat"]


def test_the_clip_plays_by_itself_and_begins_again(page, server):
    go(page, server + REVIEW)
    page.wait_for_function("document.querySelector('video').currentTime > 0.3")
    video = page.locator("video")
    assert video.evaluate("video => [video.muted, video.paused, video.videoWidth > 0]") == [True, False, True]
    video.evaluate("video => { video.currentTime = video.duration - 0.2 }")
    page.wait_for_function(
        "() => { const one = document.querySelector('video'); return one.currentTime < 1 && !one.paused }"
    )


def test_the_arrow_goes_on_without_an_answer(page, server, night):
    go(page, server + REVIEW)
    first = page.locator("a[href*='lift=']").first.get_attribute("href")
    press(page, "ArrowRight", night, labels_more=0)
    page.wait_for_function(
        "href => document.querySelector(\"a[href*='lift=']\").getAttribute('href') != href", arg=first
    )
    assert said(night).empty


def test_what_is_shown_is_taken_away_and_typing_what_for_answers_nothing(page, server, night, tmp_path):
    site, store, *_ = night
    go(page, server + REVIEW)
    page.locator("label", has_text="Take clips away").click()
    page.get_by_text("0 of 3 were taken away before").wait_for()
    # Each of these letters is the key of an answer.
    page.get_by_label("What for").press_sequentially("hq stun")
    page.wait_for_timeout(600)
    page.get_by_role("button", name="Export 3 clips").click()
    with page.expect_download() as coming:
        page.get_by_role("button", name=f"Download {site.name}_").click()
    coming.value.save_as(tmp_path / "clips.zip")
    rows = exported(site, store)
    assert set(rows["lift_id"]) == {one for one, (verdict, _) in VERDICTS.items() if verdict == "spine_bend"}
    assert set(rows["why"]) == {"hq stun"}
    with zipfile.ZipFile(tmp_path / "clips.zip") as package:
        assert {*rows["file"], "contact-sheet.pdf", "handout.pdf", "manifest.csv", "receipt.json"} <= set(
            package.namelist()
        )
    page.get_by_text("3 of 3 were taken away before").wait_for()
    assert said(night).empty


def test_two_browsers_get_different_lifts_and_no_answer_is_lost(page, browser, server, night):
    other_context = browser.new_context(viewport={"width": 1280, "height": 1600}, locale="en-GB")
    other = other_context.new_page()
    other.set_default_timeout(screenshots.DRAWN_WITHIN_MS)
    go(page, server + REVIEW)
    go(other, server + REVIEW)
    page.wait_for_timeout(600)
    page.keyboard.press("h")
    other.keyboard.press("s")
    until = time.monotonic() + WITHIN_S
    while len(said(night)) < 2 and time.monotonic() < until:
        page.wait_for_timeout(100)
    rows = said(night)
    assert sorted(rows["answer"]) == ["hip_hinge", "spine_bend"]
    assert rows["item_id"].nunique() == 2
    other_context.close()


def test_the_page_is_open_to_all(page, server):
    go(page, server + REVIEW)
    page.evaluate(AXE)
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
    assert [
        (one["id"], one["nodes"][0]["html"][:200])
        for one in found
        if one["impact"] in ("serious", "critical")
    ] == []


def test_the_html_of_a_blind_look_holds_nothing_of_the_machine(page, server, night):
    items = add_drawn(*night)
    go(page, server + REVIEW)
    page.get_by_role("radio", name="Blind look").or_(page.get_by_text("Blind look", exact=True)).first.click()
    page.get_by_text("The machine's answer is hidden").wait_for()
    drawn(page)
    content = page.content()
    for secret in (*VERDICTS, *items, STRATUM, "Probability", "standard errors"):
        assert secret not in content
    row = press(page, "n", night)
    assert (row["purpose"], row["answer"]) == ("blind", "not_a_lift")
    assert row["item_id"] in items
