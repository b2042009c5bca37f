"""The key that salts track ids: by lot, for its owner alone, the same for a night, gone after it."""

from __future__ import annotations

import stat
from datetime import date

import pytest

from pipelines.nights.track_keys import destroy_track_key, key_file, track_key
from pipelines.sites.site import load_site
from pipelines.storage.parts import StoreError

DAY = date(2026, 10, 5)
SITE = """
[site]
name = "{name}"
time_zone = "Europe/Berlin"
[store]
url = "store"
[[cameras]]
id = "dock"
zone = "inbound"
footage = "footage/*.mp4"
start_time = "container"
"""


@pytest.fixture(autouse=True)
def no_secret(monkeypatch):
    monkeypatch.delenv("HINGEWISE_TRACK_KEY", raising=False)


@pytest.fixture
def site(tmp_path):
    return a_site(tmp_path, "depot")


def a_site(folder, name):
    (folder / f"{name}.toml").write_text(SITE.format(name=name))
    return load_site(folder / f"{name}.toml")


def test_a_night_that_was_killed_goes_on_with_its_key(site):
    assert track_key(site, DAY) == track_key(site, DAY)


def test_after_the_night_its_key_is_gone_and_the_same_recording_gets_other_ids(site):
    first = track_key(site, DAY)
    kept = key_file(site).read_bytes()
    destroy_track_key(site)
    assert not key_file(site).exists()
    assert not [path for path in key_file(site).parent.rglob("*") if kept in path.read_bytes()]
    assert track_key(site, DAY) != first


def test_destroying_what_is_not_there_is_no_fault(site):
    destroy_track_key(site)
    destroy_track_key(site)


def test_its_owner_alone_can_read_it_and_it_does_not_lie_in_the_store(site):
    track_key(site, DAY)
    assert stat.S_IMODE(key_file(site).stat().st_mode) == 0o600
    assert [path.name for path in key_file(site).parent.iterdir()] == [key_file(site).name]
    assert not key_file(site).is_relative_to(site.folder)


def test_dates_and_sites_share_no_salt(site, tmp_path):
    other = a_site(tmp_path, "other")
    assert len({track_key(site, DAY), track_key(site, date(2026, 10, 6)), track_key(other, DAY)}) == 3


@pytest.mark.parametrize("left", [b"", b"half of it", bytes(32)])
def test_what_a_crash_left_of_a_key_is_never_used(site, left):
    key_file(site).parent.mkdir(parents=True)
    key_file(site).write_bytes(left)
    track_key(site, DAY)
    assert len(key_file(site).read_bytes()) == 32
    assert any(key_file(site).read_bytes())


def test_the_operators_secret_makes_the_same_ids_again_and_keeps_no_key(site, monkeypatch):
    monkeypatch.setenv("HINGEWISE_TRACK_KEY", "secret")
    first = track_key(site, DAY)
    assert not key_file(site).exists()
    assert track_key(site, DAY) == first
    monkeypatch.setenv("HINGEWISE_TRACK_KEY", "another")
    assert track_key(site, DAY) != first


def test_a_key_that_can_not_be_kept_is_one_sentence(site):
    key_file(site).parent.parent.mkdir(parents=True, exist_ok=True)
    key_file(site).parent.write_text("no folder")
    with pytest.raises(StoreError, match="can't keep the key of the tracks in"):
        track_key(site, DAY)
