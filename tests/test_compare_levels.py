"""The levels that comparisons claim, by simulation: clusters few and many, alike and not, unequal windows."""

import numpy as np
import pytest

from pipelines.exposure.compare import Tracks, compare_rates, compare_shares

REPEATS = 800
"""An error of 2.5 % is then known to 0.55 % (one standard error)."""


def lifted(rng, n, lifts_per_cluster, ratio, spread):
    """Return clusters of unequal time in view whose pace differs by gamma, with variance ``spread``."""
    hours = rng.gamma(4.0, 0.25, n)
    pace = rng.gamma(1.0 / spread, spread, n) if spread else np.ones(n)
    return Tracks(rng.poisson(lifts_per_cluster * ratio * hours * pace).astype(float), hours)


def bent(rng, n, lifts_per_cluster, share, alike):
    """Return clusters of unequal size whose share of bends differs by beta."""
    lifts = 1 + rng.poisson(lifts_per_cluster - 1, n)
    of_cluster = rng.beta(*(np.array([share, 1.0 - share]) * (1.0 / alike - 1.0)), n)
    return Tracks(rng.binomial(lifts, of_cluster).astype(float), lifts.astype(float))


def missed(compare, draw, n, *truths):
    """Return how often the interval lies wholly below the truth, and how often above it."""
    rng = np.random.default_rng([n[0], n[1]])
    (before, after), change = truths
    found = [compare(draw(rng, n[0], before), draw(rng, n[1], after), 1) for _ in range(REPEATS)]
    limits = np.array([(one.low, one.high) for one in found])
    return float((limits[:, 1] < change).mean()), float((limits[:, 0] > change).mean())


CLUSTERS = [(8, 8), (60, 60), (28, 7)]
"""Before and after; the last are the days of a follow-up."""


@pytest.mark.parametrize("n", CLUSTERS, ids=str)
def test_rates_of_unequal_clusters_err_as_often_to_either_side_and_as_often_as_they_say(n):
    def draw(rng, clusters, times):
        return lifted(rng, clusters, 15.0, times, 0.2)

    below, above = missed(compare_rates, draw, n, (1.0, 0.6), 0.6)
    assert 0.03 <= below + above <= 0.07
    assert max(below, above) <= 0.041
    assert min(below, above) >= 0.010


@pytest.mark.parametrize("n", CLUSTERS, ids=str)
def test_rates_of_equal_clusters_err_no_more_than_they_say(n):
    def draw(rng, clusters, _):
        return lifted(rng, clusters, 15.0, 1.0, 0.0)

    below, above = missed(compare_rates, draw, n, (1.0, 1.0), 1.0)
    assert max(below, above) <= 0.025 + 2.0 * 0.0055


@pytest.mark.parametrize("n", CLUSTERS, ids=str)
def test_shares_of_clusters_that_differ_err_as_often_to_either_side_and_as_often_as_they_say(n):
    def draw(rng, clusters, times):
        return bent(rng, clusters, 10.0, 0.4 * times, 0.2)

    below, above = missed(compare_shares, draw, n, (1.0, 1.0), 0.0)
    assert 0.03 <= below + above <= 0.07
    assert max(below, above) <= 0.041
    assert min(below, above) >= 0.010
