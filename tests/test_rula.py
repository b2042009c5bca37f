from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.exposure import rula
from pipelines.exposure.rula_assumptions import NOTHING_ADDED, ForceKind, Wrist
from pipelines.exposure.scoring import score_table

BOX = replace(
    NOTHING_ADDED,
    wrist=Wrist.UP_TO_15_DEG,
    load_kg=8.0,
    force=ForceKind.STATIC_OR_REPEATED,
    static_or_over_4_per_min=True,
)
WORST = replace(
    BOX,
    trunk_twisted=True,
    trunk_bent_sideways=True,
    neck_twisted=True,
    neck_bent_sideways=True,
    legs_unsupported_or_uneven=True,
    upper_arm_abducted=True,
    shoulder_raised=True,
    lower_arm_across_or_out=True,
    wrist=Wrist.OVER_15_DEG,
    wrist_deviated=True,
    wrist_twist_near_end=True,
    force=ForceKind.SHOCK,
)
UPRIGHT, STOOP = (0, 0, 0, 80), (75, 15, 60, 20)

READINGS = {
    "rula_a": (
        (6, 3, 4, 2),
        "122233334444556789 223334344444566789 223334444444566789 223334444445567789 "
        "233334444445567789 333444445555677899 334445555556677899 334445555556778999",
    ),
    "rula_b": (
        (6, 6, 2),
        "123578 333578 223578 334678 344678 455788 555788 556789 666789 677789 777889 777889",
    ),
    "rula_c": ((8, 7), "12334455 22334455 33334566 34445667 44456677 55567777 55667777"),
}
"""Other programs' tables, columns read downwards: shape and columns."""


@pytest.mark.parametrize("name", READINGS)
def test_tables_agree_with_a_second_reading_by_columns(name):
    shape, columns = READINGS[name]
    reading = np.array([[int(cell) for cell in column] for column in columns.split()])
    np.testing.assert_array_equal(score_table(name, *shape), reading.T.reshape(shape))


@pytest.mark.parametrize("neck", [1, 2, 3])
def test_published_case_of_a_bent_and_twisted_trunk(neck):
    assert rula.table_b(neck, trunk=5, legs=1) == 6


@pytest.mark.parametrize(
    ("angles_deg", "assumptions", "parts", "a_b_c_d_grand"),
    [
        pytest.param(STOOP, BOX, (3, 2, 2, 4), (4, 5, 7, 8, 7), id="stoop lift from the floor"),
        pytest.param(
            UPRIGHT, NOTHING_ADDED, (1, 1, 1, 1), (1, 1, 1, 1, 1), id="upright, elbows bent, no load"
        ),
    ],
)
def test_a_posture_worked_by_hand(angles_deg, assumptions, parts, a_b_c_d_grand):
    found = rula.score(*angles_deg, assumptions)
    assert (found.upper_arm, found.lower_arm, found.neck, found.trunk) == parts
    assert (found.a, found.b, found.c, found.d, found.grand) == a_b_c_d_grand


def test_the_worst_posture_scores_7():
    found = rula.score(80, -5, 120, 0, WORST)
    assert (found.c, found.d, found.grand) == (13, 13, 7)
    assert "wrist: over 15 deg" in found.assumed


@pytest.mark.parametrize(
    ("flexion_deg", "expected"),
    [(0, 1), (5, 1), (-5, 1), (5.1, 2), (20, 2), (20.1, 3), (60, 3), (60.1, 4), (-5.1, np.nan)],
)
def test_trunk(flexion_deg, expected):
    np.testing.assert_equal(float(rula.trunk_score(flexion_deg, NOTHING_ADDED)), expected)
    assert rula.trunk_score(flexion_deg, replace(NOTHING_ADDED, trunk_supported=True)) == 1


@pytest.mark.parametrize(
    ("flexion_deg", "expected"), [(0, 1), (10, 1), (10.1, 2), (20, 2), (20.1, 3), (-1, 4)]
)
def test_neck(flexion_deg, expected):
    assert rula.neck_score(flexion_deg, NOTHING_ADDED) == expected
    assert rula.neck_score(flexion_deg, WORST) == expected + 2


@pytest.mark.parametrize(
    ("load_kg", "force", "points"),
    [
        (1.9, ForceKind.INTERMITTENT, 0),
        (2, ForceKind.INTERMITTENT, 1),
        (10, ForceKind.INTERMITTENT, 1),
        (10.1, ForceKind.INTERMITTENT, 2),
        (2, ForceKind.STATIC_OR_REPEATED, 2),
        (10, ForceKind.STATIC_OR_REPEATED, 2),
        (10.1, ForceKind.STATIC_OR_REPEATED, 3),
        (0.5, ForceKind.SHOCK, 3),
        (30, ForceKind.SHOCK, 3),
    ],
)
def test_force(load_kg, force, points):
    assumptions = replace(NOTHING_ADDED, load_kg=load_kg, force=force)
    assert assumptions.use_points == points
    assert replace(assumptions, static_or_over_4_per_min=True).use_points == points + 1


@pytest.mark.parametrize(
    ("changes", "part", "expected"),
    [
        ({"trunk_twisted": True}, "trunk", 2),
        ({"trunk_bent_sideways": True}, "trunk", 2),
        ({"neck_twisted": True}, "neck", 2),
        ({"neck_bent_sideways": True}, "neck", 2),
        ({"legs_unsupported_or_uneven": True}, "b", 3),
        ({"upper_arm_abducted": True}, "upper_arm", 2),
        ({"shoulder_raised": True}, "upper_arm", 2),
        ({"lower_arm_across_or_out": True}, "lower_arm", 2),
        ({"wrist": Wrist.UP_TO_15_DEG}, "a", 2),
        ({"wrist": Wrist.OVER_15_DEG, "wrist_deviated": True}, "a", 3),
        ({"wrist_deviated": True}, "a", 2),
        ({"wrist_twist_near_end": True}, "a", 2),
        ({"static_or_over_4_per_min": True}, "c", 2),
        ({"load_kg": 5.0}, "d", 2),
    ],
)
def test_each_assumption_moves_its_own_part(changes, part, expected):
    assert getattr(rula.score(*UPRIGHT, NOTHING_ADDED), part) == 1
    assert getattr(rula.score(*UPRIGHT, replace(NOTHING_ADDED, **changes)), part) == expected


def test_a_supported_arm_scores_less():
    assert rula.score(*STOOP, NOTHING_ADDED).upper_arm == 3
    assert rula.score(*STOOP, replace(NOTHING_ADDED, arm_supported=True)).upper_arm == 2


def test_a_small_static_force_has_no_score():
    with pytest.raises(ValueError, match="load_kg is 1 with a static or repeated force, expected at least 2"):
        replace(NOTHING_ADDED, load_kg=1.0, force=ForceKind.STATIC_OR_REPEATED)


def test_action_levels_in_the_words_of_the_source():
    found = list(rula.action_level(range(1, 8)))
    assert found[0] == found[1] == "acceptable if it is not maintained or repeated for long periods"
    assert found[2] == found[3] == "further investigation is needed and changes may be required"
    assert found[4] == found[5] == "investigation and changes are required soon"
    assert found[6] == "investigation and changes are required immediately"
    assert rula.action_level(np.nan) is None


def test_scores_beyond_the_table_count_as_its_last():
    assert rula.grand_score(8, 7) == rula.grand_score(13, 13) == 7
    assert (rula.grand_score(7, 4), rula.grand_score(8, 4), rula.grand_score(13, 4)) == (6, 7, 7)


def test_unknown_stays_unknown():
    found = rula.score([75, np.nan], 15, 60, 20, BOX)
    np.testing.assert_equal(found.c, [7, 7])
    np.testing.assert_equal(found.d, [8, np.nan])
    np.testing.assert_equal(found.grand, [7, np.nan])
    assert np.isnan(rula.score(*STOOP, replace(NOTHING_ADDED, load_kg=np.nan)).grand)


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.floats(-5, 120), st.floats(-60, 60), st.floats(-60, 150)), min_size=1, max_size=5),
    st.sampled_from([NOTHING_ADDED, BOX, WORST]),
)
def test_many_postures_at_once_equal_each_alone(postures, assumptions):
    many = rula.score(*np.array(postures).T, 20, assumptions)
    each = [rula.score(*posture, 20, assumptions).grand for posture in postures]
    np.testing.assert_array_equal(many.grand, each)
    assert ((many.grand >= 1) & (many.grand <= 7)).all()


@settings(deadline=None)
@given(st.tuples(st.floats(0, 180), st.floats(0, 180)), st.tuples(st.floats(0, 60), st.floats(0, 60)))
def test_bending_further_or_holding_more_never_lowers_the_score(trunk_deg, load_kg):
    (less_deg, more_deg), (less_kg, more_kg) = sorted(trunk_deg), sorted(load_kg)
    less = rula.score(less_deg, 15, 60, 20, replace(NOTHING_ADDED, load_kg=less_kg))
    more = rula.score(more_deg, 15, 60, 20, replace(NOTHING_ADDED, load_kg=more_kg))
    assert less.grand <= more.grand


def test_impossible_angles():
    with pytest.raises(ValueError, match="neck_flexion_deg is -200, expected a value between -180 and 180"):
        rula.score(0, -200, 0, 0, NOTHING_ADDED)
