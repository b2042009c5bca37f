"""The figures per shift from a store: clock changes, midnight, dead cameras, and writing them anew."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest

from detectors.contract import conform
from detectors.tables import EXPOSURE, FOOTAGE, JUDGEMENTS, LIFTS, SHIFT_METRICS
from pipelines.commands import run_assess
from pipelines.judging.policy import load_policy
from pipelines.judging.shift_figures import rebuild
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

SITE = """
[site]
name = "depot"
time_zone = "Europe/Berlin"
[store]
url = "store"
[policy]
file = "policy.toml"
[[cameras]]
id = "dock"
zone = "inbound"
footage = "dock/*"
start_time = "container"
[[cameras]]
id = "gate"
zone = "outbound"
footage = "gate/*"
start_time = "container"
[[shifts]]
name = "night"
start = "22:00"
end = "06:00"
[[shifts]]
name = "day"
start = "06:00"
end = "22:00"
"""
POLICY = "[figures]\nleast_group_size = 1\nleast_observed_h = 0.0\n"
OTHER = "spine_bend_from = 0.5\n" + POLICY
WINTER, SUMMER = date(2026, 10, 24), date(2026, 3, 28)


@pytest.fixture
def site(tmp_path):
    (tmp_path / "site.toml").write_text(SITE)
    (tmp_path / "policy.toml").write_text(POLICY)
    (tmp_path / "other.toml").write_text(OTHER)
    return load_site(tmp_path / "site.toml")


@pytest.fixture
def store(site):
    return open_store(site.store_url)


def example(spec, rows):
    table = pd.DataFrame([{column.name: column.example for column in spec.columns} | row for row in rows])
    times = [c.name for c in spec.columns if c.dtype.startswith("datetime")]
    table[times] = table[times].apply(pd.to_datetime, utc=True)
    return conform(spec, table.astype({column.name: column.dtype for column in spec.columns}))


def record(store, day, start, hours, lifted=(), camera="dock"):
    """File a recording with one person in view throughout, and lifts at minutes of it."""
    zone = {"dock": "inbound", "gate": "outbound"}[camera]
    start = pd.Timestamp(start)
    name = f"{start:%m%dT%H%M}{camera}"
    fixed = {"footage_id": name, "camera_id": camera, "zone": zone}
    span = {"start_utc": start, "end_utc": start + pd.Timedelta(hours=hours), "declared_s": 3600.0 * hours}
    minutes = [
        fixed | {"minute_utc": start + pd.Timedelta(minutes=n), "analysed_s": 60.0, "observed_person_s": 60.0}
        for n in range(int(hours * 60))
    ]
    # The back was not looked at; a chord of 0.86 is a bend to a bold policy only.
    lifts = [
        fixed
        | {"lift_id": f"{name}-{n}", "start_utc": start + pd.Timedelta(minutes=n), "view_angle_deg": 0.0}
        | {"spine_flexion_deg": float("nan"), "spine_flexion_se_deg": float("nan"), "back_chord_ratio": 0.86}
        for n in lifted
    ]
    store.write(FOOTAGE, example(FOOTAGE, [fixed | span]), "depot", day, f"{camera}-{name}")
    store.write(EXPOSURE, example(EXPOSURE, minutes), "depot", day, f"{camera}-{name}")
    rows = example(LIFTS, lifts) if lifts else example(LIFTS, [fixed]).iloc[:0]
    store.write(LIFTS, rows, "depot", day, f"{camera}-{name}")


def figures(store, site, **row):
    table = store.read(SHIFT_METRICS, site.name)
    for column, value in {"level": "camera", "camera_id": "dock", **row}.items():
        table = table[table[column] == value]
    return table.set_index(["shift_date", "shift"]).sort_index()


def policy(site):
    return load_policy(site.policy_file)


@pytest.mark.parametrize(("day", "hours"), [(WINTER, 9.0), (SUMMER, 7.0), (date(2026, 6, 1), 8.0)])
def test_the_night_in_which_clocks_change_is_an_hour_longer_or_shorter(store, site, day, hours):
    # From 22:00 in Berlin for twelve hours: the night is full, whatever its length.
    start = pd.Timestamp(day, tz="Europe/Berlin") + pd.Timedelta(hours=22)
    record(store, day, start.tz_convert("UTC"), 12.0)
    rebuild(store, site, policy(site), day, day)
    night = figures(store, site).loc[(day.isoformat(), "night")]
    assert night["expected_h"] == night["received_h"] == night["analysed_h"] == hours
    assert night["observed_person_h"] == pytest.approx(hours)


def test_lifts_after_midnight_belong_to_the_night_before_wherever_they_are_filed(store, site):
    # Monday's night ends on Tuesday at 06:00, 05:00 UTC; the second recording is filed under Tuesday.
    monday, tuesday = date(2026, 3, 2), date(2026, 3, 3)
    record(store, monday, "2026-03-02T22:30Z", 0.5, [1, 2])
    record(store, tuesday, "2026-03-03T00:00Z", 8.0, [0, 10, 299, 300])
    rebuild(store, site, policy(site), monday, monday)
    assert figures(store, site).loc[("2026-03-02", "night"), "lifts"] == 5
    rebuild(store, site, policy(site), tuesday, tuesday)
    table = figures(store, site)
    assert table["lifts"].sum() == 6
    assert table.loc[("2026-03-03", "day"), "lifts"] == 1


def test_no_day_is_told_of_before_the_first_recording_or_after_the_last(store, site):
    day = date(2026, 3, 4)
    record(store, day, "2026-03-04T08:00Z", 1.0)
    rebuild(store, site, policy(site), day, day)
    assert store.read(SHIFT_METRICS)["date"].unique().tolist() == ["2026-03-04"]


def test_a_night_without_any_recording_is_a_day_without_data(store, site):
    day = date(2026, 3, 4)
    rebuild(store, site, policy(site), day, day)
    table = store.read(SHIFT_METRICS)
    assert set(table["status"]) == {"no_data"}
    assert table["lifts"].isna().all()
    assert table.loc[table["level"] == "site", "expected_h"].tolist() == [32.0, 16.0]


def test_a_camera_that_died_shows_in_its_zone_and_in_the_site(store, site):
    day = date(2026, 3, 4)
    record(store, day, "2026-03-04T06:00Z", 2.0, [5])
    rebuild(store, site, policy(site), day, day)
    dead = figures(store, site, camera_id="gate").loc[("2026-03-04", "day")]
    assert (dead["status"], dead["received_h"]) == ("no_data", 0.0)
    whole = figures(store, site, level="site", camera_id="all").loc[("2026-03-04", "day")]
    assert (whole["cameras"], whole["cameras_without_data"], whole["lifts"]) == (2, 1, 1)


def test_recordings_of_odd_lengths_or_of_unknown_ones_are_received_as_far_as_is_known(store, site):
    day = date(2026, 3, 4)
    record(store, day, "2026-03-04T06:00Z", 1.0)
    part = store.parts(FOOTAGE)[0].name
    row = store.read(FOOTAGE)[FOOTAGE.names]
    odd, unread = row.assign(declared_s=6.033333333), row.assign(declared_s=float("nan"), footage_id="lost")
    unread["end_utc"] = unread["end_utc"].where(unread["end_utc"].isna())
    store.write(FOOTAGE, pd.concat([odd, unread]), "depot", day, part)
    rebuild(store, site, policy(site), day, day)
    received = figures(store, site).loc[("2026-03-04", "day"), "received_h"]
    assert received == pytest.approx(6.033333 / 3600)


def contents(folder: Path):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.parquet")}


def test_building_again_writes_the_same_bytes(store, site, tmp_path):
    day = date(2026, 3, 4)
    record(store, day, "2026-03-04T06:00Z", 2.0, [5, 6])
    rebuild(store, site, policy(site), day, day)
    before = contents(tmp_path)
    rebuild(store, site, policy(site), day, day)
    assert contents(tmp_path) == before


def test_a_dry_run_says_what_would_change_and_writes_nothing(store, site, tmp_path, capsys):
    day = date(2026, 3, 4)
    record(store, day, "2026-03-04T06:00Z", 2.0, range(20))
    run_assess(site.path, None, None, None, dry_run=False)
    before = contents(tmp_path)
    assert run_assess(site.path, tmp_path / "other.toml", None, None, dry_run=True) == 0
    said = capsys.readouterr().out
    assert "nothing written" in said
    assert "20 of 20" in said, "all are bends to the bold policy"
    assert contents(tmp_path) == before


def test_a_new_policy_is_told_and_stored_beside_the_old_one(store, site, tmp_path, capsys):
    for days in range(3):
        record(store, date(2026, 3, 4) + timedelta(days), f"2026-03-0{4 + days}T06:00Z", 2.0, range(20))
    run_assess(site.path, None, None, None, dry_run=False)
    run_assess(site.path, tmp_path / "other.toml", date(2026, 3, 4), date(2026, 3, 5), dry_run=False)
    old, new = (load_policy(tmp_path / name).policy_id for name in ("policy.toml", "other.toml"))
    judged = store.read(JUDGEMENTS).groupby("policy_id").size().to_dict()
    assert judged == {old: 60, new: 40}
    bends = figures(store, site, policy_id=new)["spine_bends"].groupby("shift_date").sum()
    assert bends[["2026-03-04", "2026-03-05"]].tolist() == [20, 20]
    assert figures(store, site, policy_id=old)["spine_bends"].sum() == 0


def test_a_crash_while_writing_leaves_whole_files_and_a_second_run_mends(store, site, tmp_path, monkeypatch):
    for days in range(3):
        record(store, date(2026, 3, 4) + timedelta(days), f"2026-03-0{4 + days}T06:00Z", 1.0, [1])
    one, last = policy(site), date(2026, 3, 6)
    written = []

    def dies(store, site, day, policy, table):
        written.append(day)
        if len(written) > 1:
            raise KeyboardInterrupt
        return store.write(SHIFT_METRICS, table, site.name, day, policy.policy_id)

    with monkeypatch.context() as patched:
        patched.setattr("pipelines.judging.shift_figures.write", dies)
        with pytest.raises(KeyboardInterrupt):
            rebuild(store, site, one, date(2026, 3, 4), last)
    assert store.read(SHIFT_METRICS)["date"].unique().tolist() == ["2026-03-04"]
    rebuild(store, site, one, date(2026, 3, 4), last)
    assert figures(store, site)["lifts"].sum() == 3


def test_a_zone_that_no_camera_watches_is_no_zone_of_a_policy(site, tmp_path):
    from pipelines.commands import site_policy
    from pipelines.judging.policy import PolicyError

    (tmp_path / "odd.toml").write_text("[figures.workers_per_shift]\ninbond = 6\n")
    with pytest.raises(
        PolicyError, match=r"no camera of the site watches a zone 'inbond'; did you mean 'inbound'"
    ):
        site_policy(site, tmp_path / "odd.toml")
