"""The figures of a small site, counted by hand; sums, order, dead cameras and days without data."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detectors.contract import conform
from detectors.tables import EXPOSURE, SHIFT_METRICS
from pipelines.exposure.rates import Validation
from pipelines.exposure.shift_metrics import SeenShifts, shift_metrics
from pipelines.judging.figure_policy import Figures

START = pd.Timestamp("2026-03-02T05:00Z")
SHIFT = {"shift_date": "2026-03-02", "shift": "early"}
OPEN = Figures(least_group_size=1, least_observed_h=0.0)
CAMERAS = [("inbound", "a"), ("inbound", "b"), ("packing", "c")]
ZONES = {camera: zone for zone, camera in CAMERAS}


def instances(hours=8.0):
    end = START + pd.Timedelta(hours=hours)
    return pd.DataFrame([{**SHIFT, "start_utc": START, "end_utc": end}]).astype(
        {
            "shift_date": "str",
            "shift": "str",
            "start_utc": "datetime64[us, UTC]",
            "end_utc": "datetime64[us, UTC]",
        }
    )


def lift(camera, minute, technique="hip_hinge", **other):
    zone = ZONES[camera]
    row = {"zone": zone, "camera_id": camera, "kind": "lift", "technique": technique, "reason": "judged"}
    row |= {
        "track_id": f"{minute}-{technique}",
        "start_utc": START + pd.Timedelta(minutes=minute),
        "origin_band": "floor",
        **SHIFT,
    }
    return row | {"hold_above_20_s": 2.0, "hold_above_60_s": 0.0} | other


LIFT_TYPES = dict.fromkeys(
    (
        *("zone", "camera_id", "kind", "track_id", "technique", "reason"),
        *("origin_band", "shift", "shift_date"),
    ),
    "str",
) | {"start_utc": "datetime64[us, UTC]", "hold_above_20_s": "float64", "hold_above_60_s": "float64"}


def lifts(*rows):
    return pd.DataFrame(list(rows), columns=list(LIFT_TYPES)).astype(LIFT_TYPES)


def exposure(*spans):
    """Return minutes of (camera, minutes, people): full minutes from the start of the shift."""
    rows = [
        {
            "footage_id": camera,
            "camera_id": camera,
            "zone": ZONES[camera],
            "minute_utc": START + pd.Timedelta(minutes=n),
            "analysed_s": 60.0,
            "observed_person_s": 60.0 * people,
            "judgeable_person_s": 30.0 * people,
            "trunk_above_20_person_s": 12.0 * people,
            "trunk_above_60_person_s": 3.0 * people,
            "frames_analysed": 900,
        }
        for camera, minutes, people in spans
        for n in range(minutes)
    ]
    types = {column.name: column.dtype for column in EXPOSURE.columns}
    return pd.DataFrame(rows, columns=EXPOSURE.names).astype(types).assign(**SHIFT)


def footage(*spans):
    """Return recordings of (camera, first minute, minutes)."""
    rows = [
        {
            "camera_id": camera,
            "zone": ZONES[camera],
            "start_utc": START + pd.Timedelta(minutes=first),
            "end_utc": START + pd.Timedelta(minutes=first + minutes),
            "declared_s": 60.0 * minutes,
            "model_version": "m@1",
            "code_version": "0+1",
        }
        for camera, first, minutes in spans
    ]
    times = {"start_utc": "datetime64[us, UTC]", "end_utc": "datetime64[us, UTC]"}
    names = ["camera_id", "zone", "start_utc", "end_utc", "declared_s", "model_version", "code_version"]
    return pd.DataFrame(rows, columns=names).astype(
        times | {"declared_s": "float64", "camera_id": "str", "zone": "str"}
    )


def metrics(lift_rows=(), seen=(), recorded=(), figures=OPEN, cameras=CAMERAS, hours=8.0):
    table = pd.DataFrame(cameras, columns=["zone", "camera_id"], dtype="str")
    table = table.assign(since=None, until=None).astype("str")
    found = SeenShifts(instances(hours), table, footage(*recorded), lifts(*lift_rows), exposure(*seen))
    out = shift_metrics(found, figures, "policy")
    return conform(SHIFT_METRICS, out).set_index(["level", "zone", "camera_id"])


@pytest.fixture(scope="module")
def small_site():
    # Camera a: 2 h with two people, 10 lifts, 5 lowerings, of which 3 spine bends, 7 hinges, 1 squat,
    # 2 indeterminate, 2 upright. Camera b: 1 h with one person, no lifts. Camera c: dead.
    rows = [lift("a", n, "spine_bend", hold_above_60_s=1.0 + n) for n in range(3)]
    rows += [lift("a", 3 + n) for n in range(7)]
    lowering = {"kind": "lowering", "origin_band": "knuckle"}
    rows += [lift("a", 20, "squat", **lowering)]
    rows += [lift("a", 21, "indeterminate", reason="view", **lowering) for _ in range(2)]
    rows += [
        lift(
            "a",
            22,
            "indeterminate",
            reason="upright",
            **lowering | {"hold_above_20_s": 0.0, "origin_band": None},
        )
        for _ in range(2)
    ]
    rows += [lift("a", 30, "spine_bend", kind="bend")]
    seen = [("a", 120, 2.0), ("b", 60, 1.0)]
    return metrics(rows, seen, [("a", -30, 180), ("b", 0, 60)])


def test_the_small_site_as_counted_by_hand(small_site):
    a = small_site.loc[("camera", "inbound", "a")]
    assert a[["lifts", "lowerings", "bends"]].tolist() == [10, 5, 1]
    assert a[["spine_bends", "hip_hinges", "squats", "upright", "indeterminate"]].tolist() == [3, 7, 1, 2, 2]
    assert a[["origin_floor", "origin_knuckle", "origin_shoulder", "origin_unknown"]].tolist() == [
        10,
        3,
        0,
        2,
    ]
    # 120 minutes of two people are 4 person-hours; half of it judgeable.
    assert a[["observed_person_h", "judgeable_person_h"]].tolist() == pytest.approx([4.0, 2.0])
    # 10 events: Garwood 4.7954 to 18.3904 (science tables), over 4 h.
    rate = a[["lifts_per_person_h", "lifts_per_person_h_low", "lifts_per_person_h_high"]].tolist()
    assert rate == pytest.approx([2.5, 4.7954 / 4, 18.3904 / 4], abs=1e-4)
    # A squat is determinate too: 3 of 11, Wilson 0.0975 to 0.5656; bounds 3 of 13 and 5 of 13.
    shares = a[["spine_bend_share", "spine_bend_share_low", "spine_bend_share_high"]].tolist()
    assert shares == pytest.approx([3 / 11, 0.0975, 0.5656], abs=1e-4)
    bounds = a[["spine_bend_share_lowest", "spine_bend_share_highest", "indeterminate_share"]].tolist()
    assert bounds == pytest.approx([3 / 13, 5 / 13, 2 / 13])
    assert a["spine_bend_share_outer_low"] < bounds[0]
    assert a["spine_bend_share_outer_high"] > bounds[1]


def test_time_and_entries_above_an_angle(small_site):
    a = small_site.loc[("camera", "inbound", "a")]
    assert a[["trunk_above_20_person_h", "trunk_above_60_person_h"]].tolist() == pytest.approx([0.8, 0.2])
    assert a[["trunk_above_20_share", "trunk_above_60_share"]].tolist() == pytest.approx([0.2, 0.05])
    # 16 movements, 2 of them never above 20 deg; 3 above 60 deg, the longest for 3 s; 240 person-minutes.
    assert a[["entries_above_20", "entries_above_60"]].tolist() == [14, 3]
    assert a["entries_above_60_per_person_min"] == pytest.approx(3 / 240)
    assert a["longest_hold_above_60_s"] == 3.0


def test_coverage_is_of_the_plan_and_clipped_to_the_shift(small_site):
    names = ["cameras", "cameras_without_data", "expected_h", "received_h", "analysed_h"]
    # The recording of a began half an hour before the shift.
    assert small_site.loc[("camera", "inbound", "a"), names].tolist() == [1, 0, 8.0, 2.5, 2.0]
    assert small_site.loc[("zone", "inbound", "all"), names].tolist() == [2, 0, 16.0, 3.5, 3.0]
    assert small_site.loc[("site", "all", "all"), names].tolist() == [3, 1, 24.0, 3.5, 3.0]


def test_a_dead_camera_has_no_data_and_a_quiet_one_has_zero_lifts(small_site):
    dead, quiet = small_site.loc[("camera", "packing", "c")], small_site.loc[("camera", "inbound", "b")]
    assert (dead["status"], quiet["status"]) == ("no_data", "shown")
    assert np.isnan(dead["lifts"])
    assert dead[["received_h", "analysed_h"]].tolist() == [0.0, 0.0]
    # No lifts in one person-hour: up to 3.689 per hour (Garwood).
    assert quiet["lifts"] == 0
    assert quiet["lifts_per_person_h_high"] == pytest.approx(3.689, abs=1e-3)
    assert np.isnan(quiet["spine_bend_share"])
    assert pd.isna(quiet["spine_bend_band"])
    assert small_site.loc[("zone", "packing", "all"), "status"] == "no_data"


def test_the_busiest_hour_is_the_one_with_the_lifts(small_site):
    site = small_site.loc[("site", "all", "all")]
    assert (site["peak_lifts"], site["peak_start_utc"]) == (10, START)
    assert site["peak_observed_person_h"] == pytest.approx(3.0)


def test_versions_and_policy_stand_on_every_figure(small_site):
    assert (small_site["policy_id"] == "policy").all()
    assert small_site.loc[("zone", "inbound", "all"), "model_version"] == "m@1"
    assert pd.isna(small_site.loc[("camera", "packing", "c"), "model_version"])


def test_bands_are_those_of_value_and_limits(small_site):
    a = small_site.loc[("camera", "inbound", "a")]
    # 0.10 is the first share of 'some', 0.30 of 'many'; the outer limits run from 0.08 to 0.65.
    assert a[["spine_bend_band_low", "spine_bend_band", "spine_bend_band_high"]].tolist() == [
        "few",
        "some",
        "many",
    ]
    assert a["lifts_rate_band"] == "seldom"


def test_a_camera_that_saw_nobody_is_neither_quiet_nor_without_data():
    row = metrics(seen=[("a", 60, 0.0)], recorded=[("a", 0, 60)]).loc[("camera", "inbound", "a")]
    assert (row["status"], row["lifts"], row["observed_person_h"]) == ("nobody_seen", 0, 0)
    assert np.isnan(row["lifts_per_person_h"])


def test_a_day_without_data_has_a_row_for_all_that_was_expected():
    table = metrics()
    assert (table["status"] == "no_data").all()
    assert len(table) == 3 + 2 + 1
    people = [c for c in SHIFT_METRICS.names if c.startswith(("lifts", "spine", "trunk", "observed", "peak"))]
    assert table[people].isna().all(axis=None)
    assert table.loc[("site", "all", "all"), ["expected_h", "received_h"]].tolist() == [24.0, 0.0]


def test_lifts_outside_the_shifts_are_in_no_figure():
    outside = {"shift": None, "shift_date": None}
    table = metrics([lift("a", 1), lift("a", 2, **outside), lift("a", 3, shift="late")], [("a", 60, 1.0)])
    assert table.loc[("site", "all", "all"), "lifts"] == 1


def test_the_share_is_corrected_by_the_reviews_of_its_zone_beside_the_raw_one():
    # p 0.30, sensitivity 0.8, specificity 0.9 give (0.3 + 0.9 - 1) / 0.7 = 0.2857.
    figures = OPEN.model_copy(update={"validation": {"inbound": Validation(100, 80, 100, 90)}})
    rows = [lift("a", n, "spine_bend" if n < 30 else "hip_hinge") for n in range(100)]
    table = metrics(
        [*rows, *(lift("c", n) for n in range(5))], [("a", 60, 1.0), ("c", 60, 1.0)], figures=figures
    )
    zone = table.loc[("zone", "inbound", "all")]
    assert (zone["spine_bend_share"], zone["corrected_spine_bend_share"]) == pytest.approx(
        (0.3, 0.2857), abs=1e-4
    )
    assert zone["corrected_spine_bend_share_low"] < 0.2857 < zone["corrected_spine_bend_share_high"]
    assert table["corrected_spine_bend_share"].isna().sum() == 4


def test_lifts_of_few_tracks_tell_less_than_their_number():
    rows = [lift("a", n, "spine_bend" if n < 30 else "hip_hinge") for n in range(60)]
    alone = metrics(rows, [("a", 60, 1.0)]).loc[("site", "all", "all")]
    # The same 60 lifts of six tracks, each of which does always the same, are hardly more than six.
    alike = [row | {"track_id": str(n // 10)} for n, row in enumerate(rows)]
    few = metrics(alike, [("a", 60, 1.0)]).loc[("site", "all", "all")]
    assert few["spine_bend_share"] == alone["spine_bend_share"] == 0.5
    assert few["spine_bend_share_low"] == alone["spine_bend_share_low"]
    # Three of six: Wilson 0.188 to 0.812.
    assert few["spine_bend_share_outer_low"] < 0.19
    assert few["spine_bend_share_outer_high"] > 0.81
    assert alone["spine_bend_share_outer_low"] > 0.35


def test_a_small_zone_is_hidden_and_nothing_gives_it_back():
    # Packing is worked by one; with two zones the other is hidden with it or else the total would tell.
    figures = Figures(workers_per_shift={"inbound": 8})
    rows = [lift("a", n) for n in range(60)] + [lift("c", n, "spine_bend") for n in range(30)]
    table = metrics(rows, [("a", 60, 2.0), ("b", 60, 2.0), ("c", 60, 1.0)], figures=figures)
    assert table.loc[("zone", "packing", "all"), "status"] == "suppressed"
    assert np.isnan(table.loc[("zone", "packing", "all"), "lifts"])
    others = table.loc[[("zone", "inbound", "all"), ("site", "all", "all")], "status"]
    assert "suppressed" in set(others)
    assert table.loc[("zone", "packing", "all"), "expected_h"] == 8.0


def test_the_longest_hold_of_a_hidden_zone_is_not_told_by_the_site():
    figures = Figures(workers_per_shift={"inbound": 8, "yard": 8})
    cameras = [("inbound", "a"), ("packing", "c")]
    rows = [lift("a", n) for n in range(60)] + [lift("c", n, hold_above_20_s=77.0) for n in range(30)]
    table = metrics(rows, [("a", 60, 2.0), ("c", 60, 1.0)], figures=figures, cameras=cameras)
    assert not (table["longest_hold_above_20_s"] == 77.0).any()


ROWS = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.integers(0, 59),
        st.sampled_from(["spine_bend", "hip_hinge", "squat", "indeterminate"]),
        st.sampled_from(["lift", "lowering", "bend"]),
    ),
    max_size=40,
)


@given(ROWS, st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None)
def test_rows_add_up_and_their_order_does_not_matter(rows, shuffler):
    made = [lift(camera, minute, technique, kind=kind) for camera, minute, technique, kind in rows]
    seen = [("a", 60, 2.0), ("b", 60, 1.0), ("c", 60, 3.0)]
    table = metrics(made, seen)
    sums = ["lifts", "lowerings", "bends", "spine_bends", "hip_hinges", "indeterminate", "observed_person_h"]
    by_level = table.groupby("level")[sums].sum()
    pd.testing.assert_series_equal(by_level.loc["camera"], by_level.loc["site"], check_names=False)
    pd.testing.assert_series_equal(by_level.loc["zone"], by_level.loc["site"], check_names=False)
    loaded = table[["lifts", "lowerings"]].sum(axis=1)
    verdicts = table[["spine_bends", "hip_hinges", "squats", "upright", "indeterminate"]].sum(axis=1)
    assert (loaded == verdicts).all()
    shuffler.shuffle(made)
    pd.testing.assert_frame_equal(metrics(made, seen[::-1]), table)


@pytest.mark.parametrize("hours", [7.0, 9.0])
def test_a_shift_of_a_change_day_expects_an_hour_less_or_more(hours):
    assert metrics(hours=hours).loc[("camera", "inbound", "a"), "expected_h"] == hours


def test_no_shift_no_rows():
    cameras = pd.DataFrame(CAMERAS, columns=["zone", "camera_id"])
    none = SeenShifts(instances().iloc[:0], cameras, footage(), lifts(), exposure())
    assert shift_metrics(none, OPEN, "policy").empty


def test_squats_are_determinate_in_figures_sums_and_digest_alike():
    from pipelines.exposure.shift_sums import shift_sums
    from pipelines.nights.digest import digest

    techniques = ["spine_bend"] * 2 + ["hip_hinge"] * 3 + ["squat"] * 5 + ["indeterminate"] * 4
    rows = [lift("a", n, technique) for n, technique in enumerate(techniques)]
    zone = metrics(rows, [("a", 60, 1.0)]).loc[("zone", "inbound", "all")]
    assert zone["spine_bend_share"] == pytest.approx(2 / 10)
    assert zone["indeterminate_share"] == pytest.approx(4 / 14)
    more = {"policy_id": "policy", "footage_id": "a", "trunk_inclination_peak_deg": 40.0}
    recordings = footage(("a", 0, 60)).assign(footage_id="a", status="done", analysed_s=3600.0, reason=None)
    (sums,) = shift_sums(lifts(*rows).assign(**more), exposure(("a", 60, 1.0)), recordings, {}).to_dict(
        "records"
    )
    assert (sums["spine_bends"], sums["judged"]) == (2, 10)
    told = digest(
        "site", ["a"], recordings, lifts(*rows).assign(view_angle_deg=0.0), exposure(("a", 60, 1.0)), OPEN
    )
    assert told.shifts["spine_bend_share"].tolist() == ["2 of 10"]
