"""Bring the catalogues up to date with the words of the pages: ``python -m dashboard.catalogues``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from babel.messages import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from dashboard.wording import CATALOGUES, LANGUAGES, SOURCE

KEYWORDS: Final = {"say": None, "mark": None, "several": (1, 2)}
"""Functions whose texts are said to a reader; of `several` both forms."""


def marked() -> Catalog:
    """Return every text of the pages that is to be said in other languages."""
    catalogue = Catalog(charset="utf-8")
    folder = Path(__file__).parent
    found = extract_from_dir(str(folder), [("**.py", "python")], keywords=KEYWORDS)
    for path, line, message, comments, _ in sorted(found, key=lambda one: (one[0], one[1])):
        catalogue.add(message, locations=[(path, line)], auto_comments=comments)
    return catalogue


def catalogue_path(language: str) -> Path:
    """Return where the catalogue of a language lies."""
    return CATALOGUES / language / "LC_MESSAGES" / "hingewise.po"


def catalogue_of(language: str) -> Catalog:
    """Return the catalogue of a language as it was written."""
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language)


def update() -> None:
    """Add new texts to each catalogue, without words yet, and take away those that no page says any more."""
    texts = marked()
    for language in LANGUAGES:
        if language == SOURCE:
            continue
        catalogue = catalogue_of(language)
        catalogue.update(texts, no_fuzzy_matching=True, update_creation_date=False)
        catalogue.obsolete.clear()
        with catalogue_path(language).open("wb") as file:
            write_po(file, catalogue, width=100, no_location=True, omit_header=False, sort_output=True)


if __name__ == "__main__":
    update()
