"""What was expected of a camera is what it should have recorded then, not what the site has today."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from test_shift_figures import POLICY, SITE, record

from detectors.tables import SHIFT_METRICS
from pipelines.commands import run_assess
from pipelines.judging.policy import load_policy
from pipelines.judging.shift_figures import rebuild
from pipelines.reports.shift_report import ShiftOfDay, facts_of
from pipelines.sites.site import SiteError, load_site
from pipelines.storage.store import open_store

NOW = datetime(2026, 3, 9, tzinfo=UTC)
MONDAY, TUESDAY, WEDNESDAY = (date(2026, 3, day) for day in (2, 3, 4))


def site_with(folder, gate="", dock=""):
    """Return a site of the cameras dock and gate, with more lines for either."""
    text = SITE.replace('footage = "dock/*"\n', f'footage = "dock/*"\n{dock}\n')
    (folder / "site.toml").write_text(text.replace('footage = "gate/*"\n', f'footage = "gate/*"\n{gate}\n'))
    (folder / "policy.toml").write_text(POLICY)
    return load_site(folder / "site.toml")


@pytest.fixture
def recorded(tmp_path):
    """Three days on which dock recorded two hours each, and gate on none."""
    store = open_store(str(tmp_path / "store"))
    for day in (MONDAY, TUESDAY, WEDNESDAY):
        record(store, day, f"{day}T06:00Z", 2.0, [5])
    return store


def of_site(store, day, shift="day"):
    table = store.read(SHIFT_METRICS, "depot")
    return table[(table["level"] == "site") & (table["shift"] == shift)].set_index("shift_date").loc[str(day)]


def rebuilt(store, site):
    rebuild(store, site, load_policy(site.policy_file), MONDAY, WEDNESDAY)


def test_a_camera_that_came_on_tuesday_was_not_missing_on_monday(tmp_path, recorded):
    rebuilt(recorded, site_with(tmp_path, gate="since = 2026-03-03"))
    monday, tuesday = (of_site(recorded, day) for day in (MONDAY, TUESDAY))
    assert (monday["cameras"], monday["cameras_without_data"], monday["expected_h"]) == (1, 0, 16.0)
    assert (tuesday["cameras"], tuesday["cameras_without_data"], tuesday["expected_h"]) == (2, 1, 32.0)


def test_a_camera_that_was_taken_down_is_missed_until_its_last_day(tmp_path, recorded):
    rebuilt(recorded, site_with(tmp_path, gate="until = 2026-03-03"))
    expected_h = [of_site(recorded, day)["expected_h"] for day in (MONDAY, TUESDAY, WEDNESDAY)]
    assert expected_h == [32.0, 32.0, 16.0]


def test_judging_the_past_anew_leaves_a_camera_of_today_out_of_it(tmp_path, recorded):
    rebuilt(recorded, site_with(tmp_path, dock="# alone"))
    site_with(tmp_path, gate="since = 2026-03-05")
    assert run_assess(tmp_path / "site.toml", None, MONDAY, WEDNESDAY, False) == 0
    assert {of_site(recorded, day)["expected_h"] for day in (MONDAY, TUESDAY, WEDNESDAY)} == {16.0}


def test_what_came_in_outside_the_dates_is_counted_all_the_same(tmp_path, recorded):
    rebuilt(recorded, site_with(tmp_path, dock="since = 2026-03-03"))
    monday = of_site(recorded, MONDAY)
    assert (monday["cameras"], monday["expected_h"], monday["received_h"], monday["lifts"]) == (
        2,
        16.0,
        2.0,
        1,
    )


def test_a_day_before_every_camera_has_no_figures_and_no_report(tmp_path, recorded):
    site = site_with(tmp_path, gate="since = 2026-03-01", dock="since = 2026-03-01")
    named = ShiftOfDay(date(2026, 2, 20), "day")
    with pytest.raises(SiteError, match="no camera is in service on 2026-02-20, as since and until say"):
        facts_of(site, recorded, load_policy(site.policy_file), named, NOW)


def test_the_night_of_the_first_day_is_expected_and_that_of_the_day_before_is_not(tmp_path, recorded):
    rebuilt(recorded, site_with(tmp_path, gate="since = 2026-03-03"))
    assert [of_site(recorded, day, "night")["expected_h"] for day in (MONDAY, TUESDAY)] == [8.0, 16.0]


def test_without_shifts_the_calendar_day_has_figures(tmp_path, recorded):
    site_with(tmp_path)
    text = (tmp_path / "site.toml").read_text()
    (tmp_path / "site.toml").write_text(text.partition("[[shifts]]")[0])
    rebuilt(recorded, load_site(tmp_path / "site.toml"))
    monday = of_site(recorded, MONDAY)
    assert (monday["lifts"], monday["expected_h"], monday["analysed_h"]) == (1, 48.0, 2.0)
    assert (str(monday["start_utc"]), str(monday["end_utc"])) == (
        "2026-03-01 23:00:00+00:00",
        "2026-03-02 23:00:00+00:00",
    )
