"""Pages show what the store holds now, and read it once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pandas as pd
import pytest

from dashboard import store_reading
from dashboard.audit import CLIP_VIEWS
from dashboard.context import Context
from dashboard.filters import Choices, Filters
from dashboard.wording import words
from pipelines.judging.policy import load_policy
from pipelines.sites.access import EVERY_ROLE
from pipelines.sites.site import load_site
from pipelines.storage.store import Store, open_store
from pipelines.storage.versions import version

DAY = date(2026, 3, 2)
SITE = """
[site]
name = "depot"
time_zone = "Europe/Berlin"
[store]
url = "store"
[[cameras]]
id = "dock-1"
zone = "inbound"
footage = "dock-1/*"
start_time = "container"
"""


@pytest.fixture
def at(tmp_path):
    (tmp_path / "site.toml").write_text(SITE)
    site = load_site(tmp_path / "site.toml")
    choices = Choices(None, None, (), {}, ("en",))
    now = datetime(2026, 3, 3, 6, tzinfo=UTC)
    store = open_store(site.store_url)
    return Context(site, load_policy(None), store, Filters(), choices, EVERY_ROLE, words("en"), now)


def write(at, lift_id, day=DAY, part="one"):
    row = {column.name: column.example for column in CLIP_VIEWS.columns}
    viewed = pd.Timestamp(day, tz="UTC")
    row |= {"view_id": part, "viewed_utc": viewed, "roles": "trainer", "lift_id": lift_id}
    types = {column.name: column.dtype for column in CLIP_VIEWS.columns}
    at.store.write(CLIP_VIEWS, pd.DataFrame([row]).astype(types), at.site.name, day, part)


def lifts_of(at, first=DAY, last=DAY):
    return sorted(store_reading.read(at, CLIP_VIEWS, first, last, ["lift_id"])["lift_id"])


def test_a_table_that_is_not_there_has_no_rows(at):
    assert lifts_of(at) == []


def test_what_is_written_shows_at_the_next_look(at):
    assert lifts_of(at) == []
    write(at, "a")
    assert lifts_of(at) == ["a"]
    write(at, "b")
    assert lifts_of(at) == ["b"], "a part that was replaced"
    write(at, "c", part="two")
    assert lifts_of(at) == ["b", "c"], "a part that was added"
    at.store.remove(CLIP_VIEWS, at.site.name, DAY, "one")
    assert lifts_of(at) == ["c"], "a part that was removed"


def test_what_did_not_change_is_not_read_again(at, monkeypatch):
    write(at, "a")
    lifts_of(at)
    monkeypatch.setattr(Store, "read", lambda *_: pytest.fail("read again"))
    assert lifts_of(at) == ["a"]
    write(at, "z", date(2026, 3, 9))
    assert lifts_of(at) == ["a"], "another day was written"


@pytest.mark.parametrize("last", [date(2026, 3, 9), date(2030, 1, 1), None])
def test_few_days_and_many_are_told_alike(at, last):
    write(at, "a")
    assert lifts_of(at, DAY, last) == ["a"]
    write(at, "b", date(2026, 3, 5))
    assert lifts_of(at, DAY, last) == ["a", "b"]
    write(at, "before", date(2026, 3, 1))
    assert lifts_of(at, DAY, last) == ["a", "b"]


def test_a_bucket_is_known_by_its_parts(at):
    import fsspec

    far = replace(at, store=Store(fsspec.filesystem("memory"), "/far"))
    first = version(far.store, CLIP_VIEWS, "depot", DAY, DAY)
    write(far, "a")
    second = version(far.store, CLIP_VIEWS, "depot", DAY, DAY)
    write(far, "bb")
    assert len({first, second, version(far.store, CLIP_VIEWS, "depot", DAY, DAY)}) == 3


def test_a_reader_can_not_spoil_what_is_kept(at):
    write(at, "a")
    mine = store_reading.read(at, CLIP_VIEWS, DAY, DAY)
    mine["lift_id"] = "spoiled"
    assert set(store_reading.read(at, CLIP_VIEWS, DAY, DAY)["lift_id"]) == {"a"}
