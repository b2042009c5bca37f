import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from pipelines.exposure.small_groups import Rule, publish

RULE = Rule(least_group_size=5, least_observed_h=0.5, least_width=8.0)

LIFTS = np.array([[20, 50, 10, 40], [8, 19, 22, 30], [17, 32, 12, 25]])
WORKERS = np.array([[9, 12, 6, 9], [2, 8, 9, 7], [7, 9, 6, 8]])


def attack(shown):
    """Return the least and most that each hidden cell can be, for one who knows the table as shown."""
    cells = np.arange(shown.size).reshape(shown.shape)
    sums = []
    for line in [*cells, *cells.T]:
        relation = np.zeros(shown.size)
        relation[line[:-1]], relation[line[-1]] = 1.0, -1.0
        sums.append(relation)
    bounds = [(0, None) if np.isnan(value) else (value, value) for value in shown.ravel()]
    reach = []
    for cell in np.flatnonzero(np.isnan(shown)):
        aim = np.zeros(shown.size)
        aim[cell] = 1.0
        least, most = (
            linprog(way * aim, A_eq=sums, b_eq=np.zeros(len(sums)), bounds=bounds) for way in (1, -1)
        )
        assert least.status == 0
        assert most.status in (0, 3), "3 is unbounded"
        reach.append((least.fun, -most.fun if most.status == 0 else np.inf))
    return np.array(reach).reshape(-1, 2)


def with_totals(inner):
    table = np.c_[inner, inner.sum(axis=1)].astype(float)
    return np.r_[table, [table.sum(axis=0)]]


def test_the_attacker_gets_back_a_cell_that_is_hidden_alone():
    shown = with_totals(LIFTS)
    shown[1, 0] = np.nan
    np.testing.assert_allclose(attack(shown), [[8, 8]])


def test_the_attacker_gets_back_a_row_and_its_total_hidden_without_more():
    shown = with_totals(LIFTS)
    shown[1, 0] = shown[1, 4] = np.nan
    np.testing.assert_allclose(attack(shown), [[8, 8], [79, 79]])


def test_a_small_group_takes_the_cheapest_rectangle_with_it():
    found = publish(LIFTS, WORKERS, np.full(LIFTS.shape, 9.0), RULE)
    assert np.argwhere(found.small).tolist() == [[1, 0]]
    # Cheapest of those that leave 8 lifts of room: 17 + 22 + 12, room 8 down to 17 up.
    assert np.argwhere(found.hidden).tolist() == [[1, 0], [1, 2], [2, 0], [2, 2]]
    np.testing.assert_array_equal(found.values[~found.hidden], with_totals(LIFTS)[~found.hidden])
    assert np.isnan(found.values[found.hidden]).all()


def test_nothing_is_hidden_where_every_group_is_large_and_long_enough():
    found = publish(LIFTS, np.full(LIFTS.shape, 5), np.full(LIFTS.shape, 0.5), RULE)
    np.testing.assert_array_equal(found.values, with_totals(LIFTS))


def test_a_cell_seen_for_too_short_is_small_too():
    hours = np.full(LIFTS.shape, 9.0)
    hours[0, 3] = 0.49
    assert np.argwhere(publish(LIFTS, np.full(LIFTS.shape, 9), hours, RULE).small).tolist() == [[0, 3]]


def test_zones_with_no_one_in_them_are_shown_and_protect_nothing():
    lifts, workers = np.array([[8, 0], [0, 30], [40, 20]]), np.array([[2, 0], [0, 9], [9, 9]])
    found = publish(lifts, workers, np.full(lifts.shape, 9.0), RULE)
    assert not found.hidden[0, 1]
    assert found.hidden[0, 2], "the row's total is its only cell"
    assert (np.diff(attack(found.values)) >= RULE.least_width).all()


def test_an_empty_zone_is_no_cheap_corner():
    found = publish([[8, 30], [30, 0]], [[2, 9], [9, 0]], np.full((2, 2), 9.0), RULE)
    assert not found.hidden[1, 1]
    assert (np.diff(attack(found.values)) >= RULE.least_width).all()


def test_two_small_groups_share_a_rectangle_rather_than_hide_more_cells():
    lifts = np.array([[18, 500, 20], [500, 17, 20], [20, 20, 20]])
    workers = np.where(np.eye(3, dtype=bool) & (lifts < 20), 2, 9)
    found = publish(lifts, workers, np.full((3, 3), 9.0), RULE)
    assert np.argwhere(found.hidden).tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]


def test_the_same_few_workers_in_all_zones_hide_the_whole_table():
    found = publish(LIFTS, np.full(LIFTS.shape, 4), np.full(LIFTS.shape, 9.0), RULE)
    assert np.isnan(found.values).all()


TABLES = st.tuples(st.integers(1, 4), st.integers(1, 5)).flatmap(
    lambda shape: st.tuples(
        arrays(np.int64, shape, elements=st.one_of(st.integers(0, 3), st.integers(0, 60))),
        arrays(np.int64, shape, elements=st.sampled_from([9, 9, 9, 9, 9, 5, 4, 2, 1, 0])),
    )
)


@settings(max_examples=40, deadline=None)
@given(TABLES, st.sampled_from([1.0, 8.0, 50.0]))
def test_no_hidden_cell_can_be_narrowed_to_less_than_the_width(table, width):
    lifts, workers = table
    lifts = np.where(workers == 0, 0, lifts)
    found = publish(lifts, workers, np.full(lifts.shape, 9.0), Rule(5, 0.5, width))
    inner = found.hidden[:-1, :-1]
    assert inner[(workers > 0) & (workers < 5)].all()
    assert not inner[workers == 0].any()
    reach = attack(found.values)
    true = with_totals(lifts)[found.hidden]
    assert ((reach[:, 0] <= true + 1e-6) & (true <= reach[:, 1] + 1e-6)).all()
    assert (reach[:, 1] - reach[:, 0] >= width - 1e-6).all()


@pytest.mark.parametrize(
    ("lifts", "workers", "hours"),
    [
        pytest.param([[-1]], [[5]], [[1]], id="negative"),
        pytest.param([[np.nan]], [[5]], [[1]], id="unknown"),
        pytest.param([[3]], [[0]], [[1]], id="lifts of no one"),
        pytest.param([3, 4], [5, 5], [1, 1], id="not a table"),
        pytest.param(np.empty((0, 3)), np.empty((0, 3)), np.empty((0, 3)), id="empty"),
    ],
)
def test_impossible_tables_are_refused(lifts, workers, hours):
    with pytest.raises(ValueError, match="expected"):
        publish(lifts, workers, hours, RULE)


def test_a_rule_that_hides_nothing_well_is_refused():
    with pytest.raises(ValueError, match="a width above 0"):
        Rule(5, 0.5, 0.0)
