"""The page Shift: which shift, when and where it bent, what may be told, and what is left out."""

from __future__ import annotations

import shutil
from datetime import date
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from dashboard_pages import demo_site, opened  # noqa: F401

from dashboard.summaries.shift import bend_rate, counted, holds, latest_shift, row_of, told_cameras
from dashboard.summaries.shift_hours import bends_by_zone_and_hour, hours_of
from dashboard.summaries.shift_lifts import in_shown_hours, listed
from dashboard.summaries.shift_measures import Input, missing, repeated_lifting, static_trunk
from dashboard.summaries.shift_places import pictures, places
from detectors.tables import EXPOSURE, LIFTS, SHIFT_METRICS
from pipelines.demo.rows import stored
from pipelines.exposure.bend_hours import Seen
from pipelines.judging.figure_policy import Figures
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

LAST = date(2026, 9, 18)
BERLIN = "Europe/Berlin"


def metrics(*rows):
    """Return rows of the figures of one shift: level, zone, camera and status."""
    table = pd.DataFrame(rows, columns=["level", "zone", "camera_id", "status"])
    return stored(table.astype("str").assign(shift="early"), SHIFT_METRICS)


SHOWN = metrics(
    ("site", "all", "all", "shown"),
    ("zone", "inbound", "all", "shown"),
    ("zone", "packing", "all", "suppressed"),
    ("camera", "inbound", "dock-1", "shown"),
    ("camera", "packing", "pack-1", "suppressed"),
)


def lifts(n, **columns):
    rows = pd.DataFrame({"lift_id": [f"lift{i:04d}" for i in range(n)]}).astype("str").assign(**columns)
    return stored(rows, LIFTS).assign(
        technique=pd.Series("hip_hinge", rows.index, dtype="str"),
        reason=pd.Series("judged", rows.index, dtype="str"),
    )


@pytest.mark.parametrize(
    ("zone", "camera", "level", "name"),
    [
        (None, None, "site", "all"),
        ("inbound", None, "zone", "all"),
        ("inbound", "dock-1", "camera", "dock-1"),
    ],
)
def test_the_row_is_that_of_the_filters(zone, camera, level, name):
    row = row_of(SHOWN, zone, camera)
    assert (row["level"], row["camera_id"]) == (level, name)


def test_a_zone_without_figures_has_no_row():
    assert row_of(SHOWN, "yard", None) is None


def test_no_single_lift_of_a_small_group_is_told():
    assert told_cameras(SHOWN) == {"dock-1"}


def test_the_latest_shift_with_data_is_looked_at_first():
    starts = pd.to_datetime(["2026-09-18 04:00", "2026-09-18 12:00", "2026-09-18 20:00"], utc=True)
    table = pd.DataFrame(
        {"shift": ["early", "late", "night"], "start_utc": starts, "analysed_h": [8.0, 1.0, 0.0]}
    )
    assert latest_shift(table) == "late"
    assert latest_shift(table.assign(analysed_h=0.0)) == "night"
    assert latest_shift(table.iloc[:0]) is None


def test_shares_of_counts_add_up_and_an_unknown_count_counts_for_nothing():
    row = pd.Series({"spine_bends": 30.0, "hip_hinges": 60.0, "squats": np.nan, "upright": 10.0})
    table = counted(row, list(row.index)).set_index("name")
    assert table["share"].sum() == pytest.approx(1.0)
    assert table.loc["hip_hinges", "share"] == pytest.approx(0.6)
    # Wilson's interval of 60 of 100, as printed in textbooks.
    assert table.loc["hip_hinges", ["low", "high"]].tolist() == pytest.approx([0.502, 0.691], abs=0.001)


def test_nothing_counted_is_no_share():
    row = pd.Series({"spine_bends": 0.0, "hip_hinges": 0.0})
    assert counted(row, list(row.index))["share"].isna().all()


def test_the_rate_of_bends_has_the_exact_interval():
    # 10 events: the exact 95 % limits of their mean are 4.795 and 18.390 (Garwood 1936).
    found = bend_rate(pd.Series({"entries_above_60": 10.0, "observed_person_h": 1.0}), 60)
    assert (found.n, found.value) == (10, 10.0)
    assert (found.low, found.high) == pytest.approx((4.795, 18.390), abs=0.001)


def test_holds_fall_into_half_open_bands_and_those_that_never_bent_are_left_out():
    times = pd.DataFrame({"hold_above_20_s": [0.0, 0.5, 1.0, 9.0, np.nan], "hold_above_60_s": [0.0] * 5})
    table = holds(times)
    assert table.loc[table["angle_deg"] == 20, "n"].tolist() == [1, 1, 0, 0, 1]
    assert table.loc[table["angle_deg"] == 60, "n"].sum() == 0


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-09-18 06:00", "2026-09-18 14:00", list(range(6, 14))),
        ("2026-09-18 22:00", "2026-09-19 06:00", [22, 23, 0, 1, 2, 3, 4, 5]),
        ("2026-09-18 06:30", "2026-09-18 08:10", [6, 7, 8]),
        # The hour from 2 is skipped in March and comes twice in October.
        ("2026-03-28 22:00", "2026-03-29 06:00", [22, 23, 0, 1, 3, 4, 5]),
        ("2026-10-24 22:00", "2026-10-25 06:00", [22, 23, 0, 1, 2, 3, 4, 5]),
    ],
)
def test_hours_are_in_the_order_of_the_shift(start, end, hours):
    assert hours_of(pd.Timestamp(start, tz=BERLIN), pd.Timestamp(end, tz=BERLIN)) == hours


def seen_hours(bends, people=6):
    """Return a shift of one zone with so many low bends in each of its hours, each a track of its own."""
    hour = np.repeat(np.arange(6, 6 + len(bends)), bends)
    n = len(hour)
    rows = lifts(n, zone="inbound", trunk_inclination_peak_deg=75.0).assign(hour=hour)
    rows["track_id"] = rows["lift_id"]
    minutes = pd.DataFrame({"hour": np.repeat(np.arange(6, 6 + len(bends)), 60), "zone": "inbound"})
    minutes = minutes.assign(analysed_s=60.0, observed_person_s=60.0 * people)
    return Seen(rows, stored(minutes, EXPOSURE).assign(hour=minutes["hour"]), {})


def test_the_heat_map_counts_low_bends_per_person_hour():
    cells = bends_by_zone_and_hour(seen_hours([36, 60]), SHOWN, Figures(), [6, 7, 8])
    here = cells[cells["zone"] == "inbound"].set_index("hour")
    assert here.loc[[6, 7], "rate"].tolist() == pytest.approx([6.0, 10.0])
    assert here["cell"].tolist() == ["shown", "shown", "no_data"]
    assert here.loc[8, ["rate", "bends", "observed_person_h"]].isna().all()


def test_a_small_hour_is_hidden_with_another_so_that_the_sum_does_not_tell_it():
    # Two tracks alone make a small group; the zone's total is shown elsewhere.
    cells = bends_by_zone_and_hour(seen_hours([2, 30, 40]), SHOWN, Figures(), [6, 7, 8])
    here = cells[cells["zone"] == "inbound"]
    assert here["cell"].tolist() == ["hidden", "hidden", "shown"]
    assert (
        here.loc[here["cell"] == "hidden", ["low_bends", "rate", "observed_person_h"]].isna().all(axis=None)
    )


def test_a_zone_whose_shift_is_hidden_is_hidden_in_every_hour():
    seen = seen_hours([36, 60])
    moved = Seen(seen.lifts.assign(zone="packing"), seen.exposure.assign(zone="packing"), {})
    cells = bends_by_zone_and_hour(moved, SHOWN, Figures(), [6, 7])
    assert (cells.loc[cells["zone"] == "packing", "cell"] == "hidden").all()


@pytest.mark.parametrize(
    ("inclination_deg", "held_s", "held", "bad"),
    [
        pytest.param(75.0, 5.0, 1, 1, id="beyond 60 deg is not recommended however short"),
        pytest.param(40.0, 60.0, 1, 0, id="one minute at 40 deg is acceptable"),
        pytest.param(40.0, 240.0, 1, 1, id="four minutes at 40 deg are not"),
        pytest.param(75.0, 3.0, 0, 0, id="three seconds are no static posture"),
    ],
)
def test_trunk_postures_are_judged_as_the_standard_says(inclination_deg, held_s, held, bad):
    rows = pd.DataFrame({"trunk_inclination_peak_deg": [inclination_deg], "hold_above_20_s": [held_s]})
    found = static_trunk(rows)
    assert (found.held, found.not_recommended) == (held, bad)


def test_unknown_postures_are_neither_good_nor_bad():
    rows = pd.DataFrame({"trunk_inclination_peak_deg": [np.nan, 75.0], "hold_above_20_s": [9.0, np.nan]})
    found = static_trunk(rows)
    assert (found.held, found.unknown) == (0, 2)
    assert np.isnan(found.value)


def test_measures_of_loads_are_absent_until_load_and_distance_are_stated():
    assert missing(())["LiFFT"] == (Input.LOAD, Input.DISTANCE)
    assert missing({Input.LOAD})["LiFFT"] == (Input.DISTANCE,)
    assert all(missing({Input.LOAD}).values())


def test_repeated_lifting_is_the_tools_own_example_between_its_two_distances():
    # The tool's example: 30 lb at 16 in, 760 times a day, 40 %; 16 in (41 cm) lies between 25 and 63 cm.
    rows = pd.DataFrame({"camera_id": ["a"] * 95, "kind": ["lift"] * 94 + ["lowering"]})
    found = repeated_lifting(rows, {"a": 30 * 0.4536}, observed_person_h=1.0)
    assert found.low < 0.40 < found.high
    assert found.lifts == 95
    assert found.largest_nm == pytest.approx(84, abs=1)


def test_repeated_lifting_counts_no_bends_and_needs_loads_and_hours():
    rows = pd.DataFrame({"camera_id": ["a", "b"], "kind": ["lift", "bend"]})
    one = repeated_lifting(rows, {"a": 9.0, "b": None}, 1.0)
    assert (one.lifts, bool(0.0 < one.low < one.high < 1.0)) == (1, True)
    assert np.isnan(repeated_lifting(rows, {"a": None, "b": 9.0}, 1.0).high)
    assert np.isnan(repeated_lifting(rows, {"a": 9.0, "b": 9.0}, np.nan).high)


def poses(**columns):
    return pd.DataFrame({"footage_id": ["f"], "time_s": [10.0], "track_id": ["a"], **columns})


def test_low_bends_lie_where_the_feet_were():
    rows = lifts(3, footage_id="f", track_id="a", trunk_inclination_peak_deg=[75.0, 80.0, 30.0])
    rows["peak_s"] = [10.2, 90.0, 10.0]
    boxes = poses(box_x1_px=[900.0], box_x2_px=[1000.0], box_y2_px=[700.0])
    found = places(rows, boxes, (1920, 1080))
    # The second has no pose near its peak, the third is no low bend.
    assert (found.n, found.unplaced) == (1, 1)
    cell = found.cells.iloc[0]
    assert cell["x1_px"] <= 950.0 < cell["x2_px"]
    assert cell["y1_px"] <= 700.0 < cell["y2_px"]


def test_a_pose_of_another_track_tells_nothing():
    rows = lifts(1, footage_id="f", track_id="b", trunk_inclination_peak_deg=75.0, peak_s=10.0)
    boxes = poses(box_x1_px=[900.0], box_x2_px=[1000.0], box_y2_px=[700.0])
    assert places(rows, boxes, (1920, 1080)).n == 0
    assert places(rows, boxes, (0, 0)).unplaced == 1


def test_the_picture_is_that_of_the_latest_recording_of_known_size():
    footage = pd.DataFrame(
        {
            "camera_id": ["a", "a", "a"],
            "start_utc": pd.to_datetime(["2026-09-01", "2026-09-02", "2026-09-03"], utc=True),
            "width_px": [640, 1920, 0],
            "height_px": [480, 1080, 0],
        }
    )
    assert pictures(footage) == {"a": (1920, 1080)}


def test_lifts_are_listed_by_the_clock_of_the_site():
    rows = lifts(2)
    rows["peak_utc"] = pd.to_datetime(["2026-10-25 01:30", "2026-10-25 00:30"], utc=True)
    table = listed(rows, ZoneInfo(BERLIN))
    # Both at 02:30 on the clock: the hour comes twice, and the earlier stands first.
    assert table["peak"].dt.strftime("%H:%M %z").tolist() == ["02:30 +0200", "02:30 +0100"]


def test_lifts_of_hidden_hours_are_left_out_for_those_who_may_not_see_clips():
    rows = lifts(3, zone=["inbound", "inbound", "packing"])
    rows["peak_utc"] = pd.to_datetime(["2026-09-18 04:10", "2026-09-18 05:10", "2026-09-18 04:10"], utc=True)
    cells = pd.DataFrame({"zone": ["inbound", "inbound"], "hour": [6, 7], "cell": ["hidden", "shown"]})
    left = in_shown_hours(listed(rows, ZoneInfo(BERLIN)), cells)
    assert set(left["lift_id"]) == {"lift0001", "lift0002"}


def test_the_figures_on_the_page_are_those_of_the_store(demo_site):  # noqa: F811
    app = opened(demo_site, "shift", shift="early", zone="inbound")
    assert not app.exception
    site = load_site(demo_site)
    rows = open_store(site.store_url).read(SHIFT_METRICS, site.name, LAST, LAST)
    row = rows[(rows["shift"] == "early") & (rows["level"] == "zone") & (rows["zone"] == "inbound")].iloc[0]
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Lifts per person-hour"] == f"{row['lifts_per_person_h']:.1f}"
    assert shown["Spine bends, of those with a verdict"] == f"{row['spine_bend_share']:.0%}"


def test_every_movement_of_the_shift_is_listed_with_a_link_that_keeps_the_filters(demo_site):  # noqa: F811
    app = opened(demo_site, "shift", shift="late", camera="dock-1")
    table = app.dataframe[-1].value
    site = load_site(demo_site)
    rows = open_store(site.store_url).read(SHIFT_METRICS, site.name, LAST, LAST)
    row = rows[(rows["shift"] == "late") & (rows["camera_id"] == "dock-1")].iloc[0]
    assert len(table) == row["lifts"] + row["lowerings"] + row["bends"]
    assert set(table["camera_id"]) == {"dock-1"}
    link = table["link"].iloc[0]
    assert link.startswith("/lift?")
    assert f"lift={table['lift_id'].iloc[0]}" in link
    assert "shift=late" in link


def test_a_dead_camera_has_no_figures_rather_than_zeros(demo_site):  # noqa: F811
    app = opened(demo_site, "shift", shift="early", camera="yard")
    assert not app.exception
    assert not app.metric
    assert any("no data of this shift" in info.value for info in app.info)


@pytest.mark.parametrize(("camera", "stated"), [("dock-1", True), ("aisle-3", False)])
def test_a_measure_of_loads_stands_beside_what_it_assumes_or_not_at_all(tmp_path, demo_site, camera, stated):  # noqa: F811
    folder = shutil.copytree(demo_site.parent, tmp_path / "demo")
    text = (folder / "site.toml").read_text().replace("typical_load_kg = 6.5\n", "")
    (folder / "site.toml").write_text(text)
    app = opened(folder / "site.toml", "shift", shift="late", camera=camera)
    assert not app.exception
    assumed = [one.value for one in app.caption if "25 cm" in one.value and "63 cm" in one.value]
    assert len(assumed) == 2 * stated
    shown = {metric.label.partition(":")[0] for metric in app.metric}
    assert {"NIOSH", "LiFFT", "OWAS"} & shown == ({"NIOSH", "LiFFT", "OWAS"} if stated else set())
    asked_for = [one.value for one in app.markdown if "`typical_load_kg`" in one.value]
    assert len(asked_for) == (not stated)
    assert all(camera in one for one in asked_for)
    assert any(one.value.startswith("- **REBA**") for one in app.markdown)
