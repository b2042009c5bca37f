"""What a change of policy prints: exact numbers, or tens where a small group would stand in the rest."""

from __future__ import annotations

import io
from datetime import date
from types import SimpleNamespace

import pandas as pd
import pytest
from rich.console import Console

from pipelines.judging.reassess_text import IN_TENS, moves


def printed(*statuses):
    """Return what is printed of 133 lifts, 111 of them still spine bends, and figures of these statuses."""
    verdicts = ["spine_bend", "hip_hinge"]
    found = SimpleNamespace(
        judged={date(2026, 3, 2): range(100), date(2026, 3, 3): range(33)},
        moved=pd.DataFrame([[111, 22], [0, 0]], index=verdicts, columns=verdicts),
        figures={date(2026, 3, 2): pd.DataFrame({"status": list(statuses)})},
        change=SimpleNamespace(
            in_force=SimpleNamespace(policy_id="old"), policy=SimpleNamespace(policy_id="new")
        ),
    )
    console = Console(width=100, file=io.StringIO(), record=True)
    for part in moves(found):
        console.print(part, highlight=False)
    return console.export_text()


def test_numbers_are_exact_where_every_group_is_shown():
    text = printed("shown", "no_data")
    assert text.startswith("133 lifts judged under policy new")
    assert "policy old -> new" in text
    assert all(number in text for number in ("111", "22"))
    assert IN_TENS not in text


@pytest.mark.parametrize("number", ["133", "111", "22"])
def test_no_exact_number_of_the_site_stands_beside_a_suppressed_group(number):
    text = printed("shown", "suppressed")
    assert number not in text
    assert text.startswith("130 lifts judged")
    assert "110" in text
    assert IN_TENS in text
