"""Shifts against the clock: change days, midnight, and that no instant is lost or counted twice."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sites.local_time import local_day
from pipelines.sites.models import Shift, Weekday
from pipelines.sites.shifts import assign, windows
from pipelines.sites.site import load_site
from pipelines.sites.template import template

HOUR = timedelta(hours=1)


def shift(name, start, end, days=tuple(Weekday)):
    return Shift.model_validate({"name": name, "start": start, "end": end, "days": days})


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    path = tmp_path_factory.mktemp("site") / "site.toml"
    path.write_text(template())
    return load_site(path)


@pytest.fixture(scope="module")
def with_shifts(site):
    def make(shifts, zone="Europe/Berlin"):
        return replace(site, shifts=tuple(shifts), time_zone=zone)

    return make


def utc(*numbers):
    return datetime(*numbers, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 27), 8),
        ("Europe/Berlin", date(2026, 3, 28), 7),
        ("Europe/Berlin", date(2026, 10, 24), 9),
        ("America/New_York", date(2026, 3, 7), 7),
        ("America/New_York", date(2026, 10, 31), 9),
        ("Australia/Lord_Howe", date(2026, 4, 4), 8.5),
        ("Australia/Lord_Howe", date(2026, 10, 3), 7.5),
        ("Asia/Kolkata", date(2026, 3, 28), 8),
    ],
)
def test_length_of_the_night_shift(zone, day, hours):
    start, end = windows(shift("night", "22:00", "06:00"), day, ZoneInfo(zone))
    assert end - start == hours * HOUR


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Europe/Berlin", date(2026, 6, 1), 24),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        # The clock skips midnight itself: the day begins at 01:00.
        ("Africa/Cairo", date(2026, 4, 24), 23),
        # A whole day that never was.
        ("Pacific/Apia", date(2011, 12, 30), 0),
    ],
)
def test_length_of_a_day(zone, day, hours):
    start, end = local_day(day, ZoneInfo(zone))
    assert end - start == hours * HOUR


def test_known_instants_in_berlin():
    berlin = ZoneInfo("Europe/Berlin")
    assert local_day(date(2026, 3, 29), berlin) == (utc(2026, 3, 28, 23), utc(2026, 3, 29, 22))
    # 02:30 is skipped: from the first instant after the gap, 03:00 CEST.
    assert windows(shift("a", "02:30", "06:00"), date(2026, 3, 29), berlin)[0] == utc(2026, 3, 29, 1)
    # 02:30 comes twice: the first time, in CEST.
    assert windows(shift("a", "02:30", "06:00"), date(2026, 10, 25), berlin)[0] == utc(2026, 10, 25, 0, 30)


def test_known_instants_on_lord_howe_where_clocks_change_by_half_an_hour():
    # 02:00 to 02:30 is skipped at 15:30 UTC; 01:30 to 02:00 comes again at 15:00 UTC.
    lord_howe = ZoneInfo("Australia/Lord_Howe")
    assert windows(shift("a", "02:10", "02:40"), date(2026, 10, 4), lord_howe) == (
        utc(2026, 10, 3, 15, 30),
        utc(2026, 10, 3, 15, 40),
    )
    assert windows(shift("a", "01:45", "02:15"), date(2026, 4, 5), lord_howe) == (
        utc(2026, 4, 4, 14, 45),
        utc(2026, 4, 4, 15, 45),
    )


def test_a_shift_within_the_gap_is_empty_and_covers_nothing(site, with_shifts):
    gap = shift("gap", "02:10", "02:50")
    start, end = windows(gap, date(2026, 3, 29), site.tz)
    assert start == end
    times = pd.Series(pd.date_range("2026-03-29T00:00Z", "2026-03-29T02:00Z", freq="min"))
    assert assign(times, with_shifts([gap, shift("rest", "02:50", "02:10")]))["shift"].eq("rest").all()


def test_shift_date_is_the_day_on_which_the_shift_started(site):
    # The example site: early and late on weekdays, night from Sunday to Thursday; Berlin is at UTC+1.
    times = pd.Series(
        pd.to_datetime(
            [
                "2026-03-02T04:59:59Z",  # Monday 05:59:59
                "2026-03-02T05:00:00Z",  # Monday 06:00
                "2026-03-02T21:00:00Z",  # Monday 22:00
                "2026-03-03T00:00:00Z",  # Tuesday 01:00
                "2026-03-07T00:00:00Z",  # Saturday 01:00: nobody works
                None,
            ]
        ),
        index=list("abcdef"),
    )
    found = assign(times, site)
    assert found.index.tolist() == list("abcdef")
    assert found.dtypes.tolist() == ["str", "str"]
    assert found["shift"].iloc[:4].tolist() == ["night", "early", "night", "night"]
    assert found["shift_date"].iloc[:4].tolist() == ["2026-03-01", "2026-03-02", "2026-03-02", "2026-03-02"]
    assert found.iloc[4:].isna().all(axis=None)


def test_a_lone_instant_late_in_a_shift_of_almost_a_day(with_shifts):
    # Tuesday 03:15 UTC is Monday 22:15 in New York, of the shift that began on Sunday at 23:00.
    site = with_shifts([shift("long", "23:00", "22:30")], "America/New_York")
    found = assign(pd.Series(pd.to_datetime(["2026-01-13T03:15Z"])), site)
    assert found.iloc[0].tolist() == ["long", "2026-01-11"]


def test_times_in_another_zone_mean_the_same_instants(site):
    times = pd.Series(pd.date_range("2026-10-24", "2026-10-27", freq="17min", tz="UTC"))
    elsewhere = times.dt.tz_convert("Asia/Tokyo").astype("datetime64[ns, Asia/Tokyo]")
    pd.testing.assert_frame_equal(assign(times, site), assign(elsewhere, site))


def test_times_without_a_zone_are_refused(site):
    with pytest.raises(TypeError, match="expected instants with a time zone"):
        assign(pd.Series(pd.to_datetime(["2026-03-02"])), site)


@pytest.mark.parametrize("shifts", [[], [shift("sunday", "10:00", "11:00", ("sun",))]])
def test_nothing_to_assign(with_shifts, shifts):
    site = with_shifts(shifts)
    none = assign(pd.Series([], dtype="datetime64[us, UTC]"), site)
    assert none.dtypes.tolist() == ["str", "str"]
    assert none.empty
    assert assign(pd.Series(pd.to_datetime(["2026-03-02T10:00Z"])), site).isna().all(axis=None)


ZONES = {
    "Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
    "America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
    "Australia/Lord_Howe": (date(2026, 4, 5), date(2026, 10, 4)),
    "Asia/Kolkata": (date(2026, 3, 29), date(2026, 10, 25)),
}
CUTS = st.lists(st.integers(0, 1439), min_size=1, max_size=5, unique=True)
NEAR_CHANGES = CUTS | st.lists(st.sampled_from(range(30, 200, 5)), min_size=1, max_size=5, unique=True)


def chain(cuts_min):
    """Return shifts that follow each other around the clock."""
    times = [f"{cut // 60:02d}:{cut % 60:02d}" for cut in sorted(cuts_min)]
    return [shift(f"s{n}", start, times[(n + 1) % len(times)]) for n, start in enumerate(times)]


@pytest.mark.parametrize("zone", ZONES)
@given(cuts_min=NEAR_CHANGES)
@settings(max_examples=25, deadline=None)
def test_consecutive_shifts_tile_change_days(zone, cuts_min):
    for change in ZONES[zone]:
        days = [change + timedelta(days=n) for n in (-2, -1, 0, 1)]
        spans = [windows(one, day, ZoneInfo(zone)) for day in days for one in chain(cuts_min)]
        assert all(end == next_start for (_, end), (next_start, _) in pairwise(spans))
        assert all(start <= end for start, end in spans)


@pytest.mark.parametrize("zone", ZONES)
@given(
    cuts_min=NEAR_CHANGES,
    kept=st.sets(st.integers(0, 4)),
    days=st.sets(st.sampled_from(Weekday), min_size=1),
    minutes=st.lists(st.integers(-2000, 2000), min_size=1, max_size=20),
)
@settings(max_examples=25, deadline=None)
def test_assign_agrees_with_windows(with_shifts, zone, cuts_min, kept, days, minutes):
    shifts = [one.model_copy(update={"days": tuple(days)}) for one in chain(cuts_min)]
    shifts = [one for n, one in enumerate(shifts) if n in kept]
    site = with_shifts(shifts, zone)
    for change in ZONES[zone]:
        noon = datetime(change.year, change.month, change.day, 12, tzinfo=UTC)
        times = [noon + timedelta(minutes=minute) for minute in minutes]
        found = assign(pd.Series(pd.DatetimeIndex(times)), site)
        around = [change + timedelta(days=n) for n in range(-4, 5)]
        spans = [
            (one.name, day.isoformat(), *windows(one, day, site.tz))
            for one in shifts
            for day in around
            if list(Weekday)[day.weekday()] in one.days
        ]
        for time, row in zip(times, found.itertuples(), strict=True):
            covering = [(name, day) for name, day, start, end in spans if start <= time < end]
            assert len(covering) <= 1
            assert ([] if pd.isna(row.shift) else [(row.shift, row.shift_date)]) == covering


def test_a_million_instants_in_seconds(site):
    seconds = np.random.default_rng(0).integers(0, 365 * 86400, 1_000_000)
    times = pd.Series(pd.Timestamp("2026-01-01", tz="UTC") + pd.to_timedelta(seconds, unit="s"))
    began = datetime.now(UTC)
    found = assign(times, site)
    assert datetime.now(UTC) - began < timedelta(seconds=5)
    # Five nights, earlies and lates of eight hours in a week of 168.
    assert found["shift"].notna().mean() == pytest.approx(120 / 168, abs=0.01)
