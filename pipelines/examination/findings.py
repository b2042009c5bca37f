"""What an examination finds: each finding is well, a remark or a fault, and says what to do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How a finding is meant."""

    OK = "ok"
    REMARK = "remark"
    FAULT = "fault"


@dataclass(frozen=True)
class Finding:
    """One finding: what was seen, and what to do where something must or may be done."""

    grade: Grade
    what: str
    todo: str = ""


Check = Callable[[], Iterator[Finding]]
"""Yields its findings one by one, so that a slow one keeps no other waiting."""


def ok(what: str) -> Finding:
    """Return a finding of something that is well."""
    return Finding(Grade.OK, what)


def remark(what: str, todo: str = "") -> Finding:
    """Return a finding that a person should know of, and that stops nothing."""
    return Finding(Grade.REMARK, what, todo)


def fault(what: str, todo: str) -> Finding:
    """Return a finding that must be mended before a night can go well."""
    return Finding(Grade.FAULT, what, todo)
