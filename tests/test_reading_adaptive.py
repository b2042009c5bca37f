"""Reading where a lift can be: what it finds and what it spends, against a reading of everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import barcode
import numpy as np
import pandas as pd
import pytest

from detectors.reading.policy import ReadingPolicy
from detectors.tables import EXPOSURE, FOOTAGE, LIFTS
from detectors.technique import Policy
from detectors.video import probe
from detectors.video_writer import Writer
from pipelines.nights import recording
from pipelines.nights.job import Job, PoseChoice
from pipelines.nights.recording import measure, process
from pipelines.storage.store import open_store
from pipelines.versions import code_version

LASTS_S, COMES_S, GOES_S = 90.0, 30.0, 50.0
WHOLE_EVERY_S = 2.4
"""A recorder that limits itself writes a whole picture every 30 frames."""


class CountingPose(barcode.BarcodePose):
    """Counts how often it was asked."""

    asked = 0

    def people(self, image):
        type(self).asked += 1
        return super().people(image)


def write_film(path, most_bits_s=400_000):
    """Write an empty place into which somebody comes after 30 s, lifts a load and goes 20 s later."""
    with Writer(path, barcode.WIDTH_PX, barcode.HEIGHT_PX, most_bits_s) as writer:
        for frame in range(round(LASTS_S * barcode.RATE_HZ)):
            time_s = frame / barcode.RATE_HZ
            there = COMES_S <= time_s < GOES_S
            number = round((time_s - COMES_S) * barcode.RATE_HZ)
            shown = barcode.picture(barcode.LIFT, number) if there else barcode.picture(barcode.EMPTY, 0)
            writer.write(shown, time_s)
    return path


@pytest.fixture
def job(tmp_path, monkeypatch):
    monkeypatch.setattr(recording, "pose_source", lambda _: CountingPose(None, 0, ""))
    monkeypatch.setattr(CountingPose, "asked", 0)
    path = write_film(tmp_path / "a.mp4")
    return Job(
        footage_id="f00d",
        camera_id="dock",
        zone="inbound",
        path=path,
        shown_path="a.mp4",
        size_bytes=path.stat().st_size,
        start_utc=datetime(2026, 10, 5, 8, 0, 20, tzinfo=UTC),
        date=date(2026, 10, 5),
        pitch_deg=0.0,
        masks=(),
        pose=PoseChoice(path, 640, "cpu", 15.0),
        model_version="m@1",
        code_version="0+1",
        policy=Policy(),
        policy_id="p",
        track_key=b"salt",
        store_url=str(tmp_path / "store"),
        site="depot",
        reading=ReadingPolicy(),
    )


def measured(job):
    """Return lifts and exposure of a job, what was asked of the pose model, and the report."""
    CountingPose.asked = 0
    analysis, report = measure(job, probe(job.path), None)
    return analysis.lifts, analysis.exposure, CountingPose.asked, report


def test_the_lift_is_that_of_a_whole_reading_at_a_fraction_of_the_looks(job):
    lifts, _, asked, report = measured(job)
    whole_lifts, _, frames, whole_report = measured(replace(job, reading=None))
    assert frames == whole_report.frames_kept == round(LASTS_S * barcode.RATE_HZ)
    assert asked < frames / 5
    assert report.frames_kept <= asked
    (lift,) = lifts.to_dict("records")
    assert lift["kind"] == "lift"
    for name, true_s in (("start_s", 1.5), ("end_s", 4.3)):
        assert lift[name] - COMES_S == pytest.approx(true_s, abs=0.4)
    numbers = [name for name in whole_lifts if pd.api.types.is_float_dtype(whole_lifts[name])]
    np.testing.assert_allclose(
        lifts[numbers].to_numpy(), whole_lifts[numbers].to_numpy(), rtol=0.02, atol=0.02
    )


def test_exposure_is_that_of_a_whole_reading_and_says_how_many_frames_were_looked_at(job):
    _, exposure, _, report = measured(job)
    _, whole, _, whole_report = measured(replace(job, reading=None))
    assert exposure["minute"].tolist() == whole["minute"].tolist() == [0, 1]
    np.testing.assert_allclose(exposure["analysed_s"], whole["analysed_s"], atol=0.1)
    people = [name for name in whole if name.endswith("_person_s")]
    np.testing.assert_allclose(exposure[people], whole[people], rtol=0.03, atol=0.2)
    assert whole["observed_person_s"].sum() == pytest.approx(GOES_S - COMES_S, rel=0.02)
    assert exposure["frames_analysed"].sum() == report.frames_kept
    assert (report.seen_s, report.first_s) == (pytest.approx(whole_report.seen_s), whole_report.first_s)


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({"most_bits_s": None}, id="whole pictures are 20 s apart"),
        pytest.param({"most_bits_s": 150_000}, id="a poor recorder"),
    ],
)
def test_the_lift_is_found_however_the_film_is_written(job, how, tmp_path):
    other = replace(job, path=write_film(tmp_path / "other.mp4", **how))
    lifts, _, asked, _ = measured(other)
    assert lifts["kind"].tolist() == ["lift"]
    assert asked < LASTS_S * barcode.RATE_HZ / 4


def test_an_empty_film_costs_next_to_nothing(job, tmp_path):
    path = barcode.write_clip(tmp_path / "empty.mp4", barcode.EMPTY, 0.1)
    with Writer(path, barcode.WIDTH_PX, barcode.HEIGHT_PX, 400_000) as writer:
        for frame in range(round(LASTS_S * barcode.RATE_HZ)):
            writer.write(barcode.picture(barcode.EMPTY, 0), frame / barcode.RATE_HZ)
    lifts, exposure, asked, report = measured(replace(job, path=path))
    assert lifts.empty
    assert asked <= ReadingPolicy().empty_looks
    assert exposure["observed_person_s"].sum() == 0.0
    assert exposure["analysed_s"].sum() == pytest.approx(LASTS_S, abs=0.2)
    assert report.seen_s == pytest.approx(LASTS_S, abs=0.2)


def test_a_short_recording_is_read_whole(job, tmp_path):
    path = barcode.write_clip(tmp_path / "short.mp4", barcode.LIFT, 6.0)
    _, _, asked, report = measured(replace(job, path=path))
    assert asked >= report.frames_kept == round(6.0 * barcode.RATE_HZ)


def test_a_damaged_recording_is_read_whole_and_told_as_before(job, tmp_path):
    data = bytearray(job.path.read_bytes())
    data[len(data) // 3 : len(data) // 3 + 2000] = bytes(2000)
    path = tmp_path / "damaged.mp4"
    path.write_bytes(data)
    told = [process(replace(job, path=path, reading=one)) for one in (None, ReadingPolicy())]
    assert told[0] == told[1]
    assert told[0].status == "partial"


def test_a_file_cut_off_is_told_as_before(job, tmp_path):
    path = tmp_path / "cut.ts"
    path.write_bytes(b"")
    told = [process(replace(job, path=path, reading=one)) for one in (None, ReadingPolicy())]
    assert told[0] == told[1]


def test_the_stored_rows_say_how_the_recording_was_read(job):
    policy = ReadingPolicy()
    assert process(replace(job, code_version=code_version(policy))).status == "done"
    store = open_store(job.store_url)
    for spec in (FOOTAGE, LIFTS):
        assert store.read(spec)["code_version"].unique().tolist() == [code_version(policy)]
    assert store.read(FOOTAGE)["frames_analysed"].iloc[0] == store.read(EXPOSURE)["frames_analysed"].sum()


def test_another_policy_is_another_version_and_a_whole_reading_has_none():
    usual, other = code_version(ReadingPolicy()), code_version(ReadingPolicy(margin_s=2.0))
    assert len({usual, other, code_version()}) == 3
    assert usual.startswith(code_version() + ".r")
    assert usual == code_version(ReadingPolicy())
