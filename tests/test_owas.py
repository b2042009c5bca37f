from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.exposure import owas
from pipelines.exposure.owas import Assumptions, Missing, Stance
from pipelines.exposure.scoring import score_table

STANDING = Assumptions(
    trunk_twisted_or_bent_sideways=False, stance=Stance.BOTH_LEGS, knee_bent_from_deg=30.0, load_kg=5.0
)
NOT_RECONCILED = [(2, 2, 5, 3), (3, 3, 7, 3), (4, 1, 3, 2)]

LIGHT = """1112211 1112211 1112211
2223322 2223332 3233442
1113411 2114431 2124441
2224442 3234442 4234442"""
"""Categories under a light load: a line per back, a group per arms, legs 1 to 7."""


def test_the_programs_worked_example():
    assert owas.action_category(1, 2, 2, 1) == 1


def test_light_loads_agree_with_a_second_reading_of_the_table():
    reading = [[[int(cell) for cell in arms] for arms in back.split()] for back in LIGHT.splitlines()]
    np.testing.assert_array_equal(score_table("owas", 4, 3, 7, 3)[..., 0], reading)


def test_only_the_codes_that_are_not_reconciled_have_no_category():
    empty = np.argwhere(np.isnan(score_table("owas", 4, 3, 7, 3))) + 1
    assert list(map(tuple, empty)) == NOT_RECONCILED


def test_a_heavier_load_never_lowers_the_category():
    table = score_table("owas", 4, 3, 7, 3)
    steps = np.diff(table, axis=-1)
    assert (steps[~np.isnan(steps)] >= 0).all()


@pytest.mark.parametrize(
    ("angles_deg", "changes", "code"),
    [
        pytest.param((5, 10, 10, 5), {}, (1, 1, 2, 1), id="upright"),
        pytest.param((20, 10, 10, 5), {}, (1, 1, 2, 1), id="20 is still straight"),
        pytest.param((70, 10, 10, 10), {}, (2, 1, 2, 1), id="stoop"),
        pytest.param((-25, 10, 10, 10), {}, (2, 1, 2, 1), id="leaning back"),
        pytest.param((40, 10, 10, 90), {"load_kg": 15.0}, (2, 1, 4, 2), id="squat"),
        pytest.param((5, 89, 90, 5), {"load_kg": 20.1}, (1, 2, 2, 3), id="right arm up"),
        pytest.param((5, 90, 89, 30), {}, (1, 2, 4, 1), id="left arm up, knees bent from 30"),
        pytest.param((5, 120, 150, 5), {"load_kg": 10.0}, (1, 3, 2, 1), id="both arms up"),
        pytest.param(
            (70, 0, 0, 5), {"trunk_twisted_or_bent_sideways": True}, (4, 1, 2, 1), id="twisted bend"
        ),
        pytest.param((5, 0, 0, 5), {"trunk_twisted_or_bent_sideways": True}, (3, 1, 2, 1), id="twisted"),
        pytest.param((5, 0, 0, 5), {"stance": Stance.ONE_LEG}, (1, 1, 3, 1), id="one leg straight"),
        pytest.param((5, 0, 0, 50), {"stance": Stance.ONE_LEG}, (1, 1, 5, 1), id="one leg bent"),
        pytest.param((5, 0, 0, 90), {"stance": Stance.SITTING}, (1, 1, 1, 1), id="sitting"),
        pytest.param((5, 0, 0, np.nan), {"stance": Stance.KNEELING}, (1, 1, 6, 1), id="kneeling"),
        pytest.param((5, 0, 0, 40), {"stance": Stance.WALKING, "load_kg": 20.0}, (1, 1, 7, 2), id="walking"),
    ],
)
def test_code_of_a_posture(angles_deg, changes, code):
    found = owas.code(*angles_deg, replace(STANDING, **changes))
    assert (found.back, found.arms, found.legs, found.load) == code


@pytest.mark.parametrize(
    ("angles_deg", "load_kg", "category"),
    [
        pytest.param((5, 0, 0, 5), 5.0, 1, id="upright, light"),
        pytest.param((70, 0, 0, 10), 15.0, 2, id="stoop, 15 kg"),
        pytest.param((70, 0, 0, 10), 25.0, 3, id="stoop, 25 kg"),
        pytest.param((40, 0, 0, 90), 15.0, 3, id="squat, bent trunk"),
        pytest.param((10, 0, 0, 90), 15.0, 2, id="squat, straight trunk"),
    ],
)
def test_category_of_a_lift(angles_deg, load_kg, category):
    assert owas.code(*angles_deg, replace(STANDING, load_kg=load_kg)).category == category


def test_the_reason_tells_unknown_from_unreconciled():
    walking = replace(STANDING, stance=Stance.WALKING, trunk_twisted_or_bent_sideways=True, load_kg=25.0)
    found = owas.code([0, np.nan, 0], [120, 120, 0], 120, 5, walking)
    np.testing.assert_equal(found.category, [np.nan, np.nan, 1])
    assert list(found.missing) == [Missing.NOT_RECONCILED, Missing.NOT_KNOWN, None]


@pytest.mark.parametrize("place", range(4))
def test_an_unknown_angle_or_load_gives_no_category(place):
    angles_deg = [5.0, 10.0, 10.0, 5.0]
    angles_deg[place] = np.nan
    assert np.isnan(owas.code(*angles_deg, STANDING).category)
    assert np.isnan(owas.code(5, 10, 10, 5, replace(STANDING, load_kg=np.nan)).category)


def test_actions_in_words():
    assert list(owas.action([1, 2, 3, 4])) == [
        "no action",
        "action in the near future",
        "action soon",
        "action now",
    ]
    assert owas.action([np.nan])[0] is None


def test_the_result_carries_what_it_assumes():
    assert owas.code(5, 10, 10, 5, STANDING).assumed == (
        "assumed, not seen: trunk twisted or bent sideways: no; stance: both legs; "
        "knee bent from: 30 deg; load: 5 kg"
    )


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(-90, 90), *3 * [st.floats(0, 180)]), min_size=1, max_size=5),
    st.sampled_from(Stance),
    st.floats(0, 40),
)
def test_many_postures_at_once_equal_each_alone(postures, stance, load_kg):
    assumptions = replace(STANDING, stance=stance, load_kg=load_kg)
    many = owas.code(*np.array(postures).T, assumptions)
    each = [owas.code(*posture, assumptions).category for posture in postures]
    np.testing.assert_array_equal(many.category, each)


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"load_kg": -2.0}, "load_kg is -2, expected a value at least 0"),
        ({"knee_bent_from_deg": 200.0}, "knee_bent_from_deg is 200, expected a value between 0 and 180"),
    ],
)
def test_impossible_assumptions(fault, message):
    with pytest.raises(ValueError, match=message):
        replace(STANDING, **fault)


def test_a_code_outside_the_table():
    with pytest.raises(ValueError, match="legs is 8, expected a whole number from 1 to 7"):
        owas.action_category(1, 1, 8, 1)
