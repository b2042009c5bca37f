"""What is severe, unsure or new comes first, the same way each time."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from pipelines.reviewing.queue import Weights, ordered

NOTHING = pd.DataFrame({"item_id": pd.Series(dtype="str")})


def lifts(**columns):
    n = len(next(iter(columns.values())))
    same = {
        "camera_id": "dock-1",
        "zone": "inbound",
        "origin_band": "knuckle",
        "technique": "spine_bend",
        "reason": "judged",
        "p_spine_bend": 0.9,
        "margin_se": 2.0,
        "trunk_inclination_peak_deg": 60.0,
        "spine_flexion_deg": 40.0,
    }
    ids = [f"l{i}" for i in range(n)]
    return pd.DataFrame({name: [value] * n for name, value in same.items()} | {"lift_id": ids} | columns)


def first(rows, labelled=NOTHING, weights=Weights()):  # noqa: B008  frozen
    return ordered(rows, labelled, weights)["lift_id"].iloc[0]


def test_the_more_severe_comes_first():
    assert first(lifts(p_spine_bend=[0.6, 0.9])) == "l1"
    assert first(lifts(trunk_inclination_peak_deg=[30.0, 80.0])) == "l1"
    assert first(lifts(spine_flexion_deg=[20.0, 55.0])) == "l1"
    only_severe = Weights(severity=1.0, uncertainty=0.0, novelty=0.0)
    assert first(lifts(origin_band=["knuckle", "floor"]), weights=only_severe) == "l1"


def test_the_less_sure_comes_first():
    assert first(lifts(margin_se=[3.0, 0.2])) == "l1"
    rows = ordered(lifts(margin_se=[3.0, 0.2], reason=["judged", "judged"]), NOTHING)
    assert rows["unsure"].tolist() == [True, False]


def test_the_rare_and_what_was_not_labelled_yet_come_first():
    assert first(lifts(camera_id=["a", "a", "a", "b"])) == "l3"
    rows = lifts(camera_id=["a", "a", "b", "b"])
    assert first(rows, pd.DataFrame({"item_id": ["l0"]})) == "l2"


def test_what_is_unknown_is_neither_severe_nor_unsure():
    rows = lifts(
        p_spine_bend=[np.nan, 0.5], margin_se=[np.nan, 1.0], technique=["indeterminate", "spine_bend"]
    )
    found = ordered(rows, NOTHING).set_index("lift_id")
    assert found.loc["l0", "uncertainty"] == 0.0
    assert found.loc["l0", "severity"] < found.loc["l1", "severity"]
    assert found["flagged"].to_dict() == {"l0": False, "l1": True}


def test_a_night_without_lifts_is_an_empty_queue():
    assert ordered(lifts(p_spine_bend=[0.5]).iloc[:0], NOTHING).empty


measures = st.floats(0, 1) | st.just(np.nan)


@given(st.lists(st.tuples(measures, measures, st.sampled_from(["floor", None])), min_size=1, max_size=12))
def test_every_lift_is_there_once_between_0_and_1_whatever_the_order(drawn):
    p, margin, band = (list(one) for one in zip(*drawn, strict=True))
    rows = lifts(p_spine_bend=p, margin_se=margin, origin_band=band)
    found = ordered(rows, NOTHING)
    assert sorted(found["lift_id"]) == sorted(rows["lift_id"])
    for ground in ("severity", "uncertainty", "novelty", "usefulness"):
        assert found[ground].between(0, 1).all()
    mixed = ordered(rows.sample(frac=1.0, random_state=3), NOTHING)
    assert mixed["lift_id"].tolist() == found["lift_id"].tolist()
