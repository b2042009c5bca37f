"""The quiz in a real Chromium, opened from a folder: it plays, counts and asks nothing of any network."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import pytest
from exported_site import DAY, NOW, depot, keep_all

pytest.importorskip("playwright", reason="needs playwright, which comes with the extra 'dev'")

from dashboard.screenshots import CHROMIUM, chromium
from pipelines.clips.looks import PLAIN
from pipelines.exporting.choosing import lifts_of
from pipelines.exporting.making import Source
from pipelines.exporting.manifest import By
from pipelines.exporting.quiz import WORDS, Question, bend_first, quiz
from pipelines.exporting.trainer_pack import make_trainer_pack

pytestmark = [
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"needs Debian's chromium at {CHROMIUM}"),
    pytest.mark.xdist_group("browser"),
]

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
PLAYS_WITHIN_S = 30.0
PAIRS = [("hinge-sure", "bend-sure"), ("hinge-other", "bend-unsure")]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return where a trainer pack of two pairs was unzipped."""
    found = depot(tmp_path_factory.mktemp("depot"))
    keep_all(found)
    lifts = lifts_of(found.site, found.store, found.policy_id, (DAY, DAY))
    source = Source(found.site, found.store, found.policy_id, PLAIN)
    by = By("r-local", "trainer", "toolbox talk", NOW, "de")
    make_trainer_pack(source, lifts, 5, by, found.site.folder / "pack.zip", lambda done: None)
    with zipfile.ZipFile(found.site.folder / "pack.zip") as package:
        package.extractall(found.site.folder / "unzipped")
    return found.site.folder / "unzipped"


@pytest.fixture(scope="module")
def browser():
    with chromium() as one:
        yield one


@pytest.fixture
def page(browser, folder):
    page = browser.new_page()
    page.set_default_timeout(15_000)
    asked, said = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.goto((folder / "quiz" / "quiz.html").as_uri())
    yield page
    page.close()
    assert all(url.startswith(folder.as_uri()) for url in asked)
    assert said == []


def right_key(number):
    """Return the key of the clip that shows the bend, as the lot drew it."""
    return "a" if bend_first(*PAIRS[number]) else "b"


def test_both_clips_play_from_the_folder(page):
    playing = "['a', 'b'].every(one => document.getElementById(one).currentTime > 0.1)"
    until = time.monotonic() + PLAYS_WITHIN_S
    # Asked again and again by the test: the page's own rules let no waiting script in.
    while not page.evaluate(playing) and time.monotonic() < until:
        page.wait_for_timeout(100)
    assert page.evaluate(playing)
    assert page.evaluate("document.getElementById('a').videoWidth") == 160
    assert page.evaluate("document.documentElement.lang") == "de"


def test_keys_answer_and_the_score_counts_the_right_ones(page):
    page.keyboard.press(right_key(0))
    assert page.locator("#verdict").inner_text().startswith(WORDS["de"]["right"])
    assert len(page.locator("#cue").inner_text()) > 30
    # A second thought does not count.
    page.keyboard.press("b" if right_key(0) == "a" else "a")
    page.keyboard.press("Enter")
    assert "2" in page.locator("#ask").inner_text()
    assert page.locator("#verdict").inner_text() == ""
    page.keyboard.press("Enter")
    assert "2" in page.locator("#ask").inner_text(), "without an answer there is no way on"
    page.keyboard.press("b" if right_key(1) == "a" else "a")
    assert page.locator("#verdict").inner_text().startswith(WORDS["de"]["wrong"])
    page.keyboard.press("Enter")
    score = WORDS["de"]["score"].format(right=1, of=2, chance=1)
    assert page.locator("#ask").inner_text() == score
    page.keyboard.press("Enter")
    assert "1" in page.locator("#ask").inner_text()


def test_the_language_changes_and_nothing_else(page):
    page.keyboard.press(right_key(0))
    page.select_option("#language", "es")
    assert page.title() == WORDS["es"]["title"]
    assert page.locator("#verdict").inner_text().startswith(WORDS["es"]["right"])


def test_the_page_is_accessible(page):
    page.keyboard.press("a")
    # Run by the test itself: the page's own rules let no other script in.
    page.evaluate(AXE)
    found = page.evaluate("axe.run().then(one => one.violations)")
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []


def test_a_cue_that_looks_like_a_script_stays_text(browser, tmp_path):
    harm = "</script><img src=x onerror=alert(1)>{{ 7 * 7 }}"
    cue = dict.fromkeys(("en", "de", "es"), harm)
    path = tmp_path / "quiz.html"
    path.write_bytes(quiz([Question("01a.mp4", "01b.mp4", "a", cue)], "en"))
    page = browser.new_page()
    page.goto(path.as_uri())
    page.keyboard.press("a")
    assert harm in page.locator("#cue").inner_text()
    assert page.locator("img").count() == 0
    page.close()


def test_the_lot_falls_on_both_sides():
    first = [bend_first(f"h{number}", f"b{number}") for number in range(200)]
    assert 70 < sum(first) < 130
