"""Judging stored lifts again: no video, other policies kept, nothing doubled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from detectors.tables import JUDGEMENTS, LIFTS
from detectors.technique import Policy
from pipelines.judging.assess import assess, changes, judgements_of, unjudged
from pipelines.judging.policy import NamedPolicy, policy_id
from pipelines.storage.store import open_store

DAY = date(2026, 3, 2)
NEW = ("spine_flexion_deg", "spine_flexion_se_deg", "standing_windows")


def named(policy):
    return NamedPolicy(policy, policy_id(policy))


def lift(number, **measured):
    """Return one lift like the contract's example, side view, seen well, but for the points on the back."""
    row = {column.name: column.example for column in LIFTS.columns} | {"lift_id": f"lift-{number}"}
    return row | {name: float("nan") for name in row if name.startswith("spine_flexion")} | measured


def frame(*rows):
    table = pd.DataFrame(rows)
    for column in LIFTS.columns:
        values = (
            pd.to_datetime(table[column.name]) if column.dtype.startswith("datetime") else table[column.name]
        )
        table[column.name] = values.astype(column.dtype)
    return table


@pytest.fixture
def store(tmp_path):
    store = open_store(str(tmp_path / "store"))
    store.write(
        LIFTS, frame(lift(1, back_chord_ratio=0.80), lift(2, back_chord_ratio=0.97)), "s", DAY, "dock-2-a"
    )
    store.write(LIFTS, frame(lift(3, view_angle_deg=50.0)), "s", date(2026, 3, 3), "dock-2-b")
    return store


def verdicts(judgements):
    return judgements.set_index("lift_id")["technique"].to_dict()


def test_a_short_chord_is_a_bend_a_long_one_is_not_known_to_be_none(store):
    judged = assess(store, "s", named(Policy()), None, None)
    assert verdicts(judged) == {"lift-1": "spine_bend", "lift-2": "indeterminate", "lift-3": "indeterminate"}
    assert judged.set_index("lift_id")["reason"].to_dict() == {
        "lift-1": "judged",
        "lift-2": "spine_not_seen",
        "lift-3": "view",
    }


def test_lifts_stored_before_backs_were_measured_are_judged_by_the_chord(tmp_path):
    older = replace(LIFTS, columns=tuple(c for c in LIFTS.columns if c.name not in NEW))
    store = open_store(str(tmp_path / "store"))
    rows = frame(lift(1, back_chord_ratio=0.80), lift(2, back_chord_ratio=0.97))
    store.write(older, rows[older.names], "s", DAY, "dock-2-a")
    judged = assess(store, "s", named(Policy()), None, None)
    assert verdicts(judged) == {"lift-1": "spine_bend", "lift-2": "indeterminate"}


def test_another_policy_judges_anew_and_leaves_the_first_in_place(store):
    first, wide = (
        named(Policy()),
        named(replace(Policy(), gates=replace(Policy().gates, largest_view_angle_deg=60))),
    )
    before = assess(store, "s", first, None, None)
    after = assess(store, "s", wide, None, None)
    assert after.set_index("lift_id")["reason"]["lift-3"] != "view"
    pd.testing.assert_frame_equal(
        judgements_of(store, "s", first, None, None).sort_values("lift_id", ignore_index=True),
        before.sort_values("lift_id", ignore_index=True),
    )
    assert len(store.read(JUDGEMENTS)) == 6


def test_judging_twice_writes_the_same(store):
    for _ in range(2):
        assess(store, "s", named(Policy()), None, None)
    assert len(store.read(JUDGEMENTS)) == 3


def test_only_the_asked_dates_are_judged(store):
    policy = named(Policy())
    assess(store, "s", policy, DAY, DAY)
    assert len(store.read(JUDGEMENTS)) == 2
    assert unjudged(store, "s", policy, DAY, date(2026, 3, 3)) == 1


def test_changes_count_each_lift_once():
    before = pd.DataFrame({"lift_id": ["a", "b"], "technique": ["indeterminate", "spine_bend"]})
    after = pd.DataFrame({"lift_id": ["a", "b", "c"], "technique": ["spine_bend"] * 2 + ["hip_hinge"]})
    table = changes(before, after)
    assert table.to_numpy().sum() == 3
    assert table.loc["indeterminate", "spine_bend"] == 1
    assert table.loc["not_judged", "hip_hinge"] == 1
