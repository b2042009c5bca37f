"""Everything that is said is said in each language, and nothing in none."""

from __future__ import annotations

import gettext
import re
from datetime import UTC, date, datetime

import pytest
from babel.messages import Message
from dashboard_pages import demo_site, opened  # noqa: F401

from dashboard import wording
from dashboard.app import PAGES
from dashboard.catalogues import catalogue_of, marked
from dashboard.wording import LANGUAGES, SOURCE, preferred, words

OTHERS = [language for language in LANGUAGES if language != SOURCE]
TEXTS = [message for message in marked() if message.id]
PLACE = re.compile(r"\{[^{}]*\}")


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


def places(text):
    return {place for form in forms(text) for place in PLACE.findall(form)}


def test_the_texts_of_the_pages_are_found():
    said = {form for message in TEXTS for form in forms(message.id)}
    assert {"Morning", "Nothing came from {cameras}. Look at these first.", "{n} lifts", "worse"} <= said


@pytest.mark.parametrize("language", OTHERS)
def test_each_text_has_its_words_and_its_places(language):
    catalogue = catalogue_of(language)
    faults = []
    for message in TEXTS:
        found: Message | None = catalogue.get(message.id)
        if found is None or not all(forms(found.string)):
            faults.append(message.id)
        elif places(found.string) != places(message.id):
            faults.append(found.string)
    assert not faults


@pytest.mark.parametrize("language", OTHERS)
def test_no_catalogue_keeps_what_is_said_no_more(language):
    known = {forms(message.id)[0] for message in TEXTS}
    assert {forms(message.id)[0] for message in catalogue_of(language) if message.id} == known


class Bracketed(gettext.NullTranslations):
    def gettext(self, message):
        return f"\u27e6{message}\u27e7"

    def ngettext(self, one, many, n):
        return f"\u27e6{one if n == 1 else many}\u27e7"


@pytest.mark.parametrize("page", PAGES)
def test_no_page_says_what_is_not_marked(demo_site, page, monkeypatch):  # noqa: F811
    monkeypatch.setattr(wording, "_catalogue", lambda language: Bracketed())
    app = opened(demo_site, page)
    kinds = ("title", "header", "subheader", "caption", "warning", "error", "info", "success", "markdown")
    shown = [element.value for kind in kinds for element in app.get(kind)]
    shown += [
        element.label for kind in ("button", "selectbox", "date_input", "metric") for element in app.get(kind)
    ]
    assert shown
    assert [text for text in shown if text.strip() and "\u27e6" not in text] == []


@pytest.mark.parametrize(
    ("language", "number", "percent", "day"),
    [
        ("en", "1,234.5", "32%", "Mon, 5 Oct 2026"),
        ("de", "1.234,5", "32\u00a0%", "Mo., 5. Okt. 2026"),
        ("es", "1.234,5", "32\u00a0%", "lun, 5 oct 2026"),
    ],
)
def test_numbers_and_dates_are_those_of_the_language(language, number, percent, day):
    say = words(language)
    assert (say.number(1234.5), say.percent(0.32)) == (number, percent)
    assert say.day(date(2026, 10, 5)) == day


@pytest.mark.parametrize("language", LANGUAGES)
def test_unknown_is_no_number(language):
    say = words(language)
    assert say.number(float("nan")) == say.percent(float("nan")) == "\u2013"


def test_a_time_is_said_as_the_clock_of_the_site_shows_it():
    assert "06:30" in words("de").moment(datetime(2026, 10, 5, 6, 30, tzinfo=UTC))


def test_the_browser_is_understood():
    assert [preferred([wish]) for wish in ("de-AT", "es_MX", "fr", "", None)] == [
        "de",
        "es",
        "en",
        "en",
        "en",
    ]
