"""The text of a policy file with some values changed; its comments and all else stay as they are."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence

from pipelines.judging.policy import PolicyError

TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)
BARE = re.compile(r"[A-Za-z0-9_-]+")


def with_values(text: str, values: Mapping[str, float]) -> str:
    """Return the text with top-level keys set, such as ``spine_bend_from``; missing ones stand first."""
    begin = TABLE.search(text)
    at = begin.start() if begin else len(text)
    top = text[:at]
    for key, value in values.items():
        top = _with_line(top, key, value)
    return checked(top + text[at:], values, ())


def with_table(text: str, table: Sequence[str], values: Mapping[str, float]) -> str:
    """Return the text with the keys of one table set; the table stands last where there was none.

    Parameters
    ----------
    table
        The keys that lead to it, such as ``("figures", "validation", "inbound")``.
    """
    steps = r"[ \t]*\.[ \t]*".join(map(_either_way, table))
    head = re.search(rf"^[ \t]*\[[ \t]*{steps}[ \t]*\][^\n]*\n?", text, re.MULTILINE)
    if head is None:
        lines = "".join(f"{key} = {value}\n" for key, value in values.items())
        return checked(f"{text.rstrip()}\n\n{table_head(table)}\n{lines}", values, table)
    following = TABLE.search(text, head.end())
    at = following.start() if following else len(text)
    body = text[head.end() : at]
    for key, value in values.items():
        body = _with_line(body, key, value)
    return checked(text[: head.end()].rstrip("\n") + "\n" + body + text[at:], values, table)


def table_head(table: Sequence[str]) -> str:
    """Return the line of TOML that begins a table."""
    keys = [key if BARE.fullmatch(key) else json.dumps(key, ensure_ascii=False) for key in table]
    return f"[{'.'.join(keys)}]"


def checked(text: str, values: Mapping[str, float], table: Sequence[str]) -> str:
    """Return the text if it says what it should.

    Raises
    ------
    PolicyError
        If it does not, as when the file writes the same key in another way.
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(
            f"the policy file can't be changed line by line ({error}), edit it by hand"
        ) from None
    for step in table:
        found = found.get(step, {})
    wrong = [key for key, value in values.items() if found.get(key) != value]
    if wrong:
        raise PolicyError(f"the policy file writes {', '.join(wrong)} in a way of its own, edit it by hand")
    return text


def _either_way(key: str) -> str:
    """Return a pattern of a key, bare or in quotes."""
    bare = re.escape(key)
    return rf"(?:{bare}|'{bare}'|{re.escape(json.dumps(key, ensure_ascii=False))})"


def _with_line(text: str, key: str, value: float) -> str:
    line = f"{key} = {value}"
    changed, count = re.subn(
        rf"^[ \t]*{re.escape(key)}[ \t]*=[^\n#]*?(?=[ \t]*(#|$))", line, text, flags=re.MULTILINE
    )
    return changed if count else f"{line}\n{text}"
