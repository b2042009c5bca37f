"""The evidence for those who oversee it: all that is stored is in it, and it can't be changed unseen."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from kept_site import NOW, fill, kept_site

from dashboard.audit import record_view
from pipelines.clips.views import CLIP_VIEWS
from pipelines.judging.policy import load_policy
from pipelines.privacy.report import privacy_report, write_bundle
from pipelines.sites.access import Role
from pipelines.storage.store import StoreError

PERIODS = {"footage_days": 14, "clips_days": 30, "poses_days": 30, "labels_days": 90, "lifts_days": 90}


@pytest.fixture
def kept(tmp_path):
    one = kept_site(tmp_path / "depot", PERIODS)
    fill(one, [1, 100])
    one.run()
    for minute in range(3):
        record_view(one.site, one.store, f"lift-{minute}", {Role.TRAINER}, NOW + timedelta(minutes=minute))
    return one


def written(kept, folder):
    return write_bundle(kept.site, kept.store, load_policy(None), folder, NOW)


def test_it_holds_what_is_stored_how_long_and_who_looked(kept, tmp_path):
    assert written(kept, tmp_path / "out") == []
    tables = pd.read_csv(tmp_path / "out/tables.csv").set_index("table")
    assert tables.loc["clip_views", "rows"] == 3
    assert tables.loc["lifts", "kept"] == "lifts_days = 90"
    assert tables.loc["deletions", "kept"] == "for good"
    accesses = pd.read_csv(tmp_path / "out/accesses.csv")
    assert accesses[["what", "roles", "lift_id"]].to_numpy().tolist() == [
        ["clip viewed", "trainer", f"lift-{minute}"] for minute in range(3)
    ]
    deleted = pd.read_csv(tmp_path / "out/deletions.csv")
    assert set(deleted["state"]) == {"finished"}
    # Of the date a hundred days back all went but its figures and rows of footage: two recordings with them.
    assert deleted.groupby("kind")["files"].sum()["footage"] == 2
    report = (tmp_path / "out/report.md").read_text()
    assert f"{deleted['files'].sum()} files deleted" in report
    assert "log `clip_views`: 3 entries" in report
    assert (tmp_path / "out/models/hingewise-back.md").exists()


def test_every_file_of_the_store_is_accounted_for(kept, tmp_path):
    written(kept, tmp_path / "out")
    told = pd.read_csv(tmp_path / "out/tables.csv")["files"].sum()
    told += pd.read_csv(tmp_path / "out/other_files.csv")["files"].sum()
    assert told == len([path for path in Path(kept.store.root).rglob("*") if path.is_file()])


def test_the_hashes_are_those_of_the_files_and_of_all_of_them(kept, tmp_path):
    written(kept, tmp_path / "out")
    lines = (tmp_path / "out/SHA256SUMS").read_text().splitlines()
    said = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    files = {str(path.relative_to(tmp_path / "out")): path for path in (tmp_path / "out").rglob("*.*")}
    assert said == {
        name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in files.items() if path.is_file()
    }


def test_what_must_be_mended_is_told(kept, tmp_path):
    root = Path(kept.store.root)
    (root / "notes").mkdir()
    (root / "notes/who.txt").write_text("somebody's own")
    (first, *_) = kept.store.parts(CLIP_VIEWS, "depot")[-3:]
    Path(first.path).unlink()
    fill(kept, [200])
    faults = "\n".join(written(kept, tmp_path / "out"))
    assert "has a folder notes, which hingewise did not make" in faults
    assert "the log clip_views is broken" in faults
    assert "poses has rows of 2026-04-03, which is past its period" in faults
    assert faults.splitlines()[0] in (tmp_path / "out/report.md").read_text()


def test_the_command_writes_it_once_and_overwrites_nothing(tmp_path, capsys):
    kept, out = kept_site(tmp_path / "depot", PERIODS), tmp_path / "out"
    assert privacy_report(out=out, site=kept.site.path) == 0
    assert "report.md" in capsys.readouterr().out
    with pytest.raises(StoreError, match="holds something already"):
        privacy_report(out=out, site=kept.site.path)
