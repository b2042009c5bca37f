"""The fault drill: a few kills, faults and clocks of it, and that it can't pass without having run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from drill.counts import Counts
from drill.kills import tell_apart
from drill.report import BEGIN, END, write_report

ROOT = Path(__file__).parents[1]


def test_a_short_drill_loses_and_doubles_nothing(tmp_path):
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    line = [sys.executable, "-m", "tests.drill", "--seconds", "10", "--json"]
    done = subprocess.run(line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("{"), done.stderr
    told = json.loads(done.stdout)
    assert told["kills"] > 0
    assert told["faults"] > 0
    assert [told[name] for name in ("lifts_lost", "lifts_doubled", "differing", "crashes")] == [0] * 4, told
    assert told["packets_out"] in (0, None)
    assert not list(tmp_path.glob("hingewise-drill-*"))


def test_what_has_not_run_has_not_passed():
    assert len(Counts().shortfalls()) == 3
    assert Counts(kills=1, faults=1, packets_out=0).shortfalls() == []
    assert Counts(kills=1, faults=1, packets_out=2, hostile_inputs=0).shortfalls() == [
        "hostile_inputs is 0: nothing was shown",
        "packets_out is 2, expected 0",
    ]


def test_a_name_that_fits_nothing_has_shown_nothing():
    assert Counts(packets_out=0).shortfalls(("faults",)) == ["faults is 0: nothing was shown"]
    assert Counts(packets_out=0, faults=1).shortfalls(("faults",)) == []


@pytest.mark.parametrize(
    ("things", "files", "expected"),
    [
        (["a", "b"], ["x 1"], (0, 0, 0)),
        (["a"], ["x 1"], (1, 0, 0)),
        (["a", "b", "b"], ["x 1"], (0, 1, 0)),
        (["a", "b"], ["x 2"], (0, 0, 1)),
    ],
)
def test_a_lost_a_doubled_and_a_changed_row_are_told_apart(things, files, expected):
    counts = Counts()
    tell_apart({"things": ["a", "b"], "files": ["x 1"]}, {"things": things, "files": files}, "it", counts)
    assert (counts.lifts_lost, counts.lifts_doubled, counts.differing) == expected


def test_the_report_replaces_only_what_stands_between_its_marks(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"above\n{BEGIN}\nold\n{END}\nbelow\n")
    counts = Counts(kills=7, faults=2, packets_out=0)
    write_report(page, counts, 3, counts.shortfalls())
    text = page.read_text()
    assert text.startswith("above\n")
    assert text.endswith(f"{END}\nbelow\n")
    assert "old" not in text
    assert "| kills | 7 |" in text
    page.write_text("no marks")
    with pytest.raises(ValueError, match="expected both"):
        write_report(page, counts, 3, [])
