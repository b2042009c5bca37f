"""What a night leaves in a folder, and that nothing of it stops the night."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime

import pytest
from exported_site import DAY, clip_by, depot, keep_square

from pipelines.clips.cutter import Cutter
from pipelines.clips.looks import ClipError, ClipLook
from pipelines.exporting import nightly_folder
from pipelines.exporting.nightly_folder import export_shift, export_shifts
from pipelines.exporting.tables import exported
from pipelines.reports.shift_report import ShiftOfDay

FOLDER = '[clips]\nnightly_folder = "clips"\nnightly_most = 2\n'
MORNING = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)


@pytest.fixture
def found(tmp_path, monkeypatch):
    found = depot(tmp_path, FOLDER)
    clip = clip_by(lambda site, day, lift, look: keep_square(found, lift, look))
    monkeypatch.setattr(Cutter, "clip", clip)
    monkeypatch.setattr(nightly_folder, "now_utc", lambda: MORNING)
    return found


def clips(path):
    with zipfile.ZipFile(path) as package:
        return [name for name in package.namelist() if name.endswith(".mp4")]


def test_a_shift_leaves_its_surest_flagged_lifts(found, tmp_path):
    assert export_shift.fn(str(found.site.path), ShiftOfDay(DAY, "early")) == []
    (package,) = (tmp_path / "clips").iterdir()
    assert package.name == f"clips_depot_{DAY}_early.zip"
    assert len(clips(package)) == 2
    rows = exported(found.site, found.store)
    assert set(rows["lift_id"]) == {"bend-sure", "bend-same"}
    assert set(rows["reviewer"]) == {"r-night"}


def test_a_shift_without_flagged_lifts_leaves_nothing(found, tmp_path):
    later = DAY.replace(day=3)
    assert export_shift.fn(str(found.site.path), ShiftOfDay(later, "early")) == []
    assert not (tmp_path / "clips").exists()


def test_a_refused_clip_is_told(found, monkeypatch):
    def ask(site, day, lift_id, look):
        if lift_id == "bend-same":
            raise ClipError("a head is not covered in picture 3 of 15")
        keep_square(found, lift_id, ClipLook())

    monkeypatch.setattr(Cutter, "clip", clip_by(ask))
    (told,) = export_shift.fn(str(found.site.path), ShiftOfDay(DAY, "early"))
    assert told == "no clip of bend-same: a head is not covered in picture 3 of 15"


def test_nothing_is_left_unless_a_folder_is_named(tmp_path):
    at = depot(tmp_path)
    assert export_shifts(str(at.site.path), DAY, DAY) == []


@pytest.mark.prefect
@pytest.mark.xdist_group("prefect")
def test_one_shift_that_fails_stops_neither_the_other_nor_the_night(
    found, tmp_path, monkeypatch, prefect_server
):
    def ask(site, day, lift_id, look):
        if lift_id != "bend-late":
            raise ClipError("the recording is not there any more")
        keep_square(found, lift_id, look)

    monkeypatch.setattr(Cutter, "clip", clip_by(ask))
    (told,) = export_shifts(str(found.site.path), DAY, DAY)
    assert told.startswith(f"clips of {DAY} early: ")
    assert "none of 2 lifts has a clip" in told
    assert [one.name for one in (tmp_path / "clips").iterdir()] == [f"clips_depot_{DAY}_late.zip"]
