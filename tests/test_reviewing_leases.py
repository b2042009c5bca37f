"""Two reviewers do not get the same item, and nobody keeps one by walking away."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier

import pytest

from pipelines.reviewing.leases import FOLDER, KEPT, LASTS, Leases
from pipelines.reviewing.tables import Purpose
from pipelines.storage.store import open_store

NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
SOON = NOON + timedelta(seconds=5)
ITEMS = ["a", "b", "c"]


@pytest.fixture(params=["folder", "bucket"])
def leases(request, tmp_path):
    root = str(tmp_path / "store") if request.param == "folder" else f"memory://{tmp_path.name}"
    return Leases(open_store(root), "depot", Purpose.REVIEW)


def test_the_second_gets_the_next_one(leases):
    assert leases.first_free(ITEMS, "one", NOON) == "a"
    assert leases.first_free(ITEMS, "two", SOON) == "b"
    assert leases.first_free(ITEMS, "one", SOON) == "a"


def test_where_all_are_held_there_is_none(leases):
    leases.first_free(["a"], "one", NOON)
    assert leases.first_free(["a"], "two", SOON) is None
    assert leases.first_free([], "two", SOON) is None


def test_a_lease_runs_out_and_one_that_is_used_does_not(leases):
    leases.first_free(["a"], "one", NOON)
    assert leases.first_free(["a"], "two", NOON + LASTS + timedelta(seconds=1)) == "a"
    assert leases.first_free(["a"], "one", NOON + LASTS + timedelta(seconds=2)) is None
    for n in range(1, 6):
        assert leases.first_free(["a"], "two", NOON + LASTS + n * 0.6 * LASTS) == "a"
    assert leases.first_free(["a"], "one", NOON + LASTS + 5 * 0.6 * LASTS) is None


def test_who_lets_go_lets_others_have_it(leases):
    leases.first_free(["a"], "one", NOON)
    leases.release("a", "two", NOON)
    assert leases.first_free(["a"], "two", SOON) is None
    leases.release("a", "one", SOON)
    assert leases.first_free(["a"], "two", SOON) == "a"


def test_the_purposes_do_not_meet(leases):
    leases.first_free(["a"], "one", NOON)
    blind = Leases(leases.store, leases.site, Purpose.BLIND)
    assert blind.first_free(["a"], "two", NOON) == "a"


def test_of_many_who_come_at_once_each_gets_another_one(tmp_path):
    leases = Leases(open_store(str(tmp_path)), "depot", Purpose.REVIEW)
    items, people = [f"i{n}" for n in range(8)], [f"p{n}" for n in range(8)]
    for turn in range(5):
        # Each time they all find the leases of the time before run out.
        now, gate = NOON + turn * 2 * LASTS, Barrier(len(people))

        def come(holder, now=now, gate=gate):
            gate.wait()
            return leases.first_free(items, holder, now)

        with ThreadPoolExecutor(len(people)) as pool:
            assert sorted(pool.map(come, people)) == items


def test_old_files_are_swept_and_no_torn_one_is_listed(tmp_path):
    leases = Leases(open_store(str(tmp_path)), "depot", Purpose.REVIEW)
    leases.first_free(["a"], "one", NOON)
    folder = Path(tmp_path) / FOLDER / "site=depot" / "review"
    # What a process that was killed leaves behind.
    (folder / ".b-000001.json.0011aabb").write_bytes(b'{"hol')
    assert leases.first_free(["b"], "two", NOON + KEPT + 2 * LASTS) == "b"
    assert sorted(path.name for path in folder.glob("*.json")) == ["b-000001.json"]
