"""Judging months anew: the same in pieces as in one, on several cores as on one, and after a kill."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import ClassVar

import numpy as np
import pandas as pd
import pytest

from detectors.contract import conform
from detectors.tables import EXPOSURE, FOOTAGE, JUDGEMENTS, LIFTS, SHIFT_METRICS
from detectors.technique import Policy, judge
from pipelines.judging import reassess as reassessing
from pipelines.judging import shift_figures
from pipelines.judging.assess import MEASURES
from pipelines.judging.policy import load_policy
from pipelines.judging.reassess import reassess, write
from pipelines.judging.side_by_side import side_by_side
from pipelines.sites.site import load_site
from pipelines.storage.store import StoreError, open_store

FIRST, DAYS = date(2026, 10, 20), 8  # clocks change on the 25th
SITE = """
[site]
name = "depot"
time_zone = "Europe/Berlin"
[store]
url = "store"
"""
CAMERA = '[[cameras]]\nid = "{0}"\nzone = "{1}"\nfootage = "{0}/*"\nstart_time = "container"\n'
SHIFT = '[[shifts]]\nname = "{}"\nstart = "{}"\nend = "{}"\n'
CAMERAS = (("dock", "inbound"), ("gate", "outbound"))
POLICY = "[figures]\nleast_group_size = 1\nleast_observed_h = 0.0\n"
SPAN = FIRST, FIRST + timedelta(days=DAYS - 1)


def whole(spec, rows):
    rows = rows.assign(**{c.name: c.example for c in spec.columns if c.name not in rows})
    times = [c.name for c in spec.columns if c.dtype.startswith("datetime")]
    rows[times] = rows[times].apply(pd.to_datetime, utc=True)
    return conform(spec, rows[spec.names].astype({c.name: c.dtype for c in spec.columns}))


def record(store, day, hour, camera, zone, rng):
    """File four hours with a person in view, and a lift about every quarter of an hour."""
    start = pd.Timestamp(day, tz="UTC") + pd.Timedelta(hours=hour)
    name = f"{start:%m%dT%H}{camera}"
    fixed = {"footage_id": name, "camera_id": camera, "zone": zone}
    at_min = np.sort(rng.uniform(0.0, 240.0, 16))
    lifts = pd.DataFrame(
        {
            "lift_id": [f"{name}-{n}" for n in range(16)],
            "track_id": [f"{n % 3}" for n in range(16)],
            "start_utc": start + pd.to_timedelta(at_min.round(2), unit="min"),
            "view_angle_deg": 0.0,
            "spine_flexion_deg": np.nan,
            "spine_flexion_se_deg": np.nan,
            "back_chord_ratio": rng.uniform(0.8, 0.95, 16),
        }
    )
    minutes = pd.DataFrame({"minute_utc": start + pd.to_timedelta(np.arange(240), unit="min")})
    minutes["observed_person_s"] = rng.uniform(0.0, 120.0, 240).round(1)
    span = pd.DataFrame({"start_utc": [start], "end_utc": [start + pd.Timedelta(hours=4)]})
    for spec, rows in ((LIFTS, lifts), (EXPOSURE, minutes), (FOOTAGE, span)):
        store.write(spec, whole(spec, rows.assign(**fixed)), "depot", day, f"{camera}-{name}")


@pytest.fixture
def site(tmp_path):
    shifts = [SHIFT.format("day", "06:00", "22:00"), SHIFT.format("night", "22:00", "06:00")]
    (tmp_path / "site.toml").write_text(SITE + "".join([CAMERA.format(*one) for one in CAMERAS] + shifts))
    (tmp_path / "policy.toml").write_text(POLICY)
    (tmp_path / "other.toml").write_text("spine_bend_from = 0.5\n" + POLICY)
    rng = np.random.default_rng(4)
    store = open_store(str(tmp_path / "store"))
    for n in range(DAYS):
        for hour in (4, 20):  # the later one reaches into the next date
            for camera, zone in CAMERAS:
                record(store, FIRST + timedelta(days=n), hour, camera, zone, rng)
    return load_site(tmp_path / "site.toml")


@pytest.fixture
def policies(site):
    return [load_policy(site.path.with_name(f"{name}.toml")) for name in ("policy", "other")]


def contents(site):
    folder = Path(site.store_url)
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*.parquet")}


def judged_anew(site, policies):
    store = open_store(site.store_url)
    in_force, other = policies
    write(store, site, reassess(store, site, in_force, in_force, SPAN))
    found = reassess(store, site, in_force, other, SPAN)
    write(store, site, found)
    return found


def test_pieces_on_all_cores_give_what_one_piece_gives(site, policies, monkeypatch):
    at_once = judged_anew(site, policies)
    files = contents(site)
    monkeypatch.setattr(reassessing, "STRETCH_DAYS", 5)
    store = open_store(site.store_url)
    in_pieces = reassess(store, site, *policies, SPAN)
    for part in store.parts(JUDGEMENTS):
        if part.name.endswith(policies[1].policy_id):
            store.remove(JUDGEMENTS, part.site, part.date, part.name)
    write(store, site, in_pieces)
    assert len(in_pieces.stretches) > len(at_once.stretches) == 1
    assert contents(site) == files
    pd.testing.assert_frame_equal(in_pieces.moved, at_once.moved)
    pd.testing.assert_frame_equal(in_pieces.shares, at_once.shares)
    assert {day: len(kept) for day, kept in in_pieces.judged.items()} == dict.fromkeys(at_once.judged, 64)


def test_dates_together_give_what_each_gives_alone(site, policies, monkeypatch):
    store = open_store(site.store_url)
    shift_figures.rebuild(store, site, policies[0], *SPAN)
    together = contents(site)
    monkeypatch.setattr(shift_figures, "STEP_DAYS", 1)
    shift_figures.rebuild(store, site, policies[0], *SPAN)
    assert contents(site) == together


def test_every_lift_is_counted_once(site, policies):
    found = judged_anew(site, policies)
    lifts = DAYS * 4 * 16
    assert found.moved.to_numpy().sum() == lifts
    assert "not_judged" not in found.moved.index
    store = open_store(site.store_url)
    assert store.read(JUDGEMENTS).groupby("policy_id").size().to_dict() == {
        one.policy_id: lifts for one in policies
    }
    counts = ["spine_bends", "hip_hinges", "squats", "indeterminate"]
    table = store.read(SHIFT_METRICS)
    of_zones = table[(table["level"] == "zone") & (table["policy_id"] == policies[1].policy_id)]
    assert found.shares[counts].sum().tolist() == of_zones[counts].sum().tolist()


def test_dates_outside_are_neither_judged_nor_moved(site, policies):
    store = open_store(site.store_url)
    found = reassess(store, site, policies[0], policies[1], (FIRST, FIRST))
    assert set(found.judged) == {FIRST}
    assert found.moved.loc["not_judged"].sum() == 64


DIES = """
import os, signal, sys
import pipelines.storage.store
from datetime import date
from pathlib import Path
from typing import ClassVar
from pipelines.judging.policy import load_policy
from pipelines.judging.reassess import reassess, write
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store
replace, left = pipelines.storage.store.replace_file, [int(sys.argv[2])]
def dying(path, content):
    left[0] -= 1
    if left[0] < 0:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_name("." + path.name + ".tmp").write_bytes(content[:9])
        os.kill(os.getpid(), signal.SIGKILL)
    replace(path, content)
pipelines.storage.store.replace_file = dying
site, policy = load_site(Path(sys.argv[1])), load_policy(None)
store = open_store(site.store_url)
span = date(2026, 10, 20), date(2026, 10, 27)
write(store, site, reassess(store, site, policy, policy, span))
"""


@pytest.mark.parametrize("after", [5, 34])
def test_killed_while_writing_it_leaves_whole_files_and_a_second_run_mends(site, policies, after):
    command = [sys.executable, "-c", DIES, str(site.path), str(after)]
    root = str(Path(reassessing.__file__).parents[1])
    ended = subprocess.run(command, check=False, env=os.environ | {"PYTHONPATH": root}, capture_output=True)
    assert ended.returncode == -signal.SIGKILL
    store = open_store(site.store_url)
    assert 0 < len(store.read(JUDGEMENTS)) + len(store.read(SHIFT_METRICS)) < DAYS * 64 + 100
    built_in = load_policy(None)
    for _ in range(2):
        write(store, site, reassess(store, site, built_in, built_in, SPAN))
        assert len(store.read(JUDGEMENTS)) == DAYS * 64
    assert not store.read(SHIFT_METRICS).duplicated(list(SHIFT_METRICS.key)).any()


def test_nothing_is_left_behind_in_the_temporary_folder(site, policies):
    store = open_store(site.store_url)
    found = reassess(store, site, *policies, SPAN)
    folder = Path(found.folder.name)
    assert len(list(folder.glob("*.feather"))) == DAYS
    del found
    assert not folder.exists()


class Watched(pd.DataFrame):
    """Notes which of its columns are looked at."""

    seen: ClassVar[set[str]] = set()

    def __getitem__(self, name):
        self.seen.add(name)
        return super().__getitem__(name)


def test_a_judgement_looks_at_no_other_measures():
    judge(Watched(whole(LIFTS, pd.DataFrame({"lift_id": ["a"]}))), Policy())
    assert Watched.seen == set(MEASURES)


def test_side_by_side_keeps_the_order_and_passes_on_what_goes_wrong():
    assert list(side_by_side(math.sqrt, [4.0, 9.0, 16.0])) == [2.0, 3.0, 4.0]
    with pytest.raises(ValueError, match="math domain error"):
        list(side_by_side(math.sqrt, [4.0, -1.0]))
    with pytest.raises(StoreError, match=r"a worker process died \(exit code 7\)"):
        list(side_by_side(os._exit, [7, 7]))
