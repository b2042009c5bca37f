"""The package of clips: what is in it, who is told, and what a kill leaves."""

from __future__ import annotations

import hashlib
import io
import json
import re
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from exported_site import DAY, NOW, clip_by, depot, keep_all, keep_square

from pipelines.clips.cutter import Cutter
from pipelines.clips.looks import PLAIN, ClipError, ClipFault
from pipelines.exporting.choosing import Wanted, lifts_of, wanted_lifts
from pipelines.exporting.making import Source, make_package
from pipelines.exporting.manifest import By
from pipelines.exporting.tables import exported
from pipelines.exporting.trainer_pack import make_trainer_pack
from pipelines.sites.site import SiteError
from pipelines.storage.store import Store, StoreError

ROOT = Path(__file__).parents[1]
BY = By("r-4f09", "trainer", "toolbox talk 12", NOW)


def source_of(found):
    return Source(found.site, found.store, found.policy_id, PLAIN)


def made(found, target, by=BY, **asked):
    wanted = Wanted(**{"first": DAY, "last": DAY, **asked})
    lifts = wanted_lifts(found.site, found.store, found.policy_id, wanted)
    return make_package(source_of(found), lifts, by, target, lambda done: None)


def members(path):
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


@pytest.fixture
def found(tmp_path):
    return depot(tmp_path)


@pytest.fixture
def cutter(found, monkeypatch):
    """Stand in for the cutter: it cuts squares, and refuses one lift whose third picture shows a head."""
    asked = []

    def ask(site, day, lift_id, look):
        asked.append(lift_id)
        if lift_id == "bend-unsure":
            raise ClipError(
                "a head is not covered in picture 3 of 15; there is no clip", ClipFault.HEAD_SHOWS, 3
            )
        keep_square(found, lift_id, look)

    monkeypatch.setattr(Cutter, "clip", clip_by(ask))
    return asked


def test_the_package_holds_what_the_store_and_the_cutter_gave(found, cutter, tmp_path):
    kept = keep_square(found, "bend-sure", PLAIN)
    told = made(found, tmp_path / "pack.zip")
    inside = members(tmp_path / "pack.zip")
    assert cutter == ["bend-same", "bend-unsure", "bend-late"]
    assert inside["clips/001_dock-1_20260302T070000_bend-sur.mp4"] == kept
    assert {name for name in inside if not name.startswith("clips/")} == {
        *("contact-sheet.pdf", "handout.pdf", "manifest.csv", "manifest.parquet", "receipt.json")
    }
    assert told.clips == 3
    assert "picture 3 of 15" in told.refused["bend-unsure"]
    for name in ("contact-sheet.pdf", "handout.pdf"):
        # Three stills of one picture are one image in the file.
        assert inside[name].startswith(b"%PDF")
        assert re.search(rb"/Subtype /Image", inside[name])


def test_the_manifest_tells_each_lift_and_its_clip(found, cutter, tmp_path):
    made(found, tmp_path / "pack.zip")
    inside = members(tmp_path / "pack.zip")
    rows = pd.read_parquet(io.BytesIO(inside["manifest.parquet"]))
    table = pd.read_csv(io.BytesIO(inside["manifest.csv"]))
    assert list(table.columns) == list(rows.columns)
    assert sorted(rows["lift_id"]) == sorted(["bend-sure", "bend-same", "bend-unsure", "bend-late"])
    for row in rows.dropna(subset="file").to_dict("records"):
        assert hashlib.sha256(inside[row["file"]]).hexdigest() == row["sha256"]
    (without,) = rows[rows["file"].isna()].to_dict("records")
    assert without["lift_id"] == "bend-unsure"
    assert "picture 3" in without["refused"]
    assert set(rows["technique"]) == {"spine_bend"}
    assert rows["cue_text"].str.len().min() > 20
    assert set(rows["policy_id"]) == {found.policy_id}


def test_the_receipt_vouches_for_every_other_file(found, cutter, tmp_path):
    told = made(found, tmp_path / "pack.zip")
    inside = members(tmp_path / "pack.zip")
    receipt = json.loads(inside.pop("receipt.json"))
    assert receipt["sha256"] == {name: hashlib.sha256(one).hexdigest() for name, one in inside.items()}
    assert (receipt["reviewer"], receipt["roles"], receipt["why"]) == ("r-4f09", "trainer", "toolbox talk 12")
    assert receipt["exported_utc"] == "2026-03-04T06:00:00+00:00"
    assert (receipt["lifts_asked_for"], receipt["clips"]) == (4, 3)
    assert list(receipt["refused"]) == ["bend-unsure"]
    assert receipt["export_id"] == told.export_id


def test_every_export_is_recorded_and_none_replaces_another(found, tmp_path):
    keep_all(found)
    made(found, tmp_path / "one.zip")
    made(found, tmp_path / "two.zip", By("r-local", "manager, trainer", "audit", NOW), zone="packing")
    rows = exported(found.site, found.store)
    assert rows.groupby("why")["lift_id"].agg(set).to_dict() == {
        "toolbox talk 12": {"bend-sure", "bend-same", "bend-unsure", "bend-late"},
        "audit": {"bend-late"},
    }


def test_two_people_who_export_the_same_at_once_are_both_recorded(found, tmp_path):
    keep_all(found)
    for reviewer in ("r-4f09", "r-77aa"):
        made(found, tmp_path / f"{reviewer}.zip", By(reviewer, "trainer", "talk", NOW), zone="packing")
    assert sorted(exported(found.site, found.store)["reviewer"]) == ["r-4f09", "r-77aa"]


def test_the_same_export_has_the_same_bytes(found, tmp_path):
    keep_all(found)
    made(found, tmp_path / "one.zip")
    made(found, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_without_any_clip_there_is_no_zip(found, tmp_path, monkeypatch):
    def refuse(*_):
        raise ClipError("the recording dock-1/x.mp4 is not there any more")

    monkeypatch.setattr(Cutter, "clip", clip_by(refuse))
    with pytest.raises(
        SiteError, match=r"none of 4 lifts has a clip; the first: the recording dock-1/x\.mp4"
    ):
        made(found, tmp_path / "pack.zip")
    with pytest.raises(SiteError, match="no lift fits"):
        made(found, tmp_path / "pack.zip", zone="packing", shift="early")
    assert not list(tmp_path.glob("*.zip*")) + list(tmp_path.glob(".*unfinished"))
    assert exported(found.site, found.store).empty


def test_an_export_that_can_not_be_recorded_is_no_export(found, tmp_path, monkeypatch):
    keep_all(found)

    def full(*_, **__):
        raise StoreError("can't write exports: no space left on device")

    monkeypatch.setattr(Store, "write", full)
    with pytest.raises(StoreError, match="no space"):
        made(found, tmp_path / "pack.zip")
    assert not list(tmp_path.glob("*.zip"))


def test_a_folder_that_can_not_be_written_is_one_sentence(found, tmp_path):
    keep_all(found)
    (tmp_path / "file").touch()
    with pytest.raises(SiteError, match="can't be written"):
        made(found, tmp_path / "file" / "pack.zip")


KILLED = """
import sys, time
from pathlib import Path
sys.path.insert(0, {tests!r})
from exported_site import clip_by, depot, keep_square
from pipelines.clips.cutter import Cutter
from test_exporting_package import made
found = depot(Path({folder!r}))
def ask(site, day, lift_id, look):
    keep_square(found, lift_id, look)
    print(lift_id, flush=True)
    time.sleep({pause})
Cutter.clip = clip_by(ask)
made(found, Path({folder!r}) / "pack.zip")
"""


def run(folder, pause):
    line = KILLED.format(tests=str(ROOT / "tests"), folder=str(folder), pause=pause)
    return subprocess.Popen([sys.executable, "-c", line], cwd=ROOT, stdout=subprocess.PIPE, text=True)


def test_a_killed_export_leaves_no_zip_and_goes_on_with_the_clips_that_it_has(tmp_path):
    whole, cut_short = tmp_path / "whole", tmp_path / "cut-short"
    whole.mkdir()
    cut_short.mkdir()
    assert run(whole, 0).wait() == 0
    killed = run(cut_short, 60)
    assert killed.stdout is not None
    first = killed.stdout.readline().strip()
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert not list(cut_short.glob("*.zip"))
    assert not list((cut_short / "store").glob("exports/**/*.parquet"))
    again = run(cut_short, 0)
    asked, _ = again.communicate()
    assert first == "bend-sure"
    assert asked.split() == ["bend-same", "bend-unsure", "bend-late"]
    assert (cut_short / "pack.zip").read_bytes() == (whole / "pack.zip").read_bytes()
    assert not list(cut_short.glob(".*unfinished"))


def test_a_trainer_pack_holds_pairs_by_neutral_names(found, tmp_path):
    keep_all(found)
    lifts = lifts_of(found.site, found.store, found.policy_id, (DAY, DAY))
    told = make_trainer_pack(source_of(found), lifts, 5, BY, tmp_path / "pack.zip", lambda done: None)
    inside = members(tmp_path / "pack.zip")
    clips = ["quiz/01a.mp4", "quiz/01b.mp4", "quiz/02a.mp4", "quiz/02b.mp4"]
    assert [name for name in inside if name.endswith(".mp4")] == clips
    assert {"quiz/quiz.html", "answers.pdf", "receipt.json", "manifest.csv"} <= set(inside)
    assert set(told.rows["lift_id"]) == {"bend-sure", "hinge-sure", "bend-unsure", "hinge-other"}
    page = inside["quiz/quiz.html"].decode()
    assert not [one for one in told.rows["lift_id"] if one in page]
    assert not re.search(r"(https?:)?//[a-z]", page)
    assert set(exported(found.site, found.store)["package"]) == {"trainer_pack"}


def test_a_pair_with_a_refused_clip_gives_way_to_the_next(found, cutter, tmp_path):
    lifts = lifts_of(found.site, found.store, found.policy_id, (DAY, DAY))
    told = make_trainer_pack(source_of(found), lifts, 5, BY, tmp_path / "pack.zip", lambda done: None)
    assert told.clips == 2
    assert list(told.refused) == ["bend-unsure"]


def test_without_a_hinge_there_is_no_pack(found, tmp_path):
    lifts = lifts_of(found.site, found.store, found.policy_id, (DAY, DAY)).query("camera_id == 'pack-1'")
    with pytest.raises(SiteError, match="take more dates"):
        make_trainer_pack(source_of(found), lifts, 5, BY, tmp_path / "pack.zip", lambda done: None)
