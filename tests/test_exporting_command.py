"""The commands on clips: what they print, what they return, and what they refuse."""

from __future__ import annotations

import json
import zipfile

import pytest
from exported_site import clip_by, depot, keep_all

from pipelines.cli import app
from pipelines.clips.cutter import Cutter
from pipelines.clips.looks import PLAIN, ClipError, ClipLook
from pipelines.cues import Cue, load_cues
from pipelines.exporting import gathering
from pipelines.sites.site import SiteError


@pytest.fixture
def found(tmp_path):
    found = depot(tmp_path)
    for look in (ClipLook(), PLAIN):
        keep_all(found, look)
    return found


def run(found, *words):
    target = found.site.folder / "pack.zip"
    line = ["clips", *words, "--site", str(found.site.path), "--out", str(target)]
    return app(line, exit_on_error=False, print_error=False, result_action="return_value"), target


def test_the_latest_flagged_lifts_are_exported(found, capsys):
    status, target = run(found, "export", "--why", "talk", "--language", "de")
    assert status == 0
    assert "4 clips of 4 lifts" in capsys.readouterr().out
    with zipfile.ZipFile(target) as package:
        receipt = json.loads(package.read("receipt.json"))
        told = package.read("manifest.csv").decode("utf-8-sig")
    assert any(load_cues(None).say(cue, "de") in told for cue in Cue)
    assert (receipt["clips"], receipt["language"], receipt["reviewer"]) == (4, "de", "r-local")


@pytest.mark.parametrize(
    ("words", "clips"),
    [
        (["--lift", "squat", "unclear"], 2),
        (["--date", "2026-03-02", "--technique", "hip-hinge"], 3),
        (["--from", "2026-03-01", "--to", "2026-03-02", "--zone", "packing"], 1),
        (["--limit", "1"], 1),
    ],
)
def test_options_choose(found, words, clips):
    _, target = run(found, "export", "--why", "talk", *words)
    with zipfile.ZipFile(target) as package:
        assert len([name for name in package.namelist() if name.endswith(".mp4")]) == clips


def test_a_pack_of_one_pair(found):
    status, target = run(found, "pack", "--why", "talk", "--pairs", "1")
    assert status == 0
    with zipfile.ZipFile(target) as package:
        assert [name for name in package.namelist() if name.endswith(".mp4")] == [
            "quiz/01a.mp4",
            "quiz/01b.mp4",
        ]


def test_refused_clips_are_named_and_change_the_exit_status(tmp_path, monkeypatch, capsys):
    found = depot(tmp_path)
    keep_all(found, ClipLook())
    kept = gathering.kept_clip

    def without_one(store, site, day, lift_id, look):
        return None if lift_id == "bend-late" else kept(store, site, day, lift_id, look)

    def refuse(*_):
        raise ClipError("a head is not covered in picture 7 of 15")

    monkeypatch.setattr(gathering, "kept_clip", without_one)
    monkeypatch.setattr(Cutter, "clip", clip_by(refuse))
    status, _ = run(found, "export", "--why", "talk")
    assert status == 3
    assert "! no clip of bend-late: a head is not covered in picture 7 of 15" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["export", "--why", " "], "--why is empty"),
        (["pack", "--why", ""], "--why is empty"),
        (["export", "--why", "x", "--to", "2026-03-02"], "--to 2026-03-02 needs --from"),
        (["export", "--why", "x", "--date", "2026-04-01"], "nothing to export"),
        (["export", "--why", "x", "--lift", "nobody"], "no lift 'nobody'"),
        (["pack", "--why", "x", "--date", "2026-04-01"], "take more dates"),
    ],
)
def test_what_can_not_be_done_is_one_sentence(found, words, said):
    with pytest.raises(SiteError) as caught:
        run(found, *words)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not list(found.site.folder.glob("*.zip"))
