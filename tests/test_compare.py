from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.exposure.change_intervals import rate_ratio, share_difference
from pipelines.exposure.compare import (
    Comparison,
    Tracks,
    Verdict,
    across_zones,
    compare_rates,
    compare_shares,
)

CLAIMS = (Verdict.IMPROVED, Verdict.WORSE)


def tracks(events, base):
    return Tracks(np.asarray(events, dtype=float), np.asarray(base, dtype=float))


def single_lifts(bends, lifts):
    """Return a period in which each track lifted once, so that its lifts are independent."""
    return tracks(np.arange(lifts) < bends, np.ones(lifts))


def alike_within_tracks(rng, share, alike, n_tracks=30):
    """Return a period of tracks with 1 to about 12 lifts, whose shares differ from track to track."""
    lifts = rng.poisson(5.0, n_tracks) + 1
    spread = 1.0 / alike - 1.0
    return tracks(rng.binomial(lifts, rng.beta(share * spread, (1.0 - share) * spread, n_tracks)), lifts)


@pytest.mark.parametrize(
    ("now", "then", "ratio", "low", "high"),
    [
        pytest.param((30, 4), (15, 4), 2.0, 1.043, 4.000, id="30 in 4 h against 15 in 4 h"),
        pytest.param((12, 1.5), (20, 3), 1.2, 0.535, 2.578, id="12 in 1.5 h against 20 in 3 h"),
    ],
)
def test_rate_ratios_are_the_published_ones(now, then, ratio, low, high):
    found = rate_ratio(*now, *then)
    assert (found.value, found.low, found.high) == pytest.approx((ratio, low, high), abs=6e-4)


@pytest.mark.parametrize(
    ("now", "then", "p_value"), [((30, 4), (15, 4), 0.0357), ((12, 1.5), (20, 3), 0.741)]
)
def test_p_values_of_rates_are_the_published_ones(now, then, p_value):
    periods = [tracks(np.ones(lifts), np.full(lifts, hours / lifts)) for lifts, hours in (then, now)]
    assert compare_rates(*periods, lifts_needed=1).p_value == pytest.approx(p_value, abs=6e-4)


@pytest.mark.parametrize(
    ("now", "then", "low", "high"),
    [
        pytest.param((56, 70), (48, 80), 0.0524, 0.3339, id="56/70 - 48/80"),
        pytest.param((9, 10), (3, 10), 0.1705, 0.8090, id="9/10 - 3/10"),
        pytest.param((0, 10), (0, 20), -0.1611, 0.2775, id="0/10 - 0/20"),
        pytest.param((5, 56), (0, 29), -0.0381, 0.1926, id="5/56 - 0/29"),
    ],
)
def test_differences_of_shares_are_those_of_newcombe_1998(now, then, low, high):
    found = share_difference(*now, *then)
    assert (found.low, found.high) == pytest.approx((low, high), abs=6e-5)


@given(st.tuples(*[st.integers(0, 200)] * 4))
def test_swapping_the_periods_mirrors_the_change(counts):
    a, b, c, d = counts
    ahead, back = share_difference(a, a + b, c, c + d), share_difference(c, c + d, a, a + b)
    np.testing.assert_allclose([ahead.low, ahead.high], [-back.high, -back.low], atol=1e-12)
    if a > 0 and c > 0:
        ahead, back = rate_ratio(a, 3.0, c, 2.0), rate_ratio(c, 2.0, a, 3.0)
        np.testing.assert_allclose([ahead.low, ahead.high], [1.0 / back.high, 1.0 / back.low], rtol=1e-9)


@given(st.lists(st.tuples(*[st.integers(0, 50)] * 4), min_size=1, max_size=4))
def test_arrays_give_what_single_values_give(rows):
    together = rate_ratio(*np.array(rows, dtype=float).T)
    for at, row in enumerate(rows):
        alone = rate_ratio(*row)
        np.testing.assert_array_equal(
            [together.value[at], together.low[at], together.high[at]], [alone.value, alone.low, alone.high]
        )


def test_no_lifts_before_leave_the_ratio_without_upper_limit():
    found = rate_ratio([5, 0, 3], 1.0, [0, 0, 3], [1.0, 1.0, 0.0])
    assert found.high[0] == np.inf
    assert 0.0 < found.low[0] < np.inf
    assert np.isnan([found.value[1:], found.low[1:], found.high[1:]]).all()


def test_exact_ratios_cover_in_at_least_95_percent():
    rng = np.random.default_rng(31)
    found = rate_ratio(rng.poisson(40, 20_000), 2.0, rng.poisson(50, 20_000), 2.0)
    assert 0.95 <= np.mean((found.low <= 0.8) & (found.high >= 0.8)) <= 0.98


def test_differences_cover_in_about_95_percent():
    rng = np.random.default_rng(32)
    found = share_difference(rng.binomial(60, 0.25, 20_000), 60, rng.binomial(45, 0.4, 20_000), 45)
    assert 0.93 <= np.mean((found.low <= -0.15) & (found.high >= -0.15)) <= 0.98


def test_fewer_spine_bends_are_an_improvement_and_more_are_worse():
    much, little = single_lifts(60, 100), single_lifts(30, 100)
    better, worse = compare_shares(much, little, 93), compare_shares(little, much, 93)
    assert better.verdict is Verdict.IMPROVED
    assert worse.verdict is Verdict.WORSE
    assert better.value == pytest.approx(-0.3)
    assert better.low < better.value < better.high < 0.0 < worse.low
    assert better.p_value < 0.05


def test_fewer_lifts_per_hour_are_an_improvement():
    before, after = tracks(np.full(20, 6), np.full(20, 0.25)), tracks(np.full(20, 3), np.full(20, 0.25))
    found = compare_rates(before, after, 80)
    assert found.verdict is Verdict.IMPROVED
    assert found.value == pytest.approx(0.5)


@pytest.mark.parametrize(("needed", "verdict"), [(100, Verdict.NO_EVIDENCE), (101, Verdict.TOO_FEW_LIFTS)])
def test_without_a_change_it_tells_whether_the_lifts_would_have_sufficed(needed, verdict):
    assert compare_shares(single_lifts(40, 120), single_lifts(35, 100), needed).verdict is verdict
    rates = [tracks(np.ones(50), np.full(50, 0.1))] * 2
    assert compare_rates(*rates, needed).verdict is verdict


def test_one_track_tells_nothing_however_many_its_lifts():
    assert rate_ratio(100, 4, 300, 4).high < 1.0
    for found in (
        compare_rates(tracks([300], [4]), tracks([100], [4]), 500),
        compare_shares(tracks([200], [300]), tracks([100], [300]), 500),
    ):
        assert found.verdict is Verdict.TOO_FEW_LIFTS
        assert found.p_value == 1.0


@pytest.mark.parametrize("compare", [compare_rates, compare_shares])
@pytest.mark.parametrize("period", [tracks([], []), tracks([0, 0], [0, 0])], ids=["no track", "no time"])
def test_a_period_that_saw_nothing_compares_with_nothing(compare, period):
    found = compare(tracks([1, 2, 0], [2, 3, 1]), period, 100)
    assert np.isnan([found.value, found.low, found.high]).all()
    assert (found.verdict, found.p_value) == (Verdict.TOO_FEW_LIFTS, 1.0)


def test_tracks_that_differ_widen_the_interval_and_equal_ones_do_not_narrow_it():
    differing = tracks(np.tile([10, 0], 10), np.full(20, 10))
    equal = tracks(np.full(20, 5), np.full(20, 10))
    own = share_difference(100, 200, 100, 200)
    found, alike = compare_shares(differing, differing, 1), compare_shares(equal, equal, 1)
    assert found.high - found.low > 2.0 * (own.high - own.low)
    assert (alike.low, alike.high) == (own.low, own.high)


def test_shifts_that_happen_to_be_alike_tell_no_more_than_what_those_before_tell_of_shifts():
    # Before, all lifts of a shift are alike: then 28 shifts against 7 are as 28 lifts against 7.
    all_or_none, half = tracks(np.tile([10, 0], 14), np.full(28, 10)), tracks(np.full(7, 5), np.full(7, 10))
    found, single = compare_shares(all_or_none, half, 1), share_difference(3.5, 7, 14, 28)
    assert found.high - found.low >= 0.9 * (single.high - single.low)
    assert found.high - found.low <= 1.1 * (single.high - single.low)


@pytest.mark.parametrize("compare", [compare_rates, compare_shares])
def test_swapping_periods_of_unequally_many_clusters_mirrors_the_change(compare):
    rng = np.random.default_rng(41)
    before, after = alike_within_tracks(rng, 0.2, 0.2), alike_within_tracks(rng, 0.4, 0.2, 6)
    ahead, back = compare(before, after, 1), compare(after, before, 1)
    mirrored = (1.0 / back.high, 1.0 / back.low) if compare is compare_rates else (-back.high, -back.low)
    assert (ahead.low, ahead.high) == pytest.approx(mirrored)
    assert ahead.p_value == pytest.approx(back.p_value)


@pytest.mark.parametrize("compare", [compare_rates, compare_shares])
@pytest.mark.parametrize("bends", [0, 5], ids=["none", "all"])
def test_a_period_of_none_or_all_is_taken_to_differ_as_the_other_does(compare, bends):
    one_sided, differing = tracks(np.full(7, bends), np.full(7, 5)), tracks([5, 0, 2] * 9, np.full(27, 5))
    equal = tracks(np.full(27, 7), np.full(27, 15))
    found, own = compare(differing, one_sided, 1), compare(equal, one_sided, 1)
    assert found.low <= found.value <= found.high
    assert found.high - found.low > own.high - own.low


def test_the_same_tracks_give_the_same_answer_again():
    rng = np.random.default_rng(33)
    before, after = alike_within_tracks(rng, 0.5, 0.2), alike_within_tracks(rng, 0.4, 0.2)
    assert replace(compare_shares(before, after, 90), adjusted_p=0.0) == replace(
        compare_shares(before, after, 90), adjusted_p=0.0
    )


@pytest.mark.parametrize("alike", [0.001, 0.3], ids=["independent lifts", "lifts of a track alike"])
def test_without_an_effect_intervals_cover_and_improvement_is_claimed_no_more_than_its_level(alike):
    rng = np.random.default_rng(34)
    found = [
        compare_shares(alike_within_tracks(rng, 0.4, alike), alike_within_tracks(rng, 0.4, alike), 93)
        for _ in range(500)
    ]
    assert 0.93 <= np.mean([one.low <= 0.0 <= one.high for one in found]) <= 0.98
    # 2.5 % on this side; 500 repetitions have a standard error of 0.7 %.
    assert np.mean([one.verdict is Verdict.IMPROVED for one in found]) <= 0.025 + 2 * 0.007
    assert np.mean([one.p_value < 0.05 for one in found]) <= 0.05 + 2 * 0.01


def test_taking_lifts_of_a_track_as_independent_would_claim_too_much():
    rng = np.random.default_rng(35)
    periods = [alike_within_tracks(rng, 0.4, 0.3) for _ in range(1000)]
    sums = np.array([(period.events.sum(), period.base.sum()) for period in periods])
    found = share_difference(*sums[::2].T, *sums[1::2].T)
    assert np.mean((found.low <= 0.0) & (found.high >= 0.0)) < 0.85


def test_rates_with_unequal_tracks_claim_improvement_no_more_than_their_level():
    rng = np.random.default_rng(36)

    def period():
        hours = rng.uniform(0.05, 0.3, 40)
        return tracks(rng.poisson(hours * rng.gamma(5.0, 4.0, 40)), hours)

    found = [compare_rates(period(), period(), 300) for _ in range(500)]
    assert 0.93 <= np.mean([one.low <= 1.0 <= one.high for one in found]) <= 0.98
    assert np.mean([one.verdict is Verdict.IMPROVED for one in found]) <= 0.025 + 2 * 0.007


def test_across_zones_the_first_four_of_the_published_fifteen_stand():
    # Benjamini & Hochberg 1995, section 4: thrombolysis and 15 endpoints.
    p_values = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459,
                0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000]  # fmt: skip
    zones = [
        Comparison(0.5, 0.3, 0.9, p, Verdict.IMPROVED if p < 0.05 else Verdict.TOO_FEW_LIFTS)
        for p in p_values
    ]
    found = across_zones(zones)
    assert [one.verdict for one in found] == (
        [Verdict.IMPROVED] * 4 + [Verdict.NO_EVIDENCE] * 5 + [Verdict.TOO_FEW_LIFTS] * 6
    )
    assert found[3].adjusted_p == pytest.approx(0.0095 * 15 / 4)
    assert across_zones([]) == []


def test_over_many_zones_without_an_effect_claims_are_rare():
    rng = np.random.default_rng(38)
    nights = [
        across_zones(
            [compare_shares(*(alike_within_tracks(rng, 0.4, 0.1) for _ in range(2)), 93) for _ in range(10)]
        )
        for _ in range(40)
    ]
    assert np.mean([any(one.verdict in CLAIMS for one in night) for night in nights]) <= 0.15


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: rate_ratio(-1, 1, 1, 1), "lifts is -1, expected a value at least 0"),
        (lambda: share_difference(3, 2, 1, 2), "counts of successes exceed"),
        (lambda: compare_rates(tracks([1, -2], [1, 1]), tracks([1], [1]), 5), "events is -2"),
    ],
)
def test_impossible_counts_are_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
