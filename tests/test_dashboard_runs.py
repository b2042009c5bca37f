"""The page Runs: how nights ended, what was lost and why, and a run under way."""

from __future__ import annotations

import shutil
from datetime import date

import pandas as pd
import pytest
from dashboard_pages import demo_site, opened  # noqa: F401

from dashboard.summaries.runs import End, by_camera, failures, nights, not_whole, unfinished, versions
from detectors.tables import FOOTAGE, RUNS
from pipelines.demo.rows import stored
from pipelines.plans.sampling import LEFT_OUT
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

LAST = date(2026, 9, 18)


def run(day="2026-09-18", failed=0, partial=0, **columns):
    row = {
        "run_id": f"run-{day}",
        "started_utc": pd.Timestamp(day, tz="UTC") + pd.Timedelta(hours=28),
        "first_date": day,
        "last_date": day,
        "recordings_found": 12,
        "recordings_skipped": 0,
        "recordings_partial": partial,
        "recordings_failed": failed,
        "failures": None,
    }
    table = pd.DataFrame([row | columns])
    return stored(table.astype({"run_id": "str", "failures": "str"}), RUNS)


def recordings(*rows):
    table = pd.DataFrame(rows, columns=["camera_id", "status", "declared_s", "analysed_s"])
    table["footage_id"] = [f"f{n}" for n in range(len(table))]
    texts = dict.fromkeys(["camera_id", "status", "footage_id"], "str")
    return stored(table.astype(texts), FOOTAGE)


@pytest.mark.parametrize(
    ("row", "end"),
    [
        ({}, End.WELL),
        ({"partial": 1}, End.LOSSES),
        ({"failed": 1}, End.LOSSES),
        ({"failed": 12}, End.ALL_LOST),
        ({"failed": 2, "recordings_skipped": 10}, End.ALL_LOST),
        ({"recordings_skipped": 12}, End.WELL),
        ({"recordings_found": 0}, End.NOTHING),
    ],
)
def test_a_night_ends_as_its_counts_say(row, end):
    assert nights(run(**row))["end"].tolist() == [end]


def test_the_latest_run_stands_first_and_its_speed_is_video_over_time():
    rows = pd.concat([run("2026-09-17"), run("2026-09-18", analysed_s=7200.0, elapsed_s=3600.0)])
    told = nights(rows)
    assert told["last_date"].tolist() == ["2026-09-18", "2026-09-17"]
    assert (told.loc[0, "speed"], told.loc[0, "video_h"]) == (2.0, 2.0)


def test_a_run_that_took_no_time_has_no_speed():
    assert nights(run(elapsed_s=0.0))["speed"].isna().all()


def test_each_failure_is_one_row_though_its_reason_has_a_colon():
    rows = run(failures="a/b.mp4: cut off: no index\nc.mp4: stopped after 600 s")
    told = failures(pd.concat([rows, run("2026-09-17")]))
    assert told[["recording", "reason"]].to_numpy().tolist() == [
        ["a/b.mp4", "cut off: no index"],
        ["c.mp4", "stopped after 600 s"],
    ]


def test_a_run_that_lost_nothing_has_no_failure():
    assert failures(run()).empty


def test_recordings_that_are_not_whole_are_told_worst_first_with_what_is_missing():
    rows = recordings(
        ("a", "done", 3600.0, 3600.0),
        ("b", "partial", 3600.0, 3000.0),
        ("c", "quarantined", float("nan"), 0.0),
        ("d", "failed", 3600.0, 0.0),
    )
    told = not_whole(rows)
    assert told["camera_id"].tolist() == ["d", "c", "b"]
    assert told["missing_s"].iloc[[0, 2]].tolist() == [3600.0, 600.0]
    assert pd.isna(told["missing_s"].iloc[1])


def test_every_camera_has_a_row_and_a_silent_one_has_nothing():
    rows = recordings(("a", "done", 3600.0, 3600.0), ("a", "failed", 3600.0, 0.0))
    told = by_camera(rows, ("a", "b")).set_index("camera_id")
    assert told.loc["a", ["recordings", "not_whole", "missing_h"]].tolist() == [2, 1, 1.0]
    assert told.loc["b"].sum() == 0


def test_recordings_of_a_day_without_a_finished_run_tell_of_one_under_way():
    days = pd.Series(["2026-09-17", "2026-09-18", "2026-09-18"])
    assert unfinished(days, run("2026-09-17")) == [LAST]
    assert unfinished(days, run(first_date="2026-09-16")) == []


def test_versions_are_told_once_with_when_they_ran():
    rows = pd.concat([run("2026-09-16"), run("2026-09-17"), run("2026-09-18", code_version="0.2.0+1")])
    told = versions(rows.astype({"code_version": "str"}))
    assert told[["first", "last", "runs"]].to_numpy().tolist() == [
        ["2026-09-18", "2026-09-18", 1],
        ["2026-09-16", "2026-09-17", 2],
    ]


def test_the_page_tells_of_the_last_night(demo_site):  # noqa: F811
    app = opened(demo_site, "runs", date=str(LAST))
    assert not app.exception
    assert "9 of 9 recordings" in app.success[0].value
    assert any("Nothing came from yard" in error.value for error in app.error)


def test_what_was_lost_is_told_with_its_reason_and_a_run_under_way_is_seen(tmp_path, demo_site):  # noqa: F811
    shutil.copytree(demo_site.parent, tmp_path, dirs_exist_ok=True)
    site = load_site(tmp_path / "site.toml")
    store = open_store(site.store_url)
    bad = recordings(("dock-1", "quarantined", 3600.0, 0.0)).assign(
        reason=pd.Series(["no index: the file was cut off"], dtype="str")
    )
    store.write(FOOTAGE, bad, site.name, LAST, "bad")
    store.remove(RUNS, site.name, LAST, "simulated")
    app = opened(tmp_path / "site.toml", "runs", date=str(LAST))
    assert not app.exception
    assert any("no finished run" in info.value for info in app.info)
    tables = [table.value for table in app.dataframe if "reason" in table.value]
    assert tables[-1]["reason"].tolist() == ["no index: the file was cut off"]
    assert tables[-1]["status"].tolist() == ["set aside"]


def test_a_store_in_which_nothing_ran_says_what_to_do(tmp_path, demo_site):  # noqa: F811
    for name in ("site.toml", "policy.toml"):
        shutil.copy(demo_site.parent / name, tmp_path)
    app = opened(tmp_path / "site.toml", "runs")
    assert not app.exception
    assert any("hingewise nightly" in info.value for info in app.info)


def test_what_a_night_left_out_of_its_sample_is_no_loss():
    footage = recordings(
        ("dock", "done", 60.0, 60.0), ("dock", "failed", 60.0, 0.0), ("dock", "failed", 60.0, 0.0)
    )
    reasons = pd.Series([None, LEFT_OUT, "stopped after 10.0 min without a result"], dtype="str")
    footage = footage.assign(reason=reasons)
    assert not_whole(footage)["reason"].tolist() == ["stopped after 10.0 min without a result"]
    assert by_camera(footage, ("dock",))["not_whole"].tolist() == [1]
