"""Which lifts a package holds, and which of them make pairs."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from exported_site import DAY, depot

from detectors.vocabulary import Technique
from pipelines.exporting.choosing import Wanted, dates_of, latest_date, lifts_of, wanted_lifts
from pipelines.exporting.pairs import NEAR_S, matched_pairs
from pipelines.sites.site import SiteError

FLAGGED = ["bend-sure", "bend-same", "bend-unsure", "bend-late"]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    return depot(tmp_path_factory.mktemp("depot"))


def ids(found, **asked):
    wanted = Wanted(**{"first": DAY, "last": DAY, **asked})
    return list(wanted_lifts(found.site, found.store, found.policy_id, wanted)["lift_id"])


@pytest.mark.parametrize(
    ("asked", "lifts"),
    [
        pytest.param({}, FLAGGED, id="flagged ones, by time"),
        pytest.param({"zone": "packing"}, ["bend-late"], id="zone"),
        pytest.param({"camera": "dock-1", "limit": 2}, FLAGGED[:2], id="the surest two of a camera"),
        pytest.param({"shift": "late"}, ["bend-late"], id="13:30 UTC is 14:30 here, in the late shift"),
        pytest.param({"technique": Technique.SQUAT}, ["squat"], id="another verdict"),
        pytest.param({"lifts": ("unclear", "squat")}, ["unclear", "squat"], id="single ones"),
        pytest.param({"first": date(2026, 3, 3), "last": date(2026, 3, 3)}, [], id="another date"),
    ],
)
def test_what_is_asked_for_is_chosen(found, asked, lifts):
    assert ids(found, **asked) == lifts


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"shift": "earli"}, "no shift 'earli'; did you mean 'early'?"),
        ({"zone": "yard"}, "no zone 'yard', expected one of 'inbound', 'packing'"),
        ({"camera": "dock1"}, "no camera 'dock1'; did you mean 'dock-1'?"),
        ({"lifts": ("nobody",)}, "no lift 'nobody'"),
    ],
)
def test_a_wrong_name_is_one_sentence(found, asked, said):
    with pytest.raises(SiteError) as caught:
        ids(found, **asked)
    assert said in str(caught.value)


def test_dates_are_found_by_lift_and_the_latest_without_any(found, tmp_path):
    first, last = dates_of(found.site, found.store, ("squat",))
    assert first <= DAY <= last
    assert latest_date(found.site, found.store) == DAY
    with pytest.raises(SiteError, match="has no lift 'nobody'"):
        dates_of(found.site, found.store, ("nobody",))


def test_the_surest_pair_is_a_hinge_beside_a_bend_from_the_same_height(found):
    lifts = lifts_of(found.site, found.store, found.policy_id, (DAY, DAY))
    pairs = matched_pairs(lifts)
    # The bend of packing has no hinge there, the other bend of track t1 is of one whom we saw already, and
    # the hinge from knuckle height, though the surest of all, stands beside no bend from there.
    assert list(zip(pairs["bend"], pairs["hinge"], strict=True)) == [
        ("bend-sure", "hinge-sure"),
        ("bend-unsure", "hinge-other"),
    ]


def many(seed):
    rng = np.random.default_rng(seed)
    n = 300
    return pd.DataFrame(
        {
            "lift_id": [f"l{number:03d}" for number in range(n)],
            "camera_id": rng.choice(["a", "b"], n),
            "zone": "z",
            "origin_band": rng.choice(["floor", "knuckle", None], n),
            "kind": rng.choice(["lift", "lowering", "bend"], n, p=[0.7, 0.2, 0.1]),
            "technique": rng.choice(["spine_bend", "hip_hinge", "squat", "indeterminate", None], n),
            "margin_se": np.where(rng.random(n) < 0.1, np.nan, rng.normal(0.0, 2.0, n)),
            "footage_id": rng.choice(["f1", "f2"], n),
            "track_id": rng.choice([f"t{number}" for number in range(60)], n),
            "start_utc": pd.Timestamp("2026-03-02T05:00Z") + pd.to_timedelta(rng.uniform(0, 28800, n), "s"),
        }
    )


@pytest.mark.parametrize("seed", range(5))
def test_no_track_twice_and_never_close_in_time(seed):
    pairs = matched_pairs(many(seed))
    lifts = many(seed).set_index("lift_id")
    assert len(pairs) > 5
    bends, hinges = lifts.loc[pairs["bend"]], lifts.loc[pairs["hinge"]]
    assert set(bends["technique"]) == {"spine_bend"}
    assert set(hinges["technique"]) == {"hip_hinge"}
    for name in ("camera_id", "origin_band"):
        assert (bends[name].to_numpy() == hinges[name].to_numpy()).all()
    both = pd.concat([bends, hinges])
    assert set(both["kind"]) == {"lift"}
    assert not both.duplicated(["footage_id", "track_id"]).any()
    for _, rows in both.groupby("camera_id"):
        gaps = [abs((one - other).total_seconds()) for one, other in combinations(rows["start_utc"], 2)]
        assert min(gaps) >= NEAR_S
    surest = np.minimum(bends["margin_se"].abs().to_numpy(), hinges["margin_se"].abs().to_numpy())
    assert (np.diff(surest) <= 0).all()


def test_the_order_of_rows_changes_no_pair():
    lifts = many(9)
    shuffled = lifts.sample(frac=1.0, random_state=1)
    pd.testing.assert_frame_equal(matched_pairs(lifts), matched_pairs(shuffled))


def test_no_lifts_make_no_pairs():
    assert matched_pairs(many(0).iloc[:0]).empty
