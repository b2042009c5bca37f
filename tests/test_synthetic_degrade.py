import cv2
import numpy as np
import pytest

from detectors.synthetic.degrade import Degradation, compressed, degrade, draw_degradation


def rng():
    return np.random.default_rng(3)


@pytest.fixture
def photo():
    """A smooth picture with one white square."""
    y, x = np.mgrid[:120, :160]
    image = np.stack([40 + x / 2, 60 + y / 2, 90 + (x + y) / 4], axis=-1)
    image[40:80, 60:100] = 230
    return image.astype(np.uint8)


def test_a_perfect_camera_changes_next_to_nothing(photo):
    spoiled = degrade(photo, Degradation(quality=100), rng())
    assert np.abs(spoiled.astype(int) - photo)[:, :50].max() <= 4


def test_size_and_type_stay(photo):
    for seed in range(30):
        settings = draw_degradation(np.random.default_rng(seed))
        spoiled = degrade(photo, settings, rng())
        assert spoiled.shape == photo.shape
        assert spoiled.dtype == np.uint8


def test_the_same_seed_spoils_in_the_same_way(photo):
    settings = draw_degradation(rng())
    assert np.array_equal(degrade(photo, settings, rng()), degrade(photo, settings, rng()))
    assert settings == draw_degradation(rng())


def test_noise_has_the_spread_asked_for():
    grey = np.full((200, 200, 3), 128, dtype=np.uint8)
    # At mid grey the factor for dark places is 1.6 - 0.9 / 2 = 1.15.
    spoiled = degrade(grey, Degradation(noise=6.0, quality=100), rng()).astype(float)
    assert spoiled.std() == pytest.approx(6.0 * 1.15, rel=0.1)
    assert spoiled.mean() == pytest.approx(128.0, abs=0.5)


def test_dark_places_are_noisier():
    image = np.full((100, 200, 3), 30, dtype=np.uint8)
    image[:, 100:] = 220
    spoiled = degrade(image, Degradation(noise=5.0, quality=100), rng()).astype(float)
    assert spoiled[:, :100].std() > 1.3 * spoiled[:, 100:].std()


def test_an_infrared_camera_is_grey(photo):
    spoiled = degrade(photo, Degradation(colour=0.0, colour_noise=8.0, quality=100), rng()).astype(int)
    assert np.abs(spoiled[..., 0] - spoiled[..., 2]).max() <= 3


@pytest.mark.parametrize(("smear_deg", "axis"), [(0.0, 1), (90.0, 0)])
def test_motion_smears_along_its_direction_only(smear_deg, axis):
    dot = np.zeros((41, 41, 3), dtype=np.uint8)
    dot[20, 20] = 255
    spoiled = degrade(dot, Degradation(smear_px=8.0, smear_deg=smear_deg, quality=100), rng())
    rows, columns = np.nonzero(spoiled[..., 1] > 15)
    along, across = (columns, rows) if axis == 1 else (rows, columns)
    assert 6 <= np.ptp(along) <= 10
    assert np.ptp(across) <= 2


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(Degradation(blur_px=1.5, quality=100), id="blur"),
        pytest.param(Degradation(resolution=0.4, quality=100), id="few pixels"),
    ],
)
def test_blur_and_few_pixels_take_sharpness(photo, change):
    def sharpness(image):
        return cv2.Laplacian(image, cv2.CV_64F).var()

    assert sharpness(degrade(photo, change, rng())) < 0.6 * sharpness(photo)


def test_lower_quality_takes_more_away():
    image = rng().integers(0, 255, (96, 96, 3), dtype=np.uint8)
    image = cv2.GaussianBlur(image, (0, 0), 1.5)
    errors = [np.abs(compressed(image, quality).astype(int) - image).mean() for quality in (95, 60, 25)]
    assert errors[0] < errors[1] < errors[2]
