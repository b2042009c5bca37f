"""What a worker is told of a recording: settings of its camera, the night's salt, its limit."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from detectors import embedded
from detectors.model_files import WeightsError
from pipelines.footage.finding import Recording
from pipelines.judging.policy import load_policy
from pipelines.nights.job import UNDATED, PoseChoice
from pipelines.nights.planning import limit_s, make_job, pose_choice
from pipelines.sites.site import load_site
from pipelines.storage.rows import lift_id, track_id

SITE = """
[site]
name = "depot"
time_zone = "Europe/Berlin"
[store]
url = "store"
[nightly]
limit_min = 5
limit_per_video_hour_min = 90
[[cameras]]
id = "dock"
zone = "inbound"
footage = "footage/*.mp4"
start_time = "container"
pitch_deg = 25
privacy_masks = [[[0, 0], [0.5, 0], [0.5, 0.5]]]
"""


@pytest.fixture
def site(tmp_path):
    path = tmp_path / "site.toml"
    path.write_text(SITE)
    return load_site(path)


def job(site, start=datetime(2026, 10, 4, 23, 30, tzinfo=UTC)):
    one = Recording("dock", site.folder / "footage/a.mp4", "f00d", 7, start, None)
    return make_job(site, one, PoseChoice(Path("w.pt"), 640, "cpu", 15.0), ("m@1", "0+1"), load_policy(None))


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return the weights folder of an installation that came with both models."""
    folder = tmp_path / "package"
    folder.mkdir()
    for name in ("hingewise-pose.pt", "hingewise-back.pt"):
        (folder / name).write_text(name)
    monkeypatch.setattr(embedded, "WEIGHTS_FOLDER", folder)
    monkeypatch.delenv("HINGEWISE_WEIGHTS", raising=False)
    return folder


def test_a_site_that_names_no_weights_is_read_with_those_of_the_package(site, package):
    choice = pose_choice(site)
    assert (choice.weights, choice.back) == (package / "hingewise-pose.pt", package / "hingewise-back.pt")


def test_no_backs_are_looked_at_where_the_site_file_or_the_package_says_so(site, package):
    site.path.write_text(SITE + "[pose]\nback = false\n")
    assert pose_choice(load_site(site.path)).back is None
    (package / "hingewise-back.pt").unlink()
    assert pose_choice(site).back is None


def test_a_calibration_that_is_none_stops_the_night_before_it_starts(site, package):
    (package / "hingewise-back.json").write_text("{}")
    with pytest.raises(WeightsError, match=r"^hingewise-back\.json can't be used as calibration"):
        pose_choice(site)


def test_a_job_carries_what_the_site_file_says_of_the_camera(site):
    one = job(site)
    assert (one.zone, one.pitch_deg, one.shown_path) == ("inbound", 25.0, "footage/a.mp4")
    assert one.masks == (((0, 0), (0.5, 0), (0.5, 0.5)),)
    assert pickle.loads(pickle.dumps(one)) == one


def test_a_recording_is_filed_under_the_local_date_of_its_first_frame(site):
    assert job(site).date == date(2026, 10, 5)
    assert job(site, None).date == UNDATED


def test_track_ids_are_salted_and_lift_ids_are_not(site, monkeypatch):
    monkeypatch.delenv("HINGEWISE_TRACK_KEY", raising=False)
    plain = job(site)
    monkeypatch.setenv("HINGEWISE_TRACK_KEY", "secret")
    salted = job(site)
    assert track_id(plain, 1) != track_id(salted, 1)
    assert track_id(plain, 1) != track_id(plain, 2)
    assert lift_id(plain, 1, 2.5) == lift_id(salted, 1, 2.5)


@pytest.mark.parametrize(
    ("declared_s", "limit_min"),
    [
        pytest.param(60.0, 5.0, id="short: the least limit"),
        pytest.param(7200.0, 180.0, id="two hours"),
        pytest.param(float("nan"), 90.0, id="unknown counts as an hour"),
    ],
)
def test_the_limit_grows_with_the_declared_length(site, declared_s, limit_min):
    assert limit_s(declared_s, site.nightly) == pytest.approx(60.0 * limit_min)
