import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.exposure import acgih
from pipelines.exposure.acgih import BodyHeights, Finding

ROOT = Path(__file__).parents[1]
BODY = BodyHeights(mid_shin_cm=30, knuckle_cm=75, shoulder_cm=143)
NSL = Finding.NO_KNOWN_SAFE_LIMIT

# Table 1 as reprinted: hand height within the zone, then close (20 cm), intermediate (45), extended (70).
TABLE_1 = [
    pytest.param(150, [16, 7, NSL], id="shoulder"),
    pytest.param(100, [32, 16, 9], id="knuckle to below shoulder"),
    pytest.param(50, [18, 14, 7], id="mid-shin to knuckle"),
    pytest.param(10, [14, NSL, NSL], id="floor to mid-shin"),
]


def limit(horizontal, height, hours=1, lifts=10):
    return acgih.threshold_limit(horizontal, height, BODY, hours, lifts)


@pytest.mark.parametrize(("height", "printed"), TABLE_1)
def test_printed_table_1(height, printed):
    found = limit([20, 45, 70], height)
    told = [
        kg if kind is Finding.LIMIT else kind for kg, kind in zip(found.limit_kg, found.finding, strict=True)
    ]
    assert told == printed


@pytest.mark.parametrize(
    ("horizontal", "height", "printed"),
    [
        pytest.param(29.9, 100, 32, id="just close"),
        pytest.param(30, 100, 16, id="30 cm is intermediate"),
        pytest.param(60, 100, 16, id="60 cm is intermediate"),
        pytest.param(60.1, 100, 9, id="just extended"),
        pytest.param(80, 100, 9, id="80 cm is the farthest"),
        pytest.param(20, 134.9, 32, id="just below shoulder zone"),
        pytest.param(20, 135, 16, id="8 cm below shoulder"),
        pytest.param(20, 173, 16, id="30 cm above shoulder"),
        pytest.param(20, 75, 18, id="knuckle height"),
        pytest.param(20, 30, 14, id="mid-shin"),
        pytest.param(20, 0, 14, id="floor"),
    ],
)
def test_bounds_of_the_zones(horizontal, height, printed):
    assert limit(horizontal, height).limit_kg == printed


@pytest.mark.parametrize(
    ("hours", "lifts", "covered"),
    [(2, 60, True), (2, 60.1, False), (2.1, 12, True), (2.1, 12.1, False), (8, 12, True), (8.1, 5, False)],
)
def test_schedules_of_table_1(hours, lifts, covered):
    found = limit(20, 100, hours, lifts)
    assert found.finding == (Finding.LIMIT if covered else Finding.NOT_COVERED)
    assert np.isnan(found.limit_kg) != covered


@pytest.mark.parametrize(("horizontal", "height"), [(80.1, 100), (20, 173.1), (20, 181)])
def test_out_of_reach(horizontal, height):
    tall = BodyHeights(32, 80, 165)
    body = tall if height == 181 else BODY
    assert acgih.threshold_limit(horizontal, height, body, 1, 10).finding == Finding.OUT_OF_REACH


LIFT = st.tuples(st.floats(0, 100), st.floats(0, 200), st.floats(0, 24), st.floats(0, 100))


@given(st.lists(LIFT, min_size=1, max_size=5))
def test_arrays_equal_the_loop(lifts):
    horizontal, height, hours, frequency = zip(*lifts, strict=True)
    together = limit(horizontal, height, hours, frequency)
    alone = [limit(*lift) for lift in lifts]
    np.testing.assert_array_equal(together.limit_kg, [one.limit_kg for one in alone])
    assert together.finding.tolist() == [one.finding.item() for one in alone]
    assert ((together.finding == Finding.LIMIT) == ~np.isnan(together.limit_kg)).all()


@given(LIFT, st.floats(0, 50))
def test_farther_never_allows_more(lift, farther):
    near, far = limit(*lift), limit(lift[0] + farther, *lift[1:])
    assert not far.limit_kg > near.limit_kg
    assert not (near.finding == NSL and far.finding == Finding.LIMIT)


@given(LIFT, st.integers(0, 3))
def test_an_unknown_input_leaves_the_finding_unknown(lift, which):
    found = limit(*(np.nan if place == which else value for place, value in enumerate(lift)))
    assert found.finding == Finding.UNKNOWN
    assert np.isnan(found.limit_kg)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(lambda: limit(-1, 50), "horizontal_cm is -1"),
        pytest.param(lambda: limit(20, 50, 25), "duration_h is 25, .* between 0 and 24"),
        pytest.param(lambda: BodyHeights(75, 30, 143), "mid-shin, knuckle and shoulder to rise"),
        pytest.param(lambda: BodyHeights(30, 75, 80), "more than 8 cm"),
        pytest.param(lambda: BodyHeights(np.nan, 75, 143), "to rise"),
    ],
)
def test_impossible_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_reference_table_is_the_one_that_was_reconciled():
    path = "pipelines/exposure/tables/acgih_lifting_1.csv"
    digest = hashlib.sha256((ROOT / path).read_bytes()).hexdigest()
    assert f"{digest}  {path}" in (ROOT / "data/reference/SHA256SUMS").read_text().splitlines()
