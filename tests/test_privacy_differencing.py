"""An attacker who adds and subtracts all that is published never gets the figures of a few people."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from dashboard.summaries.cameras import LIFT_COLUMNS, METRIC_COLUMNS, fitness
from dashboard.summaries.runs import nights
from detectors.tables import RUNS, TABLES
from detectors.thresholds import Gates
from pipelines.exposure.shift_cells import LEAST_WIDTH, hidden_rows

LEAST_PEOPLE, LEAST_H = 5.0, 0.5

SITES = st.lists(
    st.lists(st.tuples(st.integers(0, 60), st.sampled_from([9, 9, 9, 6, 4, 2, 1])), min_size=1, max_size=3),
    min_size=1,
    max_size=4,
)
"""Zones of cameras, each with its lifts and workers in a shift."""


def rows_of(zones):
    """Return the cameras of a shift, and its rows as the figures have them: cameras, zones, site."""
    cameras = pd.DataFrame(
        [
            {"zone": f"z{z}", "camera_id": f"z{z}c{c}", "movements": lifts, "workers": workers}
            for z, of_zone in enumerate(zones)
            for c, (lifts, workers) in enumerate(of_zone)
        ]
    )
    summed = {"movements": "sum", "workers": "max"}
    of_zones = cameras.groupby("zone").agg(summed).reset_index().assign(camera_id="all", level="zone")
    site = pd.DataFrame([{"movements": cameras["movements"].sum(), "workers": cameras["workers"].max()}])
    rows = pd.concat(
        [cameras.assign(level="camera"), of_zones, site.assign(zone="all", camera_id="all", level="site")],
        ignore_index=True,
    )
    return cameras, rows.assign(shift_date="2026-03-02", shift="day", observed_person_h=9.0)


def parts_of(row, cameras):
    """Return which cameras a row sums, as ones and zeros."""
    match row["level"]:
        case "camera":
            return (cameras["camera_id"] == row["camera_id"]).to_numpy(dtype=float)
        case "zone":
            return (cameras["zone"] == row["zone"]).to_numpy(dtype=float)
    return np.ones(len(cameras))


def least_reach(cameras, rows, hidden, also=()):
    """Return the narrowest range that an attacker can give a hidden row; infinite where nothing is hidden.

    He knows every row that is shown, that no number is negative, and what else he is told: pairs of sums
    over cameras and their value.
    """
    known = [(parts_of(row, cameras), row["movements"]) for _, row in rows[~hidden].iterrows()] + list(also)
    equal = {"A_eq": [parts for parts, _ in known], "b_eq": [value for _, value in known]} if known else {}
    reach = [np.inf]
    for _, row in rows[hidden].iterrows():
        aim = parts_of(row, cameras)
        least, most = (linprog(way * aim, bounds=(0, None), **equal) for way in (1, -1))
        assert least.status == 0
        reach.append(-most.fun - least.fun if most.status == 0 else np.inf)
    return min(reach)


@settings(max_examples=60, deadline=None)
@given(SITES)
def test_no_sum_of_what_is_shown_narrows_what_is_hidden(zones):
    cameras, rows = rows_of(zones)
    hidden = hidden_rows(rows, LEAST_PEOPLE, LEAST_H).to_numpy()
    assert hidden[(rows["workers"] < LEAST_PEOPLE).to_numpy()].all()
    assert least_reach(cameras, rows, hidden) >= LEAST_WIDTH - 1e-6


def test_the_lifts_of_a_whole_night_would_give_a_few_people_away():
    cameras, rows = rows_of([[(12, 2)], [(40, 9)], [(50, 9)]])
    hidden = hidden_rows(rows, LEAST_PEOPLE, LEAST_H).to_numpy()
    night = (np.ones(len(cameras)), cameras["movements"].sum())
    shown_alone = hidden.copy()
    shown_alone[(rows["level"] != "site").to_numpy() & (rows["zone"] != "z0").to_numpy()] = False
    assert least_reach(cameras, rows, shown_alone, [night]) == pytest.approx(0.0, abs=1e-6)


def test_the_page_of_the_nights_tells_no_lifts():
    run = pd.DataFrame([{column.name: column.example for column in RUNS.columns}])
    assert not [name for name in nights(run).columns if "lift" in name]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 40), min_size=6, max_size=9), st.integers(2, 4))
def test_windows_of_days_less_one_another_tell_no_day_of_a_hidden_camera(of_day, window):
    told = [
        (
            np.isin(np.arange(len(of_day)), np.arange(first, first + window)),
            lifts_told(sum(of_day[first : first + window])),
        )
        for first in range(len(of_day) - window + 1)
    ]
    parts = np.array([days for days, _ in told], dtype=float)
    values = np.array([value for _, value in told])
    limits = {"A_ub": np.r_[parts, -parts], "b_ub": np.r_[values + 5.0, 5.0 - values]}
    for day in range(len(of_day)):
        aim = np.eye(len(of_day))[day]
        least, most = (linprog(way * aim, bounds=(0, None), **limits) for way in (1, -1))
        # Where a whole window has hardly a lift, he knows that; never the lifts of a day.
        assert -most.fun - least.fun >= LEAST_WIDTH / 2 - 1e-6


def lifts_told(n):
    """Return how many lifts the page Cameras tells of a camera that is hidden in some shift."""
    example = {column.name: column.example for column in TABLES["lifts"].columns}
    lift = {name: example[name] for name in LIFT_COLUMNS} | {"camera_id": "dock", "kind": "lift"}
    lifts = pd.DataFrame(
        [{**lift, "technique": "spine_bend", "reason": "judged"}] * n, columns=[*lift, "technique", "reason"]
    )
    hours = dict.fromkeys(METRIC_COLUMNS, np.nan) | {
        "level": "camera",
        "camera_id": "dock",
        "status": "suppressed",
    }
    size = {"camera_id": "dock", "start_utc": pd.Timestamp("2026-03-02T05:00Z"), "frame_rate_hz": 25.0}
    footage = pd.DataFrame([{**size, "width_px": 640, "height_px": 480}])
    found = fitness({"dock": "inbound"}, lifts, pd.DataFrame([hours]), footage, Gates()).iloc[0]
    assert np.isnan(found["occluded_share"])
    assert found["judged"] == found["lifts"]
    return found["lifts"]
