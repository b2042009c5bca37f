"""The made-up days of the demo: its change can be followed up beside the nights that were recorded."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path

from pipelines.demo.days import NEARLY_FOUR_MONTHS
from pipelines.exposure.follow_up import WEEKS, windows
from pipelines.sites.site import load_site

SAMPLE = Path(__file__).parents[1] / "data" / "sample"


def recorded():
    """Return the dates in the names of the demo's recordings."""
    found = set()
    for camera in load_site(SAMPLE / "site.toml").cameras:
        for path in (SAMPLE / "footage" / camera.id).glob("*_*.mp4"):
            found.add(datetime.strptime(path.stem[len(camera.id) + 1 :][:8], "%Y%m%d").date())
    return found


def test_no_recorded_night_lies_in_a_follow_up_and_each_is_over_when_the_days_end():
    nights = recorded()
    assert nights == {date(2026, 10, 5), date(2026, 10, 6)}
    dates = NEARLY_FOUR_MONTHS.dates
    for week in WEEKS:
        for first, end in windows(NEARLY_FOUR_MONTHS.change, week):
            assert dates[0] <= first < end <= dates[-1] + timedelta(days=1)
            assert not {night for night in nights if first <= night < end}


def test_the_recorded_nights_lie_among_the_made_up_days():
    assert recorded() < set(NEARLY_FOUR_MONTHS.dates)
