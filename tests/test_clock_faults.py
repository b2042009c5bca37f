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
