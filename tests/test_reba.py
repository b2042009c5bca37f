from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.exposure import reba
from pipelines.exposure.reba import ACTION, RiskLevel
from pipelines.exposure.reba_assumptions import NOTHING_ADDED, Coupling
from pipelines.exposure.scoring import score_table

BOX = replace(NOTHING_ADDED, load_kg=15.0, coupling=Coupling.FAIR, rapid_large_or_unstable=True)
WORST = replace(
    BOX,
    trunk_twisted_or_bent_sideways=True,
    neck_twisted_or_bent_sideways=True,
    weight_on_one_leg=True,
    load_shock=True,
    upper_arm_abducted_or_rotated=True,
    shoulder_raised=True,
    wrist_bent_over_15_deg=True,
    wrist_deviated_or_twisted=True,
    coupling=Coupling.UNACCEPTABLE,
    held_over_a_minute=True,
    small_range_over_4_per_min=True,
)
UPRIGHT, STOOP, SQUAT = (0, 0, 0, 0, 80), (75, 25, 15, 60, 20), (40, 10, 100, 30, 20)

READINGS = {
    "reba_a": ((5, 3, 4), "12234 23456 34567 45678 13456 24567 35678 46789 34567 35678 56789 67899"),
    "reba_b": ((6, 2, 3), "113467 224578 235588 124578 235689 345789"),
    "reba_c": (
        (12, 12),
        "112346789abc 123446789abc 123446789abc 23345789abbc 3445689aabcc 3456789aabcc "
        "4567899abbcc 567889aabccc 66789aaabccc 77899abbcccc 77899abbcccc 78899abbcccc",
    ),
}
"""A printed worksheet's tables, columns read downwards (a, b, c for 10, 11, 12): shape and columns."""


@pytest.mark.parametrize("name", READINGS)
def test_tables_agree_with_a_worksheet_read_by_columns(name):
    shape, columns = READINGS[name]
    reading = np.array([[int(cell, 16) for cell in column] for column in columns.split()])
    np.testing.assert_array_equal(score_table(name, *shape), reading.T.reshape(shape))


@pytest.mark.parametrize(
    ("trunk_neck_legs", "arms_wrist", "printed"),
    [
        pytest.param((2, 2, 2), (1, 2, 3), (4, 3, 4), id="program's example, left"),
        pytest.param((2, 2, 2), (1, 2, 2), (4, 2, 4), id="program's example, right"),
        pytest.param((2, 1, 3), (2, 1, 2), (4, 2, 4), id="program's documentation"),
    ],
)
def test_worked_examples(trunk_neck_legs, arms_wrist, printed):
    a, b = reba.table_a(*trunk_neck_legs), reba.table_b(*arms_wrist)
    assert (a, b, reba.table_c(a, b)) == printed


@pytest.mark.parametrize(
    ("angles_deg", "parts", "a_b_c_reba"),
    [
        pytest.param(STOOP, (4, 2, 1, 3, 2), (7, 5, 9, 10), id="stoop lift from the floor"),
        pytest.param(SQUAT, (3, 1, 3, 2, 2), (7, 3, 7, 8), id="squat lift from the floor"),
    ],
)
def test_a_lift_worked_by_hand(angles_deg, parts, a_b_c_reba):
    found = reba.score(*angles_deg, BOX)
    assert (found.trunk, found.neck, found.legs, found.upper_arm, found.lower_arm) == parts
    assert (found.a, found.b, found.c, found.reba) == a_b_c_reba


def test_the_scale_runs_from_1_to_15():
    assert reba.score(*UPRIGHT, NOTHING_ADDED).reba == 1
    assert reba.score(80, 40, 90, 120, 0, WORST).reba == 15


@pytest.mark.parametrize(
    ("flexion_deg", "expected"),
    [(0, 1), (5, 1), (-5, 1), (5.1, 2), (20, 2), (-20, 2), (20.1, 3), (-20.1, 3), (60, 3), (60.1, 4)],
)
def test_trunk(flexion_deg, expected):
    assert reba.trunk_score(flexion_deg, NOTHING_ADDED) == expected


@pytest.mark.parametrize(("flexion_deg", "expected"), [(0, 1), (20, 1), (20.1, 2), (-1, 2)])
def test_neck(flexion_deg, expected):
    assert reba.neck_score(flexion_deg, NOTHING_ADDED) == expected
    assert reba.neck_score(flexion_deg, WORST) == expected + 1


@pytest.mark.parametrize(("flexion_deg", "expected"), [(0, 1), (29.9, 1), (30, 2), (60, 2), (60.1, 3)])
def test_legs(flexion_deg, expected):
    assert reba.legs_score(flexion_deg, NOTHING_ADDED) == expected
    assert reba.legs_score(flexion_deg, replace(NOTHING_ADDED, weight_on_one_leg=True)) == expected + 1
    assert reba.legs_score(flexion_deg, replace(NOTHING_ADDED, sitting=True)) == 1


@pytest.mark.parametrize(("load_kg", "points"), [(0, 0), (4.9, 0), (5, 1), (10, 1), (10.1, 2)])
def test_load(load_kg, points):
    assert replace(NOTHING_ADDED, load_kg=load_kg).load_points == points
    assert replace(NOTHING_ADDED, load_kg=load_kg, load_shock=True).load_points == points + 1


@pytest.mark.parametrize(
    ("changes", "part", "expected"),
    [
        ({"trunk_twisted_or_bent_sideways": True}, "trunk", 5),
        ({"neck_twisted_or_bent_sideways": True}, "neck", 3),
        ({"weight_on_one_leg": True}, "legs", 2),
        ({"load_shock": True}, "a", 6),
        ({"upper_arm_abducted_or_rotated": True}, "upper_arm", 4),
        ({"shoulder_raised": True}, "upper_arm", 4),
        ({"arm_supported": True}, "upper_arm", 2),
        ({"wrist_bent_over_15_deg": True}, "b", 5),
        ({"wrist_deviated_or_twisted": True}, "b", 5),
        ({"coupling": Coupling.FAIR}, "b", 5),
        ({"coupling": Coupling.POOR}, "b", 6),
        ({"coupling": Coupling.UNACCEPTABLE}, "b", 7),
        ({"held_over_a_minute": True}, "reba", 6),
        ({"small_range_over_4_per_min": True}, "reba", 6),
        ({"rapid_large_or_unstable": True}, "reba", 6),
    ],
)
def test_each_assumption_moves_its_own_part(changes, part, expected):
    stoop = reba.score(*STOOP, NOTHING_ADDED)
    assert (stoop.trunk, stoop.neck, stoop.legs, stoop.upper_arm) == (4, 2, 1, 3)
    assert (stoop.a, stoop.b, stoop.reba) == (5, 4, 5)
    assert getattr(reba.score(*STOOP, replace(NOTHING_ADDED, **changes)), part) == expected


def test_risk_levels_in_the_words_of_the_source():
    words = ["negligible", *2 * ["low"], *4 * ["medium"], *3 * ["high"], *5 * ["very high"]]
    assert list(reba.risk_level(range(1, 16))) == words
    assert reba.risk_level([np.nan])[0] is None
    assert ACTION[RiskLevel("high")] == "necessary soon"


def test_an_unknown_angle_leaves_only_its_own_part_known():
    found = reba.score(75, 25, 15, [60, np.nan], 20, BOX)
    np.testing.assert_equal(found.a, [7, 7])
    np.testing.assert_equal(found.b, [5, np.nan])
    np.testing.assert_equal(found.reba, [10, np.nan])


def test_an_unknown_load_leaves_the_score_unknown():
    found = reba.score(*STOOP, replace(BOX, load_kg=np.nan))
    assert np.isnan(found.reba)
    assert found.b == 5


def test_the_result_carries_what_it_assumes():
    found = reba.score(*STOOP, BOX)
    assert found.assumptions is BOX
    assert "load: 15 kg" in found.assumed
    assert "coupling: fair" in found.assumed


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(-90, 90), st.floats(0, 180)), min_size=1, max_size=5),
    st.floats(-60, 60),
    st.sampled_from([NOTHING_ADDED, BOX, WORST]),
)
def test_many_postures_at_once_equal_each_alone(trunk_and_knee, neck, assumptions):
    trunk, knee = np.array(trunk_and_knee).T
    many = reba.score(trunk, neck, knee, 60, 20, assumptions)
    each = [
        reba.score(*pair, 60, 20, assumptions) for pair in zip(trunk, [neck] * len(knee), knee, strict=True)
    ]
    np.testing.assert_array_equal(many.reba, [one.reba for one in each])
    assert many.neck.shape == many.c.shape == trunk.shape


@settings(deadline=None)
@given(st.floats(0, 180), st.floats(0, 180), st.floats(0, 60), st.floats(0, 60))
def test_bending_further_forwards_never_lowers_the_score(trunk, more_trunk, load_kg, more_kg):
    low, high = sorted((trunk, more_trunk)), sorted((load_kg, more_kg))
    less = reba.score(low[0], 10, 10, 60, 20, replace(BOX, load_kg=high[0]))
    more = reba.score(low[1], 10, 10, 60, 20, replace(BOX, load_kg=high[1]))
    assert less.reba <= more.reba


@pytest.mark.parametrize(
    ("angles_deg", "message"),
    [
        ((0, 0, -1, 0, 0), "knee_flexion_deg is -1, expected a value between 0 and 180"),
        ((0, 0, 0, 0, np.inf), "elbow_flexion_deg is inf, expected a value between 0 and 180"),
    ],
)
def test_impossible_angles(angles_deg, message):
    with pytest.raises(ValueError, match=message):
        reba.score(*angles_deg, NOTHING_ADDED)


def test_a_load_can_not_be_negative():
    with pytest.raises(ValueError, match="load_kg is -1, expected a value at least 0"):
        replace(NOTHING_ADDED, load_kg=-1.0)
