"""The busiest hours of many rows at once are those of each row for itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.exposure.peak_hour import peak_hour
from pipelines.exposure.shift_counts import ROW
from pipelines.exposure.shift_peaks import COLUMNS, peaks

START = pd.Timestamp("2026-03-02T05:00Z").as_unit("us")
PLACES = {"dock-1": "inbound", "dock-2": "inbound", "gate": "outbound"}
ROWS = pd.MultiIndex.from_tuples(
    [("2026-03-02", "early", "camera", zone, camera) for camera, zone in PLACES.items()]
    + [("2026-03-02", "early", "zone", zone, "all") for zone in ("inbound", "outbound")]
    + [("2026-03-02", "early", "site", "all", "all")],
    names=ROW,
)


def table(events, column, **fixed):
    """Return a row per camera and time in seconds after the start."""
    rows = [(camera, seconds) for camera, times in events.items() for seconds in times]
    frame = pd.DataFrame(rows, columns=["camera_id", "at_s"]).astype({"camera_id": "str", "at_s": "float64"})
    frame[column] = START + pd.to_timedelta(frame.pop("at_s"), unit="s").dt.as_unit("us")
    return frame.assign(
        zone=frame["camera_id"].map(PLACES).astype("str"), shift_date="2026-03-02", shift="early", **fixed
    )


def minutes(runs, people):
    frame = table({camera: 60.0 * np.arange(*run) for camera, run in runs.items()}, "minute_utc")
    return frame.assign(observed_person_s=people * 60.0)


def of_row(frame, row):
    _, _, level, zone, camera = row
    if level == "site":
        return frame
    return frame[frame["zone" if level == "zone" else "camera_id"] == (zone if level == "zone" else camera)]


def seconds(times):
    return times.astype("int64").to_numpy() / 1e6


@settings(max_examples=40, deadline=None)
@given(
    runs=st.fixed_dictionaries({c: st.tuples(st.integers(0, 90), st.integers(0, 180)) for c in PLACES}),
    lifts=st.fixed_dictionaries({c: st.lists(st.integers(0, 10_800), max_size=25) for c in PLACES}),
    people=st.sampled_from([0.2, 0.3, 1.0, 2.5]),
)
def test_each_row_has_the_hour_that_it_has_alone(runs, lifts, people):
    seen, lifted = minutes(runs, people), table(lifts, "start_utc", kind="lift")
    found = peaks(ROWS, lifted, seen)
    for row in ROWS:
        mine, theirs = of_row(lifted, row), of_row(seen, row)
        alone = peak_hour(
            seconds(mine["start_utc"]), seconds(theirs["minute_utc"]), theirs["observed_person_s"]
        )
        start, *rest = found.loc[row, list(COLUMNS)]
        assert pd.isna(start) == np.isnan(alone.start_s)
        if not pd.isna(start):
            assert start.timestamp() == alone.start_s
            assert rest == pytest.approx([alone.lifts, alone.observed_person_h, alone.lifts_per_person_hour])


def test_only_lifts_count_and_only_the_rows_asked_for():
    seen = minutes({"dock-1": (0, 120), "gate": (0, 120)}, 1.0)
    lifted = table({"dock-1": [60.0, 120.0], "gate": [60.0]}, "start_utc", kind=["lift", "bend", "lift"])
    found = peaks(ROWS[:1], lifted, seen)
    assert found["peak_lifts"].tolist() == [1.0]


def test_no_row_no_hour():
    assert peaks(
        ROWS[:0], table({"gate": [1.0]}, "start_utc", kind="lift"), minutes({"gate": (0, 60)}, 1.0)
    ).empty
