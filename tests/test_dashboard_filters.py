"""A link gives the same view again, and what it asks for in vain is told."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.filters import Choices, Filters, Refused, parse, to_query

CHOICES = Choices(
    date(2026, 8, 10),
    date(2026, 11, 7),
    ("early", "late"),
    {"dock-1": "inbound", "yard": "inbound", "packing": "packing"},
    ("en", "de"),
)
EMPTY = Choices(None, None, (), {}, ("en",))


@given(
    st.builds(
        Filters,
        date=st.none() | st.dates(date(2026, 8, 10), date(2026, 11, 7)),
        shift=st.sampled_from([None, "early", "late"]),
        zone=st.none(),
        camera=st.sampled_from([None, "dock-1", "packing"]),
        lift=st.none() | st.text("0123456789abcdef", min_size=1),
        lang=st.sampled_from([None, "en", "de"]),
    )
)
def test_what_was_chosen_survives_the_address(filters):
    assert parse(to_query(filters), CHOICES) == (filters, [])


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("date", "2026-02-30"),
        ("date", "2026-08-09"),
        ("date", "yesterday"),
        ("shift", "Early"),
        ("zone", "roof"),
        ("camera", "dock-9"),
        ("lang", "tlh"),
    ],
)
def test_what_is_not_there_is_told_and_left_out(key, value):
    assert parse({key: value, "embed": "true"}, CHOICES) == (Filters(), [Refused(key, value)])


def test_a_camera_of_another_zone_would_show_nothing():
    filters, refused = parse({"zone": "packing", "camera": "yard"}, CHOICES)
    assert (filters.zone, filters.camera) == ("packing", None)
    assert refused == [Refused("camera", "yard")]


def test_a_store_without_figures_refuses_every_date():
    assert parse({"date": "2026-08-10"}, EMPTY) == (Filters(), [Refused("date", "2026-08-10")])
