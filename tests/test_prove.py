"""Proving on a grid of clips with their truth: whole clips, the page, the table and the calibration."""

from __future__ import annotations

import hashlib
import json

import numpy as np
import pandas as pd
import pytest
from barcode import EMPTY, LIFT, BarcodePose, write_clip
from pydantic import TypeAdapter

from detectors.back_calibration import BackCalibration
from detectors.ski_pole import COLUMNS, SHAPES
from pipelines.proof import prove
from pipelines.proof.evaluating import Proof, evaluate
from pipelines.proof.grid_table import GridError, read_grid

TRUTH = {
    "seed": 1,
    "azimuth_deg": 15.0,
    "elevation_deg": 5.0,
    "start_s": 1.5,
    "grasp_s": 2.9,
    "end_s": 4.3,
    "lumbar_change_deg": 40.0,
    "thoracic_change_deg": 10.0,
    "technique": "spine_bend",
    "knee_flexion_deg": 20.0,
    "trunk_inclination_deg": 70.0,
    "neck_flexion_deg": 0.0,
    "head_pitch_deg": 70.0,
    "person_height_px": 180.0,
}


class BlindBack:
    """Sees no back in any crop."""

    version = "blind@000000000000"
    calibration = None

    def __init__(self, weights, device):
        del weights, device

    def points(self, crops):
        return np.full((len(crops), 5, 3), np.nan)


@pytest.fixture
def grid(tmp_path):
    """One clip with a lift, one in which nobody is."""
    folder = tmp_path / "grid"
    for number, scene in enumerate((LIFT, EMPTY)):
        write_clip(folder / f"lift_{number:05d}.mp4", scene, 5.5)
        (folder / f"lift_{number:05d}.json").write_text(json.dumps(TRUTH | {"number": number}))
    (folder / "order.json").write_text('{"seed": 1}')
    return folder


def proved(request):
    return prove.run(request, lambda weights, device: BarcodePose(weights, 640, device), BlindBack)


def test_a_grid_is_measured_and_its_page_and_table_written(grid, tmp_path, capsys):
    path = tmp_path / "out" / "lifts.csv"
    assert proved(prove.Request((grid,), table=path)) == 0
    page, complaints = capsys.readouterr()
    assert complaints == ""
    pooled = next(line for line in page.splitlines() if line.startswith("| all views |"))
    assert "0.50 [0.09, 0.91] (2)" in pooled  # Wilson interval of one of two
    assert "barcode@000000000000" in page
    verdict = next(line for line in page.splitlines() if line.startswith("| all views | spine_bend |"))
    assert verdict.split("|")[-2].strip() == "1"  # the clip without anybody
    table = pd.read_csv(path)
    assert table["found"].tolist() == [True, False]
    assert table["true_flexion_deg"].tolist() == [50.0, 50.0]
    assert table["start_s"][0] == pytest.approx(1.5, abs=0.4)
    assert np.isnan(table["start_s"][1])


def test_a_clip_that_can_not_be_read_is_named_and_the_others_go_on(grid, capsys):
    (grid / "lift_00001.mp4").write_text("no video")
    assert proved(prove.Request((grid,))) == 1
    page, complaints = capsys.readouterr()
    assert "lift_00001.mp4" in complaints
    assert "1 lifts at" in page


def test_a_calibration_is_refused_where_no_back_was_seen(grid, tmp_path, capsys):
    weights, fit = tmp_path / "back.pt", tmp_path / "fit.json"
    weights.write_bytes(b"weights")
    assert proved(prove.Request((grid,), back=weights, fit=fit)) == 1
    assert "expected 3" in capsys.readouterr().err
    assert not fit.exists()


def test_a_fitted_calibration_can_be_read_and_names_its_weights(grid, tmp_path, monkeypatch):
    rng = np.random.default_rng(1)
    flexion = rng.uniform(0.0, 80.0, 60)
    truths = {f"true_{name}": value for name, value in TRUTH.items() if name != "seed"}
    rows = {"clip": [str(i) for i in range(60)], "view_yaw_deg": np.linspace(-44.0, 59.0, 60), "found": True}
    spread = dict(zip([name for name, _ in COLUMNS], (20.0, 0.5, 20.0), strict=True))
    measures = {name: flexion / 20.0 + rng.normal(0.0, sd, 60) for name, sd in spread.items()}
    measures |= {name_se: np.ones(60) for _, name_se in COLUMNS}
    measures |= {name: rng.normal(0.0, 1.0, 60) for name in SHAPES}
    unknown = {"spine_flexion_deg": np.nan, "p_spine_bend": np.nan, "margin_se": np.nan}
    judged = unknown | {"technique": "indeterminate", "analysis_rate_hz": 8.0}
    table = pd.DataFrame({**truths, **rows, **measures, **judged, "true_flexion_deg": flexion})
    monkeypatch.setattr(prove, "measure_grid", lambda *_: table)
    weights, fit = tmp_path / "back.pt", tmp_path / "fit.json"
    weights.write_bytes(b"weights")
    assert proved(prove.Request((grid,), back=weights, fit=fit)) == 0
    fitted = TypeAdapter(BackCalibration).validate_json(fit.read_bytes())
    assert fitted.weights_sha256 == hashlib.sha256(b"weights").hexdigest()
    assert "60 rendered lifts" in fitted.provenance
    weight = {term.measure: term.slope * np.std(measures[term.measure]) for term in fitted.terms}
    assert max(weight, key=weight.get) == "back_pole_gap_change_percent"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"technique": "lift"}, "technique", id="no technique"),
        pytest.param({"end_s": None}, "end_s", id="no time"),
    ],
)
def test_a_truth_that_can_not_be_read_is_named(grid, change, says):
    (grid / "lift_00001.json").write_text(json.dumps(TRUTH | change))
    with pytest.raises(GridError, match=rf"lift_00001\.json: .*{says}"):
        read_grid(grid)


def test_a_truth_without_its_clip_and_a_folder_without_truth_are_named(grid, tmp_path):
    (grid / "lift_00000.mp4").unlink()
    with pytest.raises(GridError, match=r"no lift_00000\.mp4 beside it"):
        read_grid(grid)
    with pytest.raises(GridError, match=r"no lift_\*\.json"):
        read_grid(tmp_path)


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"labels": "a.csv"}, id="no footage"),
        pytest.param(
            {"labels": "a.csv", "footage": "b", "proof": Proof(table="t.csv")}, id="table of labels"
        ),
        pytest.param({"labels": "a.csv", "proof": Proof(grid=("g",))}, id="both"),
    ],
)
def test_labels_or_a_grid_but_not_half_of_each(arguments, capsys):
    assert evaluate(**arguments) == 1
    assert len(capsys.readouterr().err.splitlines()) == 1
