"""Finding recordings: start times from names, containers and sidecars, identity, and what is passed over."""

import hashlib
import json
import os
from datetime import UTC, date, datetime

import pytest

from pipelines.footage import identity
from pipelines.footage.finding import discover
from pipelines.footage.identity import content_id
from pipelines.sites.site import load_site

SITE = """
[site]
name = "north"
time_zone = "{zone}"
[store]
url = "store"
"""
CAMERA = """
[[cameras]]
id = "{id}"
footage = "{footage}"
zone = "inbound"
"""
BY_NAME = 'start_time = "file_name"\nfile_name_pattern = "*_%Y%m%dT%H%M%S"\n'
DOCK = CAMERA.format(id="dock", footage="footage/**/*.mp4")
MONDAY = date(2026, 3, 2)


def utc(*numbers):
    return datetime(*numbers, tzinfo=UTC)


def no_container(path):
    return None


@pytest.fixture
def put(tmp_path):
    def write(name, content=None):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode() if content is None else content)
        return path

    return write


@pytest.fixture
def find(tmp_path):
    def load_and_discover(
        cameras, first=MONDAY, last=None, container=no_container, cache=None, zone="Europe/Berlin"
    ):
        path = tmp_path / "site.toml"
        path.write_text(SITE.format(zone=zone) + cameras)
        return discover(load_site(path), first, last or first, cache, container)

    return load_and_discover


@pytest.fixture
def hashed(monkeypatch):
    """The names of the files that are hashed from here on."""
    seen = []

    def count(path):
        seen.append(path.name)
        return content_id(path)

    monkeypatch.setattr(identity, "content_id", count)
    return seen


def names(recordings):
    return [one.path.name for one in recordings]


def test_local_days_bound_the_search(find, put):
    # Midnight in Berlin in winter is 23:00 UTC.
    for name in ("a_20260301T235959", "b_20260302T000000", "c_20260302T235959", "d_20260303T000000"):
        put(f"footage/{name}.mp4")
    found = find(DOCK + BY_NAME)
    assert names(found) == ["b_20260302T000000.mp4", "c_20260302T235959.mp4"]
    assert [one.start_utc for one in found] == [utc(2026, 3, 1, 23), utc(2026, 3, 2, 22, 59, 59)]
    assert all(one.problem is None for one in found)
    assert len(find(DOCK + BY_NAME, date(2026, 3, 1), date(2026, 3, 3))) == 4


def test_order_is_by_camera_then_start_then_path(find, put):
    put("footage/b/z_20260302T060000.mp4")
    put("footage/b/a_20260302T070000.mp4")
    put("footage/b/a_20260302T060000.mp4")
    put("footage/b/unknown.mp4")
    put("footage/a/z_20260302T230000.mp4")
    cameras = "".join(CAMERA.format(id=i, footage=f"footage/{i}/*.mp4") + BY_NAME for i in ("b", "a"))
    assert names(find(cameras)) == [
        "z_20260302T230000.mp4",
        "a_20260302T060000.mp4",
        "z_20260302T060000.mp4",
        "a_20260302T070000.mp4",
        "unknown.mp4",
    ]


def test_file_names_in_utc(find, put):
    put("footage/a_20260301T230000.mp4")
    (one,) = find(DOCK + BY_NAME + 'clock = "utc"\n')
    assert one.start_utc == utc(2026, 3, 1, 23)


def test_unreadable_name_is_reported_whatever_the_day(find, put):
    path = put("footage/holiday.mp4", b"pictures")
    (one,) = find(DOCK + BY_NAME)
    assert one.start_utc is None
    assert one.problem == "holiday.mp4 gives no start time, expected a name like '*_%Y%m%dT%H%M%S'"
    assert (one.footage_id, one.size_bytes) == (content_id(path), 8)


@pytest.mark.parametrize("year", ["1970", "2126"])
def test_clock_that_was_never_set(find, put, year):
    put(f"footage/a_{year}0101T000000.mp4")
    (one,) = find(DOCK + BY_NAME)
    assert one.start_utc is None
    assert one.problem == (
        f"a_{year}0101T000000.mp4 says that it starts at {year}-01-01 00:00:00, "
        "expected a time in this century"
    )


@pytest.mark.parametrize(
    ("hint", "start"),
    [
        pytest.param(None, utc(2026, 10, 25, 0, 30), id="no creation time: the first occurrence"),
        pytest.param(utc(2026, 10, 25, 0, 31), utc(2026, 10, 25, 0, 30), id="near the first"),
        pytest.param(utc(2026, 10, 25, 1, 29), utc(2026, 10, 25, 1, 30), id="near the second"),
        pytest.param(utc(2026, 10, 25, 2, 30), utc(2026, 10, 25, 0, 30), id="near neither"),
    ],
)
def test_repeated_hour_in_autumn(find, put, hint, start):
    put("footage/a_20261025T023000.mp4")
    (one,) = find(DOCK + BY_NAME, date(2026, 10, 25), container=lambda path: hint)
    assert one.start_utc == start


def test_unreadable_container_does_not_hide_an_ambiguous_recording(find, put):
    def broken(path):
        raise ValueError("moov atom not found")

    put("footage/a_20261025T023000.mp4")
    (one,) = find(DOCK + BY_NAME, date(2026, 10, 25), container=broken)
    assert (one.start_utc, one.problem) == (utc(2026, 10, 25, 0, 30), None)


def test_skipped_hour_in_spring_is_read_on_the_clock_before_the_change(find, put):
    # A clock that was not put forward shows 02:30 when it is 03:30 in summer time, 01:30 UTC.
    put("footage/a_20260329T023000.mp4")
    (one,) = find(DOCK + BY_NAME, date(2026, 3, 29))
    assert one.start_utc == utc(2026, 3, 29, 1, 30)


def test_container_start(find, put):
    put("footage/a.mp4")
    starts = {"a.mp4": utc(2026, 3, 2, 6)}
    (one,) = find(DOCK + 'start_time = "container"', container=lambda path: starts[path.name])
    assert (one.start_utc, one.problem) == (utc(2026, 3, 2, 6), None)


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (None, "a.mp4 has no creation time, expected one in the container"),
        (ValueError("no video"), "a.mp4 can't be opened for its start time: no video"),
        (OSError("gone"), "a.mp4 can't be opened for its start time: gone"),
    ],
)
def test_container_without_start(find, put, error, problem):
    def read(path):
        if error:
            raise error

    put("footage/a.mp4")
    (one,) = find(DOCK + 'start_time = "container"', container=read)
    assert (one.start_utc, one.problem) == (None, problem)


SIDECAR = CAMERA.format(id="dock", footage="footage/*") + 'start_time = "sidecar"'


@pytest.mark.parametrize("name", ["a.json", "a.mp4.json"])
@pytest.mark.parametrize(
    ("said", "start"),
    [
        ("2026-03-02T06:00:00Z", utc(2026, 3, 2, 6)),
        ("2026-03-02T06:00:00-05:00", utc(2026, 3, 2, 11)),
        ("2026-03-02T06:00:00", utc(2026, 3, 2, 5)),
    ],
)
def test_sidecar(find, put, name, said, start):
    put("footage/a.mp4")
    put(f"footage/{name}", json.dumps({"start": said, "other": 1}).encode())
    (one,) = find(SIDECAR)
    assert (one.path.name, one.start_utc, one.problem) == ("a.mp4", start, None)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "a.mp4 has no sidecar, expected a.json or a.mp4.json"),
        (b"{", "sidecar a.json can't be read as JSON: Expecting property name"),
        (b"\xff", "sidecar a.json can't be read as JSON: 'utf-8' codec"),
        (b"[]", 'sidecar a.json has "start" null, expected a time such as "2026-03-02T06:00:00+01:00"'),
        (b'{"start": 5}', 'sidecar a.json has "start" 5, expected a time'),
        (b'{"start": "2026-03-02"}', 'sidecar a.json has "start" "2026-03-02", expected a time'),
        (b'{"start": "yesterday at six"}', 'sidecar a.json has "start" "yesterday at six", expected a time'),
    ],
)
def test_bad_sidecar(find, put, content, problem):
    put("footage/a.mp4")
    if content is not None:
        put("footage/a.json", content)
    (one,) = find(SIDECAR)
    assert one.start_utc is None
    assert one.problem.startswith(problem)


def test_only_finished_regular_files_count(find, put, tmp_path):
    for name in (".a.mp4", ".trash/a.mp4", "sub/._a.mp4", "a.mp4.part", "a.TMP"):
        put(f"footage/{name}")
    (tmp_path / "footage/folder.mp4").mkdir()
    os.mkfifo(tmp_path / "footage/pipe.mp4")
    (tmp_path / "footage/circle.mp4").symlink_to("circle.mp4")
    (tmp_path / "footage/dangling.mp4").symlink_to("nothing.mp4")
    camera = CAMERA.format(id="dock", footage="footage/**/*") + BY_NAME
    assert find(camera) == []
    put("footage/a.mp4")
    assert names(find(camera)) == ["a.mp4"]


@pytest.mark.parametrize("link", ["footage/sub/x_20260302T060000.mp4", "footage/sub"])
def test_links_out_of_the_fixed_folder_are_reported_and_not_read(find, put, hashed, tmp_path, link):
    target = put("elsewhere/x_20260302T060000.mp4").parent
    path = tmp_path / link
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target / path.name if path.suffix else target)
    (one,) = find(CAMERA.format(id="dock", footage="footage/*/*.mp4") + BY_NAME)
    assert one.problem == (
        "x_20260302T060000.mp4 leads out of the footage folder of camera 'dock', expected a file in it"
    )
    assert (one.start_utc, len(one.footage_id), hashed) == (None, 16, [])


def test_links_within_the_fixed_folder_are_followed(find, put, tmp_path):
    put("footage/real/a.mp4")
    (tmp_path / "footage/link_20260302T070000.mp4").symlink_to("real/a.mp4")
    (one,) = find(CAMERA.format(id="dock", footage="footage/*.mp4") + BY_NAME)
    assert (one.start_utc, one.problem) == (utc(2026, 3, 2, 6), None)


def test_footage_folder_may_itself_be_a_link_or_hold_brackets(find, put, tmp_path):
    put("archive [2026]/a_20260302T060000.mp4")
    (tmp_path / "footage").symlink_to("archive [2026]")
    (one,) = find(DOCK + BY_NAME)
    assert one.problem is None


def test_absolute_pattern(find, put, tmp_path):
    put("far/a_20260302T060000.mp4")
    assert len(find(CAMERA.format(id="dock", footage=f"{tmp_path}/far/*.mp4") + BY_NAME)) == 1


def test_missing_folder_gives_no_recordings(find):
    assert find(DOCK + BY_NAME) == []


def test_same_content_under_two_names(find, put):
    put("footage/b_20260302T070000.mp4", b"same")
    put("footage/a_20260302T060000.mp4", b"same")
    put("footage/sub/a_20260302T060000.mp4", b"same")
    first, copy_in_folder, copy = find(DOCK + BY_NAME)
    assert first.problem is None
    assert copy_in_folder.problem == f"same content as {first.path}"
    assert copy.problem == "same content as a_20260302T060000.mp4"
    assert first.footage_id == copy.footage_id


def test_two_cameras_may_share_a_file(find, put):
    put("footage/a_20260302T060000.mp4")
    found = find(DOCK + BY_NAME + CAMERA.format(id="gate", footage="footage/*.mp4") + BY_NAME)
    assert [(one.camera_id, one.problem) for one in found] == [("dock", None), ("gate", None)]
    assert found[0].footage_id == found[1].footage_id


def test_only_recordings_of_the_days_are_hashed(find, put, hashed):
    put("footage/a_20260302T060000.mp4")
    put("footage/a_20260303T060000.mp4")
    find(DOCK + BY_NAME)
    assert hashed == ["a_20260302T060000.mp4"]


def test_cache_spares_reading_until_the_file_changes(find, put, hashed, tmp_path):
    path = put("footage/a_20260302T060000.mp4", b"one")
    cache = tmp_path / "cache/identities.json"
    (first,) = find(DOCK + BY_NAME, cache=cache)
    assert find(DOCK + BY_NAME, cache=cache) == [first]
    assert len(hashed) == 1
    path.write_bytes(b"two")
    os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))
    (second,) = find(DOCK + BY_NAME, cache=cache)
    assert second.footage_id == hashlib.blake2b(b"two", digest_size=8).hexdigest()
    assert [name.name for name in cache.parent.iterdir()] == ["identities.json"]


def test_unreadable_recording_is_reported(find, put, monkeypatch):
    def fail(path):
        raise OSError(5, "Input/output error")

    put("footage/a_20260302T060000.mp4")
    monkeypatch.setattr(identity, "content_id", fail)
    (one,) = find(DOCK + BY_NAME)
    assert one.problem == "a_20260302T060000.mp4 can't be read: Input/output error"
    assert len(one.footage_id) == 16
