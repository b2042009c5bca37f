"""A short form of the drill with hostile input, and what it found once."""

from __future__ import annotations

import os
from datetime import date

import pytest
from drill.hostile import SITE, run
from drill.hostile_counts import is_clear, tree

from pipelines.footage.finding import discover
from pipelines.judging.policy import PolicyError, load_policy
from pipelines.nights.planning import shown
from pipelines.one_line import one_line
from pipelines.sites.site import SiteError, load_site

DAY = date(2026, 10, 5)


def test_nothing_hostile_crashes_a_night_or_writes_outside_the_store():
    counts = run(2.0, seed=3)
    assert counts.crashes == ()
    assert counts.written_outside == ()
    # All that was tried came to an end, and of every kind there was something.
    assert counts.refused + counts.read + counts.died + counts.stopped == counts.hostile_inputs > 60
    assert {"bad name or link", "weights", "site file", "table", "truncated", "huge picture"} <= set(
        counts.by_kind
    )


def test_what_is_watched_shows_a_file_that_is_written_or_changed(tmp_path):
    (tmp_path / "a").write_text("1")
    before = tree(tmp_path)
    (tmp_path / "b").touch()
    (tmp_path / "a").write_text("2")
    assert {path for path, _ in tree(tmp_path).items() ^ before.items()} == {"a", "b"}


@pytest.mark.parametrize(
    ("said", "clear"), [("", False), ("a\x1b[2J", False), ("a\n", False), ("ü: b", True)]
)
def test_a_clear_sentence_can_be_printed(said, clear):
    assert is_clear(said) is clear


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("dock 2_20261005T100000.mp4", "dock 2_20261005T100000.mp4"),
        ("café_\u65e5\u672c\u3000\u8a9e.mp4", "café_\u65e5\u672c\u3000\u8a9e.mp4"),
        ("a\nb.mp4", r"a\nb.mp4"),
        ("\udcff.mp4", r"\udcff.mp4"),
        ("\u202e4pm.exe", r"\u202e4pm.exe"),
        ("\x1b[31m", r"\x1b[31m"),
    ],
)
def test_a_name_is_told_on_one_line_and_only_changed_where_it_must_be(name, told):
    assert one_line(name) == told


def test_a_name_that_no_table_can_hold_is_refused_under_its_date_and_the_rest_of_the_night_is_not(tmp_path):
    (tmp_path / "site.toml").write_text(SITE)
    dock = tmp_path / "footage/dock"
    dock.mkdir(parents=True)
    for number, name in enumerate(("a", "\udcff", "new\nline")):
        (dock / f"{name}_20261005T10000{number}.mp4").write_bytes(os.urandom(8))
    found = discover(load_site(tmp_path / "site.toml"), DAY, DAY, None, lambda _: None)
    assert [one.problem is None for one in found] == [True, False, False]
    assert all(one.start_utc is not None for one in found)
    assert [shown(one.path, tmp_path).encode().count(b"\n") for one in found] == [0, 0, 0]


@pytest.mark.parametrize("value", ["1" * 5000, "[" * 5000, "{a=" * 5000])
def test_numbers_and_nesting_without_end_are_one_sentence(tmp_path, value):
    path = tmp_path / "x.toml"
    path.write_text(f"a = {value}")
    with pytest.raises(SiteError, match="is not TOML"):
        load_site(path)
    with pytest.raises(PolicyError, match="is not TOML"):
        load_policy(path)
