import numpy as np
import pytest

from pipelines.exposure.trend import Break, Signal, breaks, p_chart, trends

DAYS = np.arange(12.0)
ONE_SETUP = ["cam-a"] * 12


def test_a_straight_line_has_its_slope_and_the_exact_p_of_a_single_order():
    (found,) = trends(DAYS[:8], 3.0 - 0.5 * DAYS[:8], ONE_SETUP[:8])
    assert (found.slope_per_day, found.slope_low, found.slope_high) == pytest.approx((-0.5, -0.5, -0.5))
    assert found.tau == pytest.approx(-1.0)
    assert found.p_value == pytest.approx(2 / 40320), "two of 8! orders are as extreme"


def test_mann_kendall_agrees_with_the_published_table():
    order = [3, 2, 1, 0, 4, 5, 6, 7]  # S = 16: Gilbert 1987, table A18, 0.031 on one side
    (found,) = trends(DAYS[:8], order, ONE_SETUP[:8])
    assert found.tau == pytest.approx(16 / 28)
    assert found.p_value == pytest.approx(2 * 0.031, abs=0.001)


def test_one_wild_shift_does_not_turn_the_trend():
    values = 10.0 + 0.2 * DAYS
    values[11] = -500.0
    (found,) = trends(DAYS, values, ONE_SETUP)
    assert found.slope_per_day == pytest.approx(0.2)


def test_days_without_a_shift_do_not_steepen_the_slope():
    days = DAYS * 7.0
    (found,) = trends(days, 2.0 * days, ONE_SETUP)
    assert found.slope_per_day == pytest.approx(2.0)


@pytest.mark.parametrize("known", [7, 8])
def test_a_trend_needs_eight_known_shifts(known):
    values = DAYS.copy()
    values[known:] = np.nan
    (found,) = trends(DAYS, values, ONE_SETUP)
    assert np.isnan(found.slope_per_day) == np.isnan(found.p_value) == (known < 8)


def test_a_level_series_has_no_trend():
    (found,) = trends(DAYS, np.full(12, 4.0), ONE_SETUP)
    assert (found.slope_per_day, found.tau, found.p_value) == (0.0, 0.0, 1.0)


def test_a_new_camera_is_a_break_and_no_trend_crosses_it():
    setups = ["cam-a m1"] * 9 + ["cam-b m1"] * 10 + ["cam-b m2"] * 3
    values = np.r_[np.full(9, 1.0), np.full(10, 5.0), [9.0, 9.0, 9.0]]
    assert breaks(setups) == [Break(9, "cam-a m1", "cam-b m1"), Break(19, "cam-b m1", "cam-b m2")]
    found = trends(np.arange(22.0), values, setups)
    assert [(part.start, part.end, part.setup) for part in found] == [
        (0, 9, "cam-a m1"), (9, 19, "cam-b m1"), (19, 22, "cam-b m2"),
    ]  # fmt: skip
    assert [part.slope_per_day for part in found[:2]] == [0.0, 0.0]
    assert np.isnan(found[2].slope_per_day)


def test_returning_to_an_old_setup_is_a_break_too():
    assert [found.position for found in breaks(["a", "a", "b", "a"])] == [2, 3]
    assert breaks([]) == []
    assert trends([], [], []) == []


def test_without_a_trend_the_test_claims_one_no_more_often_than_its_level():
    rng = np.random.default_rng(21)
    noise = rng.normal(size=(500, 10))
    claims = [trends(DAYS[:10], row, ONE_SETUP[:10])[0].p_value <= 0.05 for row in noise]
    assert np.mean(claims) <= 0.06  # exact and discrete: 0.047 for ten values, standard error 0.009


def test_slope_limits_cover_the_true_slope():
    rng = np.random.default_rng(22)
    hits = []
    for row in rng.normal(size=(3000, 12)):
        (found,) = trends(DAYS, 0.3 * DAYS + row, ONE_SETUP)
        hits.append(found.slope_low <= 0.3 <= found.slope_high)
    assert 0.93 <= np.mean(hits) <= 0.98


def test_days_out_of_order_are_refused():
    with pytest.raises(ValueError, match="ascending day"):
        trends([0.0, 2.0, 1.0], [1.0, 1.0, 1.0], ["a"] * 3)
    with pytest.raises(ValueError, match="3 days, 2 values and 3 setups"):
        trends([0.0, 1.0, 2.0], [1.0, 1.0], ["a"] * 3)


def test_with_shifts_of_one_size_the_limits_are_those_of_an_individuals_chart():
    found = np.array([31, 28, 36, 33, 29, 40, 27, 30, 35, 32])
    chart = p_chart(found, 100, ["a"] * 10)
    mean_range = np.abs(np.diff(found / 100)).mean()
    assert chart.centre[0] == pytest.approx(0.321)
    np.testing.assert_allclose(chart.high, 0.321 + 2.66 * mean_range, atol=2e-4)  # 2.66: Shewhart's tables
    np.testing.assert_allclose(chart.low, 0.321 - 2.66 * mean_range, atol=2e-4)


def test_sigma_z_is_one_for_independent_lifts_and_more_for_shifts_that_differ():
    rng = np.random.default_rng(23)
    sizes = rng.integers(200, 2000, size=3000)
    setups = ["a"] * 3000
    assert p_chart(rng.binomial(sizes, 0.3), sizes, setups).sigma_z[0] == pytest.approx(1.0, abs=0.04)
    differing = p_chart(rng.binomial(sizes, rng.beta(30, 70, size=3000)), sizes, setups)
    assert differing.sigma_z[0] > 2.0
    beyond = np.mean([signal is Signal.BEYOND_LIMITS for signal in differing.signals])
    assert beyond < 0.02, "large shifts are not called out for their size"


def test_emergency_departments_are_overdispersed_as_laneys_chart_was_made_for():
    # Attendances seen within four hours, weeks 1 to 6 of Mohammed et al. 2013, and again.
    seen = np.tile([266501, 264225, 276532, 281461, 269071, 261215], 2)
    came = np.tile([280443, 276823, 291681, 296155, 282343, 275888], 2)
    assert p_chart(seen, came, ["a"] * 12).sigma_z[0] > 5.0


def test_a_shift_that_stands_out_is_a_signal():
    found = np.array([30, 31, 29, 30, 32, 30, 29, 31, 75, 30, 31, 30])
    signals = p_chart(found, 100, ["a"] * 12).signals
    assert signals[8] is Signal.BEYOND_LIMITS
    assert Signal.BEYOND_LIMITS not in signals[:8] + signals[9:]


@pytest.mark.parametrize(("length", "signal"), [(7, Signal.NONE), (8, Signal.RUN)])
def test_eight_in_a_row_on_one_side_are_a_signal(length, signal):
    low = np.tile([28, 24], 10)[:length]
    rest = np.tile([36, 24, 36], 20)[: 3 * length]
    signals = p_chart(np.r_[low, rest], 100, ["a"] * (4 * length)).signals
    assert set(signals[:length]) == {signal}
    assert set(signals[length:]) == {Signal.NONE}


def test_each_setup_has_its_own_centre_and_unknown_shifts_are_left_out():
    judged = np.r_[np.full(10, 50), 0, np.full(9, 50), np.full(3, 50)]
    found = np.r_[np.tile([9, 11], 5), 0, np.tile([31, 29], 5)[:9], [25, 25, 25]]
    chart = p_chart(found, judged, ["a"] * 11 + ["b"] * 9 + ["c"] * 3)
    assert chart.centre[0] == pytest.approx(0.2)
    assert chart.centre[11] == pytest.approx(0.602, abs=0.001)
    assert np.isnan(chart.share[10])
    assert np.isnan(chart.centre[[10, 20]]).all()
    assert set(chart.signals) == {Signal.NONE}


def test_shifts_without_any_spine_bend_have_no_limits_and_no_signal():
    chart = p_chart(np.zeros(9), 40, ["a"] * 9)
    assert np.isnan(chart.high).all()
    assert set(chart.signals) == {Signal.NONE}
