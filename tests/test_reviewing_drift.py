"""The alarm: seldom when nothing changed, soon when something did."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from pipelines.reviewing.drift import BLOCK_DAYS, FALSE_ALARMS_PER_YEAR, blocks, compared, drift

FIRST = date(2026, 1, 5)


def series(per_block, accuracy, seed=0):
    """Return dates and rightness of answers, as many in each block, of the accuracy of that block."""
    lot = np.random.default_rng(seed)
    days = [
        FIRST + timedelta(days=BLOCK_DAYS * at + (n * BLOCK_DAYS) // per_block)
        for at in range(len(accuracy))
        for n in range(per_block)
    ]
    right = np.concatenate([lot.random(per_block) < rate for rate in accuracy])
    return pd.Series(days), pd.Series(right)


def last_day(count):
    return FIRST + timedelta(days=BLOCK_DAYS * count - 1)


@pytest.mark.parametrize(("accuracy", "per_block"), [(0.9, 60), (0.97, 25), (0.6, 120)])
def test_false_alarms_per_year_stay_below_what_is_stated(accuracy, per_block):
    lot = np.random.default_rng(1)
    years, alarms = 60, 0
    for _ in range(years):
        right = lot.binomial(per_block, accuracy, size=14)
        table = pd.DataFrame({"first": FIRST, "n": per_block, "right": right})
        alarms += sum(compared(table, at).alarm for at in range(1, 14))
    # Chance may add two standard deviations of a count.
    allowed = FALSE_ALARMS_PER_YEAR * years
    assert alarms <= allowed + 2.0 * allowed**0.5


def test_a_drop_is_seen_in_its_block_and_said_to_be_one():
    found = [drift(*series(60, [0.92] * 4 + [0.70], seed), last_day(5)) for seed in range(30)]
    assert np.mean([one.alarm for one in found]) > 0.7
    assert all(one.worse for one in found if one.alarm)
    assert (found[0].n, found[0].n_before) == (60, 240)
    assert found[0].last == last_day(5)


def test_a_rise_is_an_alarm_too_but_no_worse():
    found = drift(*series(200, [0.5, 0.5, 0.95]), last_day(3))
    assert found.alarm
    assert not found.worse


def test_a_block_that_is_not_over_is_not_compared():
    days, right = series(60, [0.9, 0.9, 0.0])
    assert drift(days, right, last_day(3) - timedelta(days=1)).last == last_day(2)
    assert drift(days, right, last_day(3)).alarm


def test_blocks_count_every_answer_once():
    days, right = series(60, [1.0, 0.0])
    table = blocks(days, right, last_day(2))
    assert table["n"].tolist() == [60, 60]
    assert table["right"].tolist() == [60, 0]
    assert table["first"].tolist() == [FIRST, FIRST + timedelta(days=BLOCK_DAYS)]


def test_too_few_answers_give_no_alarm_whatever_they_say():
    found = drift(*series(10, [1.0, 1.0, 0.0]), last_day(3))
    assert not found.alarm
    assert found.first is None
    assert not drift(pd.Series([], dtype=object), pd.Series([], dtype=bool), FIRST).alarm
