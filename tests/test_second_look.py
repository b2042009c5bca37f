"""The back of known arcs, found again in crops: the change must be that of the arc and of nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime

import barcode
import numpy as np
import painted_back
import pytest
from painted_back import CHORD, Filmed, PaintedBack
from stick_figure import HINGE, STAND, Camera, Pose

from detectors import second_look
from detectors.analysis import poses_around, with_backs
from detectors.back_looks import looks_of
from detectors.back_rows import NUMBERS, SeenBack
from detectors.tables import LIFTS, POSES
from detectors.technique import Policy
from detectors.video import probe
from pipelines.nights.job import Job, PoseChoice
from pipelines.nights.recording import measure, process
from pipelines.storage.store import open_store


def looked(filmed, source=None, track=None):
    """Return the analysis of what was filmed after the second look."""
    source = source or PaintedBack()
    analysis = filmed.analysis(track)
    looks = [looks_of(m, analysis.lifts) for m in analysis.motions]
    points = second_look.look(filmed.frames(), looks, source)
    seen = [SeenBack(*pair) for pair in zip(looks, points, strict=True)]
    return with_backs(analysis, seen, source.calibration, source.version)


def the_lift(analysis):
    (row,) = analysis.lifts.to_dict("records")
    return row


@pytest.mark.parametrize(
    "how",
    [
        pytest.param({}, id="75 deg, in the middle"),
        pytest.param({"moved_px": (-320.0, 55.5)}, id="elsewhere"),
        pytest.param({"camera": Camera(stature_px=170.0)}, id="far"),
        pytest.param({"camera": Camera(stature_px=520.0)}, id="near"),
        pytest.param({"camera": Camera(facing=-1)}, id="facing left"),
        pytest.param({"camera": Camera(yaw_deg=25.0)}, id="oblique"),
        pytest.param({"low": replace(HINGE, trunk_deg=45.0)}, id="leaning 45 deg"),
        pytest.param({"low": Pose(100, 20, -0.12, 0.97, 0.20, 0.10, 0.09)}, id="leaning 100 deg"),
    ],
)
@pytest.mark.parametrize(("bent_deg", "change_deg"), [(50.0, 40.0), (10.0, 0.0)])
def test_the_flexion_is_that_of_the_arc_wherever_however_large_and_however_leant(how, bent_deg, change_deg):
    row = the_lift(looked(Filmed(10.0, bent_deg, **how)))
    assert row["spine_flexion_deg"] == pytest.approx(change_deg, abs=4.0)
    assert 3.0 < row["spine_flexion_se_deg"] < 20.0
    assert row["back_curvature_change_deg"] == row["spine_flexion_deg"]  # the calibration is the identity
    # The outer lines run as the arc does at an eighth and at seven eighths of it.
    assert row["back_turn_change_deg"] == pytest.approx(0.75 * change_deg, abs=5.0)
    assert (row["back_frames"], row["back_model_version"]) == (9.0, "painted@000000000000")
    assert row["standing_windows"] >= 5


def test_the_curve_is_written_as_offsets_from_the_pole_in_percent_of_stature():
    row = the_lift(looked(Filmed(10.0, 50.0)))
    for prefix, deg in (("", 50.0), ("standing_", 10.0)):
        # The sagitta of an arc of angle t over a chord c is c tan(t / 4) / 2, at its middle: T12/L1.
        sagitta = 100.0 * CHORD * np.tan(np.radians(deg) / 4.0) / 2.0
        assert row[f"{prefix}back_chord_percent"] == pytest.approx(100.0 * CHORD, rel=0.03)
        assert row[f"{prefix}back_t12_l1_off_percent"] == pytest.approx(sagitta, abs=0.25)
        assert 0.5 * sagitta < row[f"{prefix}back_l3_off_percent"] < sagitta
        assert row[f"{prefix}back_t8_off_percent"] == pytest.approx(
            row[f"{prefix}back_l3_off_percent"], abs=0.25
        )


def test_whoever_was_never_seen_standing_has_no_flexion():
    row = the_lift(looked(Filmed(upright=replace(STAND, trunk_deg=18.0))))
    assert np.isnan(
        [row["spine_flexion_deg"], row["spine_flexion_se_deg"], row["back_turn_change_deg"]]
    ).all()
    assert np.isnan(row["standing_back_chord_percent"])
    assert (row["back_frames"], row["standing_windows"]) == (9.0, 0.0)
    assert row["back_chord_percent"] == pytest.approx(100.0 * CHORD, rel=0.03)
    assert row["back_model_version"] == "painted@000000000000"


def test_a_back_that_shows_nothing_is_unknown_and_so_is_one_without_a_calibration():
    class Blind(PaintedBack):
        def points(self, crops):
            return np.full((len(crops), 5, 3), np.nan)

    row = the_lift(looked(Filmed(), Blind()))
    assert row["back_frames"] == 0.0
    assert np.isnan([row[name] for name in NUMBERS if name not in ("back_frames", "standing_windows")]).all()
    uncalibrated = PaintedBack()
    uncalibrated.calibration = None
    row = the_lift(looked(Filmed(), uncalibrated))
    assert np.isnan(row["spine_flexion_deg"])
    assert row["back_curvature_change_deg"] == pytest.approx(40.0, abs=4.0)


def test_unsure_points_do_not_count():
    class Unsure(PaintedBack):
        def points(self, crops):
            return super().points(crops) * [1.0, 1.0, 0.2]

    assert the_lift(looked(Filmed(), Unsure()))["back_frames"] == 0.0


def test_before_a_second_look_the_columns_are_there_and_unknown():
    row = the_lift(Filmed().analysis())
    assert np.isnan([row[name] for name in NUMBERS]).all()
    assert row["back_model_version"] == ""


def test_few_crops_are_held_at_a_time():
    source = PaintedBack()
    looked(Filmed(), source)
    assert sum(source.batches) > 2 * second_look.CROPS_HELD
    assert max(source.batches) <= second_look.CROPS_HELD


def test_the_points_of_the_back_stand_among_the_poses_in_the_frames_that_were_looked_at():
    filmed = Filmed()
    analysis = looked(filmed)
    poses = poses_around(analysis)
    assert set(POSES.names) - set(poses.columns) == {"footage_id", "track_id"}
    seen = poses["back_c7_x_px"].notna()
    assert 9 <= seen.sum() < len(poses)
    rows = np.searchsorted(filmed.track.time_s, poses.loc[seen, "time_s"])
    expected = filmed.points[rows][:, [0, 4]]
    names = ["back_sacrum_x_px", "back_sacrum_y_px", "back_c7_x_px", "back_c7_y_px"]
    np.testing.assert_allclose(poses.loc[seen, names].to_numpy().reshape(-1, 2, 2), expected, atol=1.0)


@pytest.fixture
def job(tmp_path):
    path = painted_back.write_clip(tmp_path / "a.mp4")
    return Job(
        footage_id="f00d",
        camera_id="dock",
        zone="inbound",
        path=path,
        shown_path="a.mp4",
        size_bytes=path.stat().st_size,
        start_utc=datetime(2026, 10, 5, 8, tzinfo=UTC),
        date=date(2026, 10, 5),
        pitch_deg=0.0,
        masks=(),
        pose=PoseChoice(path, 640, "cpu", 15.0, "barcode:BarcodePose", path, "painted_back:PaintedBack"),
        model_version="m@1",
        code_version="0+1",
        policy=Policy(),
        policy_id="p",
        track_key=b"salt",
        store_url=str(tmp_path / "store"),
        site="depot",
    )


def test_a_recording_is_read_again_at_its_lifts_and_all_of_it_is_stored(job):
    assert process(job).status == "done"
    row = open_store(job.store_url).read(LIFTS).iloc[0]
    change_deg = painted_back.BARCODE_BENT_DEG - painted_back.BARCODE_STANDING_DEG
    # Dots of four pixels, compressed: known to a third of a pixel or so.
    assert row["spine_flexion_deg"] == pytest.approx(change_deg, abs=8.0)
    assert row["back_frames"] == row["frames_around_peak"]
    assert row["back_model_version"] == "painted@000000000000"


def test_what_is_hidden_from_the_first_reading_stays_hidden_from_the_second(job):
    below_the_barcode = barcode.CELL_PX / barcode.HEIGHT_PX
    mask = ((0.0, below_the_barcode), (1.0, below_the_barcode), (1.0, 1.0), (0.0, 1.0))
    hiding = replace(job, masks=(mask,))
    row = the_lift(measure(hiding, probe(job.path), None)[0])
    assert row["back_frames"] == 0.0
    assert np.isnan(row["spine_flexion_deg"])


def test_without_weights_of_the_back_the_recording_is_measured_as_before(job):
    without = replace(job, pose=replace(job.pose, back=None))
    assert process(without).status == "done"
    row = open_store(job.store_url).read(LIFTS).iloc[0]
    assert row["kind"] == "lift"
    assert row[list(NUMBERS)].isna().all()
    assert row["back_model_version"] == ""
