"""The digest counts what was seen and calls the rest "no data"."""

import io
import math

import pandas as pd
import pytest
from rich.console import Console

from detectors.contract import empty
from detectors.tables import EXPOSURE, FOOTAGE, LIFTS
from pipelines.digest import NO_DATA, NO_RECORDINGS, OUTSIDE, digest


def footage(*rows):
    columns = ["camera_id", "zone", "status", "reason", "declared_s", "analysed_s", "start_utc"]
    frame = pd.DataFrame(rows, columns=columns).astype(
        {"reason": "str", "declared_s": float, "analysed_s": float}
    )
    return frame.assign(start_utc=pd.to_datetime(frame["start_utc"], utc=True))


def lifts(*rows):
    columns = ["kind", "technique", "zone", "shift", "shift_date"]
    return pd.DataFrame(rows, columns=columns, dtype="str")


def exposure(*rows):
    columns = [
        "camera_id",
        "zone",
        "shift",
        "shift_date",
        "analysed_s",
        "observed_person_s",
        "judgeable_person_s",
    ]
    return pd.DataFrame(rows, columns=columns)


NO_LIFTS = empty(LIFTS).assign(technique=pd.Series(dtype="str"), shift=None, shift_date=None)
NO_EXPOSURE = empty(EXPOSURE).assign(shift=None, shift_date=None)
DAY = "2026-03-02"


@pytest.fixture
def night():
    recordings = footage(
        ("a-fine", "in", "done", None, 3600, 3600, "2026-03-02T05:00Z"),
        ("b-part", "in", "partial", "stretch of 60 s is damaged", 3600, 1800, "2026-03-02T05:00Z"),
        ("c-some", "out", "partial", "one frame is damaged", 3600, 3600, "2026-03-02T05:00Z"),
        ("c-some", "out", "quarantined", "not a video | [bold]", None, None, "2026-03-02T06:00Z"),
        ("d-lost", "out", "failed", "worker stopped", 7200, 0, "2026-03-02T05:00Z"),
    )
    seen = exposure(
        ("a-fine", "in", "early", DAY, 3600.0, 7200.0, 1800.0),
        ("b-part", "in", "early", DAY, 1800.0, 0.0, 0.0),
        ("c-some", "out", None, None, 3600.0, 3600.0, 3600.0),
        ("c-some", "out", "late", DAY, 60.0, 0.0, 0.0),
    )
    events = lifts(
        *[("lift", "spine_bend", "in", "early", DAY)] * 3,
        *[("lift", "hip_hinge", "in", "early", DAY)] * 5,
        *[("lowering", "squat", "in", "early", DAY)] * 4,
        ("bend", "indeterminate", "in", "early", DAY),
        ("lift", None, "out", None, None),
    )
    return digest("Riga", ["a-fine", "b-part", "c-some", "d-lost", "e-gone"], recordings, events, seen)


def test_failed_cameras_come_first(night):
    assert night.cameras["camera_id"].tolist() == ["d-lost", "e-gone", "c-some", "b-part", "a-fine"]


def test_a_camera_without_recordings_says_so(night):
    gone = night.cameras.set_index("camera_id").loc["e-gone"]
    assert gone["problem"] == NO_RECORDINGS
    assert gone["recordings"] == 0
    assert math.isnan(gone["analysed_h"])


def test_hours_and_shares_of_a_camera(night):
    fine, some = (night.cameras.set_index("camera_id").loc[name] for name in ("a-fine", "c-some"))
    assert (fine["received_h"], fine["analysed_h"], fine["observed_person_h"]) == (1.0, 1.0, 2.0)
    assert fine["judgeable_share"] == 0.25
    assert pd.isna(fine["problem"])
    assert (some["recordings"], some["failed"]) == (2, 1)
    assert some["problem"].startswith("not a video"), (
        "a lost recording matters more than an earlier damaged frame"
    )


def test_a_shift_counts_its_lifts(night):
    early = night.shifts.set_index(["shift", "zone"]).loc[("early", "in")]
    counts = ["lifts", "lowerings", "bends", "spine_bends", "hinges", "squats", "indeterminate", "not_judged"]
    assert early[counts].tolist() == [8, 4, 1, 3, 5, 4, 1, 0]
    assert (early["analysed_h"], early["observed_person_h"], early["lifts_per_person_h"]) == (1.5, 2.0, 4.0)
    assert early["spine_bend_share"] == "3 of 12"
    assert early["coverage"] == 0.25


def test_lifts_outside_shifts_are_shown(night):
    outside = night.shifts.set_index("shift").loc[OUTSIDE]
    assert (outside["lifts"], outside["not_judged"]) == (1, 1)
    assert outside["spine_bend_share"] == NO_DATA


def test_every_lift_is_counted_once(night):
    assert night.shifts[["lifts", "lowerings", "bends"]].sum().sum() == 14


def test_a_watched_shift_without_people_has_counts_but_no_rate(night):
    late = night.shifts.set_index("shift").loc["late"]
    assert late["lifts"] == 0
    assert math.isnan(late["lifts_per_person_h"])


def test_a_shift_without_video_is_no_data_and_not_zero():
    dark = digest("Riga", [], footage(), NO_LIFTS, exposure(("a", "in", "early", DAY, 0.0, 0.0, 0.0)))
    assert pd.isna(dark.shifts["spine_bends"]).all()
    assert dark.markdown().splitlines()[-1].count(NO_DATA) == len(dark.shifts.columns) - 5
    assert f"| early | in | 0.00 | 0.00 | {NO_DATA} |" in dark.markdown()


def test_lifts_without_exposure_are_counted_without_a_rate():
    only = digest("Riga", [], footage(), lifts(("lift", "squat", "in", "early", DAY)), NO_EXPOSURE)
    row = only.shifts.iloc[0]
    assert row["lifts"] == 1
    assert math.isnan(row["lifts_per_person_h"])
    assert math.isnan(row["analysed_h"])


def test_an_empty_night_is_no_data():
    nothing = digest("Riga", ["dock"], empty(FOOTAGE), NO_LIFTS, NO_EXPOSURE)
    assert nothing.markdown().endswith(f"## Shifts\n\n{NO_DATA}\n")
    assert NO_RECORDINGS in nothing.markdown()


def test_headings_are_words_with_their_units(night):
    cameras, shifts = (line for line in night.markdown().splitlines() if "analysed" in line)
    assert "| received hours | analysed hours | observed person-hours | judgeable share |" in cameras
    assert "| lifts per person-hour |" in shifts


def test_the_wording_never_calls_anything_safe(night):
    assert "safe" not in night.markdown().lower()
    assert "risk" not in night.markdown().lower()


def test_a_reason_can_not_break_the_tables(night):
    table = night.markdown().split("## Cameras\n\n")[1].split("\n\n")[0].splitlines()
    assert {line.replace("\\|", "").count("|") for line in table} == {len(night.cameras.columns) + 1}
    console = Console(width=400, record=True, file=io.StringIO())
    for one in night.tables():
        console.print(one)
    assert "not a video | [bold]" in console.export_text()
