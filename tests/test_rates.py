import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.exposure.rates import (
    Estimate,
    Validation,
    corrected_share,
    per_person_hour,
    share,
    spine_bend_bounds,
)

COUNTS = st.integers(0, 2000)


def covered(estimate: Estimate, truth):
    return float(((estimate.low <= truth) & (truth <= estimate.high)).mean())


@pytest.mark.parametrize(
    ("lifts", "low", "high"),
    [(0, 0.0, 3.689), (5, 1.6235, 11.6683), (10, 4.7954, 18.3904), (50, 37.111, 65.919)],
)
def test_poisson_limits_are_those_of_the_published_tables(lifts, low, high):
    found = per_person_hour(lifts, 1.0)
    assert (found.value, found.low, found.high) == pytest.approx((lifts, low, high), abs=5e-4)


def test_a_rate_is_per_hour_in_view():
    once, twice = per_person_hour(12, 1.5), per_person_hour(12, 3.0)
    assert once.value == pytest.approx(8.0)
    assert once.low / twice.low == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("bends", "lifts", "low", "high"),
    [
        pytest.param(81, 263, 0.2553, 0.3662, id="Newcombe 1998"),
        pytest.param(15, 148, 0.0624, 0.1605, id="Newcombe 1998, small share"),
        pytest.param(0, 20, 0.0, 0.1611, id="Newcombe 1998, none"),
        pytest.param(1, 29, 0.0061, 0.1718, id="Newcombe 1998, one"),
        pytest.param(18, 60, 0.199, 0.4251, id="18 of 60"),
    ],
)
def test_wilson_limits_are_the_published_ones(bends, lifts, low, high):
    found = share(bends, lifts)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


@given(COUNTS, COUNTS)
def test_a_share_lies_in_its_interval_and_mirrors(bends, others):
    found, mirrored = share(bends, bends + others), share(others, bends + others)
    if bends + others == 0:
        assert np.isnan([found.value, found.low, found.high]).all()
        return
    assert 0.0 <= found.low <= found.value <= found.high <= 1.0
    assert found.low == pytest.approx(1.0 - mirrored.high, abs=1e-12)


@given(st.lists(st.tuples(COUNTS, COUNTS), min_size=1, max_size=5))
def test_arrays_give_what_single_values_give(rows):
    events, more = np.array(rows, dtype=float).T
    for function, second in ((per_person_hour, more), (share, events + more)):
        together = function(events, second)
        for at, pair in enumerate(zip(events, second, strict=True)):
            alone = function(*pair)
            np.testing.assert_array_equal(
                [together.value[at], together.low[at], together.high[at]],
                [alone.value, alone.low, alone.high],
            )


@given(st.integers(0, 500), st.integers(1, 500))
def test_more_lifts_in_the_same_time_raise_the_rate_and_its_limits(lifts, more):
    few, many = per_person_hour(lifts, 2.0), per_person_hour(lifts + more, 2.0)
    assert few.value < many.value
    assert few.low < many.low
    assert few.high < many.high


def test_exact_poisson_intervals_cover_in_at_least_95_percent():
    lifts = np.random.default_rng(11).poisson(24.0, size=20_000)
    assert 0.95 <= covered(per_person_hour(lifts, 4.0), 6.0) <= 0.98


@pytest.mark.parametrize("truth", [0.12, 0.3, 0.5, 0.85])
def test_wilson_intervals_cover_in_about_95_percent(truth):
    found = np.random.default_rng(12).binomial(60, truth, size=20_000)
    assert 0.93 <= covered(share(found, 60), truth) <= 0.98


def test_bounds_hold_whatever_the_indeterminate_lifts_were():
    found = spine_bend_bounds(12, 18, 30)
    assert found.judged.value == pytest.approx(0.4)
    assert found.indeterminate == pytest.approx(0.5)
    assert (found.lowest.value, found.highest.value) == pytest.approx((0.2, 0.7))
    for bent in range(31):
        assert found.lowest.value <= (12 + bent) / 60 <= found.highest.value


def test_bounds_meet_when_every_lift_was_judged():
    found = spine_bend_bounds([12, 0], [18, 5], 0)
    np.testing.assert_array_equal(found.lowest.value, found.judged.value)
    np.testing.assert_array_equal(found.highest.high, found.judged.high)


@pytest.mark.parametrize(
    ("bends", "lifts", "validation", "true"),
    [
        pytest.param(300, 1000, Validation(100, 80, 100, 90), 0.2857, id="0.30 at Se 0.8, Sp 0.9"),
        pytest.param(23, 150, Validation(100, 96, 100, 89), 0.051, id="epiR manual, brucellosis"),
        pytest.param(6, 151, Validation(1000, 964, 1000, 927), 0.0, id="epiR manual, clamped at 0"),
    ],
)
def test_the_corrected_share_is_the_published_one(bends, lifts, validation, true):
    found = corrected_share(bends, lifts, validation)
    assert found.corrected.value == pytest.approx(true, abs=5e-4)
    assert found.raw.value == bends / lifts


@given(st.integers(0, 300), st.integers(1, 300), st.tuples(*[st.integers(0, 60)] * 4))
def test_a_corrected_share_lies_in_its_interval(bends, others, reviewed):
    validation = Validation(reviewed[0] + reviewed[1], reviewed[0], reviewed[2] + reviewed[3], reviewed[2])
    found = corrected_share(bends, bends + others, validation).corrected
    if not np.isnan(found.value):
        assert 0.0 <= found.low <= found.value <= found.high <= 1.0


def test_a_perfect_and_much_reviewed_verdict_needs_no_correction():
    found = corrected_share(18, 60, Validation(10**7, 10**7, 10**7, 10**7))
    assert found.corrected.value == pytest.approx(found.raw.value)
    assert (found.corrected.low, found.corrected.high) == pytest.approx((0.199, 0.4251), abs=0.01)


def test_few_reviewed_lifts_widen_the_corrected_interval():
    few = corrected_share(300, 1000, Validation(20, 16, 20, 18)).corrected
    many = corrected_share(300, 1000, Validation(2000, 1600, 2000, 1800)).corrected
    assert few.value == pytest.approx(many.value)
    assert few.high - few.low > 3.0 * (many.high - many.low)


@pytest.mark.parametrize(
    "validation",
    [
        pytest.param(Validation(10, 5, 10, 5), id="no better than chance"),
        pytest.param(Validation(0, 0, 10, 9), id="no spine bend reviewed"),
        pytest.param(Validation(40, 5, 5, 5), id="hardly better than chance, by five reviews"),
    ],
)
def test_a_verdict_that_tells_nothing_corrects_nothing(validation):
    found = corrected_share([3, 4], 10, validation)
    assert np.isnan([found.corrected.value, found.corrected.low, found.corrected.high]).all()
    assert found.raw.value.tolist() == [0.3, 0.4]


@pytest.mark.parametrize(
    ("lifts", "truth", "sensitivity", "specificity", "reviewed"),
    [
        pytest.param(200, 0.3, 0.85, 0.9, 100, id="a shift and 200 reviewed lifts"),
        pytest.param(2000, 0.5, 0.8, 0.8, 20, id="many lifts, few reviewed"),
        pytest.param(1000, 0.9, 0.7, 0.9, 20, id="mostly spine bends, few reviewed"),
    ],
)
def test_corrected_intervals_cover_in_about_95_percent(lifts, truth, sensitivity, specificity, reviewed):
    rng = np.random.default_rng(13)
    called = truth * sensitivity + (1.0 - truth) * (1.0 - specificity)
    hits = []
    for found, agreed, refused in zip(
        rng.binomial(lifts, called, 1500),
        rng.binomial(reviewed, sensitivity, 1500),
        rng.binomial(reviewed, specificity, 1500),
        strict=True,
    ):
        validation = Validation(reviewed, int(agreed), reviewed, int(refused))
        hits.append(covered(corrected_share(found, lifts, validation).corrected, truth))
    assert 0.93 <= np.mean(hits) <= 0.98


def test_unknown_stays_unknown_and_hours_out_of_view_tell_nothing():
    found = per_person_hour([np.nan, 3.0, 0.0], [1.0, np.nan, 0.0])
    assert np.isnan([found.value, found.low, found.high]).all()
    assert np.isnan(share([np.nan, 1.0], [4.0, np.nan]).high).all()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: per_person_hour(-1, 1), "events is -1, expected a value at least 0"),
        (
            lambda: per_person_hour([1, 1], [2, -0.5]),
            "observed_person_h is -0.5, expected a value at least 0",
        ),
        (lambda: share([1, 5], 4), "1 of 2 counts of successes exceed their trials"),
        (lambda: Validation(10, 11, 10, 10), "those found at most as many"),
    ],
)
def test_impossible_counts_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
