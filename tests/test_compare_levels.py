"""The levels that comparisons claim, by simulation: clusters few and many, alike and not, unequal windows."""

import numpy as np
import pytest

from pipelines.exposure.compare import Tracks, compare_rates, compare_shares

REPEATS = 800
"""An error of 2.5 % is then known to 0.55 % (one standard error)."""

MOST = 0.025 + 2.0 * 0.0055
"""What may be missed on each side."""

CLUSTERS = [(28, 7), (60, 8), (8, 8), (60, 60)]
"""Before and after; the first are the days of a follow-up."""


def lifted(rng, n, lifts_per_cluster, ratio, spread):
    """Return clusters of unequal time in view whose pace differs by gamma, with variance ``spread``."""
    hours = rng.gamma(4.0, 0.25, n)
    pace = rng.gamma(1.0 / spread, spread, n) if spread else np.ones(n)
    return Tracks(rng.poisson(lifts_per_cluster * ratio * hours * pace).astype(float), hours)


def bent(rng, n, lifts_per_cluster, share, alike):
    """Return clusters of unequal size whose share of bends differs by beta."""
    lifts = 1 + rng.poisson(lifts_per_cluster - 1, n)
    of_cluster = rng.beta(*(np.array([share, 1.0 - share]) * (1.0 / alike - 1.0)), n) if alike else share
    return Tracks(rng.binomial(lifts, of_cluster).astype(float), lifts.astype(float))


def missed(compare, draw, n, *truths):
    """Return how often the interval lies wholly below the truth, and how often above it."""
    rng = np.random.default_rng([n[0], n[1]])
    (before, after), change = truths
    found = [compare(draw(rng, n[0], before), draw(rng, n[1], after), 1) for _ in range(REPEATS)]
    limits = np.array([(one.low, one.high) for one in found])
    return float((limits[:, 1] < change).mean()), float((limits[:, 0] > change).mean())


@pytest.mark.parametrize("n", CLUSTERS, ids=str)
@pytest.mark.parametrize("spread", [0.0, 0.3], ids=["equal", "unequal"])
def test_rates_err_to_either_side_no_more_often_than_they_say_and_not_much_less(n, spread):
    def draw(rng, clusters, times):
        return lifted(rng, clusters, 50.0, times, spread)

    below, above = missed(compare_rates, draw, n, (1.0, 0.6), 0.6)
    assert max(below, above) <= MOST
    assert min(below, above) >= 0.003
    # Many clusters leave no excuse for an interval much wider than it has to be.
    assert below + above >= (0.03 if n == (60, 60) else 0.01)


@pytest.mark.parametrize("n", CLUSTERS, ids=str)
@pytest.mark.parametrize(
    ("share", "alike", "least"), [(0.4, 0.2, 0.02), (0.1, 0.05, 0.015), (0.05, 0.2, 0.0)], ids=str
)
def test_shares_err_to_either_side_no_more_often_than_they_say_and_not_much_less(n, share, alike, least):
    def draw(rng, clusters, times):
        return bent(rng, clusters, 20.0, share * times, alike)

    below, above = missed(compare_shares, draw, n, (1.0, 1.0), 0.0)
    assert max(below, above) <= MOST
    # A share so small in few clusters errs to one side alone, and more seldom than it may.
    assert below + above >= (0.03 if n == (60, 60) else least)
