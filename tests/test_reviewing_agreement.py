"""Kappa against the examples of its authors."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from pipelines.reviewing.agreement import agreement, cohen, fleiss

# Fleiss 1971, table 1: 30 patients by 6 psychiatrists. Depression, personality disorder, schizophrenia,
# neurosis, other.
DIAGNOSES = """
00060 03003 01401 00006 03030 20400 00402 20310 20040 00006 10050 11040 03300 10050 02031
00501 30012 51000 02040 10203 00006 01050 02013 20040 10041 05010 40002 02040 10500 00006
"""


@pytest.fixture
def diagnoses():
    return np.array([[float(digit) for digit in row] for row in DIAGNOSES.split()])


def long(answers):
    """Return labels of rows of answers, one column per reviewer; None where nobody answered."""
    rows = [
        {"item_id": str(item), "reviewer": f"r-{who}", "answer": answer}
        for item, row in enumerate(answers)
        for who, answer in enumerate(row)
        if answer is not None
    ]
    return pd.DataFrame(rows)


def test_fleiss_psychiatric_diagnoses(diagnoses):
    assert (diagnoses.sum(axis=1) == 6).all()
    assert fleiss(diagnoses) == pytest.approx(0.430, abs=0.0005)


def test_fleiss_by_labels_has_the_same_kappa_and_its_interval(diagnoses):
    names = np.array(list("abcde"))
    found = agreement(long([np.repeat(names, row.astype(int)) for row in diagnoses]))
    assert found.value == pytest.approx(0.430, abs=0.0005)
    assert (found.items, found.reviewers) == (30, 6)
    assert 0.30 < found.low < 0.38
    assert 0.48 < found.high < 0.57


def test_cohen_1960():
    # Table 1: two clinicians, proportions of 200; agreement 0.70, by chance 0.41.
    table = np.array([[88.0, 14.0, 18.0], [10.0, 40.0, 10.0], [2.0, 6.0, 12.0]])
    assert cohen(table) == pytest.approx(0.492, abs=0.0005)


def test_two_reviewers_of_fifty_proposals():
    # 20 yes-yes, 5 yes-no, 10 no-yes, 15 no-no: agreement 0.70, by chance 0.50.
    cells = {("y", "y"): 20, ("y", "n"): 5, ("n", "y"): 10, ("n", "n"): 15}
    found = agreement(long([pair for pair, n in cells.items() for _ in range(n)]))
    assert found.value == pytest.approx(0.40)
    assert found.agreed == pytest.approx(0.70)
    # Large-sample standard error 0.126 (Fleiss, Cohen & Everitt 1969).
    assert (found.high - found.low) / 2 == pytest.approx(2.01 * 0.127, abs=0.015)


def test_the_interval_covers_the_agreement_of_the_people_that_reviewers_are_drawn_like():
    lot = np.random.default_rng(2)
    covered = []
    for _ in range(50):
        truth = lot.random(80) < 0.4
        said = [np.where((lot.random(80) < 0.9) == truth, "y", "n") for _ in range(2)]
        found = agreement(long(np.column_stack(said).tolist()))
        covered.append(found.low <= TRUE_KAPPA <= found.high)
    # Of 50 intervals at 95 %, fewer than 43 cover in one of 100 tests.
    assert sum(covered) >= 43


P = 0.4 * 0.9 + 0.6 * 0.1
AGREE, CHANCE = 0.9**2 + 0.1**2, P**2 + (1 - P) ** 2
TRUE_KAPPA = (AGREE - CHANCE) / (1 - CHANCE)


def test_reviewers_who_saw_other_items_still_count_where_two_met():
    rows = [["a", "a", None], ["b", None, "b"], [None, "a", "b"], ["a", None, None]] * 5
    found = agreement(long(rows))
    assert (found.items, found.reviewers) == (15, 3)
    assert found.agreed == pytest.approx(2 / 3)


def test_too_few_items_and_answers_that_are_all_the_same_give_no_kappa():
    assert math.isnan(agreement(long([["a", "b"]] * 9)).value)
    assert math.isnan(agreement(long([["a", "a"]] * 20)).value)
    assert math.isnan(agreement(long([["a", "a"]] * 20)).low)
