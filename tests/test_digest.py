"""The digest counts what was seen and calls the rest "no data"."""

import io
import math

import pandas as pd
import pytest
from rich.console import Console

from detectors.contract import empty
from detectors.tables import EXPOSURE, FOOTAGE, LIFTS
from pipelines.judging.figure_policy import Figures
from pipelines.nights import digest as morning
from pipelines.nights.digest_text import NO_DATA, NO_RECORDINGS, OUTSIDE, SUPPRESSED, TOO_LITTLE, duration
from pipelines.plans.sampling import LEFT_OUT


def footage(*rows):
    columns = ["camera_id", "zone", "status", "reason", "declared_s", "analysed_s", "start_utc"]
    frame = pd.DataFrame(rows, columns=columns).astype(
        {"reason": "str", "declared_s": float, "analysed_s": float}
    )
    return frame.assign(start_utc=pd.to_datetime(frame["start_utc"], utc=True))


def lifts(*rows):
    columns = ["camera_id", "kind", "technique", "reason", "view_angle_deg", "zone", "shift", "shift_date"]
    return pd.DataFrame(rows, columns=columns).astype(
        {name: "float64" if name == "view_angle_deg" else "str" for name in columns}
    )


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


NO_LIFTS = empty(LIFTS).assign(
    technique=pd.Series(dtype="str"), reason=pd.Series(dtype="str"), shift=None, shift_date=None
)
NO_EXPOSURE = empty(EXPOSURE).assign(shift=None, shift_date=None)
DAY = "2026-03-02"
ALL_TOLD = Figures(least_group_size=1, least_observed_h=0.0)


def digest(*tables, figures=ALL_TOLD):
    return morning.digest(*tables, figures)


def shown(night, width):
    console = Console(width=width, record=True, file=io.StringIO())
    for one in night.tables():
        console.print(one)
    return console.export_text()


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
    here = ("in", "early", DAY)
    events = lifts(
        *[("a-fine", "lift", "spine_bend", "judged", 5.0, *here)] * 3,
        *[("a-fine", "lift", "hip_hinge", "judged", 5.0, *here)] * 5,
        *[("a-fine", "lowering", "squat", "judged", 5.0, *here)] * 4,
        ("a-fine", "bend", "spine_bend", "judged", 5.0, *here),
        *[("b-part", "lift", "indeterminate", "view", 41.2, *here)] * 2,
        ("b-part", "lowering", "indeterminate", "view", 63.0, *here),
        ("b-part", "lift", "indeterminate", "size", 12.0, *here),
        ("b-part", "bend", "indeterminate", "upright", 5.0, *here),
        ("c-some", "lift", None, None, 5.0, "out", None, None),
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
    assert early[["lifts", "lowerings", "bends"]].tolist() == [11, 5, 2]
    assert (early["analysed_h"], early["observed_person_h"], early["lifts_per_person_h"]) == (1.5, 2.0, 5.5)
    assert early["coverage"] == 0.25


def test_techniques_are_counted_over_lifts_and_lowerings_without_bends(night):
    early = night.shifts.set_index(["shift", "zone"]).loc[("early", "in")]
    verdicts = ["spine_bends", "hinges", "squats", "indeterminate", "not_judged"]
    assert early[verdicts].tolist() == [3, 5, 4, 4, 0]
    assert early["spine_bend_share"] == "3 of 12"
    assert early["main_reason"] == "view", "3 of 4, where the bend does not count"
    assert "| 4 off the side |" in night.markdown()


def test_lifts_outside_shifts_are_shown(night):
    outside = night.shifts.set_index("shift").loc[OUTSIDE]
    assert (outside["lifts"], outside["not_judged"]) == (1, 1)
    assert outside["spine_bend_share"] == NO_DATA
    assert pd.isna(outside["main_reason"])


def test_every_lift_is_counted_once(night):
    assert night.shifts[["lifts", "lowerings", "bends"]].sum().sum() == 19


def test_a_watched_shift_without_people_has_counts_but_no_rate(night):
    late = night.shifts.set_index("shift").loc["late"]
    assert late["lifts"] == 0
    assert math.isnan(late["lifts_per_person_h"])


@pytest.mark.parametrize(("observed_person_s", "rate"), [(899.0, None), (900.0, 8.0)])
def test_a_rate_needs_a_quarter_of_a_person_hour(observed_person_s, rate):
    events = lifts(*[("a", "lift", "squat", "judged", 5.0, "in", "early", DAY)] * 2)
    seen = exposure(("a", "in", "early", DAY, 900.0, observed_person_s, 0.0))
    night = digest("Riga", ["a"], footage(), events, seen)
    if rate is None:
        assert math.isnan(night.shifts["lifts_per_person_h"][0])
    else:
        assert night.shifts["lifts_per_person_h"][0] == rate
    assert (f"| {TOO_LITTLE} |" in night.markdown()) == (rate is None)


def test_a_shift_without_video_is_no_data_and_not_zero():
    dark = digest("Riga", [], footage(), NO_LIFTS, exposure(("a", "in", "early", DAY, 0.0, 0.0, 0.0)))
    assert pd.isna(dark.shifts["spine_bends"]).all()
    assert dark.shifts["lifts_per_person_h"].isna().all()
    row = f"| {DAY} | early | in | 0 s | 0 s |" + f" {NO_DATA} |" * 10
    assert row in dark.markdown().splitlines()


def test_lifts_without_exposure_are_counted_without_a_rate():
    only = digest(
        "Riga", [], footage(), lifts(("a", "lift", "squat", "judged", 5.0, "in", "early", DAY)), NO_EXPOSURE
    )
    row = only.shifts.iloc[0]
    assert row["lifts"] == 1
    assert math.isnan(row["lifts_per_person_h"])
    assert math.isnan(row["analysed_h"])


def test_an_empty_night_is_no_data():
    nothing = digest("Riga", ["dock"], empty(FOOTAGE), NO_LIFTS, NO_EXPOSURE)
    assert f"## Shifts\n\n{NO_DATA}\n" in nothing.markdown()
    assert nothing.notes == (f"camera dock: {NO_RECORDINGS}",)
    assert NO_RECORDINGS in shown(nothing, 80)


def test_headings_are_the_words_of_the_field(night):
    cameras, shifts = (line for line in night.markdown().splitlines() if "| analysed |" in line)
    assert cameras.startswith("| camera | zone | recordings | lost | video | analysed | person-time |")
    assert "| lifts | lowerings | bends |" in shifts
    assert "| lifts per person-hour |" in shifts


@pytest.mark.parametrize(
    ("hours", "words"),
    [(0.0, "0 s"), (42 / 3600, "42 s"), (3.9 / 60, "3.9 min"), (7.8, "7.8 h"), (1.0, "1.0 h")],
)
def test_a_duration_is_told_in_the_unit_that_fits_it(hours, words):
    assert duration(hours) == words


def test_what_needs_attention_stands_below_the_worst_first(night):
    assert night.notes == (
        "camera c-some: 1 of 2 recordings lost: not a video | [bold]",
        "camera d-lost: 1 of 1 recording lost: worker stopped",
        f"camera e-gone: {NO_RECORDINGS}",
        "camera b-part: 1 of 1 recording read in part: stretch of 60 s is damaged",
        "camera c-some: 1 of 2 recordings read in part: one frame is damaged",
        "camera b-part: nobody seen in 30.0 min of video",
        "camera b-part: no lift could be judged: seen from 41 deg or more off the side (3), too small (1)",
        "1 lift or lowering not judged yet",
    )
    assert f"- {night.notes[1]}" in night.markdown().splitlines()


def test_a_night_without_trouble_says_what_was_read():
    recordings = footage(("a", "in", "done", None, 60, 60, "2026-03-02T05:00Z"))
    fine = digest("Riga", ["a"], recordings, NO_LIFTS, exposure(("a", "in", "early", DAY, 60.0, 30.0, 30.0)))
    assert fine.notes == ()
    assert "every recording was read" in fine.markdown()


def test_many_reasons_of_one_camera_are_cut_short():
    rows = [("a", "in", "failed", f"reason {n}", None, None, "2026-03-02T05:00Z") for n in range(9)]
    (note,) = digest("Riga", ["a"], footage(*rows), NO_LIFTS, NO_EXPOSURE).notes
    assert note == "camera a: 9 of 9 recordings lost: reason 0; reason 1; reason 2; 6 more reasons"


@pytest.mark.parametrize("width", [80, 120])
def test_the_tables_fit_the_terminal_and_keep_their_words(night, width):
    text = shown(night, width)
    assert max(map(len, text.splitlines())) <= width
    for words in ("a-fine", "e-gone", "early", "3 of 12", "no recordings found"):
        assert words in text


def test_a_wide_terminal_shows_more(night):
    assert "hinges" not in shown(night, 119)
    assert "hinges" in shown(night, 120)


def test_the_wording_never_calls_anything_safe(night):
    assert "safe" not in night.markdown().lower()
    assert "risk" not in night.markdown().lower()


def test_a_reason_can_not_break_the_tables(night):
    table = night.markdown().split("## Cameras\n\n")[1].split("\n\n")[0].splitlines()
    assert {line.replace("\\|", "").count("|") for line in table} == {len(night.cameras.columns)}
    assert "not a video | [bold]" in shown(night, 400)


FEW = Figures(workers_per_shift={"in": 9, "out": 6})


def peopled(zone, camera, lifted, person_h=2.0):
    """Return lifts of a zone, none of them judged, and the time in which they were seen."""
    here = (zone, "early", DAY)
    return (
        [(camera, "lift", "indeterminate", "view", 60.0, *here)] * lifted,
        (camera, zone, "early", DAY, 7200.0, person_h * 3600.0, person_h * 3600.0),
    )


def of_zones(*zones, figures=FEW):
    rows, seen = zip(*(peopled(*one) for one in zones), strict=True)
    cameras = [one[1] for one in zones]
    recordings = footage(*((name, "in", "done", None, 7200, 7200, f"{DAY}T05:00Z") for name in cameras))
    every = [row for of_zone in rows for row in of_zone]
    return digest("Riga", cameras, recordings, lifts(*every), exposure(*seen), figures=figures)


def test_what_one_alone_lifted_is_not_told_and_can_not_be_had_from_what_is():
    night = of_zones(("in", "a", 311), ("out", "b", 222), ("lone", "c", 133))
    zones = night.shifts.set_index("zone")
    assert zones["suppressed"].to_dict() == {"in": False, "out": True, "lone": True}, "or the total tells"
    assert zones.loc["in", "lifts"] == 311
    hidden = zones.loc[["out", "lone"]].drop(columns=["shift_date", "shift", "analysed_h", "suppressed"])
    assert hidden.isna().all(axis=None)
    for text in (night.markdown(), shown(night, 80), shown(night, 200)):
        assert SUPPRESSED in text
        assert not [number for number in ("133", "222", "355", "666") if number in text]
        assert "workers_per_shift" in text
    assert [note.partition(": ")[2] for note in night.notes] == [
        "no lift could be judged: seen from 60 deg or more off the side (311)",
        *["no lift could be judged: seen from 60 deg or more off the side"] * 2,
    ]


def test_the_time_of_a_camera_is_not_told_where_one_of_its_shifts_is_not():
    cameras = of_zones(("in", "a", 300), ("out", "b", 20), ("lone", "c", 13)).cameras.set_index("camera_id")
    assert cameras["suppressed"].to_dict() == {"a": False, "b": True, "c": True}
    assert cameras["observed_person_h"].isna().to_dict() == {"a": False, "b": True, "c": True}
    assert cameras["analysed_h"].tolist() == [2.0] * 3


def test_large_groups_and_empty_zones_are_told():
    night = of_zones(("in", "a", 30), ("out", "b", 20), ("yard", "c", 0, 0.0))
    assert not night.shifts["suppressed"].any()
    assert SUPPRESSED not in night.markdown()


def test_a_declared_sample_is_told_as_one_and_not_as_a_loss():
    rows = footage(
        ("dock", "in", "done", None, 60.0, 60.0, f"{DAY}T06:00Z"),
        ("dock", "in", "failed", LEFT_OUT, 60.0, 0.0, f"{DAY}T07:00Z"),
        ("gate", "out", "failed", LEFT_OUT, 60.0, 0.0, f"{DAY}T06:00Z"),
        ("gate", "out", "failed", "stopped after 10.0 min without a result", 60.0, 0.0, f"{DAY}T07:00Z"),
    )
    night = digest("depot", ["dock", "gate"], rows, NO_LIFTS, NO_EXPOSURE)
    told = night.cameras.set_index("camera_id")
    assert told["failed"].to_dict() == {"dock": 0, "gate": 1}
    assert told["received_h"].to_dict() == {"dock": 120 / 3600, "gate": 120 / 3600}
    assert told["problem"].isna().to_dict() == {"dock": True, "gate": False}
    sampled = [note for note in night.notes if "declared sampling: 2 of 4 recordings left out" in note]
    assert len(sampled) == 1
    lost = [note for note in night.notes if " lost: " in note]
    assert lost == ["camera gate: 1 of 2 recordings lost: stopped after 10.0 min without a result"]
