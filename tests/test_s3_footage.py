"""Footage and store in an object store give what they give in folders, and leave no copies behind."""

from __future__ import annotations

from pathlib import Path

import fsspec
import pytest
from bucket import bucket
from night_site import DAY, contents, make_site, run

from detectors.model_files import cache_folder
from detectors.tables import FOOTAGE, LIFTS
from pipelines.footage.fetching import at_hand
from pipelines.footage.finding import discover
from pipelines.footage.identity import content_id
from pipelines.nights.job import Job
from pipelines.nights.recording import PassingError
from pipelines.sites.site import SiteError, load_site
from pipelines.storage.store import open_store


@pytest.fixture
def url(monkeypatch):
    with bucket(monkeypatch) as url:
        yield url


@pytest.fixture
def footage(tmp_path, url):
    """Return a site whose footage lies in the bucket, and the folder that it was put there from."""
    site = make_site(tmp_path / "remote", footage=f"{url}/footage", store=f"{url}/store")
    fsspec.filesystem("s3").put(str(site.parent / "footage"), "warehouse/", recursive=True)
    return load_site(site), site.parent / "footage"


@pytest.mark.prefect
@pytest.mark.xdist_group("prefect")
def test_a_night_from_and_to_a_bucket_leaves_what_it_leaves_in_folders(
    tmp_path, url, footage, prefect_server
):
    local = make_site(tmp_path / "local")
    assert run(local).is_completed()
    site, _ = footage
    state = run(site.path)
    assert state.is_completed(), state.message
    copy = tmp_path / "copy"
    fsspec.filesystem("s3").get("warehouse/store/", str(copy), recursive=True)
    there, here = contents(copy), contents(local.parent / "store")
    # The rows of footage hold the path of the recording.
    differing = {name.partition("/")[0] for name in there if there[name] != here[name]}
    assert there.keys() == here.keys()
    assert differing == {"footage"}
    rows = open_store(str(copy)).read(FOOTAGE)
    assert rows["path"].str.startswith("s3://warehouse/footage/").all()
    assert len(open_store(str(copy)).read(LIFTS)) == 3
    assert not list((cache_folder() / "fetched").iterdir())


def test_a_recording_in_a_bucket_has_the_identity_of_its_content(footage, tmp_path, monkeypatch):
    site, folder = footage
    cache = tmp_path / "identities.json"
    found = discover(site, DAY, DAY, cache, lambda _: pytest.fail("it was to be opened"))
    assert {one.footage_id for one in found} == {content_id(path) for path in folder.rglob("*.mp4")}
    monkeypatch.setattr("pipelines.footage.remote.stream_id", lambda _: pytest.fail("it was read again"))
    assert discover(site, DAY, DAY, cache, lambda _: None) == found


def test_a_recording_that_changed_since_the_plan_is_not_filed_under_its_old_identity(footage):
    site, _ = footage
    one = discover(site, DAY, DAY, None, lambda _: None)[0]
    fsspec.filesystem("s3").pipe_file(one.url, b"another content")
    with pytest.raises(PassingError, match="has changed since"), at_hand(job_of(one)):
        pass
    fsspec.filesystem("s3").rm_file(one.url)
    with pytest.raises(PassingError, match="can't be fetched"), at_hand(job_of(one)):
        pass
    assert not list((cache_folder() / "fetched").iterdir())


def job_of(one):
    job = object.__new__(Job)
    given = {"footage_id": one.footage_id, "camera_id": one.camera_id, "path": one.path, "url": one.url}
    for name, value in given.items():
        object.__setattr__(job, name, value)
    return job


def test_a_local_recording_is_not_copied(tmp_path):
    job = object.__new__(Job)
    object.__setattr__(job, "url", None)
    with at_hand(job) as local:
        assert local is job


def test_a_start_time_that_needs_the_file_is_refused_for_a_bucket(tmp_path):
    site = make_site(tmp_path / "depot", footage="s3://warehouse/footage")
    site.write_text(site.read_text().replace('"file_name"', '"container"', 1))
    with pytest.raises(SiteError, match="expected 'file_name' for footage in an object store"):
        load_site(Path(site))
