"""The words, numbers and dates of a page in the language of its reader; English is the source."""

from __future__ import annotations

import gettext
import io
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Final

from babel import Locale
from babel.dates import format_datetime, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

SOURCE: Final = "en"
LANGUAGES: Final = {"en": "English", "de": "Deutsch", "es": "Español"}
CATALOGUES: Final = Path(__file__).parent / "locale"
NO_DATA: Final = "\u2013"


def mark(text: str) -> str:
    """Return a text as it is: it is put into words later, and the catalogues must have it."""
    return text


@dataclass(frozen=True)
class Words:
    """Says things in one language: ``say("Morning")``, ``say("{n} of {total} lifts", n=3, total=9)``."""

    language: str
    catalogue: gettext.NullTranslations = field(repr=False, compare=False)

    def __call__(self, text: str, **values: object) -> str:
        """Return a text in this language, its ``{places}`` filled; texts must be written out here."""
        return self.catalogue.gettext(text).format(**values)

    def several(self, one: str, many: str, n: int, **values: object) -> str:
        """Return the form that fits a number, ``{n}`` filled by it."""
        return self.catalogue.ngettext(one, many, n).format(n=self.number(n, 0), **values)

    def number(self, value: float, digits: int = 1) -> str:
        """Return a number with that many digits after the point; a dash where it is unknown."""
        if math.isnan(value):
            return NO_DATA
        pattern = "#,##0." + "0" * digits if digits else "#,##0"
        return str(format_decimal(value, pattern, locale=self.locale))

    def percent(self, share: float, digits: int = 0) -> str:
        """Return a share 0 to 1 as percent; a dash where it is unknown."""
        if math.isnan(share):
            return NO_DATA
        # The space before the sign is that of the language.
        pattern = self.locale.percent_formats[None].pattern.replace("0%", "0.0%") if digits else None
        return str(format_percent(share, pattern, locale=self.locale))

    def day(self, day: date) -> str:
        """Return a date with its weekday, such as 'Mon, 5 Oct 2026'."""
        return str(format_skeleton("yMMMEd", day, locale=self.locale))

    def short_day(self, day: date) -> str:
        """Return a date without its year, such as '5 Oct', for axes that have little room."""
        return str(format_skeleton("MMMd", day, locale=self.locale))

    def moment(self, when: datetime) -> str:
        """Return date and time of day as they stand; give a local time."""
        return str(format_datetime(when, "d MMM y, HH:mm", tzinfo=when.tzinfo, locale=self.locale))

    @property
    def locale(self) -> Locale:
        """The language with the customs of its reader: English is written as in Britain."""
        return Locale.parse("en_GB" if self.language == SOURCE else self.language)


def words(language: str) -> Words:
    """Return what speaks a language; English where it is none of `LANGUAGES`."""
    known = language if language in LANGUAGES else SOURCE
    return Words(known, _catalogue(known))


def preferred(languages: Iterable[str | None]) -> str:
    """Return the first language that there is a catalogue of; 'de-AT' counts as 'de'."""
    plain = (language.replace("_", "-").partition("-")[0].lower() for language in languages if language)
    return next((language for language in plain if language in LANGUAGES), SOURCE)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    if language == SOURCE:
        return gettext.NullTranslations()
    path = CATALOGUES / language / "LC_MESSAGES" / "hingewise.po"
    compiled = io.BytesIO()
    with path.open("rb") as file:
        # Read as written, so that no compiled copy can lag behind.
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
