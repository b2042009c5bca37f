"""What a night will take: known sums, and where the speeds come from."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime, timedelta

import barcode
import pytest
from test_nightly import DAY, SOURCE, make_site

from detectors.reading.frames import Survey
from detectors.video import VideoError, probe
from detectors.video_piece import cut_piece
from pipelines import cli
from pipelines.nights.deadline import Work
from pipelines.nights.job import Outcome
from pipelines.plans import command as plan_command
from pipelines.plans import probe as plan_probe
from pipelines.plans import speeds
from pipelines.plans.night import Known, Speeds, plan_night
from pipelines.sites.site import load_site

BEGINS = datetime(2026, 10, 6, 2, 30, tzinfo=UTC)


def hours(**counts):
    """Return recordings of an hour, so many of each camera, camera after camera in turn."""
    most = max(counts.values())
    return [Work(f"{name}-{n}", name, 3600.0) for n in range(most) for name in counts if n < counts[name]]


def test_a_night_takes_its_work_spread_over_its_workers():
    planned = plan_night(hours(dock=24, gate=24), Speeds({"dock": 0.05, "gate": 0.15}, {}), 2, BEGINS, None)
    # 24 h x 0.05 + 24 h x 0.15 are 4.8 hours of work; two workers and the closing make 2 h 24 min and 2 min.
    assert sum(one.work_h for one in planned.cameras) == pytest.approx(4.8)
    assert timedelta(hours=2, minutes=26) <= planned.over_utc - BEGINS <= timedelta(hours=2, minutes=36)
    assert planned.share_read == 1.0


def test_a_night_that_is_too_short_reads_about_the_share_that_its_time_is_of_the_work():
    finish_utc, speeds_known = BEGINS + timedelta(hours=2.4), Speeds({"dock": 0.2, "gate": 0.2}, {})
    planned = plan_night(hours(dock=24, gate=24), speeds_known, 2, BEGINS, finish_utc)
    assert planned.share_read == pytest.approx(0.5, abs=0.05)
    assert planned.ends_utc <= finish_utc
    assert abs(planned.cameras[0].read - planned.cameras[1].read) <= 1


def test_nights_tell_more_than_a_probe_and_other_cameras_more_than_nothing():
    known = Speeds({"dock": 0.1}, {"dock": 9.0, "gate": 0.3})
    assert known.of("dock") == (0.1, Known.EARLIER)
    assert known.of("gate") == (0.3, Known.PROBE)
    assert known.of("yard")[1] is Known.OTHERS
    assert 0.1 <= known.of("yard")[0] <= 9.0
    assert Speeds({}, {}).of("yard")[1] is Known.NOTHING


def test_a_date_without_recordings_takes_no_time():
    planned = plan_night([], Speeds({}, {}), 2, BEGINS, BEGINS + timedelta(hours=1))
    assert (planned.cameras, planned.share_read) == ((), 1.0)


def outcome(camera, analysed_s, elapsed_s):
    return Outcome(camera, "f", "f.mp4", "done", None, analysed_s, 0, elapsed_s)


def test_speeds_are_remembered_for_the_same_code_and_models_alone():
    versions = ("model-1", "code-1")
    assert speeds.known_speeds("depot", versions) == {}
    nan = float("nan")
    speeds.remember("depot", versions, [outcome("dock", 100.0, 20.0), outcome("gate", 0.0, nan)])
    assert speeds.known_speeds("depot", versions) == {"dock": pytest.approx(0.2)}
    assert speeds.known_speeds("depot", ("model-1", "code-2")) == {}
    # The last night counts for more than those before it.
    speeds.remember("depot", versions, [outcome("dock", 100.0, 80.0)])
    assert 0.5 < speeds.known_speeds("depot", versions)["dock"] < 0.8
    speeds.speeds_file("depot").write_text("{")
    assert speeds.known_speeds("depot", versions) == {}


def test_a_piece_is_a_recording_that_can_be_read_like_the_whole(tmp_path):
    clip = barcode.write_clip(tmp_path / "a.mp4", barcode.LIFT, seconds=40.0)
    length_s = cut_piece(clip, 20.0, 10.0, tmp_path / "piece.mkv")
    info = probe(tmp_path / "piece.mkv")
    assert (info.width_px, info.height_px) == (barcode.WIDTH_PX, barcode.HEIGHT_PX)
    assert 9.8 <= length_s <= 30.0
    survey = Survey(tmp_path / "piece.mkv", (), 2.5)
    assert len(list(survey)) > 1
    # A piece that were not steady would be read whole, at many times the cost of the night's reading.
    assert survey.steady
    assert survey.times_s[-1] == pytest.approx(length_s, abs=0.1)
    assert info.declared_s == pytest.approx(length_s, abs=0.3)


@pytest.mark.skipif(sys.platform != "linux", reason="files in memory are Linux's")
def test_pieces_of_a_recording_are_read_one_after_the_other_and_never_on_a_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(plan_probe, "scratch_folder", lambda: pytest.fail("a piece on a disk"))
    clip = barcode.write_clip(tmp_path / "a.mp4", barcode.LIFT, seconds=40.0)
    with plan_probe._room_for_a_piece() as piece:
        assert str(piece.readlink()).startswith("/memfd:")
        for start_s, length_s in ((0.0, 30.0), (20.0, 5.0)):
            # The second is shorter, and nothing of the first is left behind it.
            cut_s = cut_piece(clip, start_s, length_s, piece)
            assert probe(piece).declared_s == pytest.approx(cut_s, abs=0.3)
            survey = Survey(piece, (), 2.5)
            assert len(list(survey)) > 1
            assert survey.times_s[-1] == pytest.approx(cut_s, abs=0.1)
    assert not piece.exists()


def test_a_piece_of_what_is_no_video_is_one_sentence(tmp_path):
    (tmp_path / "text.mp4").write_text("not a video\n" * 99)
    with pytest.raises(VideoError, match=r"text.mp4: not a video"):
        cut_piece(tmp_path / "text.mp4", 0.0, 10.0, tmp_path / "piece.mkv")


@pytest.fixture
def site(tmp_path):
    path = make_site(tmp_path / "depot")
    path.write_text(path.read_text().replace("workers = 2", "workers = 1"))
    return path


def test_cameras_without_a_night_are_probed_and_the_night_reckons_with_it(site):
    at = load_site(site)
    planned, faults = plan_command.planned_night(at, DAY, BEGINS, SOURCE)
    assert faults == []
    assert [(one.camera_id, one.recordings, one.known) for one in planned.cameras] == [
        ("dock", 2, Known.PROBE),
        ("gate", 2, Known.PROBE),
    ]
    again, _ = plan_command.planned_night(at, DAY, BEGINS, SOURCE)
    assert {one.known for one in again.cameras} == {Known.EARLIER}
    assert not (site.parent / "store").exists()


def test_a_recording_that_cannot_be_read_is_one_sentence_and_its_camera_is_reckoned_by_others(site):
    shutil.rmtree(site.parent / "footage/gate")
    (site.parent / "footage/gate").mkdir()
    (site.parent / "footage/gate/x_20261005T090000.mp4").write_text("not a video\n" * 99)
    planned, faults = plan_command.planned_night(load_site(site), DAY, BEGINS, SOURCE)
    known = {one.camera_id: one.known for one in planned.cameras}
    assert known == {"dock": Known.PROBE, "gate": Known.OTHERS}
    assert len(faults) == 1
    assert "x_20261005T090000.mp4" in faults[0]


def run_cli(monkeypatch, capsys, *arguments):
    monkeypatch.setattr(sys, "argv", ["hingewise", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    spoken = capsys.readouterr()
    return ended.value.code or 0, spoken.out, spoken.err


def test_the_command_tells_hours_and_the_share_that_a_deadline_leaves(site, monkeypatch, capsys):
    monkeypatch.setattr(plan_command, "YOLO", SOURCE)
    status, out, _ = run_cli(
        monkeypatch, capsys, "plan", "--site", str(site), "--date", "2026-10-05", "--finish-by", "06:00"
    )
    assert status == 0
    assert "dock" in out
    assert "probe" in out
    assert "everything is read" in out


def test_a_date_without_recordings_is_said_in_one_line(site, monkeypatch, capsys):
    monkeypatch.setattr(plan_command, "YOLO", SOURCE)
    status, out, _ = run_cli(monkeypatch, capsys, "plan", "--site", str(site), "--date", "2026-01-01")
    assert (status, out.strip()) == (0, "nothing to read: no recordings of that date, or all are done")


@pytest.mark.parametrize("command", ["plan", "nightly"])
def test_a_time_that_is_none_is_one_sentence(site, monkeypatch, capsys, command):
    status, _, err = run_cli(monkeypatch, capsys, command, "--site", str(site), "--finish-by", "six")
    assert (status, err.strip()) == (1, "--finish-by is 'six', expected a local time as 'HH:MM'")
