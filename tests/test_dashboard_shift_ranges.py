"""Published measures between two assumptions: the published answer lies inside, and load decides."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from dashboard.summaries.shift_ranges import lifting_index_range, urgent_postures

FEW_PER_MIN = 100.0
"""Person-hours over which a handful of lifts is rarer than 0.2 per minute, the least of the table."""


def lifts(**columns):
    known = {
        "camera_id": "a",
        "kind": "lift",
        "origin_height_stature": 0.5,
        "destination_height_stature": 0.5,
        "trunk_inclination_peak_deg": 70.0,
        "knee_flexion_peak_deg": 10.0,
    }
    return pd.DataFrame({**known, **columns})


def test_the_manuals_first_example_lies_inside():
    # Loading punch press stock (pp. 63-66): 44 lb, H 23 in, V 15 in, D 48 in, A 0, fair coupling, RWL at the
    # origin 16.6 lb for up to an hour; for 8 hours FM is 0.85 instead of 1.
    body_cm = 172.0
    heights = {
        "origin_height_stature": [15 * 2.54 / body_cm],
        "destination_height_stature": [63 * 2.54 / body_cm],
    }
    found = lifting_index_range(lifts(**heights), {"a": 44 * 0.4536}, FEW_PER_MIN)
    assert found.low < 44 / (0.85 * 16.6) < found.high
    assert (found.lifts, found.unknown) == (1, 0)


@pytest.mark.parametrize(
    ("kg", "above"),
    [
        pytest.param(2.0, (0.0, 0.0), id="below 1 whatever is not known"),
        pytest.param(9.0, (0.0, 1.0), id="what is not known decides"),
        pytest.param(23.5, (1.0, 1.0), id="more than the load constant is above 1 at its best"),
    ],
)
def test_a_load_decides_where_its_range_does_not_hold_one(kg, above):
    found = lifting_index_range(lifts(kind=["lift", "lowering"]), {"a": kg}, FEW_PER_MIN)
    assert (found.above_low, found.above_high) == above
    assert found.low < found.high


def test_a_lift_of_unknown_height_or_load_has_no_index_and_a_bend_is_none():
    rows = lifts(camera_id=["a", "b", "a", "a"], kind=["lift", "lift", "lift", "bend"])
    rows["origin_height_stature"] = [0.5, 0.5, np.nan, np.nan]
    found = lifting_index_range(rows, {"a": 9.0, "b": None}, FEW_PER_MIN)
    assert (found.lifts, found.unknown) == (1, 2)
    assert np.isnan(lifting_index_range(rows, {"a": 9.0, "b": 9.0}, np.nan).high)


def test_a_way_that_was_not_seen_widens_the_range():
    seen = lifting_index_range(lifts(kind=["lift"]), {"a": 9.0}, FEW_PER_MIN)
    unseen = lifting_index_range(
        lifts(kind=["lift"], destination_height_stature=np.nan), {"a": 9.0}, FEW_PER_MIN
    )
    assert unseen.low == pytest.approx(seen.low)
    assert unseen.high > seen.high


@pytest.mark.parametrize(
    ("trunk_deg", "knees_deg", "kg", "share"),
    [
        # By the published table: back, arms, legs, load and action category.
        pytest.param(10.0, 10.0, 9.0, (0.0, 0.0), id="1121 is 1 and 3121 is 1"),
        pytest.param(70.0, 10.0, 9.0, (0.0, 0.0), id="2121 is 2 and 4121 is 2"),
        pytest.param(70.0, 45.0, 9.0, (0.0, 1.0), id="2121 is 2 and 4141 is 4"),
        pytest.param(70.0, 80.0, 9.0, (1.0, 1.0), id="2141 is 3 and 4141 is 4"),
        pytest.param(70.0, 10.0, 25.0, (1.0, 1.0), id="2123 is 3 and 4123 is 4"),
    ],
)
def test_urgent_postures_are_those_of_the_published_table(trunk_deg, knees_deg, kg, share):
    rows = lifts(kind=["lift"], trunk_inclination_peak_deg=trunk_deg, knee_flexion_peak_deg=knees_deg)
    found = urgent_postures(rows, {"a": kg})
    assert (found.low, found.high) == share


def test_a_bend_moves_no_load_and_unknown_knees_are_counted_apart():
    rows = lifts(kind=["bend", "lift", "lift"], camera_id=["b", "b", "a"])
    rows["knee_flexion_peak_deg"] = [10.0, 10.0, np.nan]
    found = urgent_postures(rows, {"a": 25.0, "b": None})
    assert (found.movements, found.unknown) == (1, 2)
    assert (found.low, found.high) == (0.0, 0.0)
