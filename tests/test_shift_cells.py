"""What is hidden of the figures per shift can't be had back, by whoever knows all that is shown."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from pipelines.exposure.shift_cells import LEAST_WIDTH, hidden_rows

LEAST_WORKERS, LEAST_H = 5, 0.5
CAMERA = st.tuples(st.integers(0, 60), st.integers(0, 9), st.sampled_from([0.1, 0.4, 1.0, 4.0]))
SITES = st.lists(st.lists(CAMERA, min_size=1, max_size=3), min_size=1, max_size=4)


def cells(zones):
    """Return the rows of a site, each zone a list of cameras as (movements, workers, hours)."""
    rows = []
    for number, cameras in enumerate(zones):
        zone = f"z{number}"
        known = [(n, people, hours) if people else (0, 0, 0.0) for n, people, hours in cameras]
        rows += [("camera", zone, *one) for one in known]
        rows.append(("zone", zone, *total(known)))
    rows.append(("site", "all", *total([row[2:] for row in rows if row[0] == "zone"])))
    names = ["level", "zone", "movements", "workers", "observed_person_h"]
    return pd.DataFrame(rows, columns=names).assign(shift_date="d", shift="s")


def total(parts):
    movements, people, hours = zip(*parts, strict=True)
    return sum(movements), max(people), sum(hours)


def reach(table, hidden):
    """Return the least and most that each hidden row can be, given the sums and what is shown."""
    n = len(table)
    sums = []
    for at in np.flatnonzero(table["level"] != "camera"):
        level, zone = table["level"][at], table["zone"][at]
        below = (
            table["level"].eq("zone")
            if level == "site"
            else table["level"].eq("camera") & table["zone"].eq(zone)
        )
        sums.append(below.to_numpy(dtype=float) - (np.arange(n) == at))
    bounds = [
        (0, None) if secret else (value, value)
        for value, secret in zip(table["movements"], hidden, strict=True)
    ]
    found = []
    for at in np.flatnonzero(hidden):
        ends = [
            linprog(way * (np.arange(n) == at), A_eq=sums, b_eq=np.zeros(len(sums)), bounds=bounds)
            for way in (1.0, -1.0)
        ]
        assert ends[0].status == 0
        found.append((ends[0].fun, -ends[1].fun if ends[1].status == 0 else np.inf))
    return found


def small(table):
    few = (table["workers"] < LEAST_WORKERS) | (table["observed_person_h"] < LEAST_H)
    return (table["workers"] > 0) & few


@given(SITES)
@settings(max_examples=150, deadline=None)
def test_every_hidden_count_stays_open(zones):
    table = cells(zones)
    hidden = hidden_rows(table, LEAST_WORKERS, LEAST_H)
    assert hidden[small(table)].all()
    for least, most in reach(table, hidden):
        assert most - least >= LEAST_WIDTH - 1e-6


@given(SITES)
@settings(max_examples=50, deadline=None)
def test_where_nothing_is_small_nothing_is_hidden_and_the_empty_are_never(zones):
    table = cells(zones)
    hidden = hidden_rows(table, LEAST_WORKERS, LEAST_H)
    assert not hidden[table["workers"] == 0].any()
    assert small(table).any() or not hidden.any()


def test_a_lone_small_zone_takes_the_smaller_of_the_others_with_it():
    table = cells([[(30, 2, 4.0)], [(50, 8, 4.0)], [(40, 8, 4.0)]])
    hidden = hidden_rows(table, LEAST_WORKERS, LEAST_H)
    assert set(table[hidden & (table["level"] == "zone")]["zone"]) == {"z0", "z2"}
    assert not hidden[table["level"] == "site"].any()


def test_shifts_are_hidden_each_for_itself():
    fine, lone = cells([[(50, 8, 4.0)]]), cells([[(50, 1, 4.0)]]).assign(shift="t")
    table = pd.concat([fine, lone], ignore_index=True)
    assert hidden_rows(table, LEAST_WORKERS, LEAST_H).tolist() == [False] * 3 + [True] * 3
