import hashlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.exposure.reba_assumptions import NOTHING_ADDED
from pipelines.exposure.scoring import (
    assumed,
    band,
    codes,
    look_up,
    lower_arm_score,
    score_table,
    upper_arm_score,
)

ROOT = Path(__file__).parents[1]
LISTED = dict(
    reversed(line.split(maxsplit=1)) for line in (ROOT / "data/reference/SHA256SUMS").read_text().splitlines()
)
SCORE_TABLES = {
    "reba_a": (5, 3, 4),
    "reba_b": (6, 2, 3),
    "reba_c": (12, 12),
    "rula_a": (6, 3, 4, 2),
    "rula_b": (6, 6, 2),
    "rula_c": (8, 7),
}


@pytest.mark.parametrize("name", [*SCORE_TABLES, "owas"])
def test_tables_are_those_that_were_reconciled(name):
    path = f"pipelines/exposure/tables/{name}.csv"
    assert hashlib.sha256((ROOT / path).read_bytes()).hexdigest() == LISTED[path]


@pytest.mark.parametrize(("name", "shape"), SCORE_TABLES.items(), ids=SCORE_TABLES)
def test_a_worse_part_never_lowers_a_score(name, shape):
    table = score_table(name, *shape)
    assert all((np.diff(table, axis=axis) >= 0).all() for axis in range(table.ndim))


@pytest.mark.parametrize(("name", "shape"), SCORE_TABLES.items(), ids=SCORE_TABLES)
def test_tables_begin_at_1_and_can_not_be_written(name, shape):
    table = score_table(name, *shape)
    assert table.min() == table.flat[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        table[:] = 0


@pytest.mark.parametrize(
    ("flexion_deg", "expected"),
    [(-21, 2), (-20, 1), (0, 1), (20, 1), (21, 2), (45, 2), (46, 3), (90, 3), (91, 4), (np.nan, np.nan)],
)
def test_upper_arm(flexion_deg, expected):
    np.testing.assert_equal(float(upper_arm_score(flexion_deg, 0)), expected)


@pytest.mark.parametrize(
    ("elbow_flexion_deg", "expected"), [(0, 2), (59, 2), (60, 1), (100, 1), (101, 2), (np.nan, np.nan)]
)
def test_lower_arm(elbow_flexion_deg, expected):
    np.testing.assert_equal(float(lower_arm_score(elbow_flexion_deg)), expected)


def test_a_supported_upper_arm_stays_in_the_table():
    assert upper_arm_score(0, -1) == 1


@settings(deadline=None)
@given(st.lists(st.sampled_from([1.0, 2.0, 3.0, np.nan]), min_size=1), st.sampled_from([1.0, 2.0, np.nan]))
def test_looking_up_many_equals_looking_up_each(first, second):
    table = np.array([[10.0, 11.0], [20.0, 21.0], [30.0, 31.0]])
    many = look_up(table, np.array(first), np.array(second))
    each = [np.nan if np.isnan(a + second) else table[int(a) - 1, int(second) - 1] for a in first]
    np.testing.assert_equal(many, each)


def test_a_band_holds_its_upper_end():
    found = band(np.array([0.0, 10.0, 10.1, 99.0, np.nan]), [10, 20], [1, 2, 3])
    np.testing.assert_equal(found, [1, 1, 2, 3, np.nan])


@pytest.mark.parametrize("value", [0, 4, 1.5, np.inf])
def test_a_score_is_a_whole_number_of_its_table(value):
    with pytest.raises(ValueError, match=r"neck is .*, expected a whole number from 1 to 3 or NaN"):
        codes("neck", [1, value], 3)


def test_assumptions_are_told_with_values_and_units():
    text = assumed(NOTHING_ADDED)
    assert text.startswith("assumed, not seen: upright within: 5 deg; ")
    assert "load: 0 kg" in text
    assert "coupling: good" in text
    assert "wrist bent over 15 deg: no" in text
