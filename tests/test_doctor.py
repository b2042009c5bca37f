"""The doctor names every fault with what to do, in words, and never falls over a broken site."""

import hashlib
import importlib.metadata
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from detectors import embedded
from detectors.video import VideoInfo
from pipelines.examination import doctor
from pipelines.examination import machine as machine_checks
from pipelines.examination import models as model_checks
from pipelines.examination import store as store_checks
from pipelines.examination.cameras import camera_files, cameras, masks, overlaps
from pipelines.examination.clocks import clock, next_change
from pipelines.examination.crew import crews
from pipelines.examination.cues import cue_words
from pipelines.examination.findings import Finding, Grade, fault, ok, remark
from pipelines.judging.policy import load_policy
from pipelines.nights.prefect_settings import PrefectError, PrefectSettings
from pipelines.sites.site import load_site

ROOT = Path(__file__).parents[1]
CUES = ("ski_pole", "wall_behind", "logo_ahead", "low_stool", "belt_buckle", "floor_away")
NOW = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)
HEAD = """
[site]
name = "riga"
time_zone = "Europe/Riga"
[store]
url = "store"
[pose]
weights = "none.pt"
"""
CAMERA = """
[[cameras]]
id = "{id}"
zone = "in"
footage = "{id}/*.mp4"
start_time = "file_name"
file_name_pattern = "{id}_%Y%m%dT%H%M"
"""


class Probing:
    """Workers that give a fixed answer for every file."""

    def __init__(self, answer=None):
        self.answer = answer or VideoInfo(640, 360, 25.0, 60.0, None, "h264")

    def probe(self, path: Path):
        return self.answer


@pytest.fixture
def site_of(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("HINGEWISE_WEIGHTS", raising=False)

    def site_of(text="", names=(), head=HEAD):
        path = tmp_path / "site.toml"
        path.write_text(head + (text or CAMERA.format(id="dock")))
        for name in names:
            file = tmp_path / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(b"0" * 1000)
        return load_site(path)

    return site_of


def seen(site, answer=None):
    found = [camera_files(site, camera) for camera in site.cameras]
    return list(cameras(site, found, Probing(answer), NOW))


def whats(findings, grade):
    return [finding.what for finding in findings if finding.grade is grade]


def test_a_good_camera_has_nothing_to_mend(site_of):
    findings = seen(site_of(names=["dock/dock_20260302T0600.mp4", "dock/dock_20260303T0500.mp4"]))
    assert {finding.grade for finding in findings} == {Grade.OK}
    assert "2 files, 2.0 kB" in findings[0].what
    assert "640 x 360 px h264 at 25 Hz, 60 s" in findings[1].what
    # Riga is two hours ahead of UTC in winter.
    assert "starts Tue 2026-03-03 05:00 there, 03:00 UTC" in findings[2].what


@pytest.mark.parametrize(
    ("names", "grade", "words"),
    [
        pytest.param([], Grade.FAULT, "no file fits 'dock/*.mp4'", id="nothing there"),
        pytest.param(["dock/cam7.mp4"], Grade.FAULT, "cam7.mp4 gives no start time", id="another name"),
        pytest.param(
            ["dock/dock_20260303T0700.mp4"], Grade.FAULT, "in the future", id="recorder on local time"
        ),
        pytest.param(["dock/dock_20260226T0600.mp4"], Grade.REMARK, "nothing newer for 5 days", id="stopped"),
        pytest.param(
            ["dock/dock_20260228T0600.mp4", "dock/dock_20260302T1800.mp4"],
            Grade.REMARK,
            "no recording starts for 2.5 days after 2026-02-28 04:00 UTC",
            id="gap",
        ),
    ],
)
def test_what_is_wrong_with_a_camera_is_named(site_of, names, grade, words):
    assert any(words in what for what in whats(seen(site_of(names=names)), grade))


def test_many_files_without_a_start_are_not_all_listed(site_of):
    findings = seen(site_of(names=[f"dock/x{n}.mp4" for n in range(9)]))
    assert len(whats(findings, Grade.FAULT)) == 4
    assert "6 more files without a start" in whats(findings, Grade.FAULT)[-1]


def test_a_file_that_can_not_be_read_is_a_remark_since_it_may_be_under_way(site_of):
    findings = seen(site_of(names=["dock/dock_20260303T0500.mp4"]), "dock_20260303T0500.mp4: not a video")
    assert whats(findings, Grade.REMARK) == ["camera dock: dock_20260303T0500.mp4: not a video"]


def test_a_file_of_two_cameras_is_a_fault(site_of):
    both = CAMERA.format(id="dock") + CAMERA.format(id="gate").replace("gate/*", "d*/*")
    site = site_of(both, names=["dock/dock_20260303T0500.mp4", "dock/dock_20260303T0510.mp4"])
    (found,) = overlaps([camera_files(site, camera) for camera in site.cameras])
    assert found.grade is Grade.FAULT
    assert found.what == "cameras dock and gate both take dock_20260303T0500.mp4 and 1 more file"


@pytest.mark.parametrize(
    ("polygons", "grade", "words"),
    [
        ("[[[0, 0], [0.5, 0], [0.5, 0.5], [0, 0.5]]]", Grade.OK, "1 privacy mask, about 25%"),
        ("[[[0, 0], [0.2, 0.2], [0.4, 0.4]]]", Grade.FAULT, "privacy mask 1 covers nothing"),
        ("[[[0, 0], [1, 0], [1, 0.9], [0, 0.9]]]", Grade.REMARK, "about 90% of the picture"),
    ],
)
def test_masks_are_weighed_against_the_picture(site_of, polygons, grade, words):
    site = site_of(CAMERA.format(id="dock") + f"privacy_masks = {polygons}")
    assert words in whats(masks("camera dock", site.cameras[0]), grade)[0]


@pytest.mark.parametrize(
    ("zone", "after", "change"),
    [
        ("Europe/Riga", "2026-03-03T03:30", "2026-03-29T01:00"),
        ("America/New_York", "2026-06-01T00:00", "2026-11-01T06:00"),
        ("Australia/Lord_Howe", "2026-01-01T00:00", "2026-04-04T15:00"),
        ("Asia/Kolkata", "2026-01-01T00:00", None),
    ],
)
def test_the_next_clock_change_is_the_published_one(zone, after, change):
    found = next_change(ZoneInfo(zone), datetime.fromisoformat(after).replace(tzinfo=UTC))
    assert found == (change and datetime.fromisoformat(change).replace(tzinfo=UTC))


def test_a_change_that_is_over_is_not_the_next_one():
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert next_change(ZoneInfo("Europe/Riga"), change) == datetime(2026, 10, 25, 1, tzinfo=UTC)
    assert next_change(ZoneInfo("Europe/Riga"), change - timedelta(seconds=1)) == change


def test_shifts_and_nightly_start_are_shown_in_both_clocks(site_of):
    shift = '\n[[shifts]]\nname = "late"\nstart = "22:00"\nend = "06:00"\ndays = ["sat"]\n'
    lines = whats(clock(site_of(CAMERA.format(id="dock") + shift), NOW), Grade.OK)
    assert "shift late: Sat 22:00 to 06:00 there, Sat 20:00 to 04:00 UTC" in lines
    # 04:30 of today is over: it is 05:30 there.
    assert "nightly run: Wed 04:30 there, Wed 2026-03-04 02:30 UTC" in lines
    assert any("Sun 2026-03-29: 03:00 becomes 04:00" in line for line in lines)


def test_a_package_outside_its_range_is_a_fault(monkeypatch):
    monkeypatch.setattr(
        machine_checks, "requires", lambda _: ["fastapi<0.1", "nowhere>=1", "pandas>=3; extra == 'x'"]
    )
    found = list(machine_checks.packages())
    version = importlib.metadata.version("fastapi")
    assert whats(found, Grade.FAULT) == [
        f"fastapi {version} is installed, needed: <0.1",
        "nowhere is not installed, needed: nowhere>=1",
    ]


def test_the_packages_here_are_the_ones_needed():
    assert [finding.grade for finding in machine_checks.packages()] == [Grade.OK]


def test_more_workers_than_memory_is_a_fault(site_of):
    site = site_of(head=HEAD + "[nightly]\nworkers = 100000\n")
    (found,) = machine_checks.cores_and_memory(site)
    assert found.grade is Grade.FAULT


def test_weights_that_are_nowhere_are_a_fault_unless_they_can_be_fetched(site_of):
    (own,) = model_checks.pose_model(site_of())
    (stock,) = model_checks.pose_model(site_of(head=HEAD.replace("none.pt", "yolo26n-pose.pt")))
    assert (own.grade, stock.grade) == (Grade.FAULT, Grade.REMARK)
    assert "HINGEWISE_WEIGHTS" in own.todo


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return the weights folder of an installation, empty."""
    folder = tmp_path / "package"
    folder.mkdir()
    monkeypatch.setattr(embedded, "WEIGHTS_FOLDER", folder)
    return folder


def test_an_installation_without_its_weights_is_to_be_mended(site_of, package):
    site = site_of(head=HEAD.replace("none.pt", "hingewise-pose"))
    (pose,) = model_checks.pose_model(site)
    assert (pose.grade, pose.what) == (
        Grade.FAULT,
        "pose weights hingewise-pose are missing from this installation",
    )
    (back,) = model_checks.back_model(site)
    assert (back.grade, back.todo) == (Grade.REMARK, "install again")


def test_a_slip_in_the_environment_is_a_fault(site_of, package, tmp_path, monkeypatch):
    monkeypatch.setenv("HINGEWISE_WEIGHTS", str(tmp_path / "yolo.pt"))
    (found,) = model_checks.pose_model(site_of(head=HEAD.replace("none.pt", "hingewise-pose")))
    assert (found.grade, found.todo) == (Grade.FAULT, "mend HINGEWISE_WEIGHTS, or do without it")


def test_backs_that_nobody_asked_for_need_no_model(site_of, package):
    (found,) = model_checks.back_model(site_of(head=HEAD + "back = false\n"))
    assert found == ok("backs are not looked at: [pose] back = false")


def test_a_calibration_of_other_weights_is_a_fault(site_of, package):
    (package / "hingewise-back.pt").write_bytes(b"new weights")
    band = {"yaw_above_deg": 0.0, "yaw_up_to_deg": 1.0, "residual_sd_deg": 1.0, "mae_deg": 1.0}
    calibration = {
        "weights_sha256": hashlib.sha256(b"old weights").hexdigest(),
        "provenance": "renders",
        "usual_deg": 30.0,
        "terms": [{"measure": "back_turn_change_deg", "slope": 1.0, "usual": 30.0}],
        "bands": [band],
    }
    (package / "hingewise-back.json").write_text(json.dumps(calibration))
    (found,) = model_checks.back_model(site_of())
    assert found.grade is Grade.FAULT
    assert found.what.startswith("hingewise-back.json was made for weights ")
    assert found.todo == "install again, or set [pose] back = false"


@pytest.mark.weights
def test_the_models_of_the_package_run_and_belong_together(site_of, embedded_weights, embedded_back_weights):
    site = site_of(head=HEAD.replace("none.pt", "hingewise-pose"))
    found, speed, *_ = model_checks.pose_model(site)
    (back,) = model_checks.back_model(site)
    assert str(embedded_weights) in found.what
    assert speed.what.split()[1:4] == ["ms", "per", "picture"]
    assert (back.grade, "calibrated from 45 deg behind to 75 before" in back.what) == (Grade.OK, True)


def test_the_store_is_left_as_it_was(site_of, tmp_path):
    site = site_of()
    assert {finding.grade for finding in store_checks.store(site, 0)} == {Grade.OK}
    assert not (tmp_path / "store").exists()
    (tmp_path / "store").mkdir()
    assert {finding.grade for finding in store_checks.store(site, 0)} == {Grade.OK}
    assert list((tmp_path / "store").iterdir()) == []


def test_an_object_store_is_written_too(site_of):
    site = site_of(head=HEAD.replace('"store"', '"memory://bucket/store"'))
    assert whats(store_checks.store(site, 0), Grade.OK) == ["store memory://bucket/store can be written"]


@pytest.mark.parametrize("url", ["/dev/null/store", "nosuch://bucket/store"])
def test_a_store_that_can_not_be_written_is_a_fault(site_of, url):
    (found,) = store_checks.store(site_of(head=HEAD.replace('"store"', f'"{url}"')), 0)
    assert found.grade is Grade.FAULT


def test_a_disk_too_small_for_the_tables_is_a_fault(site_of):
    assert whats(store_checks.store(site_of(), 10**18), Grade.FAULT)[0].endswith("wanted for this footage")


def test_prefect_that_can_not_be_imported_is_a_fault(monkeypatch):
    def broken():
        raise PrefectError("Prefect can't be used: no fastapi")

    monkeypatch.setattr(store_checks, "settings_in_force", broken)
    assert whats(store_checks.prefect(), Grade.FAULT) == ["Prefect can't be used: no fastapi"]


def test_a_folder_of_prefect_that_can_not_be_written_is_a_fault(monkeypatch):
    settings = PrefectSettings(None, Path("/proc/prefect"), analytics=True)
    monkeypatch.setattr(store_checks, "settings_in_force", lambda: settings)
    monkeypatch.setattr(store_checks.os, "access", lambda *_: False)
    grades = [finding.grade for finding in store_checks.prefect()]
    assert grades == [Grade.OK, Grade.FAULT, Grade.REMARK]


@pytest.mark.parametrize("text", [None, "not = [toml", "[site]\nname = 'x'\n"])
def test_a_broken_site_file_is_examined_without_a_crash(tmp_path, capsys, text):
    path = tmp_path / "site.toml"
    if text is not None:
        path.write_text(text)
    assert doctor.examine(path) == 1
    out = capsys.readouterr().out
    assert "To mend:\n1. " in out
    assert str(path) in out


def test_grades_are_told_in_words_and_marks():
    assert str(doctor.shown(ok("fine"))) == "  ✓ fine"
    assert str(doctor.shown(remark("odd", "look"))) == "  ! remark: odd -> look"
    assert str(doctor.shown(fault("bad", "mend"))) == "  ✗ fault: bad -> mend"


def test_remarks_alone_are_no_reason_to_fail_and_faults_are_listed_last(monkeypatch, capsys):
    def sections(findings):
        return lambda _: iter([("Machine", iter(findings))])

    monkeypatch.setattr(doctor, "_sections", sections([ok("fine"), remark("odd [bold]")]))
    assert doctor.examine(Path("site.toml")) == 0
    assert "odd [bold]" in capsys.readouterr().out
    monkeypatch.setattr(doctor, "_sections", sections([Finding(Grade.FAULT, "bad", "mend it"), ok("fine")]))
    assert doctor.examine(Path("site.toml")) == 1
    assert capsys.readouterr().out.rstrip().endswith("To mend:\n1. bad\n   -> mend it")


def test_without_shifts_the_clock_says_that_each_day_is_one(site_of):
    found = list(clock(site_of(), NOW))
    (told,) = (finding for finding in found if finding.grade is Grade.REMARK)
    assert told.what == "no [[shifts]]: each calendar day counts as one shift named 'day'"
    assert any(finding.what.startswith("shift day: Tue 00:00 to 00:00 there") for finding in found)


def test_the_doctor_names_the_zones_whose_workers_are_not_stated(site_of, tmp_path):
    text = CAMERA.format(id="dock") + CAMERA.format(id="yard").replace('"in"', '"gate 2"')
    site = site_of(text, head=HEAD + '[policy]\nfile = "policy.toml"\n')
    (tmp_path / "policy.toml").write_text("[figures.workers_per_shift]\nin = 7\n")
    (told,) = crews(site, load_policy(site.policy_file))
    assert told.grade is Grade.REMARK
    assert told.what.startswith(
        "workers of gate 2 not stated: the figures there are suppressed unless 5 people"
    )
    assert told.todo == f'add to {site.policy_file}: [figures.workers_per_shift] "gate 2" = 6'
    (tmp_path / "policy.toml").write_text('[figures.workers_per_shift]\nin = 7\n"gate 2" = 5\n')
    (told,) = crews(site, load_policy(site.policy_file))
    assert told.grade is Grade.OK


def test_without_a_policy_file_the_doctor_says_how_to_get_one(site_of):
    (told,) = crews(site_of(), load_policy(None))
    assert "`hingewise policy show > policy.toml` writes one" in told.todo


def test_where_no_group_is_small_no_workers_need_be_stated(site_of, tmp_path):
    (tmp_path / "policy.toml").write_text("[figures]\nleast_group_size = 1\n")
    (told,) = crews(site_of(), load_policy(tmp_path / "policy.toml"))
    assert told.grade is Grade.OK


@pytest.mark.parametrize(
    ("text", "grade", "words"),
    [
        pytest.param(None, Grade.FAULT, "no such file of cues", id="missing"),
        pytest.param(
            '[ski_pol]\nen = "x"\n[low_stool]\nfr = "x"\nen = "' + "x" * 161 + '"',
            Grade.FAULT,
            "unknown cue 'ski_pol'; did you mean 'ski_pole'?; low_stool: unknown language 'fr', expected "
            "en, de, es; low_stool.en is ",
            id="three faults",
        ),
        pytest.param(
            "".join(f'[{cue}]\nen = "x"\nde = "x"\nes = "x"\n' for cue in CUES[2:]) + '[ski_pole]\nen = "x"',
            Grade.REMARK,
            "has no words for wall_behind, ski_pole.de, ski_pole.es: the built-in ones",
            id="left out",
        ),
        pytest.param(Path("pipelines/templates/cues.toml"), Grade.OK, "words for every cue", id="whole"),
    ],
)
def test_the_cues_are_examined_in_one_sentence(site_of, tmp_path, text, grade, words):
    content = (ROOT / text).read_text("utf-8") if isinstance(text, Path) else text
    if content is not None:
        (tmp_path / "cues.toml").write_text(content, "utf-8")
    (found,) = cue_words(site_of(head=HEAD + '[review]\ncues = "cues.toml"\n'))
    assert found.grade is grade
    assert words in found.what
    assert "\n" not in found.what


def test_without_a_file_of_cues_there_is_nothing_to_say_of_it(site_of):
    assert list(cue_words(site_of())) == []
