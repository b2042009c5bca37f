"""What is past its period goes, with receipts that add up; all else stays, whatever happens on the way."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kept_site import CAMERAS, NOW, TODAY, add_recording, fill, kept_site

from detectors.tables import FOOTAGE, SHIFT_METRICS
from pipelines.cli import app
from pipelines.retention import holds
from pipelines.retention.footage import Footage, remove_below
from pipelines.storage.store import StoreError

AGES = [1, 14, 15, 40, 400]
PROMISED = {
    "footage": ["footage_days"],
    "clips": ["clips_days", "lifts_days"],
    "packages": ["clips_days", "lifts_days"],
    "actions": ["clips_days", "lifts_days"],
    "poses": ["poses_days", "lifts_days"],
    "labels": ["labels_days"],
    "blind_items": ["labels_days"],
    "exposure": ["lifts_days"],
    "lifts": ["lifts_days"],
    "judgements": ["lifts_days"],
    "clip_views": ["lifts_days"],
    "exports": ["lifts_days"],
}
"""What docs/operating.md says goes by which period."""

MADE_OF = {"packages": (1, 1), "actions": (34, 0)}
"""Days before and after its date from which something holds lifts; 0 of all else."""


@pytest.fixture(autouse=True)
def _own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    # No power fails in a test, and waiting for the disk takes nearly all the time.
    monkeypatch.setattr(os, "fsync", lambda file: None)


def finished(kept):
    rows = kept.receipts()
    return rows[rows["state"] == "finished"]


def test_what_is_kept_14_days_goes_on_the_15th(tmp_path):
    kept = kept_site(tmp_path, {"footage_days": 14})
    there = fill(kept, AGES)
    kept.run()
    assert there - kept.left() == {("footage", age, camera) for age in (15, 40, 400) for camera in CAMERAS}


def test_a_site_that_names_no_period_keeps_everything(tmp_path):
    kept = kept_site(tmp_path, {})
    there = fill(kept, AGES)
    kept.run()
    assert kept.left() == there
    assert kept.receipts().empty


day_counts = st.none() | st.integers(2, 60)
some_holds = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 30), st.sampled_from([None, *CAMERAS])), max_size=3
)


@given(
    ages=st.lists(st.integers(0, 70), min_size=1, max_size=3, unique=True),
    periods=st.fixed_dictionaries(
        dict.fromkeys(("footage_days", "clips_days", "poses_days", "labels_days", "lifts_days"), day_counts)
    ),
    held=some_holds,
)
@settings(max_examples=8, deadline=None)
def test_just_what_is_past_its_period_and_not_held_goes(ages, periods, held):
    with tempfile.TemporaryDirectory() as folder:
        kept = kept_site(Path(folder), periods)
        there = fill(kept, ages)
        for oldest, days, camera in held:
            last = TODAY - timedelta(days=oldest - days)
            holds.add(kept.site, kept.store, (TODAY - timedelta(days=oldest), last), camera, "claim", NOW)

        def must_go(kind, age, camera):
            days = [periods[key] for key in PROMISED[kind] if periods[key] is not None]
            before, after = MADE_OF.get(kind, (0, 0))
            kept_by = [
                age - after <= oldest
                and (kind in ("clip_views", "exports") or oldest - length <= age + before)
                and (name is None or camera in (name, "all"))
                for oldest, length, name in held
            ]
            return bool(days) and age > min(days) and not any(kept_by)

        kept.run()
        gone = there - kept.left()
        assert gone == {one for one in there if must_go(*one)}
        sums = finished(kept).groupby(["kind", "date", "camera_id"])["files"].sum()
        told = {(kind, (TODAY - date.fromisoformat(day)).days, of) for kind, day, of in sums[sums > 0].index}
        assert told == gone
        assert sums.sum() == len(gone)
        before = kept.receipts()
        kept.run()
        pd.testing.assert_frame_equal(kept.receipts(), before)


def test_figures_and_the_rows_of_recordings_stay(tmp_path):
    kept = kept_site(tmp_path, dict.fromkeys(("footage_days", "lifts_days", "labels_days"), 2))
    fill(kept, AGES)
    rows, figures = kept.store.read(FOOTAGE), kept.store.parts(SHIFT_METRICS)
    kept.run()
    pd.testing.assert_frame_equal(kept.store.read(FOOTAGE), rows)
    assert kept.store.parts(SHIFT_METRICS) == figures


def test_a_dry_run_writes_nothing_and_counts_what_a_run_deletes(tmp_path):
    kept = kept_site(tmp_path, {"footage_days": 14, "lifts_days": 30})
    there = fill(kept, AGES)
    told = kept.run(dry_run=True)
    assert kept.left() == there
    assert kept.receipts().empty
    assert kept.run().tallies == told.tallies
    assert len(there - kept.left()) == sum(one.files for one in told.tallies) > 0


def test_receipts_hold_files_bytes_rule_and_what_was_held_back(tmp_path):
    kept = kept_site(tmp_path, {"footage_days": 14})
    fill(kept, [15])
    size = len(f"dock {TODAY - timedelta(days=15)}")
    put = holds.add(kept.site, kept.store, (TODAY - timedelta(days=20), TODAY), "dock-2", "claim", NOW)
    kept.run()
    rows = kept.receipts().set_index(["state", "camera_id"])
    assert set(rows.index) == {("announced", "dock"), ("finished", "dock"), ("held", "dock-2")}
    assert list(rows.loc[("finished", "dock"), ["files", "size_bytes", "rule"]]) == [
        1,
        size,
        "footage_days = 14",
    ]
    assert rows.loc[("held", "dock-2"), "holds"] == put.hold_id
    holds.lift(kept.site, kept.store, put.hold_id, NOW)
    kept.run()
    assert kept.left() & {("footage", 15, camera) for camera in CAMERAS} == set()


def test_a_recording_that_may_be_tried_again_stays_and_is_said(tmp_path):
    kept = kept_site(tmp_path, {"footage_days": 14})
    path = add_recording(kept, "dock", TODAY - timedelta(days=40), "failed")
    done = kept.run()
    assert path.exists()
    (said,) = done.remarks
    assert "camera dock: 1 recording past the period kept" in said
    assert path.name in said


def test_a_recording_that_failed_for_good_goes_with_a_receipt_unless_it_is_held(tmp_path):
    kept = kept_site(tmp_path, {"footage_days": 14})
    paths = {
        days: add_recording(kept, "dock", TODAY - timedelta(days=days), "quarantined")
        for days in (14, 15, 40)
    }
    holds.add(kept.site, kept.store, (TODAY - timedelta(days=40),) * 2, "dock", "claim", NOW)
    assert kept.run().remarks == ()
    assert [days for days, path in paths.items() if path.exists()] == [14, 40]
    assert finished(kept)["files"].tolist() == [1]


def test_what_else_lies_in_the_folder_of_the_packages_stays(tmp_path):
    kept = kept_site(tmp_path, {"clips_days": 14})
    day = TODAY - timedelta(days=40)
    folder = tmp_path / "taken"
    folder.mkdir()
    others = [f"clips_depot-2_{day}_early.zip", f"{day}.zip", f"clips_depot_{day}_early.pdf"]
    for name in others:
        (folder / name).write_bytes(b"not of a night here")
    (tmp_path / "real.zip").write_bytes(b"elsewhere")
    (folder / f"clips_depot_{day}_late.zip").symlink_to(tmp_path / "real.zip")
    left = set(folder.iterdir())
    (folder / f"clips_depot_{day}_early.zip").write_bytes(b"of a night")
    kept.run()
    assert set(folder.iterdir()) == left
    assert (tmp_path / "real.zip").exists()
    assert finished(kept)[["kind", "files"]].to_numpy().tolist() == [["packages", 1]]


def test_a_recording_that_changed_since_it_was_processed_stays(tmp_path):
    kept = kept_site(tmp_path, {"footage_days": 14})
    path = add_recording(kept, "dock", TODAY - timedelta(days=40))
    path.write_bytes(b"something else")
    assert kept.run().remarks
    assert path.exists()


def test_copies_of_a_processed_recording_go_with_it(tmp_path):
    kept = kept_site(tmp_path, {"footage_days": 14})
    path = add_recording(kept, "dock", TODAY - timedelta(days=40))
    copy = path.with_name(path.name.replace("dock_", "again_"))
    shutil.copy(path, copy)
    assert sum(one.files for one in kept.run().tallies) == 2
    assert not path.exists()
    assert not copy.exists()


@pytest.mark.parametrize("pattern", ["*.mp4", "*/*.mp4", "**/*.mp4"])
def test_no_link_is_followed_out_of_the_folder(tmp_path, pattern):
    kept = kept_site(tmp_path / "site", {"footage_days": 14}, pattern)
    depth = "" if pattern == "*.mp4" else "monday"
    real = add_recording(kept, "dock", TODAY - timedelta(days=40))
    home = real.parent / depth
    home.mkdir(exist_ok=True)
    outside = tmp_path / "outside"
    outside.mkdir()
    treasure = Path(shutil.move(real, outside / real.name))
    (home / real.name).symlink_to(treasure)
    (real.parent / "linked").symlink_to(outside)
    done = kept.run()
    assert treasure.exists()
    assert not [one for one in done.tallies if one.files]


def test_a_folder_that_becomes_a_link_between_look_and_removal_is_not_entered(tmp_path, monkeypatch):
    kept = kept_site(tmp_path / "site", {"footage_days": 14}, "*/*.mp4")
    flat = add_recording(kept, "dock", TODAY - timedelta(days=40))
    (flat.parent / "monday").mkdir()
    real = Path(shutil.move(flat, flat.parent / "monday" / flat.name))
    looked = Footage.digest

    def then_swapped(self, item):
        found = looked(self, item)
        if not real.parent.is_symlink():
            real.parent.rename(tmp_path / "outside")
            real.parent.symlink_to(tmp_path / "outside")
        return found

    with monkeypatch.context() as patch:
        patch.setattr(Footage, "digest", then_swapped)
        (fault,) = kept.run().faults
    assert "can't remove" in fault
    assert (tmp_path / "outside" / real.name).exists()
    real.parent.unlink()
    (tmp_path / "outside").rename(real.parent)
    kept.run()
    assert not real.exists()
    assert finished(kept)["files"].sum() == 1


def test_only_files_below_a_folder_can_be_removed(tmp_path):
    (tmp_path / "base").mkdir()
    (tmp_path / "a.mp4").touch()
    for path in (tmp_path / "a.mp4", tmp_path / "base/../a.mp4", tmp_path / "base"):
        with pytest.raises(OSError, match=r"below|link|No such"):
            remove_below(tmp_path / "base", path)
    assert (tmp_path / "a.mp4").exists()


def test_one_file_that_can_not_be_deleted_stops_no_other_and_is_tried_again(tmp_path, monkeypatch):
    kept = kept_site(tmp_path, {"footage_days": 14})
    fill(kept, [15, 40])
    stuck = [True]
    remove = Footage.remove

    def refusing(self, item):
        if stuck[0] and item.path == f"footage/dock-2/dock-2_{TODAY - timedelta(days=40):%Y%m%d}T090000.mp4":
            raise StoreError("the share is read-only")
        remove(self, item)

    monkeypatch.setattr(Footage, "remove", refusing)
    assert kept.run().faults == ("the share is read-only",)
    assert {one for one in kept.left() if one[0] == "footage"} == {("footage", 40, "dock-2")}
    assert kept.run().faults == ("the share is read-only",)
    stuck[0] = False
    assert kept.run().faults == ()
    assert finished(kept)["files"].sum() == 4


def test_a_hold_that_comes_between_announcement_and_deletion_is_kept(tmp_path, monkeypatch):
    kept = kept_site(tmp_path, {"footage_days": 14})
    fill(kept, [40])
    with monkeypatch.context() as patch:
        patch.setattr(Footage, "remove", lambda self, item: (_ for _ in ()).throw(StoreError("read-only")))
        kept.run()
    holds.add(kept.site, kept.store, (TODAY - timedelta(days=40),) * 2, None, "claim", NOW)
    kept.run()
    assert ("footage", 40, "dock") in kept.left()
    assert finished(kept)["files"].sum() == 0


def test_two_runs_at_once_are_one(tmp_path, monkeypatch):
    kept = kept_site(tmp_path, {"footage_days": 14})
    fill(kept, [40])
    looked = Footage.digest

    def meanwhile(self, item):
        with pytest.raises(StoreError, match="another run"):
            kept.run()
        return looked(self, item)

    monkeypatch.setattr(Footage, "digest", meanwhile)
    kept.run()
    assert finished(kept)["files"].sum() == len(CAMERAS)


KILLED = """
import json, os, pathlib, shutil, signal, sys
sys.path.insert(0, {tests!r})
from kept_site import Kept
from datetime import UTC, datetime
from pipelines.retention import found as retaining_found
from pipelines.retention import footage as retaining_footage
from pipelines.storage import store as stores
from pipelines.sites.site import load_site

base = pathlib.Path(sys.argv[1])

def child(work):
    pid = os.fork()
    if pid == 0:
        work()
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])

def run(folder, last):
    os.fsync = lambda file: None
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    steps = iter(range(1, 10**6))
    def mined(work):
        def wrapped(*arguments, **options):
            if next(steps) == last:
                os.kill(os.getpid(), signal.SIGKILL)
            done = work(*arguments, **options)
            if next(steps) == last:
                os.kill(os.getpid(), signal.SIGKILL)
            return done
        return wrapped
    retaining_found._Stored.remove = mined(retaining_found._Stored.remove)
    retaining_footage.Footage.remove = mined(retaining_footage.Footage.remove)
    stores.Store.write = mined(stores.Store.write)
    site = load_site(folder / "site.toml")
    Kept(site, stores.open_store(site.store_url)).run()

ends = []
for last in range(1, 10**6, {every}):
    folder = base.with_name(f"killed-{{last}}")
    shutil.copytree(base, folder)
    ends.append(child(lambda: run(folder, last)))
    if ends[-1] == 0:
        break
    assert child(lambda: run(folder, 0)) == 0
print(json.dumps(ends))
"""


def test_killed_at_any_step_it_is_completed_by_the_next_run(tmp_path):
    periods = {"footage_days": 14, "lifts_days": 30}
    kept = kept_site(tmp_path / "site", periods)
    there = fill(kept, [1, 40])
    script = KILLED.format(tests=str(Path(__file__).parent), every=13)
    line = [sys.executable, "-c", script, str(kept.site.folder)]
    done = subprocess.run(line, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[1])
    assert done.returncode == 0, done.stderr
    *killed, last = json.loads(done.stdout)
    assert last == 0
    assert len(killed) > 3
    assert set(killed) == {-9}
    for folder in tmp_path.glob("killed-*"):
        again = kept_site(folder, periods)
        rows = again.receipts()
        assert again.left() == {one for one in there if one[1] == 1 or one[0] in ("labels", "blind_items")}
        states = rows.groupby("deletion_id")["state"].agg(set)
        assert all(one == {"announced", "finished"} for one in states)
        assert finished(again)["files"].sum() == len(there - again.left()), folder


def test_the_command_tells_what_it_deletes_and_that_there_is_nothing_left(tmp_path, capsys):
    kept = kept_site(tmp_path, {"labels_days": 2})
    fill(kept, [4000])  # older than 2 days on any machine's clock

    def run(*options):
        line = ["retain", "--site", str(kept.site.path), *options]
        assert app(line, exit_on_error=False, result_action="return_value") == 0
        return capsys.readouterr().out

    assert "Would be deleted" in run("--dry-run")
    assert "labels_days = 2" in run()
    assert run() == "nothing is past its period\n"
