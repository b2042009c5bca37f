import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from pipelines.exposure import lifft
from pipelines.exposure.lifft import Basis, DailyDose, RiskBand

KG_PER_LB, M_PER_IN, NM_PER_FT_LB = 0.45359237, 0.0254, 1.355818
MOMENTS = st.floats(0, 300)


def probability(damage):
    return lifft.probability_of_high_risk_job(DailyDose(damage, Basis.WORKER_DAY))


def test_printed_example_of_the_tool():
    # 30 lb at 16 in, 760 lifts a day: 40 ft lb and 40 %.
    moment = lifft.moment_nm(30 * KG_PER_LB, 16 * M_PER_IN)
    assert moment / NM_PER_FT_LB == pytest.approx(40, abs=0.001)
    dose = lifft.daily_dose([moment], [760])
    assert dose.cumulative_damage == pytest.approx(0.0090, abs=0.00005)
    assert lifft.probability_of_high_risk_job(dose) == pytest.approx(0.40, abs=0.01)


def test_printed_example_of_the_paper():
    # 13 kg at 0.40 m, 400 lifts: 51 Nm, 0.000011 per lift, 0.0043 (from an earlier version of the tool).
    moment = lifft.moment_nm(13, 0.40)
    assert moment == pytest.approx(51, abs=0.5)
    assert lifft.damage_per_cycle(moment) == pytest.approx(0.000011, abs=0.0000006)
    assert lifft.daily_dose([moment], [400]).cumulative_damage == pytest.approx(0.0043, rel=0.025)


def test_printed_effect_of_30_nm_less():
    # Zelik et al. 2022: damage falls by about 70 %.
    ratio = lifft.damage_per_cycle([30, 60, 130]) / lifft.damage_per_cycle([60, 90, 160])
    np.testing.assert_allclose(1 - ratio, 0.70, atol=0.025)


@pytest.mark.parametrize(
    ("damage", "expected"),
    [
        (0.001, 0.2061),
        (0.0043, 0.3318),
        (0.009, 0.4081),
        (0.03, 0.5408),
        (0.1, 0.668),
        (0.3, 0.7663),
        (1, 0.8485),
    ],
)
def test_curve_of_version_1_4_0(damage, expected):
    assert probability(damage) == pytest.approx(expected, abs=0.00005)


def test_no_damage_is_no_probability_and_unknown_stays_unknown():
    assert probability(0.0) == 0.0
    assert np.isnan(probability(np.nan))
    assert np.isnan(lifft.daily_dose([np.nan, 10], [1, 1]).cumulative_damage)
    assert np.isnan(lifft.damage_per_cycle(np.nan))


def test_tasks_of_a_day_add_up_without_rounding():
    # 10 lifts of 1.5e-6 vanish in the workbook, which rounds each task to four decimals.
    light = lifft.daily_dose([0.0], [10]).cumulative_damage
    assert light == pytest.approx(10 ** (1 - 5.81636221), rel=1e-6)
    assert lifft.daily_dose([0.0] * 7, [10] * 7).cumulative_damage == pytest.approx(7 * light)


def test_doses_of_several_workers_dont_add_up():
    dose = lifft.daily_dose([50], [100])
    with pytest.raises(TypeError, match="per worker-day"):
        dose + dose
    with pytest.raises(TypeError, match="per worker-day"):
        sum([dose, dose])
    with pytest.raises(ValueError, match="one worker on one day"):
        lifft.daily_dose([[50, 60], [50, 60]], [[100, 90], [80, 70]])


def test_a_station_is_told_as_a_scenario_of_one_worker():
    # 100 equal lifts in 4 person-hours are 200 in an 8-hour day, whoever did them.
    scenario = lifft.scenario_dose([50] * 100, 4)
    assert scenario.cumulative_damage == pytest.approx(lifft.daily_dose([50], [200]).cumulative_damage)
    assert scenario.basis == Basis.SCENARIO
    assert "one worker" in scenario.basis
    assert lifft.scenario_dose([], 4).cumulative_damage == 0


def test_the_definition_of_the_outcome_is_the_tools():
    assert "12 injuries per 200,000 hours" in lifft.HIGH_RISK_JOB


@pytest.mark.parametrize(
    ("share", "band"),
    [
        (0.0, RiskBand.LOW),
        (0.2499, RiskBand.LOW),
        (0.25, RiskBand.MODERATE),
        (0.2539, RiskBand.MODERATE),
        (0.5, RiskBand.MODERATE),
        (0.501, RiskBand.HIGH),
        (np.nan, RiskBand.UNKNOWN),
    ],
)
def test_bands_of_the_paper(share, band):
    assert lifft.risk_band(share) is band


@given(arrays(float, array_shapes(max_dims=2), elements=MOMENTS))
def test_arrays_equal_the_loop(moments):
    together = lifft.damage_per_cycle(moments)
    assert together.shape == moments.shape
    np.testing.assert_allclose(together.ravel(), [lifft.damage_per_cycle(moment) for moment in moments.flat])


@given(MOMENTS, st.floats(0.1, 50), st.floats(0, 1000))
def test_more_moment_or_more_lifts_never_lower_the_probability(moment, step, times):
    assert lifft.damage_per_cycle(moment + step) > lifft.damage_per_cycle(moment)
    few, many = lifft.daily_dose([moment], [times]), lifft.daily_dose([moment], [times + 1])
    assert lifft.probability_of_high_risk_job(few) < lifft.probability_of_high_risk_job(many) < 1


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(lambda: lifft.moment_nm(-1, 0.3), "load_kg is -1, .* at least 0"),
        pytest.param(lambda: lifft.damage_per_cycle([5, -3]), "moment_nm is -3"),
        pytest.param(lambda: lifft.scenario_dose([5], 0), "observed_person_h is 0"),
        pytest.param(lambda: DailyDose(-0.1, Basis.WORKER_DAY), "cumulative_damage is -0.1"),
        pytest.param(lambda: lifft.risk_band(40), "probability is 40, .* between 0 and 1"),
    ],
)
def test_impossible_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
