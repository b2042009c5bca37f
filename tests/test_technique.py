from dataclasses import fields, replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.technique import (
    DEFAULT_POLICY,
    Policy,
    SpineModel,
    chord_threshold,
    judge,
    probability_of_bend,
    probability_of_flexion,
)
from detectors.vocabulary import LegPattern, Reason, Technique

SEEN_WELL = {
    "lift_id": "a",
    "person_height_px": 300.0,
    "view_angle_deg": 10.0,
    "seen_share": 0.95,
    "overlap_share": 0.0,
    "frames_around_peak": 8.0,
    "trunk_inclination_peak_deg": 65.0,
    "standing_reference_s": 2.0,
    "back_chord_ratio": 0.80,
    "back_chord_ratio_se": 0.03,
    "knee_flexion_grasp_deg": 25.0,
    "stoop_squat_index": 85.0,
}
FAILING = {
    Reason.SIZE: {"person_height_px": 120.0},
    Reason.VIEW: {"view_angle_deg": 45.0},
    Reason.OCCLUSION: {"seen_share": 0.3},
    Reason.TOO_SHORT: {"frames_around_peak": 3.0},
    Reason.UPRIGHT: {"trunk_inclination_peak_deg": 22.0},
    Reason.NO_STANDING_REFERENCE: {"standing_reference_s": 0.2},
    Reason.IMPLAUSIBLE: {"back_chord_ratio": 0.4},
}
BACK_SEEN = SEEN_WELL | {
    "view_angle_deg": 42.0,
    "spine_flexion_deg": 55.0,
    "spine_flexion_se_deg": 8.0,
    "standing_windows": 3.0,
}
BACK_FAILING = {
    **{reason: measures for reason, measures in FAILING.items() if reason != Reason.NO_STANDING_REFERENCE},
    Reason.VIEW: {"view_angle_deg": 80.0},
    Reason.NO_STANDING_REFERENCE: {"standing_windows": 0.0},
    Reason.FLEXION_UNSURE: {"spine_flexion_se_deg": 30.0},
}
TRUSTING = Policy(neutral_up_to=0.30)
"""A policy that takes a long chord for a neutral spine, though a quarter of the bends hide so."""


def judged(policy=DEFAULT_POLICY, **measures):
    return judge(pd.DataFrame([SEEN_WELL | measures]), policy).iloc[0]


def judged_by_back(policy=DEFAULT_POLICY, **measures):
    return judge(pd.DataFrame([BACK_SEEN | measures]), policy).iloc[0]


@pytest.mark.parametrize("reason", FAILING)
def test_each_gate_names_itself_and_leaves_the_probability_unknown(reason):
    row = judged(**FAILING[reason])
    assert (row["technique"], row["reason"]) == (Technique.INDETERMINATE, reason)
    assert np.isnan(row["p_spine_bend"])
    assert np.isnan(row["margin_se"])


@pytest.mark.parametrize(
    ("measures", "reason"),
    [
        pytest.param({"overlap_share": 0.6}, Reason.OCCLUSION, id="somebody in front"),
        pytest.param({"trunk_inclination_peak_deg": 150.0}, Reason.IMPLAUSIBLE, id="trunk head down"),
    ],
)
def test_a_gate_has_more_than_one_way_to_fail(measures, reason):
    assert judged(**measures)["reason"] == reason


@pytest.mark.parametrize(
    ("column", "reason"),
    [
        ("person_height_px", Reason.SIZE),
        ("view_angle_deg", Reason.VIEW),
        ("seen_share", Reason.OCCLUSION),
        ("overlap_share", Reason.OCCLUSION),
        ("frames_around_peak", Reason.TOO_SHORT),
        ("trunk_inclination_peak_deg", Reason.UPRIGHT),
        ("standing_reference_s", Reason.NO_STANDING_REFERENCE),
        ("back_chord_ratio", Reason.IMPLAUSIBLE),
    ],
)
def test_what_is_unknown_fails_its_gate(column, reason):
    row = judged(**{column: np.nan})
    assert (row["technique"], row["reason"]) == (Technique.INDETERMINATE, reason)


def test_an_unknown_error_of_the_chord_is_no_judgement():
    row = judged(back_chord_ratio_se=np.nan)
    assert row["technique"] == Technique.INDETERMINATE
    assert row["reason"] != Reason.JUDGED


def test_the_first_failed_gate_in_order_is_the_reason():
    order = list(FAILING)
    for i, first in enumerate(order):
        together = {k: v for reason in order[i:] for k, v in FAILING[reason].items()}
        assert judged(**together)["reason"] == first


@pytest.mark.parametrize(
    ("column", "just_passes"),
    [
        ("person_height_px", 160.0),
        ("view_angle_deg", 30.0),
        ("seen_share", 0.6),
        ("overlap_share", 0.3),
        ("frames_around_peak", 5.0),
        ("trunk_inclination_peak_deg", 30.0),
        ("standing_reference_s", 0.5),
    ],
)
def test_the_published_limits_themselves_pass(column, just_passes):
    assert judged(**{column: just_passes})["reason"] == Reason.JUDGED


def test_a_short_chord_is_a_spine_bend_whatever_the_knees_do():
    assert judged()["technique"] == Technique.SPINE_BEND
    squat = judged(knee_flexion_grasp_deg=100.0, stoop_squat_index=20.0)
    assert (squat["technique"], squat["leg_pattern"]) == (Technique.SPINE_BEND, LegPattern.DEEP)


@pytest.mark.parametrize("chord", [0.90, 0.95, 1.0, 1.1])
def test_a_long_chord_proves_no_hinge_by_default(chord):
    row = judged(back_chord_ratio=chord)
    assert (row["technique"], row["reason"]) == (Technique.INDETERMINATE, Reason.SPINE_NOT_SEEN)


def test_between_the_two_it_is_borderline():
    row = judged(back_chord_ratio=0.875, back_chord_ratio_se=0.04)
    assert (row["technique"], row["reason"]) == (Technique.INDETERMINATE, Reason.BORDERLINE)


def test_a_policy_that_trusts_long_chords_tells_hinge_from_squat():
    assert judged(TRUSTING, back_chord_ratio=0.97)["technique"] == Technique.HIP_HINGE
    deep = {"knee_flexion_grasp_deg": 100.0, "stoop_squat_index": 20.0}
    assert judged(TRUSTING, back_chord_ratio=0.97, **deep)["technique"] == Technique.SQUAT
    assert judged(TRUSTING, back_chord_ratio=0.80, **deep)["technique"] == Technique.SPINE_BEND


@pytest.mark.parametrize(
    "legs",
    [
        pytest.param({"knee_flexion_grasp_deg": 100.0, "stoop_squat_index": 80.0}, id="trunk leads"),
        pytest.param({"knee_flexion_grasp_deg": 30.0, "stoop_squat_index": 20.0}, id="knees nearly straight"),
    ],
)
def test_a_squat_needs_both_deep_knees_and_an_upright_trunk(legs):
    assert judged(TRUSTING, back_chord_ratio=0.97, **legs)["technique"] == Technique.HIP_HINGE


@given(st.floats(0.6, 1.2), st.floats(0.6, 1.2), st.floats(0.005, 0.2), st.floats(0.0, 0.9))
def test_a_shorter_chord_never_makes_a_bend_less_likely(a, b, error, hidden):
    model = replace(DEFAULT_POLICY.spine, hidden_share=hidden)
    p = probability_of_bend(np.array(sorted((a, b))), np.full(2, error), model)
    assert p[0] >= p[1] - 1e-9
    assert ((p >= 0.0) & (p <= 1.0)).all()


@given(st.floats(0.6, 1.3), st.floats(0.005, 0.3))
def test_no_chord_is_a_hinge_or_squat_by_default(chord, error):
    row = judged(back_chord_ratio=chord, back_chord_ratio_se=error, trunk_inclination_peak_deg=60.0)
    assert row["technique"] in (Technique.SPINE_BEND, Technique.INDETERMINATE)


def test_a_vague_chord_moves_the_probability_towards_even():
    sharp, vague = (judged(back_chord_ratio_se=error)["p_spine_bend"] for error in (0.01, 0.15))
    assert 0.5 < vague < sharp


def test_far_from_the_threshold_the_margin_is_wide():
    margins = [judged(back_chord_ratio=chord)["margin_se"] for chord in (0.70, 0.80, 0.86)]
    assert margins == sorted(margins, reverse=True)


@pytest.mark.parametrize(
    ("knee", "pattern"),
    [
        (5.0, LegPattern.STRAIGHT),
        (15.0, LegPattern.SOFT),
        (34.0, LegPattern.SOFT),
        (35.0, LegPattern.BENT),
        (60.0, LegPattern.DEEP),
        (np.nan, LegPattern.UNKNOWN),
    ],
)
def test_the_knees_are_named_by_how_far_they_bend(knee, pattern):
    assert judged(knee_flexion_grasp_deg=knee)["leg_pattern"] == pattern


@pytest.mark.parametrize(
    ("flexion", "knee", "stoop", "technique"),
    [
        pytest.param(60.0, 20.0, 90.0, Technique.SPINE_BEND, id="stoop"),
        pytest.param(60.0, 100.0, 20.0, Technique.SPINE_BEND, id="squat with a round back"),
        pytest.param(10.0, 20.0, 90.0, Technique.HIP_HINGE, id="hinge"),
        pytest.param(10.0, 100.0, 20.0, Technique.SQUAT, id="squat"),
        pytest.param(32.5, 20.0, 90.0, Technique.INDETERMINATE, id="between"),
    ],
)
def test_a_back_that_is_seen_is_judged_by_its_flexion_and_then_by_the_knees(flexion, knee, stoop, technique):
    row = judged_by_back(spine_flexion_deg=flexion, knee_flexion_grasp_deg=knee, stoop_squat_index=stoop)
    assert row["technique"] == technique
    assert row["reason"] == (Reason.BORDERLINE if technique == Technique.INDETERMINATE else Reason.JUDGED)


def test_a_seen_back_overrules_the_chord():
    assert judged_by_back(back_chord_ratio=0.75, spine_flexion_deg=5.0)["technique"] == Technique.HIP_HINGE
    assert judged_by_back(back_chord_ratio=0.99)["technique"] == Technique.SPINE_BEND


@pytest.mark.parametrize(
    ("errors_above", "p"),
    [
        pytest.param(0.0, 0.5, id="on the threshold"),
        pytest.param(1.0, 0.8413, id="one standard error above"),
        pytest.param(-1.96, 0.025, id="the lower end of 95 %"),
    ],
)
def test_the_probability_of_a_measured_flexion_is_that_of_the_normal_table(errors_above, p):
    row = judged_by_back(spine_flexion_deg=32.5 + 6.0 * errors_above, spine_flexion_se_deg=6.0)
    assert row["p_spine_bend"] == pytest.approx(p, abs=2e-4)
    assert row["margin_se"] == pytest.approx(abs(errors_above))


@given(st.floats(-30.0, 110.0), st.floats(0.0, 30.0), st.floats(0.5, 30.0))
def test_more_flexion_never_makes_a_bend_less_likely(flexion, more, error):
    p = probability_of_flexion(np.array([flexion, flexion + more]), np.full(2, error), 32.5)
    assert p[0] <= p[1]


@pytest.mark.parametrize("reason", BACK_FAILING)
def test_each_gate_holds_for_a_seen_back_too(reason):
    row = judged_by_back(**BACK_FAILING[reason])
    assert (row["technique"], row["reason"]) == (Technique.INDETERMINATE, reason)
    assert np.isnan(row["p_spine_bend"])
    assert np.isnan(row["margin_se"])


def test_a_seen_back_needs_windows_of_standing_and_not_seconds():
    assert judged_by_back(standing_reference_s=0.0)["reason"] == Reason.JUDGED
    assert judged_by_back(standing_windows=1.0)["reason"] == Reason.JUDGED


@pytest.mark.parametrize(
    "unknown",
    [
        {"spine_flexion_deg": np.nan},
        {"spine_flexion_se_deg": np.nan},
        {"spine_flexion_se_deg": 0.0},
        {"spine_flexion_deg": np.nan, "spine_flexion_se_deg": 40.0},
    ],
)
def test_without_a_flexion_and_its_error_the_chord_decides(unknown):
    near_side = {"view_angle_deg": 10.0}
    by_chord = judged(**near_side)
    row = judged_by_back(**near_side, **unknown)
    assert row.to_dict() == by_chord.to_dict()
    assert judged_by_back(**unknown)["reason"] == Reason.VIEW  # the chord is judged up to 30 deg


def test_backs_that_are_seen_and_backs_that_are_not_stand_in_one_table():
    rows = pd.DataFrame([SEEN_WELL | {"back_chord_ratio": 0.97}, BACK_SEEN]).assign(lift_id=["a", "b"])
    assert judge(rows)["technique"].tolist() == [Technique.INDETERMINATE, Technique.SPINE_BEND]


def test_rows_keep_their_order_and_number():
    rows = pd.DataFrame([SEEN_WELL, SEEN_WELL | FAILING[Reason.VIEW], SEEN_WELL])
    out = judge(rows.assign(lift_id=["a", "b", "c"]))
    assert out["lift_id"].tolist() == ["a", "b", "c"]
    assert out["reason"].tolist() == ["judged", "view", "judged"]


def test_no_lifts_give_no_judgements():
    out = judge(pd.DataFrame([SEEN_WELL]).iloc[:0])
    assert len(out) == 0
    assert "technique" in out


def test_settings_can_not_be_changed_by_the_way():
    assert all(field.init for field in fields(Policy))
    with pytest.raises(AttributeError):
        DEFAULT_POLICY.spine_bend_from = 0.1


def test_an_upright_squat_is_judged_where_its_back_is_seen_from_near_the_side():
    """A squat keeps the trunk upright; the curve of a back seen from the side does not need it to lean."""
    squat = {"trunk_inclination_peak_deg": 17.0, "knee_flexion_grasp_deg": 95.0, "stoop_squat_index": 20.0}
    neutral = {"spine_flexion_deg": 5.0}
    near, oblique = {"view_angle_deg": 8.0}, {"view_angle_deg": 40.0}
    assert judged_by_back(**squat, **neutral, **near)["technique"] == Technique.SQUAT
    assert judged_by_back(**squat, **neutral, **oblique)["reason"] == Reason.UPRIGHT
    assert judged(**squat, **near)["reason"] == Reason.UPRIGHT
    assert judged_by_back(**squat | {"trunk_inclination_peak_deg": 6.0}, **near)["reason"] == Reason.UPRIGHT


@pytest.mark.parametrize(
    ("view_deg", "errors_off", "technique"),
    [
        pytest.param(30.0, 1.2, Technique.HIP_HINGE, id="near the side"),
        pytest.param(40.0, 1.2, Technique.INDETERMINATE, id="oblique"),
        pytest.param(40.0, 2.1, Technique.HIP_HINGE, id="oblique and clearly neutral"),
        pytest.param(40.0, -1.2, Technique.INDETERMINATE, id="oblique and perhaps bent"),
        pytest.param(40.0, -2.1, Technique.SPINE_BEND, id="oblique and clearly bent"),
    ],
)
def test_an_oblique_back_must_be_far_from_the_threshold(view_deg, errors_off, technique):
    seen = {"view_angle_deg": view_deg, "knee_flexion_grasp_deg": 20.0, "spine_flexion_se_deg": 10.0}
    row = judged_by_back(**seen, spine_flexion_deg=32.5 - 10.0 * errors_off)
    assert row["technique"] == technique
    assert (row["reason"] == Reason.BORDERLINE) == (technique == Technique.INDETERMINATE)
    assert row["margin_se"] == pytest.approx(abs(errors_off))


def test_a_seen_back_may_be_smaller_than_a_chord():
    assert judged_by_back(person_height_px=150.0)["reason"] == Reason.JUDGED
    assert judged_by_back(person_height_px=140.0)["reason"] == Reason.SIZE
    assert judged(person_height_px=150.0)["reason"] == Reason.SIZE


CHORDS = np.linspace(0.83, 0.95, 12_001)


@given(
    error=st.floats(0.001, 0.3),
    probability=st.floats(0.02, 0.99),
    hidden=st.floats(0.0, 0.9),
    widths=st.tuples(st.floats(0.01, 0.1), st.floats(0.0, 0.05)),
)
def test_the_threshold_is_where_the_probability_is_nearest_to_the_verdict(error, probability, hidden, widths):
    # The bends spread at least as widely, as in the built-in model: then the ratio falls from mean to mean.
    model = SpineModel(neutral_sd=widths[0], bent_sd=widths[0] + widths[1], hidden_share=hidden)
    (found,) = chord_threshold(np.array([error]), model, probability)
    off = np.abs(probability_of_bend(CHORDS, np.full_like(CHORDS, error), model) - probability)
    at_found = np.abs(probability_of_bend(np.array([found]), np.array([error]), model) - probability)[0]
    assert at_found <= off.min() + 1e-4
    assert off.min() > 1e-3 or at_found < 2e-3


@pytest.mark.parametrize(
    ("probability", "hidden", "end"), [(1.0, 0.25, 0.83), (0.2, 0.5, 0.95), (0.8, 1.0, 0.83)]
)
def test_a_probability_that_no_chord_has_is_at_an_end(probability, hidden, end):
    assert chord_threshold(np.array([0.02]), SpineModel(hidden_share=hidden), probability).tolist() == [end]


def test_an_unknown_error_has_no_threshold():
    assert np.isnan(chord_threshold(np.array([np.nan]), SpineModel(), 0.8)).all()
