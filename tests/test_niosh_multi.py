import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.exposure import niosh_multi
from pipelines.exposure.niosh_multi import composite_lifting_index, variable_lifting_index

# The job of three tasks of section 2.4.5, p. 28, in pounds; short duration, V at least 30 in.
LOAD, FREQUENCY, FIRWL = [30, 20, 10], [1, 2, 4], [20, 20, 15]


def printed_job(order=(0, 1, 2)):
    load, frequency, firwl = (np.array(column)[list(order)] for column in (LOAD, FREQUENCY, FIRWL))
    return composite_lifting_index(firwl, load, load, frequency, [80, 80, 80], 1)


def test_printed_job_of_three_tasks():
    job = printed_job()
    np.testing.assert_allclose(job.strwl_kg, [18.8, 18.2, 12.6], atol=0.05)
    np.testing.assert_allclose(job.fili, [1.5, 1.0, 0.67], atol=0.005)
    np.testing.assert_allclose(job.stli, [1.6, 1.1, 0.8], atol=0.05)
    assert job.rank.tolist() == [1, 2, 3]
    assert job.index == pytest.approx(1.9, abs=0.05)
    # By hand, unrounded: 30/18.8 + 1.0 (1/.88 - 1/.94) + 10/15 (1/.70 - 1/.88).
    assert job.index == pytest.approx(1.863, abs=0.0005)


@pytest.mark.parametrize("order", [(2, 1, 0), (1, 2, 0)])
def test_the_order_of_the_input_doesnt_matter(order):
    job = printed_job(order)
    assert job.index == pytest.approx(printed_job().index)
    assert job.rank.tolist() == [place + 1 for place in order]


def test_of_two_equal_tasks_the_more_frequent_one_comes_first():
    # FM is .91 at 2 and .84 at 4 lifts per minute: these two tasks have one STLI.
    job = composite_lifting_index([10 / 0.91, 10 / 0.84], [8, 8], [8, 8], [2, 4], [80, 80], 1)
    assert job.stli[0] == pytest.approx(job.stli[1], abs=1e-15)
    assert job.rank.tolist() == [2, 1]


def test_a_job_of_one_task_is_that_task():
    job = composite_lifting_index([20], [10], [12], [3], [80], 8)
    assert job.index == job.stli[0] == pytest.approx(10 / (20 * 0.55))
    assert job.fili[0] == pytest.approx(12 / 20)


TASKS = st.lists(
    st.tuples(st.floats(5, 23), st.floats(1, 20), st.floats(0.2, 2), st.floats(0, 170)),
    min_size=1,
    max_size=4,
)


@given(TASKS)
def test_the_job_is_at_least_its_hardest_task_and_the_increments_add_up(tasks):
    firwl, load, frequency, vertical = map(list, zip(*tasks, strict=True))
    job = composite_lifting_index(firwl, load, load, frequency, vertical, 2)
    assert job.index >= job.stli.max() - 1e-12
    assert job.index == pytest.approx(job.increment.sum())
    assert (job.increment > -1e-12).all()


@given(TASKS)
def test_another_task_never_lowers_the_index(tasks):
    firwl, load, frequency, vertical = map(list, zip(*tasks, strict=True))
    job = composite_lifting_index(firwl, load, load, frequency, vertical, 1)
    more = composite_lifting_index([*firwl, 23], [*load, 0], [*load, 0], [*frequency, 1], [*vertical, 80], 1)
    assert more.index >= job.index - 1e-9


@pytest.mark.parametrize(
    "heights", [pytest.param([80, 70], id="ranks first"), pytest.param([70, 80], id="second")]
)
def test_a_low_task_takes_the_sum_to_the_column_of_low_lifts(heights):
    # 4 + 5 lifts per minute in long work: FM is .15 from 75 cm on and .00 below.
    high = composite_lifting_index([20, 20], [5, 5], [5, 5], [4, 5], [80, 80], 8)
    low = composite_lifting_index([20, 20], [5, 5], [5, 5], [4, 5], heights, 8)
    assert np.isfinite(high.index)
    assert np.isnan(low.index)


def test_an_unknown_task_leaves_the_job_unknown():
    assert np.isnan(composite_lifting_index([20, np.nan], [5, 5], [5, 5], [1, 1], [80, 80], 1).index)
    assert np.isnan(composite_lifting_index([20, 0], [5, 5], [5, 5], [1, 1], [80, 80], 1).index)


def test_variable_lifting_is_the_composite_of_its_categories():
    # 15 lifts of 1.5, 30 of 1.0 and 60 of 0.67 in 15 minutes: the printed job of three tasks again.
    fili = np.repeat([1.4, 1.6, 1.0, 10 / 15], [8, 7, 30, 60])
    fili[:15] += 1.5 - fili[:15].mean()
    job = variable_lifting_index(fili, np.full(105, 80), [0.8, 1.2], 15, 1)
    np.testing.assert_allclose(job.fili, [0.67, 1.0, 1.5], atol=0.005)
    assert job.index == pytest.approx(1.9, abs=0.05)
    assert np.isnan(job.strwl_kg).all()


def test_empty_categories_don_t_count():
    some = variable_lifting_index([0.5, 1.5], [80, 80], [1], 1, 1)
    many = variable_lifting_index([0.5, 1.5], [80, 80], [0.1, 0.2, 1, 2, 3], 1, 1)
    assert some.index == many.index
    assert len(many.fili) == 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        pytest.param(lambda: composite_lifting_index([], [], [], [], [], 1), "one list of one length"),
        pytest.param(
            lambda: composite_lifting_index([9], [1, 2], [1], [1], [80], 1), "one list of one length"
        ),
        pytest.param(lambda: composite_lifting_index([-9], [1], [1], [1], [80], 1), "firwl_kg is -9"),
        pytest.param(lambda: variable_lifting_index([1], [80], [2, 1], 15, 1), "that rise"),
        pytest.param(lambda: variable_lifting_index([1], [80], np.arange(9), 15, 1), "at most eight"),
        pytest.param(lambda: variable_lifting_index([1], [80], [1], 0, 1), "observed_min is 0"),
    ],
)
def test_impossible_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_published_number_of_categories_fits():
    assert niosh_multi.MOST_CATEGORIES == 9
    assert len(variable_lifting_index(np.arange(9) + 0.5, [80] * 9, np.arange(1, 9), 15, 1).fili) == 9
