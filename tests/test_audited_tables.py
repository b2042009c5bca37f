"""Whatever is done behind the back to what people said, took away, held, deleted and were refused shows."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from kept_site import NOW, TODAY, kept_site

from pipelines.audits import writing as auditing
from pipelines.audits.checking import check
from pipelines.audits.marks import AUDITED, anchor
from pipelines.audits.refused_logins import REFUSED_LOGINS, record_refusal
from pipelines.clips.views import CLIP_VIEWS
from pipelines.exporting import tables as exporting
from pipelines.exporting.tables import EXPORTS
from pipelines.retention import holds, receipts
from pipelines.retention.found import Item
from pipelines.retention.holds import HOLDS
from pipelines.retention.receipts import Deletion
from pipelines.retention.tables import DELETIONS, Kind
from pipelines.reviewing import labels
from pipelines.reviewing.labels import Said
from pipelines.reviewing.tables import LABELS, Answer, Purpose

NAMES = [spec.name for spec in AUDITED]
MINE = Said(Answer.SPINE_BEND, Purpose.REVIEW, "r-1", "trainer", 2.0, "c0a81e66d2b3")


def looked_at(n):
    example = {column.name: column.example for column in LABELS.columns}
    return {name: example[name] for name in labels.ITEM} | {"item_id": f"lift {n}", "technique": "spine_bend"}


def export(kept, n, now):
    rows = pd.DataFrame([{column.name: column.example for column in EXPORTS.columns}] * 2)
    said = {"export_id": f"{now:%Y%m%dT%H%M%SZ}-{n}", "exported_utc": pd.Timestamp(now)}
    exporting.record(kept.site, kept.store, rows.assign(lift_id=["a", "b"], **said), now)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Make a site on which three of everything was done, each by a process of its own, then a night."""
    found = kept_site(tmp_path_factory.mktemp("made"), {})
    for n in range(3):
        auditing._CHAINS.clear()
        now = NOW + timedelta(minutes=n)
        view = {"view_id": f"v{n}", "viewed_utc": now, "roles": "trainer", "lift_id": "a"}
        auditing.append(found.site, found.store, CLIP_VIEWS, view, now, f"v{n}")
        export(found, n, now)
        labels.record(found.store, "depot", TODAY - timedelta(days=n), looked_at(n), MINE, now)
        holds.add(found.site, found.store, (TODAY, TODAY), "dock", f"claim {n}", now)
        record_refusal(found.site, found.store, now)
        day = TODAY - timedelta(days=40 + n)
        item = Item("dock", f"lifts/{n}", "9f2c", 120, 3)
        deletion = Deletion(
            f"lifts-20261020T0900{n:02}Z-4f09abc3", Kind.LIFTS, day, "lifts_days = 30", (item,)
        )
        receipts.announce(found.store, "depot", deletion, now)
        receipts.finish(found.store, "depot", deletion, [item], now)
    anchor(found.site, found.store, NOW + timedelta(hours=1))
    return found.site.folder


@pytest.fixture
def kept(made, tmp_path):
    shutil.copytree(made, tmp_path / "site")
    return kept_site(tmp_path / "site", {})


def broken(kept):
    return {one.table: one.breaks for one in check(kept.site, kept.store) if one.breaks}


def first_part(kept, table):
    """Return the part of a table that was written first and has something in it."""
    paths = [path for path in Path(kept.store.root, table).rglob("*.parquet") if len(pd.read_parquet(path))]
    return min(paths, key=lambda path: pd.read_parquet(path)["chained_utc"].min())


def test_what_nobody_touched_is_whole_and_every_table_has_entries(kept):
    checked = check(kept.site, kept.store)
    assert broken(kept) == {}
    assert all(one.entries >= 3 for one in checked if one.table in NAMES), checked


@pytest.mark.parametrize("table", NAMES)
def test_a_removed_part_shows(kept, table):
    first_part(kept, table).unlink()
    assert list(broken(kept)) == [table]


@pytest.mark.parametrize("table", NAMES)
def test_a_changed_word_shows(kept, table):
    path = first_part(kept, table)
    rows = pd.read_parquet(path)
    name = next(name for name in rows if isinstance(rows[name].iloc[0], str) and not name.endswith("_id"))
    rows.assign(**{name: "another"}).to_parquet(path)
    assert list(broken(kept)) == [table]


@pytest.mark.parametrize("table", NAMES)
def test_a_row_that_was_put_in_shows(kept, table):
    path = first_part(kept, table)
    rows = pd.read_parquet(path).assign(chain_id="forged")
    rows.to_parquet(path.with_name("forged.parquet"))
    assert list(broken(kept)) == [table]


@pytest.mark.parametrize(
    ("table", "change"),
    [
        pytest.param(LABELS, {"answer": "hip_hinge"}, id="what was said"),
        pytest.param(HOLDS, {"last_date": "2026-10-19"}, id="how long it is held"),
        pytest.param(EXPORTS, {"why": "another"}, id="what it was taken away for"),
        pytest.param(DELETIONS, {"files": 7}, id="how much was deleted"),
        pytest.param(REFUSED_LOGINS, {"refused_utc": datetime(2026, 1, 1, tzinfo=UTC)}, id="when"),
    ],
)
def test_a_changed_value_shows_also_in_the_latest_entry(kept, table, change):
    paths = [
        path for path in Path(kept.store.root, table.name).rglob("*.parquet") if len(pd.read_parquet(path))
    ]
    path = max(paths, key=lambda path: pd.read_parquet(path)["chained_utc"].max())
    pd.read_parquet(path).assign(**change).to_parquet(path)
    assert list(broken(kept)) == [table.name]


def test_labels_of_older_items_go_from_the_middle_of_their_chain_without_a_break(tmp_path, monkeypatch):
    monkeypatch.setattr(auditing, "_CHAINS", {})
    kept = kept_site(tmp_path, {"labels_days": 30})
    for n, age in enumerate((2, 50, 2, 40, 3)):
        now = NOW - timedelta(days=5, minutes=-n)
        labels.record(kept.store, "depot", TODAY - timedelta(days=age), looked_at(n), MINE, now)
        anchor(kept.site, kept.store, now + timedelta(seconds=1))
    kept.run()
    assert list(labels.labels(kept.store, "depot")["item_id"]) == ["lift 0", "lift 2", "lift 4"]
    assert broken(kept) == {}
    anchor(kept.site, kept.store, NOW)
    first_part(kept, "labels").unlink()
    assert list(broken(kept)) == ["labels"]


def test_a_label_of_an_item_long_past_is_marked_by_the_night(tmp_path, monkeypatch):
    monkeypatch.setattr(auditing, "_CHAINS", {})
    kept = kept_site(tmp_path, {})
    labels.record(kept.store, "depot", date(2025, 1, 3), looked_at(0), MINE, NOW)
    anchor(kept.site, kept.store, NOW + timedelta(hours=1))
    assert broken(kept) == {}
    first_part(kept, "labels").unlink()
    assert list(broken(kept)) == ["labels"]


def test_the_same_export_recorded_again_stays_as_it_was(kept):
    export(kept, 0, NOW)
    assert broken(kept) == {}
    assert len(kept.store.read(EXPORTS)) == 6
