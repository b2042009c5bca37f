import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.exposure.clustered import (
    Moments,
    clustered_rate,
    clustered_share,
    rate_design_effect,
    share_design_effect,
    share_of_moments,
)
from pipelines.exposure.rates import per_person_hour, share

COUNTS = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("found", "n", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_single_lifts_have_wilsons_published_interval_a_little_widened(found, n, low, high):
    result = clustered_share(np.arange(n) < found, np.ones(n))
    # With 20 lifts (t / z)^2 is 1.14, and a limit near 0 is about as much farther off.
    assert result.low == pytest.approx(low, abs=0.004)
    assert high - 5e-5 <= result.high <= high * (1.0 + 2.8 / n)


def test_ten_single_events_have_the_published_exact_interval():
    result = clustered_rate(np.arange(1000) < 10, np.full(1000, 0.001))
    assert (result.value, result.low, result.high) == pytest.approx((10.0, 4.7954, 18.3904), abs=0.03)


@pytest.mark.parametrize("copies", [2, 7])
def test_reading_each_lift_several_times_tells_no_more(copies):
    bent = np.arange(60) % 3 == 0
    once, again = clustered_share(bent, np.ones(60)), clustered_share(bent * copies, np.full(60, copies))
    np.testing.assert_allclose([once.low, once.high], [again.low, again.high])
    assert share_design_effect(bent * copies, np.full(60, copies)) == pytest.approx(copies, rel=0.02)


def test_the_design_effect_of_a_rate_is_the_index_of_dispersion_of_equal_shifts():
    lifts = np.array([30, 10, 0, 20, 40, 10, 20, 30])  # mean 20, sample variance 1200 / 7
    assert rate_design_effect(lifts, np.full(8, 3.0)) == pytest.approx(1200 / 7 / 20)


@settings(deadline=None)
@given(COUNTS)
def test_never_narrower_than_for_independent_lifts_and_holds_the_value(rows):
    found = np.array([min(row) for row in rows])
    n = np.array([max(row) for row in rows])
    for result, own in (
        (clustered_share(found, n), share(found.sum(), n.sum())),
        (clustered_rate(found, n), per_person_hour(found.sum(), n.sum())),
    ):
        if n.sum() == 0:
            assert np.isnan([result.value, result.low, result.high]).all()
            continue
        assert result.value == own.value
        assert result.low <= own.low + 1e-12
        assert result.high >= own.high - 1e-12
        assert result.low <= result.value <= result.high


@settings(deadline=None)
@given(COUNTS, st.randoms(use_true_random=False))
def test_the_order_of_the_clusters_does_not_matter(rows, random):
    mixed = random.sample(rows, len(rows))
    one, other = (
        clustered_share([min(row) for row in table], [max(row) for row in table]) for table in (rows, mixed)
    )
    np.testing.assert_allclose([one.low, one.high], [other.low, other.high], rtol=1e-9)


@settings(deadline=None)
@given(st.lists(COUNTS, min_size=1, max_size=4))
def test_sums_over_the_clusters_give_what_the_clusters_give(groups):
    pairs = [np.array([(min(row), max(row)) for row in rows], dtype=float).T for rows in groups]
    sums = [[(n > 0).sum(), x.sum(), n.sum(), (x * x).sum(), (x * n).sum(), (n * n).sum()] for x, n in pairs]
    together = share_of_moments(Moments(*np.array(sums, dtype=float).T))
    for at, (found, n) in enumerate(pairs):
        alone = clustered_share(found, n)
        np.testing.assert_allclose(
            [together.value[at], together.low[at], together.high[at]],
            [alone.value, alone.low, alone.high],
            atol=1e-9,
        )


def test_one_cluster_tells_nothing_of_others():
    assert (clustered_share([30], [40]).low, clustered_share([30], [40]).high) == (0.0, 1.0)
    assert (clustered_rate([30], [2]).low, clustered_rate([30], [2]).high) == (0.0, np.inf)


@pytest.mark.parametrize("interval", [clustered_share, clustered_rate])
def test_impossible_counts_are_refused(interval):
    with pytest.raises(ValueError, match="is -1, expected a value at least 0"):
        interval([3, -1], [5, 5])
