"""Whatever is done to the audit log behind its back shows, and what is done rightly does not."""

from __future__ import annotations

import json
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest

from pipelines.audits import writing as auditing
from pipelines.audits.chain import MarkKind, entry_hash, reference
from pipelines.audits.checking import check
from pipelines.audits.command import verify
from pipelines.audits.marks import AUDIT_MARKS, AUDITED, anchor, mark_removed
from pipelines.audits.writing import append, rows_of
from pipelines.clips.views import CLIP_VIEWS
from pipelines.sites.site import SiteError, load_site
from pipelines.storage.store import StoreError, open_store

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SITE = """
[site]
name = "depot"
time_zone = "Europe/Berlin"
[store]
url = "store"
[nightly]
audit_file = "outside.jsonl"
[[cameras]]
id = "dock"
zone = "in"
footage = "dock/*"
start_time = "container"
"""


WHOLE = {spec.name: [] for spec in (*AUDITED, AUDIT_MARKS)}


@pytest.fixture
def site(tmp_path):
    (tmp_path / "site.toml").write_text(SITE)
    return load_site(tmp_path / "site.toml")


@pytest.fixture
def store(site):
    return open_store(site.store_url)


def view(site, store, name, now=NOON):
    row = {"view_id": name, "viewed_utc": now, "roles": "trainer", "lift_id": f"lift {name}"}
    append(site, store, CLIP_VIEWS, row, now, name)


def new_process(monkeypatch):
    """Forget the chains of this process, as if the dashboard were started again."""
    monkeypatch.setattr(auditing, "_CHAINS", {})


@pytest.fixture
def log(site, store, monkeypatch):
    """Return the site with a log of two chains: a and b, anchored; c and d after it; anchored; then e."""
    new_process(monkeypatch)
    view(site, store, "a")
    view(site, store, "b", NOON + timedelta(minutes=1))
    anchor(site, store, NOON + timedelta(hours=16))
    new_process(monkeypatch)
    view(site, store, "c", NOON + timedelta(days=1))
    view(site, store, "d", NOON + timedelta(days=1, minutes=1))
    anchor(site, store, NOON + timedelta(days=1, hours=16))
    view(site, store, "e", NOON + timedelta(days=2))
    return site


def part(site, name):
    return next(Path(site.store_url).rglob(f"clip_views/**/{name}.parquet"))


def entries(site, spec=CLIP_VIEWS):
    rows = rows_of(open_store(site.store_url).read(spec, site.name))
    return sorted(rows, key=lambda row: row["chained_utc"])


def rewrite(site, row, spec=CLIP_VIEWS, part_name=None):
    frame = pd.DataFrame([row])[spec.names].astype({column.name: column.dtype for column in spec.columns})
    name = part_name or row["view_id"]
    open_store(site.store_url).write(spec, frame, site.name, date.fromisoformat(row["date"]), name)


def broken(site):
    return {one.table: [b.what for b in one.breaks] for one in check(site, open_store(site.store_url))}


def test_a_log_that_nobody_touched_is_whole(log, capsys):
    assert broken(log) == WHOLE
    assert verify(site=log.path) == 0
    told = capsys.readouterr().out
    assert "clip_views: 5 entries in 2 chains, 4 marks, 0 of removal: whole" in told


def test_each_entry_names_the_one_before_it_and_a_new_chain_all_ends(log):
    rows = entries(log)
    assert [row["view_id"] for row in rows] == list("abcde")
    assert all(after["parents"] == reference(before) for before, after in pairwise(rows))
    assert [row["number"] for row in rows] == [0, 1, 0, 1, 2]


@pytest.mark.parametrize("name", list("ae"))
@pytest.mark.parametrize(
    "change",
    [{"lift_id": "another"}, {"roles": "manager"}, {"viewed_utc": NOON + timedelta(days=9)}],
    ids=str,
)
def test_a_changed_entry_shows(log, name, change):
    row = next(row for row in entries(log) if row["view_id"] == name)
    rewrite(log, row | change)
    assert "was changed: its content does not fit its hash" in broken(log)["clip_views"]


@pytest.mark.parametrize("name", list("abcd"))
def test_a_changed_entry_with_a_mended_hash_shows(log, name):
    row = next(row for row in entries(log) if row["view_id"] == name) | {"lift_id": "another"}
    rewrite(log, row | {"entry_hash": entry_hash("clip_views", row)})
    assert any("removed or changed" in what for what in broken(log)["clip_views"])


@pytest.mark.parametrize("name", list("abcd"))
def test_a_removed_entry_shows(log, name):
    part(log, name).unlink()
    assert any("removed or changed" in what for what in broken(log)["clip_views"])


def test_cutting_off_the_end_shows_as_far_as_it_was_anchored(log):
    part(log, "e").unlink()
    assert broken(log)["clip_views"] == [], "after the last anchor: this is what can't be seen"
    part(log, "d").unlink()
    (what,) = broken(log)["clip_views"]
    assert what == "was there on 2026-03-04 04:00 UTC and was removed or changed"


def test_the_whole_log_can_not_be_removed(log, capsys):
    for path in Path(log.store_url).rglob("*.parquet"):
        path.unlink()
    assert verify(site=log.path) == 1
    assert "was there on" in capsys.readouterr().out


def test_a_log_written_anew_without_a_view_shows_by_the_file_outside(log, store, monkeypatch):
    for path in Path(log.store_url).rglob("*.parquet"):
        path.unlink()
    new_process(monkeypatch)
    for name in "acde":
        view(log, store, name)
    assert broken(log)["clip_views"] != []
    Path(log.nightly.audit_file).unlink()
    assert broken(log)["clip_views"] == [], "so the file must lie where the store's writers can't write"


def test_an_entry_put_in_beside_the_chain_shows(log):
    row = entries(log)[0]
    forged = row | {"view_id": "x", "chain_id": "forged", "lift_id": "x"}
    rewrite(log, forged | {"entry_hash": entry_hash("clip_views", forged)})
    assert "was put in later: it was not there on 2026-03-03 04:00 UTC" in broken(log)["clip_views"]


def test_an_entry_put_in_as_the_latest_beginning_shows(log):
    row = entries(log)[-1]
    forged = row | {"view_id": "x", "chain_id": "forged", "number": 0, "parents": ""}
    rewrite(log, forged | {"entry_hash": entry_hash("clip_views", forged)})
    assert broken(log)["clip_views"] == ["follows nothing, but there were entries before it"]


def test_a_row_without_a_chain_shows(log):
    path = part(log, "b")
    frame = pd.read_parquet(path).assign(entry_hash=None, number=None, view_id="x")
    frame.to_parquet(path.with_name("x.parquet"))
    assert broken(log)["clip_views"] == ["stands in no chain"]


def test_a_copy_of_an_entry_shows(log):
    path = part(log, "b")
    path.with_name("x.parquet").write_bytes(path.read_bytes())
    assert broken(log)["clip_views"] == ["is there 2 times"]


def test_an_entry_moved_to_another_date_shows(log):
    path = part(log, "b")
    folder = path.parents[1] / "date=2026-02-01"
    folder.mkdir()
    path.rename(folder / path.name)
    assert "was changed: its content does not fit its hash" in broken(log)["clip_views"]


def test_a_part_that_is_no_parquet_shows_and_the_others_are_checked(log):
    part(log, "b").write_bytes(b"PAR1 not really")
    whats = broken(log)["clip_views"]
    assert any(what.startswith("can't be read: ") for what in whats)
    assert any("removed or changed" in what for what in whats)


def test_a_removed_mark_shows(log):
    marks = sorted(Path(log.store_url).rglob("audit_marks/**/*.parquet"))
    marks[0].unlink()
    assert broken(log)["audit_marks"] != []


def test_entries_past_their_period_go_without_a_break(log, store):
    mark_removed(log, store, CLIP_VIEWS, (NOON.date(), NOON.date()), NOON + timedelta(days=3))
    assert broken(log)["clip_views"] == [], "marked, and stopped before anything was removed"
    for one in store.parts(CLIP_VIEWS, "depot", last=NOON.date()):
        store.remove(CLIP_VIEWS, "depot", one.date, one.name)
    assert broken(log) == WHOLE
    part(log, "c").unlink()
    assert broken(log)["clip_views"] != [], "more than the mark says"


def test_a_log_that_was_emptied_rightly_goes_on(log, store, monkeypatch):
    mark_removed(log, store, CLIP_VIEWS, (NOON.date(), date(2027, 1, 1)), NOON + timedelta(days=3))
    for one in store.parts(CLIP_VIEWS, "depot"):
        store.remove(CLIP_VIEWS, "depot", one.date, one.name)
    new_process(monkeypatch)
    view(log, store, "later", NOON + timedelta(days=4))
    assert broken(log) == WHOLE


def test_a_chain_after_a_long_pause_still_follows_the_last_entry(log, store, monkeypatch):
    new_process(monkeypatch)
    view(log, store, "much later", NOON + timedelta(days=200))
    assert entries(log)[-1]["parents"] == reference(entries(log)[-2])
    assert broken(log)["clip_views"] == []


def test_an_entry_that_could_not_be_written_leaves_no_gap(log, store, monkeypatch):
    monkeypatch.setattr(
        "pipelines.storage.store.replace_file", lambda *_: (_ for _ in ()).throw(OSError(28, "full"))
    )
    with pytest.raises(StoreError):
        view(log, store, "lost", NOON + timedelta(days=2))
    monkeypatch.undo()
    view(log, store, "f", NOON + timedelta(days=2, minutes=1))
    assert broken(log) == WHOLE


def test_nights_without_a_new_view_mark_nothing(log, store):
    later = NOON + timedelta(days=2, hours=16)
    assert [mark.kind for mark in anchor(log, store, later)] == [MarkKind.ANCHORED]
    lines = Path(log.nightly.audit_file).read_text().splitlines()
    assert anchor(log, store, later + timedelta(days=1)) == []
    assert Path(log.nightly.audit_file).read_text().splitlines() == lines


def test_without_views_there_is_nothing_to_mark(site, store):
    assert anchor(site, store, NOON) == []
    assert not Path(site.store_url).exists()


@pytest.mark.parametrize("content", ["no json\n", '{"site": "depot"}\n', "[1]\n"])
def test_a_file_of_anchors_that_is_none_is_refused(log, content):
    Path(log.nightly.audit_file).write_text(content)
    with pytest.raises(SiteError, match=r"outside\.jsonl: is no file of anchors"):
        check(log, open_store(log.store_url))


def test_the_file_outside_holds_each_mark_and_the_end_of_the_marks(log):
    lines = [json.loads(line) for line in Path(log.nightly.audit_file).read_text().splitlines()]
    assert [line["table"] for line in lines] == ["clip_views", "audit_marks"] * 2
    assert {line["site"] for line in lines} == {"depot"}


def test_threads_of_one_process_share_a_chain_without_a_gap(site, store):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: view(site, store, f"v{n}"), range(12)))
    assert [row["number"] for row in sorted(entries(site), key=lambda row: row["number"])] == list(range(12))
    assert broken(site)["clip_views"] == []


def write_some(site_file, name):
    site = load_site(site_file)
    for n in range(4):
        view(site, open_store(site.store_url), f"{name}-{n}", NOON + timedelta(seconds=n))


def test_several_processes_at_once_break_nothing(site, store):
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=write_some, args=(site.path, name)) for name in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    rows = entries(site)
    assert (len(rows), len({row["chain_id"] for row in rows})) == (12, 3)
    assert broken(site)["clip_views"] == []
    anchor(site, store, NOON + timedelta(hours=1))
    part(site, "b-3").unlink()
    assert broken(site)["clip_views"] != []


def test_marks_are_written_as_any_entry(log):
    assert [row["kind"] for row in entries(log, AUDIT_MARKS)] == ["anchored", "anchored"]
