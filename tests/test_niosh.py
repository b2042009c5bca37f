import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from pipelines.exposure import niosh, niosh_frequency
from pipelines.exposure.niosh import Coupling, IndexBand

ROOT = Path(__file__).parents[1]

# The US customary formulas become the metric ones when an inch is taken as 2.5 cm and 51 lb as 23 kg.
# In true units the metric constants give up to 4 % less.
CM_PER_IN, KG_PER_LB = 2.5, 23 / 51
TRUE_CM_PER_IN, TRUE_KG_PER_LB = 2.54, 0.45359237

# Examples of the manual as printed, in inches and pounds, from multipliers rounded to two decimals.
# In example 1 the table's .44 for H = 23 in is not the .43 of the formula, hence its wider tolerance.
# (load, H, V, V at origin, D, A, F, hours, coupling), printed RWL, printed LI, tolerance of RWL
EXAMPLES = [
    pytest.param((44, 23, 15, 15, 49, 0, 0.2, 1, "fair"), 16.3, 2.7, 0.03, id="1 punch press, origin"),
    pytest.param((44, 23, 64, 15, 49, 0, 0.2, 1, "fair"), 14.5, 3.0, 0.03, id="1 punch press, destination"),
    pytest.param((35, 20, 27, 27, 17, 0, 0.2, 1, "poor"), 20.9, 1.7, 0.01, id="2 supply rolls, origin"),
    pytest.param((35, 20, 10, 27, 17, 0, 0.2, 1, "poor"), 18.1, 1.9, 0.01, id="2 supply rolls, destination"),
    pytest.param((26, 10, 22, 22, 37, 0, 3, 1, "fair"), 34.9, 0.7, 0.01, id="4 package inspection, origin"),
    pytest.param((26, 20, 59, 22, 37, 0, 3, 1, "fair"), 15.2, 1.7, 0.01, id="4 inspection, destination"),
    pytest.param((25, 14, 24, 24, 16, 90, 1, 8, "fair"), 16.4, 1.5, 0.01, id="6 product packaging, origin"),
]


@pytest.mark.parametrize(("task", "rwl", "li", "rel"), EXAMPLES)
def test_printed_examples_of_the_manual(task, rwl, li, rel):
    load, h, v, v_origin, d, a, f, hours, grip = task
    lengths = np.array([h, v, v_origin, d])
    limit = niosh.recommended_weight_limit_kg(*lengths * CM_PER_IN, a, f, hours, grip)
    assert limit / KG_PER_LB == pytest.approx(rwl, rel=rel)
    assert niosh.lifting_index(load * KG_PER_LB, limit) == pytest.approx(li, abs=0.05 + rel * li)
    in_true_units = niosh.recommended_weight_limit_kg(*lengths * TRUE_CM_PER_IN, a, f, hours, grip)
    assert in_true_units / TRUE_KG_PER_LB == pytest.approx(rwl, rel=0.06)


# Tables 1 to 4 of the manual, pp. 8-13, metric, multipliers as printed.
# fmt: off
TABLE_1 = {25: 1.00, 28: 0.89, 30: 0.83, 32: 0.78, 34: 0.74, 36: 0.69, 38: 0.66, 40: 0.63, 42: 0.60, 44: 0.57}
TABLE_1 |= {46: 0.54, 48: 0.52, 50: 0.50, 52: 0.48, 54: 0.46, 56: 0.45, 58: 0.43, 60: 0.42, 63: 0.40, 63.1: 0}
TABLE_2 = {0: 0.78, 10: 0.81, 20: 0.84, 30: 0.87, 40: 0.90, 50: 0.93, 60: 0.96, 70: 0.99, 80: 0.99, 90: 0.96}
TABLE_2 |= {100: 0.93, 110: 0.90, 120: 0.87, 130: 0.84, 140: 0.81, 150: 0.78, 160: 0.75, 170: 0.72, 175: 0.70}
TABLE_2 |= {175.1: 0}
TABLE_3 = {25: 1.00, 40: 0.93, 55: 0.90, 70: 0.88, 85: 0.87, 100: 0.87, 115: 0.86, 130: 0.86, 145: 0.85}
TABLE_3 |= {160: 0.85, 175: 0.85, 175.1: 0}
TABLE_4 = {0: 1.00, 15: 0.95, 30: 0.90, 45: 0.86, 60: 0.81, 75: 0.76, 90: 0.71, 105: 0.66, 120: 0.62}
TABLE_4 |= {135: 0.57, 135.1: 0}
# fmt: on


@pytest.mark.parametrize(
    ("multiplier", "table"),
    [
        pytest.param(niosh.horizontal_multiplier, TABLE_1, id="HM"),
        pytest.param(niosh.vertical_multiplier, TABLE_2, id="VM"),
        pytest.param(niosh.distance_multiplier, TABLE_3, id="DM"),
        pytest.param(niosh.asymmetry_multiplier, TABLE_4, id="AM"),
    ],
)
def test_printed_multipliers(multiplier, table):
    # Half a unit of the last place; the printed DM of 130 cm is .86 where the formula has .8546.
    np.testing.assert_allclose(multiplier(list(table)), list(table.values()), atol=0.0055)


@pytest.mark.parametrize("multiplier", [niosh.horizontal_multiplier, niosh.distance_multiplier])
def test_short_distances_count_as_25_cm(multiplier):
    np.testing.assert_array_equal(multiplier([0, 10, 24.9]), multiplier(25))


@pytest.mark.parametrize(
    ("frequency", "hours", "vertical", "printed"),
    [
        pytest.param(0.05, 1, 80, 1.00, id="below 0.2 counts as 0.2"),
        pytest.param(0.2, 8, 80, 0.85, id="long, seldom"),
        pytest.param(5, 1.01, 20, 0.60, id="just above 1 h is moderate"),
        pytest.param(5, 2, 20, 0.60, id="2 h is moderate"),
        pytest.param(5, 2.01, 20, 0.35, id="just above 2 h is long"),
        pytest.param(9, 8, 74.9, 0.00, id="long, low"),
        pytest.param(9, 8, 75, 0.15, id="long, 75 cm is high"),
        pytest.param(12, 2, 75, 0.21, id="moderate, high"),
        pytest.param(15, 1, 75, 0.28, id="the most"),
        pytest.param(15.01, 1, 75, 0.00, id="more than 15"),
        pytest.param(2.5, 1, 20, 0.895, id="half-way between .91 and .88"),
        pytest.param(6.25, 8, 90, 0.2575, id="a quarter from .27 to .22"),
    ],
)
def test_frequency_multiplier_of_table_5(frequency, hours, vertical, printed):
    assert niosh_frequency.frequency_multiplier(frequency, hours, vertical) == pytest.approx(printed)


def test_frequency_follows_the_height_at_the_origin_and_coupling_that_of_the_evaluated_end():
    at = niosh.recommended_weight_limit_kg(25, [60, 80], [80, 60], 25, 0, 9, 8, "fair")
    assert at[0] > 0  # .15 for an origin at 80 cm
    assert at[1] == 0  # .00 for an origin at 60 cm
    np.testing.assert_allclose(niosh.coupling_multiplier("fair", [60, 74.9, 75, 80]), [0.95, 0.95, 1, 1])


def test_the_load_constant_is_the_limit_of_a_lift_at_its_best():
    assert niosh.recommended_weight_limit_kg(25, 75, 75, 25, 0, 0.2, 1, Coupling.GOOD) == 23.0


def test_printed_frequency_of_pausing_work():
    # 10 lifts a minute during 8 of 15 minutes, p. 16.
    assert niosh_frequency.sampled_lifts_per_min(10, 8) == pytest.approx(5.33, abs=0.005)
    np.testing.assert_array_equal(niosh_frequency.sampled_lifts_per_min([16, 10], [8, 15.5]), [16, 10])


@pytest.mark.parametrize(
    ("work_min", "recovery_min", "deciding_min"),
    [
        pytest.param([30, 45], [10, 0], 75, id="recovery too short: 75 minutes, moderate"),
        pytest.param([30, 45], [30, 0], 45, id="recovery as long as the work: short"),
        pytest.param([120, 30], [36, 0], 120, id="two hours need 36 minutes"),
        pytest.param([120, 30], [35, 0], 150, id="35 minutes don't do"),
        pytest.param([], [], 0, id="no work"),
    ],
)
def test_printed_duration_rules(work_min, recovery_min, deciding_min):
    hours = niosh_frequency.deciding_work_h(np.array(work_min) / 60, np.array(recovery_min) / 60)
    assert hours == pytest.approx(deciding_min / 60)


def test_duration_is_unknown_if_a_session_is():
    assert np.isnan(niosh_frequency.deciding_work_h([0.5, np.nan], [1, 1]))
    assert niosh_frequency.deciding_work_h([0.5], [np.nan]) == 0.5


def test_the_destination_counts_only_with_significant_control():
    limits = niosh.deciding_limit_kg(10, [8, 8, 12, np.nan, 8], [0, 1, 1, 1, np.nan])
    np.testing.assert_array_equal(limits, [10, 8, 10, np.nan, np.nan])


def test_container_width_estimates_the_horizontal_distance():
    # Page 8: H = 20 + W/2 from 25 cm on, 25 + W/2 below; a 40 cm box.
    np.testing.assert_array_equal(niosh.estimated_horizontal_cm(40, [25, 24, np.nan]), [40, 45, np.nan])


def test_words_of_the_source_for_an_index():
    found = niosh.index_band([0.4, 1.0, 1.01, 3.0, 3.01, np.nan])
    goal, more = IndexBand.GOAL, IndexBand.INCREASED
    assert found.tolist() == [goal, goal, more, more, IndexBand.HIGHLY_STRESSFUL, IndexBand.UNKNOWN]


def test_index_is_undefined_where_the_limit_is_zero():
    np.testing.assert_array_equal(
        niosh.lifting_index([10, 0, np.nan, 10], [0, 5, 5, np.nan]), [np.nan, 0] + 2 * [np.nan]
    )


TASK = st.tuples(
    st.floats(0, 80), st.floats(0, 200), st.floats(0, 200), st.floats(0, 200), st.floats(0, 180),
    st.floats(0, 20), st.floats(0, 8), st.sampled_from(list(Coupling)),
)  # fmt: skip


@given(st.lists(TASK, min_size=1, max_size=5))
def test_arrays_equal_the_loop_over_tasks(tasks):
    together = niosh.recommended_weight_limit_kg(*zip(*tasks, strict=True))
    alone = [niosh.recommended_weight_limit_kg(*task) for task in tasks]
    np.testing.assert_array_equal(together, alone)
    assert ((together >= 0) & (together <= 23)).all()


@given(TASK, st.integers(0, 7))
def test_an_unknown_input_leaves_the_limit_unknown(task, which):
    unknown = [np.nan if place == which else value for place, value in enumerate(task)]
    assert np.isnan(niosh.recommended_weight_limit_kg(*unknown))


@given(TASK, st.sampled_from([0, 3, 4, 5, 6]), arrays(float, 2, elements=st.floats(0, 8)))
def test_farther_higher_more_twisted_or_more_frequent_never_raises_the_limit(task, which, two):
    # Horizontal distance, travel, asymmetry, frequency and duration.
    scale = {0: 10, 3: 25, 4: 22, 5: 2.4, 6: 1}[which]
    less, more = ((*task[:which], value * scale, *task[which + 1 :]) for value in sorted(two))
    assert niosh.recommended_weight_limit_kg(*more) <= niosh.recommended_weight_limit_kg(*less)


def test_beyond_8_hours_there_is_no_limit():
    assert np.isnan(niosh.recommended_weight_limit_kg(25, 75, 75, 25, 0, 0.2, 8.01, "good"))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(lambda: niosh.horizontal_multiplier([30, -1]), "horizontal_cm is -1, .* at least 0"),
        pytest.param(lambda: niosh.lifting_index(-2, 10), "load_kg is -2, .* at least 0"),
        pytest.param(lambda: niosh.coupling_multiplier("loose", 70), "'loose'.*good, fair, poor"),
        pytest.param(lambda: niosh_frequency.deciding_work_h([1, 2], [1]), "shapes"),
    ],
)
def test_impossible_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("name", ["niosh_frequency", "niosh_coupling"])
def test_reference_tables_are_those_that_were_reconciled(name):
    path = f"pipelines/exposure/tables/{name}.csv"
    digest = hashlib.sha256((ROOT / path).read_bytes()).hexdigest()
    assert f"{digest}  {path}" in (ROOT / "data/reference/SHA256SUMS").read_text().splitlines()
