"""The site file: what it gives, and one exact sentence per fault."""

import pickle
from datetime import date, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipelines.sites.cameras import Clock
from pipelines.sites.local_time import clock_change_at
from pipelines.sites.models import WHOLE_DAY, Weekday
from pipelines.sites.site import SiteError, load_site
from pipelines.sites.template import template

SITE = """
[site]
name = "north"
time_zone = "Europe/Berlin"
[store]
url = "store"
"""
CAMERA = """
[[cameras]]
id = "{id}"
footage = "{id}/*.mp4"
zone = "inbound"
start_time = "container"
"""
SHIFT = """
[[shifts]]
name = "{}"
start = "{}"
end = "{}"
"""
MINIMAL = SITE + CAMERA.format(id="dock-1")


@pytest.fixture
def load(tmp_path):
    def write_and_load(text):
        path = tmp_path / "site.toml"
        path.write_text(text, "utf-8")
        return load_site(path)

    return write_and_load


@pytest.fixture
def faults(load, tmp_path):
    """Return the sentences of a faulty file, less the path that each begins with."""

    def of(text):
        with pytest.raises(SiteError) as caught:
            load(text)
        return [line.removeprefix(f"{tmp_path}/") for line in str(caught.value).splitlines()]

    return of


def test_minimal_file_has_the_documented_defaults(load, tmp_path):
    site = load(MINIMAL)
    assert (site.name, site.tz) == ("north", ZoneInfo("Europe/Berlin"))
    assert site.store_url == str(tmp_path / "store")
    assert (site.pose.weights, site.pose.image_size, site.pose.device) == ("hingewise-pose", 640, "cpu")
    assert site.pose.back is True
    assert site.pose.rate_hz == 15.0
    assert (site.nightly.at, site.nightly.workers) == (time(4, 30), 2)
    assert (site.nightly.limit_per_video_hour_min, site.nightly.limit_min) == (240, 10)
    assert site.retention.footage_days is None
    assert (site.shifts, site.policy_file, site.cameras[0].clock) == ((WHOLE_DAY,), None, Clock.SITE)


def test_template_loads_and_shows_every_key(load):
    site = load(template())
    assert [shift.name for shift in site.shifts] == ["early", "late", "night"]
    assert Weekday.SAT not in site.shifts[0].days
    tables = (site.pose, site.nightly, site.retention, site.report, site.review, site.clips)
    tables = (*tables, *site.cameras, *site.shifts)
    keys = {key for table in tables for key in type(table).model_fields}
    assert not [key for key in {*keys, "file"} if f"\n{key} = " not in template().replace("\n# ", "\n")]


def test_site_is_frozen_and_survives_the_way_to_another_process(load):
    site = load(template())
    assert pickle.loads(pickle.dumps(site)) == site
    with pytest.raises(AttributeError):
        site.name = "other"
    with pytest.raises(ValueError, match="frozen"):
        site.cameras[0].zone = "other"


@pytest.mark.parametrize("url", ["s3://bucket/store", "memory://store", "/srv/store"])
def test_urls_and_absolute_folders_stay(load, url):
    assert load(MINIMAL.replace('"store"', f'"{url}"')).store_url == url


def test_paths_are_relative_to_the_site_file(load, tmp_path, monkeypatch):
    monkeypatch.chdir("/")
    site = load(MINIMAL + '[pose]\nweights = "weights/own.pt"\n[policy]\nfile = "policy.toml"\n')
    assert site.pose.weights == str(tmp_path / "weights/own.pt")
    assert site.policy_file == tmp_path / "policy.toml"


def test_weights_beside_the_site_file_go_before_a_stock_name(load, tmp_path):
    (tmp_path / "yolo26n-pose.pt").touch()
    text = MINIMAL + '[pose]\nweights = "yolo26n-pose.pt"\n'
    assert load(text).pose.weights == str(tmp_path / "yolo26n-pose.pt")


def test_byte_order_mark_is_accepted(load):
    assert load("\ufeff" + MINIMAL).name == "north"


def test_missing_file_names_the_remedy(tmp_path):
    path = tmp_path / "site.toml"
    with pytest.raises(SiteError) as caught:
        load_site(path)
    assert str(caught.value) == f"{path}: no such file; run `hingewise init` to write one"


def test_folder_in_place_of_the_file(tmp_path):
    with pytest.raises(SiteError, match="can't be read: Is a directory"):
        load_site(tmp_path)


def test_text_in_another_encoding(tmp_path):
    path = tmp_path / "site.toml"
    path.write_bytes(b"# Lager S\xfcd")
    with pytest.raises(SiteError, match=r"byte 9 is not UTF-8, expected a text file in UTF-8"):
        load_site(path)


def test_syntax_error_names_the_line(faults):
    (fault,) = faults("[site]\nname = \n")
    assert fault.startswith("site.toml: is not TOML: Invalid value (at line 2")


ZONE_WANTED = "expected an IANA time zone such as 'Europe/Berlin'"
PATTERN_WANTED = "expected a pattern of files such as 'footage/dock-2/**/*.mp4'"
MASKS_WANTED = "expected polygons of at least three points [x, y], each a fraction 0 to 1 of the picture"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("footage", "footge", "cameras[0]: unknown key 'footge'; did you mean 'footage'?"),
        ("[[cameras]]", "[[cameras]]\ncolour = 'red'", "cameras[0]: unknown key 'colour'"),
        ("[store]", "[stor]", "unknown key 'stor'; did you mean 'store'?"),
        ('time_zone = "Europe/Berlin"', "", f"site: missing key 'time_zone', {ZONE_WANTED}"),
        (
            "Europe/Berlin",
            "europe/berlin",
            "site.time_zone is 'europe/berlin', which is no IANA time zone; did you mean 'Europe/Berlin'?",
        ),
        (
            "Europe/Berlin",
            "???",
            "site.time_zone is '???', which is no IANA time zone, expected one such as 'Europe/Berlin'",
        ),
        (
            '"dock-1"',
            '"dock 1"',
            "cameras[0].id is 'dock 1', "
            "expected letters, digits, '.', '_' or '-', starting with a letter or digit",
        ),
        ("dock-1/*.mp4", "", f"cameras[0].footage is '', {PATTERN_WANTED}"),
        ("dock-1/*.mp4", "dock**/*.mp4", f"cameras[0].footage is 'dock**/*.mp4', {PATTERN_WANTED}"),
        ("dock-1/*.mp4", "dock-*/../*.mp4", f"cameras[0].footage is 'dock-*/../*.mp4', {PATTERN_WANTED}"),
        ("dock-1/*.mp4", "dock-1/**", f"cameras[0].footage is 'dock-1/**', {PATTERN_WANTED}"),
        (
            '"container"',
            '"filename"',
            "cameras[0].start_time is 'filename', expected 'file_name', 'container' or 'sidecar'",
        ),
        (
            '"container"',
            '"file_name"',
            "cameras[0].file_name_pattern is missing, expected one such as 'dock-2_%Y%m%dT%H%M%S' or "
            "'*_%Y%m%d_%H%M%S', since start_time is 'file_name'",
        ),
        (
            '"container"',
            '"file_name"\nfile_name_pattern = "*_%Y%m%d"',
            "cameras[0].file_name_pattern is '*_%Y%m%d', expected at least %Y %m %d %H %M",
        ),
        (
            '"container"',
            '"file_name"\nfile_name_pattern = "%Y%m%d_%H%M%s"',
            "cameras[0].file_name_pattern is '%Y%m%d_%H%M%s' with '%s', "
            "expected directives from %Y %y %m %d %j %H %M %S %f %z",
        ),
        (
            '"container"',
            '"container"\npitch_deg = 81',
            "cameras[0].pitch_deg is 81, expected a number from 0 (level) to 80 (looking down)",
        ),
        (
            '"container"',
            '"container"\nprivacy_masks = [[[0, 0], [0, 1], [1.5, 1]]]',
            f"cameras[0].privacy_masks[0][2][0] is 1.5, {MASKS_WANTED}",
        ),
        (
            '"container"',
            '"container"\nprivacy_masks = [[[0, 0], [0, 1]]]',
            f"cameras[0].privacy_masks[0] is [[0, 0], [0, 1]], {MASKS_WANTED}",
        ),
        (
            '"container"',
            '"container"\nprivacy_masks = [[[0, 0], [0, 1], [1]]]',
            f"cameras[0].privacy_masks[0][2] has too few values, {MASKS_WANTED}",
        ),
        (
            '"container"',
            '"container"\ntypical_load_kg = "12"',
            "cameras[0].typical_load_kg is '12', expected a number of kilograms above 0",
        ),
        (
            "[store]",
            "[pose]\nrate_hz = 4.9\n[store]",
            "pose.rate_hz is 4.9, expected a number from 5 to 60",
        ),
        (
            "[store]",
            '[pose]\nback = "no"\n[store]',
            "pose.back is 'no', expected true or false",
        ),
        (
            "[store]",
            "[nightly]\nworkers = true\n[store]",
            "nightly.workers is true, expected a whole number of at least 1",
        ),
        (
            "[store]",
            "[nightly]\nat = 04:30:00\n[store]",
            "nightly.at is 04:30:00, expected a local time as 'HH:MM'",
        ),
        ("[[cameras]]", "[cameras]", None),
    ],
)
def test_each_fault_is_one_sentence(faults, old, new, sentence):
    found = faults(MINIMAL.replace(old, new, 1))
    if sentence is None:
        assert len(found) == 1
        assert found[0].endswith("expected at least one table [[cameras]]")
    else:
        assert found == [f"site.toml: {sentence}"]


def test_no_cameras(faults):
    assert faults(SITE) == ["site.toml: missing key 'cameras', expected at least one table [[cameras]]"]


def test_all_faults_are_reported_at_once(faults):
    text = MINIMAL.replace("Europe/Berlin", "Europe/Berln").replace("footage", "footge")
    text += CAMERA.format(id="dock-1")
    text += SHIFT.format("a", "06:00", "14:00") + SHIFT.format("b", "13:00", "15:00")
    assert faults(text) == [
        "site.toml: site.time_zone is 'Europe/Berln', which is no IANA time zone; "
        "did you mean 'Europe/Berlin'?",
        "site.toml: cameras[0]: unknown key 'footge'; did you mean 'footage'?",
        "site.toml: cameras[1].id is 'dock-1', the same as cameras[0].id, expected a different one",
        "site.toml: shifts 'a' and 'b' overlap on mon at 13:00, expected one shift at a time",
    ]


def test_same_footage_written_differently(faults):
    other = CAMERA.format(id="dock-2").replace("dock-2/*.mp4", "./dock-1//*.mp4")
    assert faults(MINIMAL + other) == [
        "site.toml: cameras[1].footage is './dock-1//*.mp4', the same as cameras[0].footage, "
        "expected a different one"
    ]


@pytest.mark.parametrize(
    ("first", "second", "when"),
    [
        pytest.param(("22:00", "06:00", ""), ("05:30", "06:30", ""), "mon at 05:30", id="across midnight"),
        pytest.param(
            ("22:00", "06:00", 'days = ["sun"]'),
            ("05:00", "07:00", 'days = ["mon"]'),
            "mon at 05:00",
            id="across the week's end",
        ),
        pytest.param(
            ("06:00", "06:00", 'days = ["fri"]'),
            ("05:59", "06:01", 'days = ["sat"]'),
            "sat at 05:59",
            id="24 hours",
        ),
    ],
)
def test_overlapping_shifts(faults, first, second, when):
    text = MINIMAL + "".join(
        SHIFT.format(name, *times) + days for name, (*times, days) in (("a", first), ("b", second))
    )
    assert faults(text) == [f"site.toml: shifts 'a' and 'b' overlap on {when}, expected one shift at a time"]


def test_touching_shifts_and_other_days_do_not_overlap(load):
    text = MINIMAL + SHIFT.format("a", "06:00", "14:00") + 'days = ["mon"]'
    text += SHIFT.format("b", "14:00", "06:00") + 'days = ["mon"]'
    text += SHIFT.format("c", "06:00", "06:00") + 'days = ["tue"]'
    assert len(load(text).shifts) == 3


def test_two_shifts_of_one_name(faults):
    text = MINIMAL + SHIFT.format("a", "06:00", "14:00") + SHIFT.format("a", "14:00", "22:00")
    assert faults(text) == [
        "site.toml: shifts[1].name is 'a', the same as shifts[0].name, expected a different one"
    ]


def test_nightly_time_within_a_clock_change_is_refused(faults):
    (fault,) = faults(MINIMAL + '[nightly]\nat = "02:30"')
    assert fault.startswith("site.toml: nightly.at is '02:30', which the clock of Europe/Berlin ")
    assert fault.endswith("expected a local time that no clock change touches, such as '04:30'")


@pytest.mark.parametrize(
    ("at", "zone", "first", "change"),
    [
        (time(2, 30), "Europe/Berlin", date(2026, 1, 1), (date(2026, 3, 29), "skips")),
        (time(2, 30), "Europe/Berlin", date(2026, 4, 1), (date(2026, 10, 25), "repeats")),
        (time(1, 59), "Europe/Berlin", date(2026, 1, 1), None),
        (time(3, 0), "Europe/Berlin", date(2026, 1, 1), None),
        (time(1, 30), "America/New_York", date(2026, 1, 1), (date(2026, 11, 1), "repeats")),
        (time(1, 45), "Australia/Lord_Howe", date(2026, 1, 1), (date(2026, 4, 5), "repeats")),
        (time(2, 30), "Asia/Kolkata", date(2026, 1, 1), None),
    ],
)
def test_clock_changes_of_the_next_ten_years(at, zone, first, change):
    assert clock_change_at(at, ZoneInfo(zone), first, 10) == change


def test_message_names_the_file_as_it_was_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("site.toml").write_text(MINIMAL.replace("inbound", ""))
    with pytest.raises(SiteError, match=r"^site\.toml: cameras\[0\]\.zone is ''"):
        load_site(Path("site.toml"))


def test_reports_lie_beside_the_site_file_and_are_off_unless_asked_for(load, tmp_path):
    assert load(MINIMAL).report.folder is None
    site = load(MINIMAL + '[report]\nfolder = "reports"\nnotify = "slack-webhook/safety"\n')
    assert (site.report.folder, site.report.notify) == (str(tmp_path / "reports"), "slack-webhook/safety")


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ('notify = "slack-webhook/safety"', "nothing to tell of, expected report.folder beside it"),
        ('folder = "r"\nnotify = "safety"', "expected a notification block of Prefect such as"),
        ('folder = ""', "report.folder is '', expected the path of a folder"),
        ('foldr = "r"', "unknown key 'foldr'; did you mean 'folder'"),
    ],
)
def test_a_faulty_report_table_is_one_sentence(load, lines, said):
    with pytest.raises(SiteError, match=said) as caught:
        load(MINIMAL + f"[report]\n{lines}\n")
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("more", ["", "shifts = []\n"], ids=["not named", "an empty list"])
def test_a_site_without_shifts_has_its_calendar_day_as_one(load, more):
    (day,) = load(more + MINIMAL).shifts
    assert (day.name, day.start, day.end, day.days) == ("day", time(0), time(0), tuple(Weekday))


@pytest.mark.parametrize(
    ("lines", "days_in_service"),
    [
        ("", [1, 2, 3, 4, 5]),
        ("since = 2026-03-03", [3, 4, 5]),
        ("until = 2026-03-03", [1, 2, 3]),
        ("since = 2026-03-02\nuntil = 2026-03-02", [2]),
    ],
)
def test_a_camera_is_in_service_on_its_first_and_last_day_and_between(load, lines, days_in_service):
    camera = load(MINIMAL + lines).cameras[0]
    days = [date(2026, 3, day) for day in range(1, 6)]
    assert [day.day for day in days if camera.in_service(day, day)] == days_in_service
    assert camera.in_service(days[0], days[-1])


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (
            "since = 2026-03-02\nuntil = 2026-03-01",
            "cameras[0].until is 2026-03-01, expected a date not before since, which is 2026-03-02",
        ),
        (
            'since = "2026-03-02"',
            "cameras[0].since is '2026-03-02', expected a date such as 2026-03-02, without quotes",
        ),
    ],
)
def test_a_service_that_can_not_be_is_refused(faults, lines, words):
    assert faults(MINIMAL + lines) == [f"site.toml: {words}"]
