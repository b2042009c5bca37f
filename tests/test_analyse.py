"""Videos on their own: what is printed, written and drawn, and what happens to files that are no videos."""

import hashlib
import json
import re
from dataclasses import replace
from io import StringIO
from pathlib import Path

import numpy as np
import painted_back
import pyarrow.parquet as pq
import pytest
from barcode import CAMERA, EMPTY, HEIGHT_PX, LIFT, MOVEMENTS, RATE_HZ, SET_DOWN, BarcodePose, write_clip
from rich.console import Console
from stick_figure import film

from detectors.back_rows import NUMBERS
from detectors.keypoints import INDEX
from detectors.technique import DEFAULT_POLICY
from detectors.video import Reader, probe
from detectors.vocabulary import Reason, Technique
from pipelines.clips import analyse
from pipelines.clips.annotate import between, people_at
from pipelines.clips.clip import measure_clip
from pipelines.clips.models import Sources
from pipelines.clips.report import NO_POINT_ON_THE_BACK, json_lines, notes, print_report
from pipelines.judging.policy import load_policy

START_S, LOWEST_S, END_S = 1.5, (2.7, 3.1), 4.3
CLIPS = Path(__file__).resolve().parents[2] / "shared" / "footage" / "synthetic"


@pytest.fixture
def analysed(capsys):
    """Return a call that analyses with made-up people and gives the status and both outputs."""
    made = []

    def source(weights, device):
        made.append(device)
        return BarcodePose(weights, 640, device)

    def run(*videos, **request):
        status = analyse.run(list(videos), analyse.Request(**request), source, lambda device: None)
        return status, *capsys.readouterr()

    run.made = made
    return run


@pytest.fixture
def taken(tmp_path):
    return write_clip(tmp_path / "taken.mp4", LIFT)


@pytest.fixture
def nobody(tmp_path):
    return write_clip(tmp_path / "nobody.mp4", EMPTY, 2.0)


@pytest.fixture
def clip(taken):
    sources = Sources(BarcodePose(Path(), 640, "cpu"))
    return measure_clip(taken, probe(taken), sources, load_policy(None), lambda done_s: None)


def strict(text):
    """Return the objects of JSON lines; NaN and Infinity are no JSON."""

    def refuse(name):
        raise ValueError(f"{name} is no JSON")

    return [json.loads(line, parse_constant=refuse) for line in text.splitlines()]


def test_json_lines_hold_each_lift_with_its_true_times(analysed, taken, tmp_path):
    set_down = write_clip(tmp_path / "set_down.mp4", SET_DOWN)
    status, out, err = analysed(taken, set_down, json=True)
    rows = strict(out)
    assert (status, err) == (0, "")
    assert [(row["file"], row["kind"]) for row in rows] == [(str(taken), "lift"), (str(set_down), "lowering")]
    for row in rows:
        assert row["start_s"] == pytest.approx(START_S, abs=0.4)
        assert LOWEST_S[0] - 0.3 <= row["grasp_s"] <= LOWEST_S[1] + 0.3
        assert row["end_s"] == pytest.approx(END_S, abs=0.4)
        assert row["trunk_inclination_peak_deg"] == pytest.approx(75, abs=7)
        assert row["knee_flexion_grasp_deg"] == pytest.approx(15, abs=7)
        assert row["view_angle_deg"] <= 15
        assert row["model_version"] == "barcode@000000000000"
        assert {
            "technique",
            "p_spine_bend",
            "reason",
            "kind_reason",
            "leg_pattern",
            "lift_id",
            "track",
        } <= set(row)
        assert {"back_chord_ratio", "back_chord_ratio_se", "code_version", "policy_id"} <= set(row)
    assert len({row["lift_id"] for row in rows}) == 2


def test_unknown_is_null_in_json(analysed, taken, monkeypatch):
    monkeypatch.setattr(BarcodePose, "people", _without_wrists(BarcodePose.people))
    _, out, _ = analysed(taken, json=True)
    rows = strict(out)
    assert [row["kind"] for row in rows] == ["bend"]
    assert rows[0]["origin_height_stature"] is None
    assert rows[0]["origin_band"] is None


def _without_wrists(people):
    def see(self, image):
        found = people(self, image)
        keypoints = found.keypoints.copy()
        keypoints[:, [INDEX["left_wrist"], INDEX["right_wrist"]], 2] = 0.0
        return replace(found, keypoints=keypoints)

    return see


def test_the_table_fits_eighty_columns(analysed, taken):
    status, out, err = analysed(taken)
    assert (status, err) == (0, "")
    header, *table = out.splitlines()
    assert header == f"{taken}: 1 lift in 6 s, 1 person followed"
    assert max(len(line.rstrip()) for line in table) <= 80
    assert "…" not in out
    assert any(line.split()[:2] == ["1", "lift"] for line in table)


@pytest.fixture
def seen_back(tmp_path):
    """Return what a video shows whose back is an arc of known angle, after the look at the back."""
    path = painted_back.write_clip(tmp_path / "back.mp4")
    sources = Sources(BarcodePose(Path(), 640, "cpu"), painted_back.PaintedBack())
    return measure_clip(path, probe(path), sources, load_policy(None), lambda done_s: None)


def test_the_flexion_stands_with_its_error_beside_the_technique(seen_back):
    row = seen_back.lifts.iloc[0]
    console = Console(width=80, record=True, file=StringIO())
    print_report(seen_back, DEFAULT_POLICY, console)
    printed = console.export_text()
    shown = f"{row['spine_flexion_deg']:.0f}±{row['spine_flexion_se_deg']:.0f}"
    assert re.search(rf" {shown} +{row['technique']} {row['p_spine_bend']:.2f}", printed)
    assert max(len(line.rstrip()) for line in printed.splitlines()[1:]) <= 80
    assert NO_POINT_ON_THE_BACK[:30] not in printed
    assert seen_back.lifts["model_version"].tolist() == ["barcode@000000000000+painted@000000000000"]


def test_json_holds_the_columns_of_the_back(seen_back):
    (row,) = strict("\n".join(json_lines(seen_back)))
    change_deg = painted_back.BARCODE_BENT_DEG - painted_back.BARCODE_STANDING_DEG
    assert row["spine_flexion_deg"] == pytest.approx(change_deg, abs=8.0)
    assert row["back_chord_percent"] == pytest.approx(100.0 * painted_back.CHORD, rel=0.05)
    assert set(NUMBERS) <= set(row)
    assert row["back_model_version"] == "painted@000000000000"


def test_the_back_is_drawn_where_it_was_looked_at_and_only_there(seen_back):
    peak_s = seen_back.lifts["peak_s"].item()
    (at_peak,) = people_at(seen_back, [], peak_s)
    (bending,) = people_at(seen_back, [], peak_s - 0.6)
    assert np.isfinite(at_peak.back).all()
    assert np.isnan(bending.back).all()
    # Sacrum at the hips, C7 towards the shoulders.
    hip, shoulder = at_peak.keypoints[INDEX["right_hip"], :2], at_peak.keypoints[INDEX["right_shoulder"], :2]
    for end, near, far in ((at_peak.back[0, :2], hip, shoulder), (at_peak.back[-1, :2], shoulder, hip)):
        assert np.linalg.norm(end - near) < 0.5 * np.linalg.norm(end - far)


def test_nobody_and_nothing_are_said_in_words(analysed, nobody):
    assert analysed(nobody) == (0, f"{nobody}: no lifts in 2 s, nobody followed\n", "")
    assert analysed(nobody, json=True) == (0, "", "")


def test_brackets_in_a_name_are_no_markup(analysed, tmp_path):
    path = write_clip(tmp_path / "[red]dock[1].mp4", EMPTY, 1.0)
    assert analysed(path)[1].startswith(f"{path}: no lifts")


def test_files_that_are_no_videos_get_a_sentence_each_and_the_rest_goes_on(analysed, taken, tmp_path):
    (tmp_path / "text.mp4").write_text("hello")
    (tmp_path / "empty.mp4").touch()
    bad = [tmp_path / name for name in ("text.mp4", "empty.mp4", "gone.mp4", "folder.mp4")]
    bad[-1].mkdir()
    status, out, err = analysed(*bad, taken, json=True)
    assert status == 1
    assert [line.split(":")[0] for line in err.splitlines()] == [path.name for path in bad]
    assert len(strict(out)) == 1
    assert len(analysed.made) == 1


def test_without_any_video_no_model_is_loaded_and_nothing_written(analysed, tmp_path):
    status, out, err = analysed(tmp_path / "gone.mp4", out=tmp_path / "out")
    assert (status, out, len(err.splitlines())) == (1, "", 1)
    assert not analysed.made
    assert not list((tmp_path / "out").iterdir())


def test_a_file_named_twice_is_complained_of_once(analysed, tmp_path):
    gone = tmp_path / "gone.mp4"
    assert len(analysed(gone, gone)[2].splitlines()) == 1


def test_a_folder_that_is_a_file_gets_one_sentence(analysed, taken):
    status, out, err = analysed(taken, out=taken)
    assert (status, out, len(err.splitlines())) == (1, "", 1)


def test_lifts_of_all_videos_are_written_with_units(analysed, taken, nobody, tmp_path):
    copy = tmp_path / "copy.mp4"
    copy.write_bytes(taken.read_bytes())
    status, out, _ = analysed(taken, copy, nobody, taken, out=tmp_path / "new" / "out")
    table = pq.read_table(tmp_path / "new" / "out" / "lifts.parquet")
    assert status == 0
    assert out.splitlines()[-1].endswith("lifts.parquet (2 rows)")
    assert table.column("file").to_pylist() == sorted([str(taken), str(copy)])
    assert table.schema.field("view_angle_deg").metadata[b"unit"] == b"deg"
    assert table.schema.field("start_s").metadata[b"unit"] == b"s"
    assert not {"camera_id", "zone", "start_utc", "track_id"} & set(table.column_names)


def test_annotated_video_keeps_times_and_size_and_draws_the_person(analysed, taken, tmp_path):
    assert analysed(taken, out=tmp_path / "out", render=True)[0] == 0
    drawn = list(Reader(tmp_path / "out" / "taken.annotated.mp4", 60.0))
    plain = list(Reader(taken, 60.0))
    assert [f.time_s for f in drawn] == pytest.approx([f.time_s for f in plain], abs=1e-3)
    assert probe(tmp_path / "out" / "taken.annotated.mp4").codec == "h264"
    assert drawn[0].image.shape == plain[0].image.shape
    at_s = 2.8
    keypoints = film(MOVEMENTS[LIFT], np.array([at_s]), CAMERA).keypoints[0]
    frame = drawn[round(at_s * RATE_HZ)].image.astype(int)
    for joint in ("left_shoulder", "left_hip", "left_knee", "left_ankle"):
        x, y = np.rint(keypoints[INDEX[joint], :2]).astype(int)
        around = frame[y - 3 : y + 4, x - 3 : x + 4]
        assert np.abs(around - 90).max() > 60, joint
    assert np.abs(frame[60 : HEIGHT_PX // 2, :40] - 90).max() < 30


def test_annotated_videos_never_replace_an_input_or_each_other(analysed, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    videos = [
        write_clip(tmp_path / name, EMPTY, 1.0) for name in ("a/x.mp4", "b/x.mp4", "x.mp4", "x.annotated.mp4")
    ]
    before = [video.read_bytes() for video in videos]
    status, out, _ = analysed(*videos, render=True)
    written = [line.removeprefix("wrote ") for line in out.splitlines() if line.startswith("wrote ")]
    assert status == 0
    assert len({Path(name).resolve() for name in written} - {video.resolve() for video in videos}) == 4
    assert [video.read_bytes() for video in videos] == before
    assert all(probe(Path(name)).width_px for name in written)


def test_a_video_that_cannot_be_written_gets_one_sentence(analysed, nobody, tmp_path):
    out = tmp_path / "out"
    (out / "nobody.annotated.mp4").mkdir(parents=True)
    status, _, err = analysed(nobody, out=out, render=True)
    assert (status, len(err.splitlines())) == (1, 1)
    assert "nobody.annotated.mp4" in err


def test_reasons_are_given_in_words_with_the_numbers_of_their_rows(clip):
    lifts = clip.lifts.loc[[0] * 5].assign(
        reason=[str(r) for r in (Reason.VIEW, Reason.VIEW, Reason.SIZE, Reason.VIEW, Reason.JUDGED)],
        view_angle_deg=[44.0, 47.0, 5.0, np.nan, 5.0],
        person_height_px=120.0,
    )
    assert notes(lifts, DEFAULT_POLICY) == [
        "1-2, 4: seen from 44 to 47 deg off the side; judged up to 30 (view)",
        "3: 120 px tall in the picture; judged from 160 (size)",
    ]


@pytest.mark.parametrize("reason", [reason for reason in Reason if reason != Reason.JUDGED])
def test_every_reason_has_words(clip, reason):
    (note,) = notes(clip.lifts.assign(reason=str(reason)), DEFAULT_POLICY)
    assert note.endswith(f"({reason})")


@pytest.mark.parametrize(
    ("technique", "reason", "said"),
    [
        (Technique.INDETERMINATE, Reason.SPINE_NOT_SEEN, True),
        (Technique.INDETERMINATE, Reason.VIEW, False),
        (Technique.SPINE_BEND, Reason.JUDGED, False),
    ],
)
def test_why_no_technique_can_be_told_is_said_only_when_true(clip, technique, reason, said):
    lifts = clip.lifts.assign(technique=str(technique), reason=str(reason))
    console = Console(width=200)
    with console.capture() as capture:
        print_report(replace(clip, lifts=lifts), DEFAULT_POLICY, console)
    assert (NO_POINT_ON_THE_BACK in capture.get()) is said


def test_drawn_values_lie_between_the_measured_ones():
    values = np.array([[0.0, 10.0], [1.0, 20.0], [np.nan, 30.0]])
    np.testing.assert_allclose(between(values, 0.25), [0.25, 12.5])
    np.testing.assert_allclose(between(values, 1.25), [1.0, 22.5])
    np.testing.assert_allclose(between(values, 1.75), [np.nan, 27.5])
    np.testing.assert_allclose(between(values, -3.0), [0.0, 10.0])
    np.testing.assert_allclose(between(values, 9.0), [np.nan, 30.0])


@pytest.mark.weights
def test_a_rendered_hinge_is_found_with_real_weights(stock_weights, monkeypatch, capsys):
    path = CLIPS / "hinge_side.mp4"
    if not path.exists():
        pytest.skip(f"needs the rendered clip {path.name}, which is not part of the project")
    monkeypatch.setenv("HINGEWISE_WEIGHTS", str(stock_weights))
    digest = hashlib.sha256(stock_weights.read_bytes()).hexdigest()
    monkeypatch.setenv("HINGEWISE_WEIGHTS_SHA256", digest)
    assert analyse.run([path], analyse.Request(json=True)) == 0
    (row,) = strict(capsys.readouterr().out)
    (truth,) = json.loads(path.with_suffix(".json").read_text())["lifts"]
    assert row["kind"] == "lift"
    assert row["start_s"] == pytest.approx(truth["t_descend"], abs=0.4)
    assert row["end_s"] == pytest.approx(truth["t_lift_end"], abs=0.4)
    assert row["technique"] in {"hip_hinge", "indeterminate"}
