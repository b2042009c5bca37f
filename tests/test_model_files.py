"""Which weights a name means on this machine, and when their version changes."""

import re

import pytest

from detectors import embedded, model_files
from detectors.model_files import EMBEDDED, WeightsError, find_weights, model_version, resolve_weights
from pipelines.versions import models_version

STOCK = "yolo26n-pose.pt"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Return the weights folder of a package that came with both models; nothing can be fetched."""
    folder = tmp_path / "package"
    folder.mkdir()
    for name in ("hingewise-pose.pt", "hingewise-back.pt", "hingewise-back.json"):
        (folder / name).write_text(name)
    monkeypatch.setattr(embedded, "WEIGHTS_FOLDER", folder)
    monkeypatch.delenv("HINGEWISE_WEIGHTS", raising=False)

    def fetch(name):
        raise AssertionError(f"{name} was to be fetched")

    monkeypatch.setattr(model_files, "_fetch", fetch)
    return folder


@pytest.fixture
def site(tmp_path):
    folder = tmp_path / "site"
    folder.mkdir()
    return folder


def folder_of(tmp_path, *names):
    folder = tmp_path / "own"
    folder.mkdir()
    for name in names:
        (folder / name).touch()
    return folder


def test_the_weights_of_the_package_are_found_wherever_the_site_lies(package, site):
    assert resolve_weights(EMBEDDED, site) == package / "hingewise-pose.pt"


def test_a_folder_of_stock_weights_serves_their_names_and_hides_nothing_else(
    package, site, tmp_path, monkeypatch
):
    folder = folder_of(tmp_path, STOCK)
    monkeypatch.setenv("HINGEWISE_WEIGHTS", str(folder))
    assert resolve_weights(STOCK, site) == folder / STOCK
    assert resolve_weights(EMBEDDED, site) == package / "hingewise-pose.pt"


def test_a_folder_that_has_a_file_of_that_name_goes_before_the_package(package, site, tmp_path, monkeypatch):
    folder = folder_of(tmp_path, "hingewise-pose.pt")
    monkeypatch.setenv("HINGEWISE_WEIGHTS", str(folder))
    assert resolve_weights(EMBEDDED, site) == folder / "hingewise-pose.pt"


@pytest.mark.parametrize("name", [EMBEDDED, STOCK, "weights/mine.pt"])
def test_a_single_file_in_the_environment_goes_before_every_name(package, site, tmp_path, monkeypatch, name):
    file = folder_of(tmp_path, "mine.pt") / "mine.pt"
    monkeypatch.setenv("HINGEWISE_WEIGHTS", str(file))
    assert resolve_weights(name, site) == file


def test_a_slip_in_the_environment_is_named_and_not_passed_over(package, site, tmp_path, monkeypatch):
    monkeypatch.setenv("HINGEWISE_WEIGHTS", str(tmp_path / "yolo.pt"))
    with pytest.raises(WeightsError, match=r"^HINGEWISE_WEIGHTS names .*/yolo\.pt, which is not there"):
        resolve_weights(EMBEDDED, site)


def test_an_exported_model_in_the_environment_is_one_model_not_a_folder_of_them(
    package, site, tmp_path, monkeypatch
):
    folder = folder_of(tmp_path, "model.xml", "hingewise-pose.pt")
    monkeypatch.setenv("HINGEWISE_WEIGHTS", str(folder))
    assert resolve_weights(EMBEDDED, site) == folder


def test_stock_weights_are_taken_from_the_cache_and_never_stand_in_for_those_of_the_package(package, site):
    cache = model_files.cache_folder()
    cache.mkdir(parents=True)
    (cache / STOCK).touch()
    assert find_weights(STOCK, site) == (cache / STOCK).resolve()
    (package / "hingewise-pose.pt").unlink()
    with pytest.raises(WeightsError, match=r"^pose weights 'hingewise-pose' are missing .*; install"):
        resolve_weights(EMBEDDED, site)


def test_a_name_that_means_nothing_says_which_ones_do(package, site):
    with pytest.raises(WeightsError, match=r"such as 'hingewise-pose' or 'yolo26n-pose\.pt'"):
        resolve_weights("hingewise-posse", site)


def test_only_stock_weights_are_fetched(package, site):
    with pytest.raises(AssertionError, match="was to be fetched"):
        resolve_weights(STOCK, site)


def test_the_version_names_the_weights_and_follows_their_content(tmp_path):
    weights = tmp_path / "mine.pt"
    weights.write_bytes(b"one")
    before = model_version(weights)
    assert re.fullmatch(r"mine@[0-9a-f]{12}", before)
    weights.write_bytes(b"two")
    assert model_version(weights) != before


@pytest.mark.parametrize("changed", ["hingewise-pose.pt", "hingewise-back.pt", "hingewise-back.json"])
def test_new_weights_and_a_new_calibration_make_a_new_version(package, changed):
    pose, back = embedded.embedded_pose(), embedded.embedded_back()
    before = models_version(pose, back)
    (package / changed).write_text("another")
    assert models_version(pose, back) != before


def test_a_run_without_the_back_is_of_the_pose_weights_alone(package):
    pose, back = embedded.embedded_pose(), embedded.embedded_back()
    assert models_version(pose, None) == model_version(pose)
    assert models_version(pose, back).startswith(f"{model_version(pose)}+hingewise-back@")


def test_a_package_without_weights_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(embedded, "WEIGHTS_FOLDER", tmp_path / "nowhere")
    assert (embedded.embedded_pose(), embedded.embedded_back()) == (None, None)
