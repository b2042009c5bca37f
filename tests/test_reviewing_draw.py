"""The night's blind looks: drawn by lot with known probabilities, fixed once one is answered."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from detectors.tables import EXPOSURE, FOOTAGE, LIFTS
from pipelines.judging.policy import load_policy
from pipelines.reviewing.draw import PARTS, draw, expected_numbers
from pipelines.reviewing.drawing import draw_blind_items
from pipelines.reviewing.labels import Said, record
from pipelines.reviewing.stretches import free_starts, stretches
from pipelines.reviewing.tables import BLIND_ITEMS, Answer, Purpose
from pipelines.storage.store import open_store

DAY = date(2026, 3, 2)
START = datetime(2026, 3, 2, 5, tzinfo=UTC)
SIZES = {
    "dock/lift/hip_hinge": 60,
    "dock/lift/spine_bend": 20,
    "dock/other/indeterminate": 30,
    "dock/nothing/people": 200,
    "dock/nothing/empty": 400,
    "yard/lift/indeterminate": 2,
    "yard/nothing/empty": 10,
}


@pytest.fixture(scope="module")
def items():
    rows = [(f"{name}/{n}", name.split("/")[0], name) for name, size in SIZES.items() for n in range(size)]
    return pd.DataFrame(rows, columns=["item_id", "camera_id", "stratum"])


def test_the_same_site_and_date_draw_the_same_in_whatever_order_the_rows_come(items):
    first = draw(items, 24, "north", "2026-03-02")
    again = draw(items[::-1], 24, "north", "2026-03-02")
    assert first["item_id"].tolist() == again["item_id"].tolist()
    assert first["item_id"].tolist() != draw(items, 24, "north", "2026-03-03")["item_id"].tolist()
    assert first["item_id"].tolist() != draw(items, 24, "south", "2026-03-02")["item_id"].tolist()


@pytest.mark.parametrize("quota", [1, 2, 5, 24, 100])
def test_the_quota_is_drawn_and_every_camera_with_it_where_it_is_large_enough(items, quota):
    drawn = draw(items, quota, "north", "2026-03-02")
    assert len(drawn) == quota
    assert drawn["item_id"].is_unique
    if quota > 1:
        assert set(drawn["camera_id"]) == {"dock", "yard"}


def test_all_is_drawn_where_there_is_no_more_and_nothing_for_a_quota_of_0(items):
    everything = draw(items, 5000, "north", "2026-03-02")
    assert len(everything) == len(items)
    assert (everything["drawn_share"] == 1.0).all()
    assert draw(items, 0, "north", "2026-03-02").empty


def test_strata_are_drawn_as_often_as_they_should_and_weights_give_back_their_sizes(items):
    expected = expected_numbers(items, 12)
    assert expected.sum() == pytest.approx(12.0)
    drawn = pd.concat([draw(items, 12, "north", str(night)) for night in range(80)])
    counts = drawn.groupby("stratum").size() / 80
    np.testing.assert_allclose(counts.reindex(expected.index, fill_value=0.0), expected, atol=0.2)
    sizes = (1.0 / drawn["drawn_share"]).groupby(drawn["stratum"]).sum() / 80
    for name, size in SIZES.items():
        assert sizes[name] == pytest.approx(size, rel=0.4), name
    assert sizes.sum() == pytest.approx(len(items), rel=0.05)


def test_the_parts_of_the_quota_are_the_whole_of_it():
    assert sum(PARTS.values()) == pytest.approx(1.0)


def test_stretches_lie_between_the_lifts_and_end_with_the_recording():
    busy = np.array([[12.0, 14.0], [13.0, 13.5], [30.0, 33.0]])
    np.testing.assert_allclose(free_starts(45.0, busy), [0.0, 14.0, 33.0])
    np.testing.assert_allclose(free_starts(25.0, None), [0.0, 10.0])
    assert len(free_starts(9.9, None)) == 0


@pytest.fixture
def night(tmp_path):
    """Return a store with an hour of one camera: lifts every five minutes, nobody in the second half."""
    store = open_store(str(tmp_path / "store"))
    versions = {"model_version": "m", "code_version": "c"}
    where = {"footage_id": "f1", "camera_id": "dock", "zone": "inbound"}
    footage = {"path": "p", "start_utc": START, "end_utc": START + timedelta(hours=1), "status": "done"}
    _write(store, FOOTAGE, [{**where, **footage, **versions}])
    minutes = [
        {
            "minute_utc": START + timedelta(minutes=n),
            "analysed_s": 60.0,
            "observed_person_s": 9.0 * (n < 30),
            "trunk_above_20_person_s": 2.5 * (n in (0, 2, 3, 7)),
        }
        for n in range(50)  # the last ten were not analysed
    ]
    _write(store, EXPOSURE, [{**where, **one} for one in minutes])
    starts = [300.0 * n + 5.0 for n in range(6)]
    lifts = [
        {
            "lift_id": f"l{n}", "kind": "lift", "start_s": start, "end_s": start + 3.0,
            "start_utc": START + timedelta(seconds=start), "kind_reason": "carried_after", "track_id": "t",
            "hold_above_20_s": 2.0,
        }
        for n, start in enumerate(starts)
    ]  # fmt: skip
    _write(store, LIFTS, [{**where, **one, **versions} for one in lifts])
    return store


def _write(store, spec, rows):
    frame = pd.DataFrame(rows)
    for column in spec.columns:
        if column.name not in frame:
            filled = {"int64": 0, "str": None if column.nullable else "x"}
            frame[column.name] = START if column.dtype.startswith("datetime") else filled.get(column.dtype)
    frame = frame[spec.names].astype({column.name: column.dtype for column in spec.columns})
    store.write(spec, frame, "north", DAY, "dock-f1")


def test_stretches_are_of_analysed_minutes_and_tell_what_was_seen_in_them(night):
    tables = [night.read(spec, "north") for spec in (FOOTAGE, LIFTS, EXPOSURE)]
    found = stretches(*tables)
    assert found["stratum"].value_counts().to_dict() == {
        # Five gaps of 297 s between lifts, then 30 stretches that start before the half hour. The lift of
        # minute 0 explains its bent trunk; those of minutes 2, 3 and 7 have none.
        "dock/nothing/people": 5 * 29 + 30 - 3 * 6,
        "dock/nothing/bent": 3 * 6,
        "dock/nothing/empty": 120,
    }
    assert (found["end_s"] - found["start_s"] == 10.0).all()
    assert found["item_id"].is_unique
    busy = tables[1][["start_s", "end_s"]].to_numpy()
    apart = (found["end_s"].to_numpy()[:, None] <= busy[:, 0]) | (
        found["start_s"].to_numpy()[:, None] >= busy[:, 1]
    )
    assert apart.all()


def test_a_date_is_drawn_anew_with_its_recordings_until_somebody_has_answered(night):
    site = SimpleNamespace(name="north", review=SimpleNamespace(blind_per_night=8))
    policy = load_policy(None)
    assert draw_blind_items(night, site, policy, DAY, DAY + timedelta(days=1)) == 8
    drawn = night.read(BLIND_ITEMS, "north")
    assert set(drawn["stratum"].str.split("/").str[1]) == {"lift", "nothing"}
    assert draw_blind_items(night, site, policy, DAY, DAY) == 8
    pd.testing.assert_frame_equal(night.read(BLIND_ITEMS, "north"), drawn)
    said = Said(Answer.SQUAT, Purpose.BLIND, "r-local", "trainer", 4.0, policy.policy_id)
    record(night, "north", DAY, drawn.iloc[0], said, datetime(2026, 3, 3, 8, tzinfo=UTC))
    night.remove(LIFTS, "north", DAY, "dock-f1")
    assert draw_blind_items(night, site, policy, DAY, DAY) == 0
    pd.testing.assert_frame_equal(night.read(BLIND_ITEMS, "north"), drawn)


def test_recordings_that_come_before_any_answer_are_in_the_sample(night):
    site = SimpleNamespace(name="north", review=SimpleNamespace(blind_per_night=8))
    lifts = night.read(LIFTS, "north").drop(columns=["site", "date"])
    night.remove(LIFTS, "north", DAY, "dock-f1")
    draw_blind_items(night, site, load_policy(None), DAY, DAY)
    assert not night.read(BLIND_ITEMS, "north")["item_kind"].eq("lift").any()
    night.write(LIFTS, lifts, "north", DAY, "dock-f1")
    draw_blind_items(night, site, load_policy(None), DAY, DAY)
    assert night.read(BLIND_ITEMS, "north")["item_kind"].eq("lift").any()


def test_nothing_is_drawn_where_the_site_file_says_so(night):
    site = SimpleNamespace(name="north", review=SimpleNamespace(blind_per_night=0))
    assert draw_blind_items(night, site, load_policy(None), DAY, DAY) == 0
    assert night.read(BLIND_ITEMS, "north").empty
