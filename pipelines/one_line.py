"""Names and values that others wrote, as they may stand in tables, logs and sentences."""

from __future__ import annotations

import unicodedata
from typing import Final

_NO_SIGNS: Final = {"Cc", "Cs", "Zl", "Zp"}
"""Categories of Unicode: control characters, bytes that are no UTF-8, ends of lines and of paragraphs."""

_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Signs that turn the direction of reading, so that one name looks like another."""


def one_line(text: str) -> str:
    """Return a text on one line; what is no sign of a script is written as in a Python literal.

    A name with a new line could pass for a line of its own, one with an escape for a command to the
    terminal, and Parquet takes no text that is not Unicode.
    """
    return "".join(ascii(sign)[1:-1] if _is_no_sign(sign) else sign for sign in text)


def shown(value: object) -> str:
    """Return a value as it looks in the file, shortened to a line."""
    text = repr(value) if isinstance(value, str | list | dict) else str(value)
    if isinstance(value, bool):
        text = text.lower()
    return text if len(text) <= 80 else f"{text[:77]}..."


def _is_no_sign(sign: str) -> bool:
    return sign in _TURNING or unicodedata.category(sign) in _NO_SIGNS
