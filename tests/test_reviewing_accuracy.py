"""Accuracy from blind looks: unbiased for known error rates, with intervals that cover as they should."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from pipelines.reviewing.accuracy import accuracy, calibration, confusion
from pipelines.reviewing.draw import draw
from pipelines.reviewing.looks import blind_looks
from pipelines.reviewing.weighting import LEAST_N, Total, added, part_of_sum, scaled, weighted_share

RUNS = 1500
NO_VERDICTS = pd.DataFrame({"lift_id": [], "technique": [], "p_spine_bend": []})
STRATA = {"rare": (200, 60, 0.75), "common": (4000, 60, 0.15), "lone": (900, 40, 0.4)}
"""Size, items drawn, and share of hits of each stratum."""


def covered(low, high, truth):
    return np.mean((np.asarray(low) <= truth) & (truth <= np.asarray(high)))


def test_shares_of_a_stratified_sample_are_unbiased_and_their_intervals_cover():
    lot = np.random.default_rng(3)
    truth = sum(size * share for size, _, share in STRATA.values()) / sum(one[0] for one in STRATA.values())
    stratum = np.repeat(list(STRATA), [drawn for _, drawn, _ in STRATA.values()]).astype(object)
    weight = np.repeat(
        [size / drawn for size, drawn, _ in STRATA.values()], [d for _, d, _ in STRATA.values()]
    )
    rate = np.repeat([share for _, _, share in STRATA.values()], [d for _, d, _ in STRATA.values()])
    base = np.ones(len(weight), dtype=bool)
    seen = [weighted_share(lot.random(len(rate)) < rate, base, weight, stratum) for _ in range(RUNS)]
    values = np.array([one.value for one in seen])
    assert values.mean() == pytest.approx(truth, abs=0.004)
    # Without weights it would be far off.
    assert abs(rate.mean() - truth) > 0.15
    assert 0.93 <= covered([one.low for one in seen], [one.high for one in seen], truth) <= 0.97
    assert seen[0].effective_n < len(weight)


def test_a_share_within_a_part_of_the_sample_covers_too():
    lot = np.random.default_rng(4)
    stratum = np.repeat(np.array(["a", "b"], dtype=object), 80)
    weight = np.repeat([2.0, 9.0], 80)
    low, high = [], []
    for _ in range(RUNS):
        base = lot.random(160) < np.repeat([0.7, 0.4], 80)
        one = weighted_share(lot.random(160) < np.repeat([0.9, 0.6], 80), base, weight, stratum)
        low.append(one.low)
        high.append(one.high)
    of_base = np.array([2.0 * 0.7, 9.0 * 0.4])
    assert 0.93 <= covered(low, high, of_base @ [0.9, 0.6] / of_base.sum()) <= 0.97


def test_equal_weights_of_one_stratum_are_a_plain_share():
    hit = np.arange(100) < 30
    one = weighted_share(hit, np.ones(100, dtype=bool), np.full(100, 7.0), np.full(100, "a", dtype=object))
    assert one.value == pytest.approx(0.30)
    # Wilson's interval of 30 in 100: 0.219 to 0.396 (Newcombe 1998, method 3), a little wider for (t / z)^2.
    assert (one.low, one.high) == (pytest.approx(0.219, abs=0.003), pytest.approx(0.396, abs=0.003))


def test_where_all_agree_the_interval_is_open_and_unequal_weights_open_it_further():
    every = np.ones(40, dtype=bool)
    stratum = np.full(40, "a", dtype=object)
    equal = weighted_share(every, every, np.ones(40), stratum)
    unequal = weighted_share(every, every, np.r_[np.full(39, 1.0), 60.0], stratum)
    assert equal.value == unequal.value == 1.0
    assert unequal.low < equal.low < 0.95


def test_nothing_looked_at_is_unknown_and_could_be_any_part_of_the_whole():
    none = np.zeros(5, dtype=bool)
    one = weighted_share(none, none, np.ones(5), np.full(5, "a", dtype=object))
    assert math.isnan(one.value)
    assert not one.shown
    assert scaled(one, 50.0) == Total(0.0, 0.0, 50.0)


def test_the_share_that_a_number_is_of_two_covers():
    """Found and missed lifts are estimated apart, as the recall needs them."""
    lot = np.random.default_rng(5)
    low, high, values = [], [], []
    for _ in range(RUNS):
        parts = []
        for size, drawn, share in ((300.0, 80, 0.9), (200.0, 60, 0.1), (5000.0, 150, 0.02)):
            hit = lot.random(drawn) < share
            every, same = np.ones(drawn, dtype=bool), np.full(drawn, "a", dtype=object)
            parts.append(scaled(weighted_share(hit, every, np.full(drawn, size / drawn), same), size))
        one = part_of_sum(parts[0], added(parts[1:]))
        low.append(one.low)
        high.append(one.high)
        values.append(one.value)
    truth = 270.0 / (270.0 + 20.0 + 100.0)
    assert np.median(values) == pytest.approx(truth, abs=0.02)
    assert 0.93 <= covered(low, high, truth) <= 0.98


def test_a_sum_has_no_limits_where_its_part_may_be_0():
    assert part_of_sum(Total(10.0, 0.0, 20.0), Total(5.0, 1.0, 9.0)).low == 0.0
    assert part_of_sum(Total(10.0, 9.0, 11.0), Total(0.0, 0.0, 5.0)).high == 1.0
    assert math.isnan(part_of_sum(Total(0.0, 0.0, 1.0), Total(0.0, 0.0, 1.0)).value)


@pytest.fixture(scope="module")
def nights():
    """Return what was recorded in several nights, each item with the truth: rates are exact, not by lot."""
    cells = [
        # kind, verdict or what was seen, answer, number
        *[("lift", "spine_bend", "spine_bend", 240), ("lift", "hip_hinge", "spine_bend", 60)],
        *[("lift", "hip_hinge", "hip_hinge", 540), ("lift", "spine_bend", "hip_hinge", 60)],
        *[("lift", "indeterminate", "spine_bend", 100), ("lift", "indeterminate", "squat", 200)],
        ("lift", "hip_hinge", "not_a_lift", 133),
        *[("bend", "indeterminate", "not_a_lift", 300), ("bend", "hip_hinge", "hip_hinge", 100)],
        *[("nothing", "bent", "spine_bend", 200), ("nothing", "bent", "not_a_lift", 1800)],
        ("nothing", "empty", "not_a_lift", 3000),
    ]  # fmt: skip
    rows = pd.DataFrame(cells, columns=["item_kind", "seen", "answer", "n"])
    rows = rows.loc[rows.index.repeat(rows["n"])].reset_index(drop=True)
    group = rows["item_kind"].map({"lift": "lift", "bend": "other", "nothing": "nothing"})
    return rows.assign(
        camera_id="dock",
        item_id=rows.index.astype(str),
        stratum="dock/" + group + "/" + rows["seen"],
        technique=rows["seen"].where(rows["item_kind"] != "nothing"),
        p_spine_bend=np.nan,
        footage_id="f",
        date="2026-03-02",
    )


TRUTH = {
    "precision": 1200 / 1333,
    "recall": 1200 / 1500,
    "sensitivity": 240 / 300,
    "specificity": 540 / 600,
    "indeterminate": 300 / 1200,
}


def answers(items, answer, reviewer="r-1", purpose="blind"):
    """Return one label per item."""
    said = {"item_id": items["item_id"], "answer": answer, "reviewer": reviewer, "purpose": purpose}
    ids = items["item_id"] + reviewer
    when = pd.Timestamp("2026-03-03", tz="UTC")
    return pd.DataFrame({**said, "label_id": ids, "withdraws": None, "labelled_utc": when})


def looked(items, labels=None):
    said = answers(items, items["answer"]) if labels is None else labels
    return blind_looks(items.drop(columns="answer"), said, NO_VERDICTS)


def test_with_everything_looked_at_the_figures_are_the_known_error_rates(nights):
    found = accuracy(looked(nights.assign(drawn_share=1.0)))
    for name, rate in TRUTH.items():
        assert getattr(found, name).value == pytest.approx(rate), name
    assert found.counts.drawn == found.counts.looked_at == len(nights)


def test_a_sample_gives_the_known_error_rates_and_covers_them(nights):
    seen = [accuracy(looked(draw(nights, 500, "north", str(run)))) for run in range(40)]
    for name, rate in TRUTH.items():
        one = [getattr(found, name) for found in seen]
        assert np.mean([each.value for each in one]) == pytest.approx(rate, abs=0.025), name
        # Of 40 intervals at 95 %, fewer than 34 cover in one of 1000 tests.
        assert covered([each.low for each in one], [each.high for each in one], rate) * 40 >= 34, name


def test_a_recall_without_a_look_at_where_nothing_was_found_is_not_known(nights):
    items = nights.assign(drawn_share=1.0)
    labels = answers(items, items["answer"])
    labels = labels[items["item_kind"] != "nothing"]
    found = accuracy(looked(items, labels))
    assert found.recall.low < 0.25
    assert found.precision.value == pytest.approx(TRUTH["precision"])


def test_looks_left_out_at_random_change_no_figure_much(nights):
    items = nights.assign(drawn_share=1.0)
    lot = np.random.default_rng(8)
    often = items["stratum"].map(lambda name: 0.9 if "nothing" in name else 0.3)
    labels = answers(items, items["answer"])[lot.random(len(items)) < often]
    found = accuracy(looked(items, labels))
    for name, rate in TRUTH.items():
        assert getattr(found, name).value == pytest.approx(rate, abs=0.06), name


def test_cannot_tell_and_differing_answers_are_counted_and_left_out(nights):
    items = nights.assign(drawn_share=1.0)
    first = answers(items, items["answer"])
    unsure = first["item_id"].isin(items.index[:50].astype(str))
    first.loc[unsure, "answer"] = "cannot_tell"
    second = answers(items, "squat", reviewer="r-2")[100:120]
    found = accuracy(looked(items, pd.concat([first, second])))
    assert found.counts.open == 70
    assert found.sensitivity.n == 300 - 70


def test_answers_that_saw_the_machines_are_no_blind_looks(nights):
    items = nights.assign(drawn_share=1.0)
    found = accuracy(looked(items, answers(items, items["answer"], purpose="review")))
    assert found.counts.looked_at == 0
    assert not found.precision.shown


def test_small_cells_are_not_shown(nights):
    few = nights[nights["item_kind"] == "lift"][: LEAST_N - 1].assign(drawn_share=1.0)
    assert not accuracy(looked(few)).precision.shown


def test_the_confusion_counts_looks(nights):
    table = confusion(looked(nights.assign(drawn_share=1.0)))
    assert table.loc["hip_hinge", "spine_bend"] == 60
    assert table.loc["hip_hinge", "not_a_lift"] == 133
    assert table.loc["bend", "hip_hinge"] == 100
    assert table.loc["nothing", "spine_bend"] == 200
    assert table.to_numpy().sum() == len(nights)


@pytest.mark.parametrize(("off", "error"), [(0.0, 0.0), (0.15, 0.15)], ids=["right", "15 points too low"])
def test_calibration_tells_probabilities_that_come_true_from_others(off, error):
    lot = np.random.default_rng(9)
    p = lot.uniform(0.0, 0.8, 4000)
    items = pd.DataFrame(
        {
            "item_id": np.arange(4000).astype(str), "camera_id": "a", "item_kind": "lift", "drawn_share": 1.0,
            "stratum": "a/lift/x", "technique": "hip_hinge", "p_spine_bend": p,
            "answer": np.where(lot.random(4000) < p + off, "spine_bend", "hip_hinge"),
        }
    )  # fmt: skip
    found = calibration(looked(items))
    assert found.n == 4000
    assert found.error == pytest.approx(error, abs=0.02)
    assert found.by_chance < 0.02
