"""The nearest right name to a wrong one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def did_you_mean(wrong: str, right: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the nearest right name, or nothing if none is near."""
    near = nearest(wrong, right)
    return f"; did you mean {near!r}?" if near else ""


def nearest(wrong: str, right: Iterable[str]) -> str | None:
    """Return the right name that is nearest to a wrong one, whatever its case; None if none is near."""
    # Sorted, for a set's order would let equally near names change places from run to run.
    by_folded = {name.casefold(): name for name in sorted(right)}
    matches = get_close_matches(wrong.casefold(), by_folded, n=1)
    return by_folded[matches[0]] if matches else None
