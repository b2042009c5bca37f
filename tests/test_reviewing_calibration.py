"""The site's own map: found again where it is known, refused where labels are few or gain nothing."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit

from detectors.technique import judge
from detectors.thresholds import Calibration, Policy
from pipelines.judging.command import template
from pipelines.judging.policy import PolicyError, load_policy
from pipelines.reviewing.accuracy import Accuracy, Counts
from pipelines.reviewing.calibrate_command import REFUSED, calibrate, labelled_backs
from pipelines.reviewing.corrected import corrected
from pipelines.reviewing.operating_points import THRESHOLDS, at_threshold, operating_points
from pipelines.reviewing.policy_text import with_table, with_values
from pipelines.reviewing.probability_map import NoBetterError, fit_map, log_loss, raw_probability
from pipelines.reviewing.site_calibration import TooFewLabelsError, fit_site, is_held_out
from pipelines.reviewing.weighting import UNKNOWN, Weighted
from pipelines.sites import template as site_template

IN_FORCE = Calibration()


def labelled(n, slope, intercept, seed=0, recordings=40):
    """Return lifts whose reviewers follow a known map of the probability."""
    lot = np.random.default_rng(seed)
    p = expit(lot.normal(0.0, 2.5, n))
    bent = lot.random(n) < expit(slope * logit(p) + intercept)
    footage = [f"f{at}" for at in lot.integers(0, recordings, n)]
    return pd.DataFrame({"footage_id": footage, "p": p, "bent": bent})


def test_a_known_map_is_found_again():
    looks = labelled(6000, 0.6, -0.8)
    found = fit_map(looks["p"].to_numpy(), looks["bent"].to_numpy())
    assert found.slope == pytest.approx(0.6, abs=0.05)
    assert found.intercept == pytest.approx(-0.8, abs=0.1)


def test_few_labels_move_the_map_little():
    found = fit_map(np.array([0.4, 0.6]), np.array([True, False]))
    assert found.slope == pytest.approx(1.0, abs=0.2)
    assert found.intercept == pytest.approx(0.0, abs=0.1)


def test_held_out_recordings_gain_by_a_map_that_is_needed():
    looks = labelled(900, 0.4, -1.2)
    found = fit_site(looks, IN_FORCE)
    assert found.after.log_loss < found.before.log_loss
    assert found.gain_low > 0.0
    held = looks[is_held_out(looks["footage_id"])]
    assert found.held_out == len(held)
    # The best that any map can do on them is the true one.
    best = log_loss(expit(0.4 * logit(held["p"].to_numpy()) - 1.2), held["bent"].to_numpy()).mean()
    assert found.after.log_loss == pytest.approx(best, abs=0.03)


def test_no_recording_is_on_both_sides_and_it_is_always_the_same_one():
    looks = labelled(500, 1.0, 0.0)
    held = is_held_out(looks["footage_id"])
    assert not set(looks["footage_id"][held]) & set(looks["footage_id"][~held])
    np.testing.assert_array_equal(is_held_out(looks["footage_id"][::-1]), held[::-1])
    assert 0.1 < held.mean() < 0.6


def test_too_few_labels_are_refused_and_all_that_is_missing_is_said():
    with pytest.raises(TooFewLabelsError, match="at least 40") as refused:
        fit_site(labelled(30, 1.0, 0.0, recordings=3), IN_FORCE)
    assert "recordings" in str(refused.value)
    many_of_one_kind = labelled(600, 1.0, 0.0).assign(bent=False)
    with pytest.raises(TooFewLabelsError, match=r"0 spine bends \(at least 40\)"):
        fit_site(many_of_one_kind, IN_FORCE)


def test_labels_of_few_recordings_are_refused_however_many_they_are():
    with pytest.raises(TooFewLabelsError, match="4 recordings"):
        fit_site(labelled(2000, 1.0, 0.0, recordings=4), IN_FORCE)


def test_labels_against_the_probabilities_are_refused():
    looks = labelled(900, 1.0, 0.0)
    with pytest.raises(NoBetterError, match="no likelier"):
        fit_site(looks.assign(bent=~looks["bent"]), IN_FORCE)


def test_a_map_that_makes_the_held_out_recordings_worse_is_refused():
    looks = labelled(900, 1.0, 0.0)
    held = is_held_out(looks["footage_id"])
    shifted = labelled(900, 0.3, -2.0)
    looks.loc[~held, "bent"] = shifted["bent"][~held]
    with pytest.raises(NoBetterError, match="worse"):
        fit_site(looks, IN_FORCE)


def test_the_map_changes_probabilities_by_the_back_and_nothing_else():
    back, chord = lifts(2).to_dict("records")
    rows = pd.DataFrame([back, {**chord, "spine_flexion_deg": np.nan, "spine_flexion_se_deg": np.nan}])
    plain = judge(rows, Policy())
    mapped = judge(rows, Policy(calibration=Calibration(0.5, -0.3)))
    p = plain["p_spine_bend"].iloc[0]
    assert mapped["p_spine_bend"].iloc[0] == pytest.approx(expit(0.5 * logit(p) - 0.3))
    assert mapped["p_spine_bend"].iloc[1] == plain["p_spine_bend"].iloc[1]
    pd.testing.assert_series_equal(mapped["margin_se"], plain["margin_se"])


def test_0_and_1_and_unknown_stay_as_they_are():
    found = Calibration(0.5, -0.3).of(np.array([0.0, 1.0, np.nan]))
    np.testing.assert_array_equal(found, [0.0, 1.0, np.nan])


def test_the_raw_probability_of_a_threshold_is_the_one_that_is_mapped_to_it():
    line = Calibration(0.6, -0.8)
    assert line.of(np.array([raw_probability(line, 0.8)]))[0] == pytest.approx(0.8)
    assert raw_probability(IN_FORCE, 0.8) == pytest.approx(0.8)


def lifts(n):
    """Return lifts that pass every gate, with flexions spread round the threshold."""
    flexion = np.linspace(-5.0, 70.0, n) if n > 2 else np.array([36.0, 36.0])[:n]
    return pd.DataFrame(
        {
            "lift_id": [f"l{at}" for at in range(n)], "person_height_px": 400.0, "seen_share": 1.0,
            "overlap_share": 0.0, "frames_around_peak": 9, "view_angle_deg": 5.0,
            "trunk_inclination_peak_deg": 60.0, "knee_flexion_grasp_deg": 30.0, "stoop_squat_index": 80.0,
            "standing_reference_s": 2.0, "back_chord_ratio": 0.9, "back_chord_ratio_se": 0.03,
            "standing_windows": 5, "spine_flexion_deg": flexion, "spine_flexion_se_deg": 10.0,
        }
    )  # fmt: skip


@pytest.fixture
def dial():
    """Return points of the dial on lifts whose reviewers are right about a flexion measured with error."""
    measured = lifts(400)
    lot = np.random.default_rng(1)
    true_deg = measured["spine_flexion_deg"] + lot.normal(0.0, 10.0, 400)
    looks = pd.DataFrame(
        {
            "item_id": measured["lift_id"], "answer": np.where(true_deg > 32.5, "spine_bend", "hip_hinge"),
            "is_found": True, "is_lift": True, "weight": 1.0, "stratum": "a",
        }
    )  # fmt: skip
    return operating_points(looks, measured, Policy())


def test_the_dial_trades_verdicts_for_right_ones(dial):
    _, *points = dial
    assert [one.spine_bend_from for one in points] == list(THRESHOLDS)
    coverage = [one.coverage.value for one in points]
    assert coverage == sorted(coverage, reverse=True)
    assert coverage[0] == 1.0
    assert points[-1].accuracy.value > points[0].accuracy.value + 0.03
    assert points[-1].accuracy.value > 0.98


def test_the_first_point_is_the_policy_in_force(dial):
    assert (dial[0].spine_bend_from, dial[0].back_neutral_up_to) == (0.80, 0.20)
    same = next(one for one in dial[1:] if one.spine_bend_from == 0.8)
    assert dial[0].coverage == same.coverage


def test_a_lower_threshold_never_lets_a_long_chord_pass_for_a_neutral_spine():
    assert at_threshold(Policy(), 0.5).neutral_up_to == Policy().neutral_up_to
    assert at_threshold(Policy(), 0.95).neutral_up_to == pytest.approx(0.05)


def test_the_policy_text_keeps_its_comments_and_says_what_it_should(tmp_path):
    text = with_table(
        with_values(template(), {"spine_bend_from": 0.9}), ("calibration",), {"slope": 0.7, "intercept": -0.2}
    )
    path = tmp_path / "policy.toml"
    path.write_text(text, "utf-8")
    policy = load_policy(path)
    assert policy.policy == Policy(spine_bend_from=0.9, calibration=Calibration(0.7, -0.2))
    assert policy.policy_id != load_policy(None).policy_id
    assert len(text.splitlines()) == len(template().splitlines())


@pytest.mark.parametrize(
    "text", ["", "[figures]\nleast_group_size = 3\n", "# none\n\n[calibration]\nslope = 2.0 # old\n"]
)
def test_missing_keys_and_tables_are_put_where_they_belong(text, tmp_path):
    path = tmp_path / "policy.toml"
    changed = with_table(with_values(text, {"spine_bend_from": 0.9}), ("calibration",), {"slope": 0.5})
    path.write_text(changed, "utf-8")
    assert load_policy(path).policy == Policy(spine_bend_from=0.9, calibration=Calibration(0.5))


def test_a_file_that_writes_the_table_in_its_own_way_is_left_alone():
    with pytest.raises(PolicyError, match="by hand"):
        with_table("calibration = {slope = 1.0}\n", ("calibration",), {"slope": 0.5})


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("slope = 0.0", "calibration.slope is 0.0, expected a number above 0"),
        ("intercept = inf", "calibration.intercept is inf, expected a number"),
        ("intercept = true", "calibration.intercept is true, expected a number"),
    ],
)
def test_a_map_that_is_none_is_refused(line, sentence, tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text(f"[calibration]\n{line}\n")
    with pytest.raises(PolicyError) as refused:
        load_policy(path)
    assert str(refused.value).endswith(sentence)


def test_a_map_that_changes_nothing_leaves_the_policy_its_id(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text("[calibration]\nslope = 1.0\nintercept = 0.0\n")
    assert load_policy(path).policy_id == load_policy(None).policy_id


def rates(sensitivity, specificity, n):
    wide = [Weighted(rate, rate - 0.1, rate + 0.1, n, float(n)) for rate in (sensitivity, specificity)]
    return Accuracy(Counts(n, n, 0), UNKNOWN, UNKNOWN, *wide, UNKNOWN)


def test_the_corrected_share_is_that_of_rogan_and_gladen():
    # 40 % called so at sensitivity 0.8 and specificity 0.9 are 3 in 7.
    found = corrected(400, 1000, rates(0.80, 0.90, 100))
    assert found.raw.value == pytest.approx(0.40)
    assert found.corrected.value == pytest.approx(0.4286, abs=0.0005)
    assert found.corrected.low < 0.36
    assert found.corrected.high > 0.49


def test_the_corrected_share_is_surer_with_more_looks_and_missing_with_few():
    few, many = corrected(400, 1000, rates(0.8, 0.9, 30)), corrected(400, 1000, rates(0.8, 0.9, 3000))
    assert few.corrected.high - few.corrected.low > 2.0 * (many.corrected.high - many.corrected.low)
    assert corrected(400, 1000, rates(0.8, 0.9, 19)) is None


def test_a_verdict_no_better_than_chance_corrects_nothing():
    assert math.isnan(corrected(400, 1000, rates(0.5, 0.5, 100)).corrected.value)


def test_the_command_refuses_too_few_labels_and_writes_nothing(tmp_path, capsys):
    site, out = tmp_path / "site.toml", tmp_path / "policy-site.toml"
    site.write_text(site_template.template())
    assert calibrate(site=site, out=out) == REFUSED
    assert "0 spine bends (at least 40)" in capsys.readouterr().err
    assert not out.exists()


def test_the_command_never_replaces_a_file(tmp_path):
    site = tmp_path / "site.toml"
    site.write_text(site_template.template())
    with pytest.raises(PolicyError, match="exists already"):
        calibrate(site=site, out=site)


def test_labels_meet_the_probability_before_any_calibration():
    measured = lifts(30)
    measured.loc[0, "spine_flexion_deg"] = np.nan  # by the chord: not for the map
    looks = pd.DataFrame(
        {
            "item_id": measured["lift_id"], "footage_id": "f", "is_found": True,
            "is_lift": np.arange(30) != 1, "answer": "spine_bend",
        }
    )  # fmt: skip
    rows = labelled_backs(looks, measured, Policy(calibration=Calibration(0.5, -0.3)))
    plain = judge(measured, Policy())["p_spine_bend"].to_numpy()
    np.testing.assert_allclose(rows["p"], plain[2:])
    assert rows["bent"].all()
