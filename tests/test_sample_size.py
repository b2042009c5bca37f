"""How many lifts are needed: published numbers, and the power that they give when it is tried."""

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from pipelines.exposure.before_after import lifts_needed
from pipelines.exposure.change_intervals import rate_ratio, share_difference
from pipelines.exposure.compare import Tracks, Verdict, compare_shares
from pipelines.exposure.sample_size import few_clusters, lifts_for_ratio, lifts_for_shares
from pipelines.exposure.series import Measure


@pytest.mark.parametrize(
    ("before", "after", "lifts"),
    [
        pytest.param(0.5, 0.3, 93, id="power.prop.test of R, 92.999"),
        pytest.param(0.5, 0.75, 58, id="power.prop.test of R, 57.7"),
    ],
)
def test_lifts_for_a_change_of_shares_are_the_published_ones(before, after, lifts):
    assert lifts_for_shares(before, after) == lifts


def test_the_lifts_told_beforehand_see_the_change_in_about_80_percent():
    rng = np.random.default_rng(37)
    n = lifts_for_shares(0.5, 0.35)
    found = share_difference(rng.binomial(n, 0.35, 10_000), n, rng.binomial(n, 0.5, 10_000), n)
    assert 0.77 <= np.mean(found.high < 0.0) <= 0.83
    both = lifts_for_ratio(0.7, hours_ratio=2.0)
    before = both / (1.0 + 0.7 * 2.0)
    ratio = rate_ratio(rng.poisson(before * 1.4, 10_000), 20.0, rng.poisson(before, 10_000), 10.0)
    assert 0.78 <= np.mean(ratio.high < 1.0) <= 0.84


def test_with_the_lifts_told_or_more_the_exact_test_has_its_power_and_with_one_less_not():
    needed = lifts_for_ratio(0.5, hours_ratio=1.0)

    def power(n):
        seen = [k for k in range(n + 1) if binomtest(k, n, 0.5).pvalue <= 0.05]
        return binom.pmf(seen, n, 1 / 3).sum()

    assert power(needed - 1) < 0.8
    assert min(power(n) for n in range(needed, needed + 12)) >= 0.8


def test_smaller_changes_need_more_lifts():
    assert lifts_for_ratio(0.9, 1.0) > lifts_for_ratio(0.7, 1.0) > lifts_for_ratio(0.5, 1.0)
    with pytest.raises(ValueError, match="needs more than 19999 lifts"):
        lifts_for_ratio(0.99, 1.0)
    for shares in ((0.4, 0.4), (0.4, 1.2)):
        with pytest.raises(ValueError, match="two different ones from 0 to 1"):
            lifts_for_shares(*shares)


@pytest.mark.parametrize(
    ("before", "after", "ratio"), [(0.4, 0.28, 0.25), (0.2, 0.14, 0.25), (0.3, 0.21, 0.5), (0.3, 0.21, 3.0)]
)
def test_with_unequal_periods_the_change_is_seen_in_about_80_percent(before, after, ratio):
    rng = np.random.default_rng(39)
    smaller = lifts_for_shares(before, after, ratio)
    n, n_before = (round(smaller * max(of, 1.0)) for of in (ratio, 1.0 / ratio))
    found = share_difference(
        rng.binomial(n, after, 20_000), n, rng.binomial(n_before, before, 20_000), n_before
    )
    assert np.mean(found.high < 0.0) == pytest.approx(0.80, abs=0.02)


def test_which_period_is_the_longer_one_matters_less_than_how_long_the_shorter_is():
    equal, longer, longest = (lifts_for_shares(0.4, 0.28, ratio) for ratio in (1.0, 4.0, 1000.0))
    assert equal > longer > longest
    # Against a share that is known for certain, from the table of a one-sample test: z = 1.96 and 0.84.
    assert longest == pytest.approx((1.96 * 0.449 + 0.8416 * 0.490) ** 2 / 0.12**2, rel=0.01)


@pytest.mark.parametrize(
    ("n", "n_after", "lifts", "alike"), [(28, 7, 72, 0.02), (8, 8, 65, 0.01), (60, 60, 6, 0.08)]
)
def test_few_shifts_with_just_enough_lifts_see_the_change_that_was_planned_for(n, n_after, lifts, alike):
    rng = np.random.default_rng(40)

    def shifts(n, share):
        spread = 1.0 / alike - 1.0
        of_shift = rng.beta(share * spread, (1.0 - share) * spread, n)
        return Tracks(rng.binomial(lifts, of_shift).astype(float), np.full(n, float(lifts)))

    # Of lifts of one shift, two of which are so much alike, the variance is 1 + (lifts - 1) alike as large.
    effect = 1.0 + (lifts - 1.0) * alike
    needed = lifts_for_shares(0.4, 0.28, n_after / n) * effect * few_clusters(n, n_after / n)
    assert needed == pytest.approx(n_after * lifts, rel=0.05), "so that the shifts after have just enough"
    told = [lifts_needed(Measure.SPINE_BEND_SHARE, shifts(n, 0.4), n_after / n) for _ in range(100)]
    assert np.median(told) == pytest.approx(needed, rel=0.1)
    found = [compare_shares(shifts(n, 0.4), shifts(n_after, 0.28), 1) for _ in range(600)]
    assert 0.76 <= np.mean([one.verdict is Verdict.IMPROVED for one in found]) <= 0.84


def test_many_clusters_need_no_more_lifts_for_being_clusters():
    assert few_clusters(10_000, 1.0) == pytest.approx(1.0, abs=5e-3)
    assert few_clusters(28, 0.25) > few_clusters(28, 1.0) > few_clusters(84, 1.0) > 1.0
    assert few_clusters(0, 0.25) == few_clusters(2, 1.0)
