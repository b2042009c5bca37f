"""Proof statistics: on lifts whose measures were made up so that each figure is known beforehand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from detectors.proof.crossed import crossed
from detectors.proof.figures import resampled, share
from detectors.proof.fit import fit_back, without_own
from detectors.proof.lifts import (
    calibration_error_by_chance,
    expected_calibration_error,
    groups,
    judged,
    measured,
    right_at,
    verdicts,
)
from detectors.ski_pole import COLUMNS, SHAPES
from detectors.technique import DEFAULT_POLICY
from detectors.vocabulary import Technique

MEASURES, ERRORS = zip(*COLUMNS, strict=True)


def technique_of(flexion):
    return np.select([flexion >= 40.0, flexion > 25.0], ["spine_bend", "indeterminate"], "hip_hinge").astype(
        object
    )


def lifts(n=200, seed=3, **columns):
    """Return lifts of uniform flexion, all found, measured without error and judged right."""
    rng = np.random.default_rng(seed)
    flexion = rng.uniform(-5.0, 80.0, n)
    truth = technique_of(flexion)
    table = pd.DataFrame(
        {
            "clip": [f"lift_{i}.mp4" for i in range(n)],
            "true_azimuth_deg": rng.choice([0.0, 15.0, -15.0, 30.0, -30.0, 45.0, -45.0, 60.0, -90.0], n),
            "true_flexion_deg": flexion,
            "true_technique": truth,
            "true_trunk_inclination_deg": rng.uniform(30.0, 100.0, n),
            "true_knee_flexion_deg": rng.uniform(5.0, 120.0, n),
            "true_neck_flexion_deg": rng.uniform(-40.0, 30.0, n),
            "found": True,
            "view_yaw_deg": rng.uniform(-45.0, 75.0, n),
            "spine_flexion_deg": flexion,
            "p_spine_bend": np.where(flexion >= 32.5, 1.0, 0.0),
            "margin_se": np.abs(flexion - 32.5) / 8.0,
            "technique": truth,
        }
    )
    return table.assign(**columns)


def whole(table):
    """Return lifts with all that the gates of a verdict ask for."""
    asked = {
        "view_angle_deg": 5.0,
        "person_height_px": 300.0,
        "seen_share": 1.0,
        "overlap_share": 0.0,
        "frames_around_peak": 9,
        "trunk_inclination_peak_deg": 70.0,
        "standing_windows": 5,
        "standing_reference_s": 3.0,
        "back_chord_ratio": 0.9,
        "back_chord_ratio_se": 0.05,
        "knee_flexion_grasp_deg": 10.0,
        "stoop_squat_index": 90.0,
        "spine_flexion_se_deg": np.nan,
        "spine_flexion_deg": np.nan,
    }
    return table.assign(**asked)


def lost(table, rows):
    """Return the table with some lifts not found."""
    measures = ["view_yaw_deg", "spine_flexion_deg", "p_spine_bend", "margin_se", "technique"]
    table = table.copy()
    table.loc[rows, "found"] = False
    table.loc[rows, measures] = np.nan
    return table


def test_a_perfect_measure_has_no_error_and_full_discrimination():
    figures = measured(lifts())
    exact = {"found": 1.0, "mae_deg": 0.0, "bias_deg": 0.0, "auc": 1.0, "slope": 1.0, "partial_r": 1.0}
    assert {name: figure.value for name, figure in figures.items()} == pytest.approx(exact, abs=1e-9)
    assert all(figure.n == 200 for figure in figures.values())
    verdict = judged(lifts())
    assert verdict["right"].value == 1.0
    assert verdict["ece"].value == 0.0


def test_a_measure_that_shows_half_of_the_flexion_and_ten_degrees_more_is_told_so():
    table = lifts()
    figures = measured(table.assign(spine_flexion_deg=0.5 * table["true_flexion_deg"] + 10.0))
    assert figures["slope"].value == pytest.approx(0.5)
    assert figures["bias_deg"].value == pytest.approx(10.0 - 0.5 * table["true_flexion_deg"].mean())
    assert figures["auc"].value == 1.0


def test_a_measure_of_the_trunk_alone_tells_nothing_of_the_spine_given_the_trunk():
    rng = np.random.default_rng(1)
    table = lifts(2000)
    trunk = 30.0 + table["true_flexion_deg"] + rng.normal(0.0, 10.0, len(table))
    seen = trunk + rng.normal(0.0, 5.0, len(table))
    figures = measured(table.assign(true_trunk_inclination_deg=trunk, spine_flexion_deg=seen))
    assert figures["auc"].value > 0.95
    assert figures["partial_r"].value == pytest.approx(0.0, abs=0.1)


def test_what_was_not_found_lowers_the_share_and_no_other_figure():
    figures = measured(lost(lifts(), range(50)))
    assert (figures["found"].value, figures["found"].n) == (0.75, 200)
    assert (figures["mae_deg"].value, figures["mae_deg"].n) == (0.0, 150)


def test_a_share_has_the_printed_wilson_interval():
    figure = share(np.arange(263) < 81)  # Newcombe 1998, table I, method 3
    assert (figure.low, figure.high) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert np.isnan(share(np.zeros(0, bool)).value)


def test_intervals_of_resampled_lifts_hold_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(7)
    held = []
    for _ in range(150):
        figure = resampled(lambda rows: float(rows.mean()), rng.normal(5.0, 2.0, (60, 1)))
        held.append(figure.low <= 5.0 <= figure.high)
    assert 0.87 <= np.mean(held) <= 0.99


def test_few_lifts_have_a_figure_and_no_interval():
    figure = resampled(lambda rows: float(rows.mean()), np.array([[1.0], [3.0], [np.nan]]))
    assert (figure.value, figure.n) == (2.0, 2)
    assert np.isnan(figure.low)


def test_probabilities_that_come_true_as_often_as_they_say_have_a_small_error():
    rng = np.random.default_rng(2)
    p = rng.uniform(0.0, 1.0, 20000)
    truly = rng.random(20000) < p
    assert expected_calibration_error(p, truly) < 0.02
    assert expected_calibration_error(np.full(100, 0.9), np.arange(100) < 50) == pytest.approx(0.4)
    assert expected_calibration_error(np.array([0.2]), np.array([True])) == pytest.approx(0.8)


def test_exact_probabilities_err_by_chance_and_the_less_the_more_lifts_there_are():
    rng = np.random.default_rng(9)
    few, many = (calibration_error_by_chance(rng.uniform(0.0, 1.0, n)) for n in (20, 2000))
    assert few.value > 0.2
    assert many.value < 0.04
    p = rng.uniform(0.0, 1.0, 20)
    inside = [few.low <= expected_calibration_error(p, rng.random(20) < p) <= few.high for _ in range(200)]
    assert np.mean(inside) > 0.88
    assert calibration_error_by_chance(np.array([0.0, 1.0, 1.0])).value == 0.0
    assert calibration_error_by_chance(np.array([])).n == 0


def test_the_lifts_of_a_grid_never_shape_their_own_calibration():
    first, second = backs(), backs().assign(found=True)
    second["back_curvature_change_deg"] *= 2.0  # as if other weights had seen them
    first = first.assign(found=True, lift_id="a", kind="lift")
    second = second.assign(lift_id="b", kind="lift")
    columns = dict.fromkeys(("technique", "p_spine_bend", "reason", "leg_pattern", "margin_se"), np.nan)
    tables = [whole(table).assign(**columns) for table in (first, second)]
    out = crossed(tables, DEFAULT_POLICY, "ab" * 32, "made up")
    assert len(out) == len(first) + len(second)
    near = out["view_yaw_deg"].abs() < 20.0
    halves = [out[near & out["clip"].str.startswith(f"{i}/")] for i in (0, 1)]
    # Each is measured by the line of the other, which is too flat for one and too steep for the other.
    ratio = [np.polyfit(h["true_flexion_deg"], h["spine_flexion_deg"].astype(float), 1)[0] for h in halves]
    assert ratio[0] == pytest.approx(0.5, abs=0.05)
    assert ratio[1] == pytest.approx(2.0, abs=0.1)
    assert out["clip"].is_unique


def test_a_wider_margin_covers_fewer_lifts_and_leaves_out_the_wrong_ones():
    table = lifts(2000)
    error = np.random.default_rng(4).normal(0.0, 8.0, len(table))
    seen = table["true_flexion_deg"] + error
    verdict = np.where(seen > 32.5, "spine_bend", "hip_hinge").astype(object)
    table = table.assign(technique=verdict, margin_se=np.abs(seen - 32.5) / 8.0)
    pairs = [right_at(table, margin) for margin in (0.0, 1.0, 2.0)]
    coverage, accuracy = ([pair[i].value for pair in pairs] for i in (0, 1))
    assert coverage[0] == 1.0
    assert coverage == sorted(coverage, reverse=True)
    assert accuracy == sorted(accuracy)
    assert accuracy[2] > accuracy[0] + 0.02


def test_a_squat_with_a_neutral_back_called_a_hinge_is_right_on_the_spine():
    table = lifts(1).assign(true_technique="squat", technique="hip_hinge", margin_se=2.0)
    assert right_at(table, 0.0)[1].value == 1.0
    assert right_at(table.assign(technique="spine_bend"), 0.0)[1].value == 0.0


def test_backs_between_neutral_and_bent_are_neither_right_nor_wrong_but_counted():
    table = lifts(40).assign(true_technique="indeterminate", technique="spine_bend")
    assert right_at(table, 0.0)[1].n == 0
    assert verdicts(table).loc["indeterminate", "spine_bend"] == 40


def test_every_lift_stands_once_in_the_verdicts():
    counts = verdicts(lost(lifts(), range(30)))
    assert counts.to_numpy().sum() == 200
    assert counts["not_found"].sum() == 30
    assert list(counts.index) == [str(technique) for technique in Technique]


def test_the_bands_of_views_share_out_the_lifts():
    table = lifts(500)
    counts = {name: len(some) for name, some in groups(table)}
    bands = [name for name in counts if name.endswith("deg")]
    assert bands == ["0-30 deg", "30-45 deg", "45-60 deg", "60-90 deg"]
    assert sum(counts[band] for band in bands) == counts["all views"] == 500
    exactly_aside = int((table["true_azimuth_deg"] == 0.0).sum())
    assert counts["all views, front"] + counts["all views, rear"] == 500 - exactly_aside
    assert "60-90 deg, front" not in counts  # all of the lifts at 90 deg are seen from behind


def backs(n=400):
    """Return lifts whose curvature shows 0.8 of the flexion, and nothing else of the back any."""
    table, rng = lifts(n), np.random.default_rng(5)
    noise = {
        name: rng.normal(0.0, spread, n) for name, spread in zip(MEASURES, (2.0, 2.0, 12.0), strict=True)
    }
    shapes = {name: rng.normal(2.0, 1.0, n) for name in SHAPES}
    return table.assign(
        back_curvature_change_deg=5.0 + 0.8 * table["true_flexion_deg"] + noise[MEASURES[0]],
        back_pole_gap_change_percent=rng.normal(0.0, 1.0, n),
        back_turn_change_deg=table["true_flexion_deg"] + noise[MEASURES[2]],
        back_curvature_change_se_deg=3.0,
        back_pole_gap_change_se_percent=0.5,
        back_turn_change_se_deg=4.0,
        **shapes,
    )


def of_curvature(deg, table):
    """Return a row that shows a change of curvature, all else as usual."""
    usual = {name: float(table[name].mean()) for name in (*MEASURES, *SHAPES)}
    turned = {"back_turn_change_deg": (deg - 5.0) / 0.8}
    return usual | turned | {"back_curvature_change_deg": deg} | dict.fromkeys(ERRORS, 0.0)


def test_a_calibration_undoes_what_the_measures_show_too_little_of():
    table = backs()
    fitted = fit_back(table, "ab" * 32, "made up")
    assert [band.yaw_up_to_deg for band in fitted.bands] == [-20.0, 20.0, 75.0]
    assert fitted.flexion_deg(of_curvature(45.0, table), 10.0)[0] == pytest.approx(50.0, abs=1.5)
    assert fitted.flexion_deg(of_curvature(13.0, table), 10.0)[0] == pytest.approx(10.0, abs=1.5)
    assert np.isnan(fitted.flexion_deg(of_curvature(45.0, table), -50.0)[0])


def test_the_shape_when_standing_counts_where_the_change_lacks_it():
    table = backs()
    table["back_curvature_change_deg"] -= 6.0 * table[SHAPES[-2]]
    table["back_turn_change_deg"] -= 6.0 * table[SHAPES[-2]]
    fitted = fit_back(table, "ab" * 32, "made up")
    off = [
        fitted.flexion_deg(row, row["view_yaw_deg"])[0] - row["true_flexion_deg"]
        for row in table.to_dict("records")
        if -45.0 < row["view_yaw_deg"] <= 75.0
    ]
    # Unheeded, a spread of 6 deg times 1 % of stature would be left, over 0.8.
    assert np.std(off) < 4.0


def test_a_noisy_measure_is_drawn_towards_the_mean_and_not_beyond_the_truth():
    table = backs()
    table["back_curvature_change_deg"] += np.random.default_rng(6).normal(0.0, 25.0, len(table))
    table["back_turn_change_deg"] = 0.0 + np.random.default_rng(8).normal(0.0, 1.0, len(table))
    fitted = fit_back(table, "ab" * 32, "made up")
    assert fitted.terms[0].slope < 0.8


def test_a_few_lifts_with_misplaced_points_and_large_errors_do_not_bend_the_fit():
    table = backs()
    usual = fit_back(table, "ab" * 32, "made up").terms[0].slope
    table.loc[:9, "back_curvature_change_deg"] = -300.0
    table.loc[:9, "back_curvature_change_se_deg"] = 80.0
    fitted = fit_back(table, "ab" * 32, "made up")
    assert fitted.terms[0].slope == pytest.approx(usual, rel=0.05)


def test_lifts_beyond_the_bands_of_views_have_no_part_in_the_fit():
    table = backs()
    beyond = table.index < 40
    table.loc[beyond, "view_yaw_deg"] = np.where(table.index[beyond] % 2, -60.0, 80.0)
    usual = fit_back(table, "ab" * 32, "made up")
    table.loc[beyond, "back_curvature_change_deg"] = 0.0
    assert fit_back(table, "ab" * 32, "made up") == usual


def test_a_band_with_too_few_lifts_is_refused_in_one_sentence():
    table = backs()
    with pytest.raises(ValueError, match=r"views from 20 to 75 deg.*0 clips.*expected 3"):
        fit_back(table[table["view_yaw_deg"] < 20.0], "ab" * 32, "made up")


def test_the_residual_leaves_out_what_the_measures_themselves_err_by():
    """A residual of 10 with an error of 8 by the measures leaves 6; never less than half."""
    assert without_own(10.0, 8.0) == pytest.approx(6.0)
    assert without_own(10.0, 9.5) == pytest.approx(5.0)


def test_a_view_that_is_seen_worse_has_the_larger_error():
    table = backs()
    rear = table["view_yaw_deg"] < -20.0
    table.loc[rear, "back_curvature_change_deg"] += np.random.default_rng(9).normal(0.0, 20.0, rear.sum())
    behind, side, _ = fit_back(table, "ab" * 32, "made up").bands
    assert behind.residual_sd_deg > 1.5 * side.residual_sd_deg
    assert behind.mae_deg > 1.5 * side.mae_deg
