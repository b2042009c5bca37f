"""A checkpoint that nobody confirmed is never opened, so that what is in it never runs."""

from __future__ import annotations

import hashlib
import os
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from detectors import embedded
from detectors.model_files import WeightsError
from pipelines.clips.models import yolo
from pipelines.examination import models as model_checks
from pipelines.examination.findings import Grade
from pipelines.nights.planning import pose_choice
from pipelines.sites.site import SiteError, load_site
from pipelines.supply.trusted_weights import CONFIRM_VARIABLE, trusted

ROOT = Path(__file__).parents[1]
SITE = """
[site]
name = "depot"
time_zone = "Europe/Berlin"
[store]
url = "store"
[pose]
weights = "x.pt"
{more}
[[cameras]]
id = "dock"
zone = "in"
footage = "dock/*"
start_time = "container"
"""


class Hostile:
    """What makes a file as soon as its pickle is opened."""

    def __init__(self, made):
        self.made = made

    def __reduce__(self):
        return os.mkdir, (str(self.made),)


@pytest.fixture(params=["plain", "zipped"])
def hostile(request, tmp_path, monkeypatch):
    """Return a file x.pt, as old and new torch wrote them, that makes a folder if it is unpickled."""
    for variable in ("HINGEWISE_WEIGHTS", CONFIRM_VARIABLE):
        monkeypatch.delenv(variable, raising=False)
    path, content = tmp_path / "x.pt", pickle.dumps(Hostile(tmp_path / "ran"))
    path.write_bytes(content)
    if request.param == "zipped":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("x/data.pkl", content)
            archive.writestr("x/version", "3")
    return path


def site_of(folder, more=""):
    (folder / "site.toml").write_text(SITE.format(more=more))
    return load_site(folder / "site.toml")


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_the_file_of_these_tests_is_hostile_indeed(hostile):
    content = hostile.read_bytes()
    if zipfile.is_zipfile(hostile):
        content = zipfile.ZipFile(hostile).read("x/data.pkl")
    pickle.loads(content)
    assert (hostile.parent / "ran").is_dir()


@pytest.mark.parametrize(
    "use",
    [
        pytest.param(lambda path: pose_choice(site_of(path.parent)), id="a night"),
        pytest.param(lambda path: yolo(str(path), "cpu"), id="analyse"),
        pytest.param(trusted, id="the check"),
    ],
)
def test_a_checkpoint_that_nobody_confirmed_is_refused_before_it_is_opened(hostile, use):
    with pytest.raises(WeightsError, match=f'nobody confirmed this one; .* sha256 = "{sha256(hostile)}"'):
        use(hostile)
    assert not (hostile.parent / "ran").exists()


def test_the_doctor_prints_the_line_to_add_and_opens_nothing(hostile):
    (found,) = model_checks.pose_model(site_of(hostile.parent))
    assert found.grade is Grade.FAULT
    assert f'sha256 = "{sha256(hostile)}"' in found.what
    assert not (hostile.parent / "ran").exists()


def test_the_command_refuses_in_one_sentence(hostile):
    line = [sys.executable, "-c", "from pipelines.cli import main; main()", "nightly", "--site"]
    site = site_of(hostile.parent)
    done = subprocess.run([*line, str(site.path)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    assert "nobody confirmed" in done.stderr
    assert not (hostile.parent / "ran").exists()


def test_what_the_operator_confirmed_may_be_opened(hostile, monkeypatch):
    site = site_of(hostile.parent, f'sha256 = "{sha256(hostile)}"')
    assert pose_choice(site).weights == hostile
    monkeypatch.setenv(CONFIRM_VARIABLE, sha256(hostile).upper())
    assert trusted(hostile) == hostile


def test_another_file_under_the_confirmed_name_is_refused(hostile):
    site = site_of(hostile.parent, f'sha256 = "{sha256(hostile)}"')
    with hostile.open("ab") as file:
        file.write(b"\0")
    with pytest.raises(WeightsError, match="it is another file"):
        pose_choice(site)


def test_a_pin_holds_for_exports_too(tmp_path, monkeypatch):
    monkeypatch.delenv(CONFIRM_VARIABLE, raising=False)
    (tmp_path / "x.onnx").write_bytes(b"numbers")
    assert trusted(tmp_path / "x.onnx") == tmp_path / "x.onnx"
    with pytest.raises(WeightsError, match="it is another file"):
        trusted(tmp_path / "x.onnx", "0" * 64)


@pytest.mark.parametrize("name", ["x.pt", "x.PT", "x.pth", "x.torchscript", "x", "x.onnx.pt", "x.pb"])
def test_whatever_is_no_known_export_needs_a_word(tmp_path, name, monkeypatch):
    monkeypatch.delenv(CONFIRM_VARIABLE, raising=False)
    (tmp_path / name).write_bytes(b"?")
    with pytest.raises(WeightsError, match="nobody confirmed"):
        trusted(tmp_path / name)


def test_a_folder_is_taken_for_openvino_only_if_it_is(tmp_path, monkeypatch):
    monkeypatch.delenv(CONFIRM_VARIABLE, raising=False)
    with pytest.raises(WeightsError, match="is no exported model"):
        trusted(tmp_path)
    (tmp_path / "model.xml").write_text("<net/>")
    assert trusted(tmp_path) == tmp_path
    with pytest.raises(WeightsError, match="that of one file"):
        trusted(tmp_path, "0" * 64)


def test_the_weights_of_the_package_need_no_word(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "WEIGHTS_FOLDER", tmp_path)
    for name in ("hingewise-pose.pt", "hingewise-back.pt", "other.pt"):
        (tmp_path / name).write_bytes(b"weights")
    assert trusted(tmp_path / "hingewise-pose.pt").name == "hingewise-pose.pt"
    assert trusted(tmp_path / "hingewise-back.pt").name == "hingewise-back.pt"
    with pytest.raises(WeightsError):
        trusted(tmp_path / "other.pt")


@pytest.mark.parametrize("value", ["", "abc", "A" * 64, "0" * 63, "0" * 65])
def test_a_slip_in_the_site_file_is_named(tmp_path, value):
    with pytest.raises(
        SiteError, match=r"pose\.sha256 is .*, expected the SHA-256 of the weights, 64 digits"
    ):
        site_of(tmp_path, f'sha256 = "{value}"')
