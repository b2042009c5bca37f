"""Clocks of cameras that can't be right, and recordings that grew after they were read."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pandas as pd
import pytest
from kept_site import kept_site

from detectors.contract import empty
from detectors.tables import FOOTAGE, JUDGEMENTS, LIFTS
from pipelines.footage.clock_faults import clock_faults
from pipelines.footage.wrong_clocks import CLOCK_FAULTS
from pipelines.nights.claims import Claim, Claims, Taken
from pipelines.nights.superseded import forget_grown

DAY = date(2026, 10, 5)
NOW = datetime(2026, 10, 6, 3, tzinfo=UTC)


@pytest.fixture
def kept(tmp_path):
    return kept_site(tmp_path, {})


def add(kept, name, clock, seconds, footage_id):
    """File a recording that begins at a time of the day in UTC; its file was written when it ended."""
    start = datetime.fromisoformat(f"{DAY}T{clock}+00:00")
    end = start + timedelta(seconds=seconds)
    path = kept.site.folder / name
    path.write_bytes(name.encode())
    os.utime(path, (end.timestamp(), end.timestamp()))
    example = {column.name: column.example for column in FOOTAGE.columns}
    said = {"footage_id": footage_id, "camera_id": "dock", "path": name, "start_utc": start, "end_utc": end}
    row = pd.DataFrame([{**example, **said}]).astype({c.name: c.dtype for c in FOOTAGE.columns})
    kept.store.write(FOOTAGE, row, "depot", DAY, f"dock-{footage_id}")
    return path, start


def faults(kept):
    return clock_faults(kept.site, DAY, DAY, NOW, lambda path: None)


def test_recordings_one_after_the_other_are_no_fault(kept):
    add(kept, "a.mp4", "08:00:00", 600, "a")
    add(kept, "b.mp4", "08:10:00", 600, "b")
    assert faults(kept) == []


def test_recordings_over_one_another_are_named(kept):
    add(kept, "a.mp4", "08:00:00", 600, "a")
    add(kept, "b.mp4", "08:06:00", 600, "b")
    (said,) = faults(kept)
    assert said.startswith("b.mp4 begins 4 min before a.mp4 ends, so the clock of dock was put back")


def test_a_recording_that_ends_after_its_file_was_written_is_named(kept):
    path, start = add(kept, "a.mp4", "08:00:00", 600, "a")
    os.utime(path, (start.timestamp(), start.timestamp()))
    (said,) = faults(kept)
    assert said == "a.mp4 ends 10 min after its file was last written, so the clock of dock is ahead"


def test_a_recording_of_a_day_to_come_is_named(kept):
    path = kept.site.folder / "footage/dock/x_20261224T090000.mp4"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x")
    (said,) = faults(kept)
    assert "x_20261224T090000.mp4 says that it begins at 2026-12-24 09:00, which is still to come" in said


def add_day(kept, runs_ahead_s, lost_s=0.0, written_late_s=0.0, count=20):
    """File recordings of ten minutes, one after the other, by a camera whose clock gains."""
    for n in range(count):
        begun = datetime.fromisoformat(f"{DAY}T06:00:00+00:00") + timedelta(seconds=n * (600 + lost_s))
        clock = begun + timedelta(seconds=round(n * runs_ahead_s))
        path, _ = add(kept, f"{n:02}.mp4", clock.strftime("%H:%M:%S"), 600, f"r{n:02}")
        written = (begun + timedelta(seconds=600 + written_late_s * (n % 5))).timestamp()
        os.utime(path, (written, written))


@pytest.mark.parametrize(
    ("gains_s", "said"),
    [
        pytest.param(1.6, "the clock of dock gains 30 s over its recordings of 2026-10-05", id="fast"),
        pytest.param(-1.6, "the clock of dock loses 30 s over its recordings of 2026-10-05", id="slow"),
    ],
)
def test_a_clock_that_slips_is_told_by_when_files_were_written(kept, gains_s, said):
    add_day(kept, gains_s)
    (sentence,) = faults(kept)
    assert sentence.startswith(said)
    rows = kept.store.read(CLOCK_FAULTS, "depot")
    assert len(rows) == 20
    assert set(rows["fault"]) == {"drift"}


def test_a_moment_lost_at_each_file_can_not_be_told_from_a_fast_clock(kept):
    add_day(kept, 0.0, lost_s=1.0)
    for path in kept.site.folder.glob("*.mp4"):
        path.unlink()
    (sentence,) = faults(kept)
    assert sentence.startswith("the clock of dock gains 19 s")
    assert sentence.endswith("or the recorder loses a moment at each file")


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({"runs_ahead_s": 0.0}, id="right"),
        pytest.param({"runs_ahead_s": 0.2}, id="less than can be told in a day"),
        pytest.param({"runs_ahead_s": 0.0, "written_late_s": 120.0}, id="copied in batches"),
        pytest.param({"runs_ahead_s": 3.0, "count": 7}, id="too few recordings"),
    ],
)
def test_what_is_no_steady_slip_is_no_fault(kept, how):
    add_day(kept, **how)
    assert [one for one in faults(kept) if "gains" in one or "loses" in one] == []


def test_files_that_were_all_copied_at_once_are_no_fault(kept):
    add_day(kept, 0.0)
    for path in kept.site.folder.glob("*.mp4"):
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    assert faults(kept) == []


def test_the_recording_that_begins_within_another_is_written_down_and_the_other_is_not(kept):
    add(kept, "a.mp4", "08:00:00", 600, "a")
    add(kept, "b.mp4", "08:06:00", 600, "b")
    add(kept, "c.mp4", "08:10:00", 600, "c")
    faults(kept)
    rows = kept.store.read(CLOCK_FAULTS, "depot")
    assert rows[["footage_id", "fault", "by_s"]].to_numpy().tolist() == [["b", "overlap", 240.0]]
    kept.store.remove(FOOTAGE, "depot", DAY, "dock-b")
    assert faults(kept) == []
    assert kept.store.parts(CLOCK_FAULTS) == []


@pytest.mark.parametrize(
    ("name", "later_s", "left"),
    [
        pytest.param("a.mp4", 0, [], id="the same file has grown"),
        pytest.param("a.mp4", 60, ["dock-old"], id="the name is used again for another start"),
        pytest.param("b.mp4", 0, ["dock-old"], id="another file"),
    ],
)
def test_what_was_measured_of_a_shorter_recording_goes(kept, name, later_s, left):
    _, start = add(kept, "a.mp4", "08:00:00", 600, "old")
    kept.store.write(LIFTS, empty(LIFTS), "depot", DAY, "dock-old")
    kept.store.write(JUDGEMENTS, empty(JUDGEMENTS), "depot", DAY, "dock-old-c0a81e66d2b3")
    job = SimpleNamespace(
        camera_id="dock",
        shown_path=name,
        start_utc=start + timedelta(seconds=later_s),
        date=DAY,
        footage_id="new",
    )
    forget_grown(kept.store, "depot", [job], kept.store.read(FOOTAGE, "depot"))
    assert [part.name for part in kept.store.parts(LIFTS)] == left
    assert len(kept.store.parts(JUDGEMENTS)) == len(kept.store.parts(FOOTAGE)) == len(left)


@pytest.mark.parametrize(("minutes", "free"), [(1, False), (60 * 24, True)])
def test_a_claim_from_a_clock_that_was_set_back_keeps_nobody_out(kept, minutes, free):
    claims = Claims(kept.store, f"{kept.store.root}/claims/site=depot/a")
    claims._made(Claim(1, "dead", NOW + timedelta(minutes=minutes)))
    taken = claims.take("alive", NOW)
    assert isinstance(taken, Taken) is not free
