from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulated_site import Plan, Zone, simulate

from pipelines.exposure.bend_hours import ALL, Seen, bends_by_hour
from pipelines.exposure.redesign import actions
from pipelines.exposure.small_groups import Rule

RULE = Rule(least_group_size=5, least_observed_h=0.5, least_width=10)
HOURS = range(6, 14)


def lifts(zone="inbound", band="floor", n=160, low=0, kind="lift", **other):
    """Return lifts spread evenly over 8 hours, 20 recordings, 40 tracks; the first ``low`` are low bends."""
    number = np.arange(n)
    table = pd.DataFrame(
        {
            "lift_id": [f"{zone}-{band}-{kind}-{at}" for at in number],
            "footage_id": [f"{zone}-{at % 20}" for at in number],
            "track_id": [f"{zone}-{at % 40}" for at in number],
            "zone": zone,
            "kind": kind,
            "origin_band": pd.Series([band] * n, dtype="str"),
            "hour": 6 + number % len(HOURS),
            "trunk_inclination_peak_deg": np.where(number < low, 75.0, 40.0),
            "origin_height_stature": 0.2,
            "knee_flexion_grasp_deg": 30.0,
            "technique": np.where(number % 4 == 0, "spine_bend", "hip_hinge"),
        }
    )
    return table.assign(**other)


def seen(*parts, people=6.0):
    table = pd.concat(parts, ignore_index=True)
    cells = [
        (zone, hour, minute) for zone in table["zone"].unique() for hour in HOURS for minute in range(60)
    ]
    exposure = pd.DataFrame(cells, columns=["zone", "hour", "minute"])
    return Seen(table, exposure.assign(analysed_s=60.0, observed_person_s=people * 60.0), {})


def zone(name, low=128, knuckle_low=32, knuckle=160):
    parts = [lifts(name, low=low), lifts(name, "knuckle", low=knuckle_low, n=knuckle)]
    return pd.concat(parts, ignore_index=True)


def test_raising_removes_the_low_bends_that_knuckle_lifts_do_not_have():
    (found,) = actions(seen(zone("inbound"), lifts(kind="bend", low=50, band=None)), RULE)
    assert found.removed == pytest.approx(128 - 160 * 0.2), (
        "8 of 10 from the floor, 2 of 10 from knuckle height"
    )
    assert found.low_bends == 128 + 32 + 50, "of all low bends of the zone, those of every kind"
    assert (found.floor_lifts, found.floor_low_bends) == (160, 128)
    assert (found.knuckle_lifts, found.knuckle_low_bends, found.compared_with) == (160, 32, "zone")
    assert 60 < found.removed_low < found.removed < found.removed_high <= 128
    assert "would have removed 96 of 210 low bends (95 % interval" in found.sentence


def test_interval_is_newcombes_where_recordings_are_alike():
    # 128/160 against 32/160: Newcombe's method 10 as by hand, .80 (.7315-.8548) and .20 (.1452-.2685).
    (found,) = actions(seen(zone("inbound")), RULE)
    half = 160 * np.hypot(0.80 - 0.7315, 0.2685 - 0.20), 160 * np.hypot(0.8548 - 0.80, 0.20 - 0.1452)
    assert found.removed_low == pytest.approx(96 - half[0], abs=3.0)
    assert found.removed_high == pytest.approx(96 + half[1], abs=3.0)


def test_a_height_that_makes_no_difference_is_no_action():
    assert actions(seen(zone("inbound", low=80, knuckle_low=82)), RULE) == []


def test_at_most_three_and_the_surest_gain_first():
    sizes = {"a": 100, "b": 150, "c": 120, "d": 140}
    found = actions(seen(*(zone(name, low=low) for name, low in sizes.items())), RULE)
    assert [one.zone for one in found] == ["b", "d", "c"]
    assert all(one.removed_low >= other.removed_low for one, other in pairwise(found))


def test_a_zone_with_few_knuckle_lifts_is_held_against_the_site():
    parts = zone("inbound", knuckle=29, knuckle_low=0), zone("yard", knuckle_low=80)
    inbound, _ = sorted(actions(seen(*parts), RULE), key=lambda one: one.zone)
    assert (inbound.compared_with, inbound.knuckle_lifts) == ("site", 160)
    assert actions(seen(zone("inbound", knuckle=29, knuckle_low=0)), RULE) == [], "nothing to hold it against"


@pytest.mark.parametrize(("people", "shown"), [(5.0, 1), (4.0, 0)])
def test_nothing_is_said_of_a_small_group(people, shown):
    view = seen(zone("inbound"), people=people)
    assert len(actions(view, RULE)) == shown
    table = bends_by_hour(view, RULE)
    assert table.loc[table["hidden"], ["bends", "low_bends", "spine_bends", "judged"]].isna().all(axis=None)
    assert table.loc[(table["hour"] == "7") & (table["origin_band"] == "floor"), "hidden"].item() == (
        not shown
    )


def test_a_hidden_cell_can_not_be_had_from_the_total_of_its_row():
    odd = lifts(n=3, hour=20, track_id="lone")
    table = bends_by_hour(seen(zone("inbound"), odd), RULE)
    row = table[(table["origin_band"] == "floor") & (table["hour"] != ALL)]
    total = table.loc[(table["origin_band"] == "floor") & (table["hour"] == ALL), "bends"].item()
    hidden = row[row["hidden"]]
    assert total == 163
    assert "20" in set(hidden["hour"])
    assert len(hidden) > 1
    assert total - row["bends"].sum() >= RULE.least_width, "what is left open between them"


@settings(deadline=None)
@given(
    st.lists(st.integers(0, 30), min_size=8, max_size=8), st.lists(st.integers(1, 9), min_size=8, max_size=8)
)
def test_whatever_is_small_is_hidden_and_totals_never_leave_one_cell_alone(counts, tracks):
    parts = [
        lifts(n=n, hour=hour, track_id=[f"{hour}-{at % t}" for at in range(n)])
        for hour, n, t in zip(HOURS, counts, tracks, strict=True)
        if n
    ]
    table = bends_by_hour(seen(zone("yard"), *parts), RULE)
    floor = table[(table["zone"] == "inbound") & (table["origin_band"] == "floor")].set_index("hour")
    for hour, n, t in zip(HOURS, counts, tracks, strict=True):
        assert n == 0 or min(n, t) >= 5 or floor.loc[str(hour), "hidden"]
    hidden = floor.drop(ALL)["hidden"].sum() if len(floor) else 0
    if hidden and not floor.loc[ALL, "hidden"]:
        assert hidden > 1
        assert floor.loc[ALL, "bends"] - floor.drop(ALL)["bends"].sum() >= RULE.least_width


def test_stated_workers_count_where_fewer_are_in_view_at_once():
    view = seen(zone("inbound"), people=2.0)
    assert len(actions(Seen(view.lifts, view.exposure, {"inbound": 6}), RULE)) == 1


def test_one_track_is_no_group_however_many_are_in_view():
    assert actions(seen(zone("inbound").assign(track_id="only")), RULE) == []


def test_evidence_begins_with_the_most_typical_lift():
    inclination = np.r_[np.linspace(62.0, 98.0, 127), 80.0, np.full(32, 30.0)]
    floor = lifts(trunk_inclination_peak_deg=inclination)
    (found,) = actions(seen(floor, lifts(band="knuckle", low=32)), RULE)
    assert len(found.evidence) == 128
    by_id = floor.set_index("lift_id")["trunk_inclination_peak_deg"]
    off = (by_id[list(found.evidence)] - 80.0).abs().to_numpy()
    assert off[0] < 0.2
    assert off[-1] > 17.0
    assert (np.diff(off) > -0.2).all()


def test_lifts_of_unknown_inclination_count_neither_way():
    unknown = lifts(trunk_inclination_peak_deg=np.nan, track_id="x", lift_id="u")
    (plain,), (more,) = (
        actions(seen(zone("inbound")), RULE),
        actions(seen(zone("inbound"), unknown), RULE),
    )
    assert (plain.removed, plain.low_bends, plain.evidence) == (more.removed, more.low_bends, more.evidence)


def test_the_table_adds_up_by_hour_and_band():
    view = seen(zone("inbound"), lifts(kind="bend", low=50, band=None))
    table = bends_by_hour(view, RULE).set_index(["origin_band", "hour"])
    assert table.loc[(ALL, ALL), ["bends", "low_bends"]].tolist() == [480, 210]
    assert table.loc[("floor", ALL), ["bends", "low_bends", "spine_bends", "judged"]].tolist() == [
        160,
        128,
        40,
        160,
    ]
    assert table.loc[("unknown", ALL), "low_bends"] == 50
    assert table.loc[("floor", "6"), "bends"] == 20
    assert table.loc[("floor", "5"), "bends"] == 0


def test_a_site_without_lifts_has_an_empty_list():
    view = seen(zone("inbound"))
    nothing = Seen(view.lifts.iloc[:0], view.exposure, {})
    assert bends_by_hour(nothing, RULE).empty
    assert actions(nothing, RULE) == []


def test_the_true_number_lies_in_the_interval_of_a_site_with_alike_tracks():
    sites = [
        simulate(Plan((Zone("inbound", ("dock-1",)),), days=10, minute_step=8, alike=0.3, people=4.0), seed)
        for seed in range(60)
    ]
    found = [actions(Seen(site.lifts, site.exposure, {}), RULE)[0] for site in sites]
    truth = np.array([one.floor_lifts * (0.7 - 0.15) for one in found])
    inside = [one.removed_low <= value <= one.removed_high for one, value in zip(found, truth, strict=True)]
    assert np.mean(inside) >= 0.90, "95 % less twice the standard error of 60"
