"""The model of the back and its calibration: what is refused, and that left and right do not matter."""

import hashlib
import json

import numpy as np
import pytest

from detectors.back_calibration import BackCalibration, Term, ViewBand
from detectors.back_looks import CROP_PX
from detectors.back_pose import YoloBack, mirror_mean, read_calibration
from detectors.model_files import WeightsError

NEAR = {"yaw_above_deg": -20, "yaw_up_to_deg": 20, "residual_sd_deg": 6.0, "mae_deg": 4.5}
BANDS = [NEAR, {**NEAR, "yaw_above_deg": 20, "yaw_up_to_deg": 40, "residual_sd_deg": 15.0}]
TERMS = [
    {"measure": "back_curvature_change_deg", "slope": 0.5, "usual": 20.0},
    {"measure": "standing_back_t8_off_percent", "slope": -3.0, "usual": 1.0},
]
ROW = {
    "back_curvature_change_deg": 60.0,
    "back_curvature_change_se_deg": 16.0,
    "standing_back_t8_off_percent": 3.0,
}
"""Flexion of 30 deg, 20 more for the curvature and 6 less for the shape when standing."""


@pytest.fixture
def weights(tmp_path):
    path = tmp_path / "hingewise-back.pt"
    path.write_bytes(b"weights")
    return path


def calibrate(weights, **changed):
    digest = hashlib.sha256(weights.read_bytes()).hexdigest()
    content = {"weights_sha256": digest, "provenance": "renders", "usual_deg": 30.0}
    content |= {"terms": TERMS, "bands": BANDS} | changed
    weights.with_suffix(".json").write_text(json.dumps(content))


@pytest.mark.parametrize(
    ("view_deg", "flexion_deg", "se_deg"),
    [
        pytest.param(5.0, 44.0, 10.0, id="near the side"),
        pytest.param(20.0, 44.0, 10.0, id="on the edge of a band"),
        pytest.param(30.0, 44.0, 17.0, id="farther off, less exact"),
        pytest.param(41.0, np.nan, np.nan, id="beyond the last band"),
        pytest.param(-30.0, np.nan, np.nan, id="from behind, where no band is"),
        pytest.param(np.nan, np.nan, np.nan, id="from nobody knows where"),
    ],
)
def test_a_calibration_uses_the_band_of_the_view(weights, view_deg, flexion_deg, se_deg):
    calibrate(weights)
    flexion = read_calibration(weights).flexion_deg(ROW, view_deg)
    assert flexion == pytest.approx((flexion_deg, se_deg), nan_ok=True)


def test_an_unknown_measure_gives_an_unknown_flexion(weights):
    calibrate(weights)
    row = dict.fromkeys(ROW, np.nan)
    assert np.isnan(read_calibration(weights).flexion_deg(row, 5.0)).all()


def test_a_point_of_the_curve_that_is_not_known_counts_as_usual(weights):
    calibrate(weights)
    row = ROW | {"standing_back_t8_off_percent": np.nan}
    assert read_calibration(weights).flexion_deg(row, 5.0)[0] == pytest.approx(50.0)


def test_weights_without_a_calibration_have_none(weights):
    assert read_calibration(weights) is None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        pytest.param(
            {"weights_sha256": 64 * "0"}, "was made for weights 000000000000, but", id="other weights"
        ),
        pytest.param({"bands": []}, "no bands, expected at least one", id="no bands"),
        pytest.param({"bands": BANDS[::-1]}, "expected none to reach into the next", id="bands out of order"),
        pytest.param({"terms": [{**TERMS[0], "measure": "height"}]}, "'height' is unknown", id="measure"),
        pytest.param({"terms": TERMS[1:]}, "no term is a change", id="nothing but a shape"),
        pytest.param(
            {"bands": [{**NEAR, "residual_sd_deg": -1}]}, "residual_sd_deg is negative", id="negative"
        ),
        pytest.param(
            {"terms": [{"measure": "back_turn_change_deg", "slope": 1.0}]},
            "terms.0.usual: Field required",
            id="a missing key",
        ),
        pytest.param({"provenance": None}, "provenance: Input should be a valid string", id="wrong type"),
    ],
)
def test_a_calibration_that_does_not_fit_is_refused_in_one_sentence(weights, changed, words):
    calibrate(weights, **changed)
    with pytest.raises(WeightsError, match=words) as error:
        read_calibration(weights)
    assert "\n" not in str(error.value)
    assert "hingewise-back.json" in str(error.value)


def test_a_calibration_that_is_no_json_is_refused(weights):
    weights.with_suffix(".json").write_text("slope = 1")
    with pytest.raises(WeightsError, match=r"hingewise-back\.json can't be used as calibration: it: "):
        read_calibration(weights)


def test_all_faults_of_a_calibration_stand_in_one_message():
    with pytest.raises(ValueError, match=r"measure 'a' is unknown.*negative"):
        BackCalibration("", "", 0.0, (Term("a", 1.0, 0.0),), (ViewBand(0.0, 20.0, -1.0, 1.0),))


def test_crop_and_mirror_image_are_averaged_and_either_stands_in_for_the_other():
    seen = np.zeros((3, 5, 3))
    seen[..., 0], seen[..., 1], seen[..., 2] = 100.0, 50.0, 0.9
    mirrored = seen.copy()
    mirrored[..., 0], mirrored[..., 1], mirrored[..., 2] = CROP_PX - 104.0, 52.0, 0.7
    seen[1], mirrored[2] = np.nan, np.nan
    mean = mirror_mean(seen, mirrored)
    np.testing.assert_allclose(mean[:, 0], [[102.0, 51.0, 0.8], [104.0, 52.0, 0.7], [100.0, 50.0, 0.9]])
    assert np.isnan(mirror_mean(seen, np.full_like(seen, np.nan))[1]).all()


@pytest.mark.weights
def test_weights_without_points_on_the_back_are_refused(stock_weights):
    with pytest.raises(
        WeightsError, match=r"^yolo26n-pose\.pt has 17 keypoints; expected 22, 5 on the back$"
    ):
        YoloBack(stock_weights, "cpu")


def test_a_file_that_is_no_model_is_refused_in_one_sentence(weights):
    with pytest.raises(
        WeightsError, match=r"^hingewise-back\.pt can't be used .*expected a YOLO pose model$"
    ):
        YoloBack(weights, "cpu")


@pytest.mark.weights
def test_a_grown_model_sees_the_mirrored_crop_mirrored(stock_weights, tmp_path):
    from detectors.training.grow import grown, save

    path = tmp_path / "grown.pt"
    save(grown(stock_weights), path)
    source = YoloBack(path, "cpu")
    assert source.version.startswith("grown@")
    assert source.calibration is None
    crops = list(np.random.default_rng(2).integers(0, 255, (18, CROP_PX, CROP_PX, 3), dtype=np.uint8))
    assert np.isfinite(source.points(crops)).any()
    points, mirrored = source.points(crops), source.points([crop[:, ::-1] for crop in crops])
    assert points.shape == (18, 5, 3)
    mirrored[..., 0] = CROP_PX - mirrored[..., 0]
    np.testing.assert_allclose(points, mirrored, atol=0.05)
    assert source.points([]).shape == (0, 5, 3)
