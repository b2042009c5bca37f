"""What a warehouse camera does to a picture: exposure, blur, noise, few pixels, compression."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Real = NDArray[np.float32]


@dataclass(frozen=True)
class Degradation:
    """How one camera spoils one picture.

    Attributes
    ----------
    blur_px
        Standard deviation of the blur of the lens.
    smear_px, smear_deg
        Length and direction of motion blur.
    resolution
        Share of the pixels, in each direction, that the picture went through.
    contrast, brightness
        Exponent of the tones (above 1 darker) and factor.
    tint
        Factors of blue, green and red.
    colour
        Saturation: 0 grey as under infrared at night, 1 as rendered.
    noise, colour_noise
        Standard deviations in levels of 255, more in the dark.
    sharpening
        Strength of the camera's own unsharp mask.
    quality
        Of the JPEG-like compression, 1 to 100, with halved colour resolution.
    """

    blur_px: float = 0.0
    smear_px: float = 0.0
    smear_deg: float = 0.0
    resolution: float = 1.0
    contrast: float = 1.0
    brightness: float = 1.0
    tint: tuple[float, float, float] = (1.0, 1.0, 1.0)
    colour: float = 1.0
    noise: float = 0.0
    colour_noise: float = 0.0
    sharpening: float = 0.0
    quality: int = 95


def draw_degradation(rng: np.random.Generator) -> Degradation:
    """Draw a camera from nearly clean to bad; one in ten is grey, one in four is coarse."""
    return Degradation(
        blur_px=float(rng.uniform(0.0, 0.9)),
        smear_px=float(rng.uniform(2.0, 7.0)) if rng.random() < 0.15 else 0.0,
        smear_deg=float(rng.uniform(0.0, 180.0)),
        resolution=float(rng.uniform(0.45, 0.9)) if rng.random() < 0.25 else 1.0,
        contrast=float(rng.uniform(0.8, 1.3)),
        brightness=float(rng.uniform(0.75, 1.2)),
        tint=_three(1.0 + rng.uniform(-0.08, 0.08, 3)),
        colour=0.0 if rng.random() < 0.1 else float(rng.uniform(0.6, 1.15)),
        noise=float(rng.gamma(2.0, 2.0)),
        colour_noise=float(rng.gamma(2.0, 0.8)),
        sharpening=float(rng.uniform(0.3, 1.2)) if rng.random() < 0.4 else 0.0,
        quality=int(rng.integers(25, 93)),
    )


def degrade(image_bgr: Image, settings: Degradation, rng: np.random.Generator) -> Image:
    """Return the picture as the camera would hand it on, of the same shape, (height, width, 3)."""
    picture = _blurred(image_bgr.astype(np.float32), settings)
    picture = _coarse(picture, settings.resolution)
    picture = _toned(picture, settings)
    picture = _noisy(picture, settings, rng)
    if settings.sharpening > 0.0:
        picture = picture + settings.sharpening * (picture - cv2.GaussianBlur(picture, (0, 0), 1.2))
    return compressed(_levels(picture), settings.quality)


def compressed(image_bgr: Image, quality: int) -> Image:
    """Return the picture after block compression with halved colour resolution."""
    options = [
        cv2.IMWRITE_JPEG_QUALITY,
        quality,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR,
        cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420,
    ]
    _, packed = cv2.imencode(".jpg", image_bgr, options)
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), dtype=np.uint8)


def _blurred(picture: Real, settings: Degradation) -> Real:
    if settings.blur_px > 0.05:
        picture = cv2.GaussianBlur(picture, (0, 0), settings.blur_px)
    if settings.smear_px > 1.0:
        picture = cv2.filter2D(picture, -1, _smear(settings.smear_px, settings.smear_deg))
    return picture


def _smear(length_px: float, direction_deg: float) -> Real:
    """Return a line kernel that sums to 1, spread over the pixels it passes."""
    half = int(np.ceil(length_px / 2.0))
    kernel = np.zeros((2 * half + 1, 2 * half + 1), dtype=np.float32)
    along = np.linspace(-length_px / 2.0, length_px / 2.0, 8 * half + 1)
    columns = np.rint(half + along * np.cos(np.radians(direction_deg))).astype(int)
    rows = np.rint(half - along * np.sin(np.radians(direction_deg))).astype(int)
    np.add.at(kernel, (rows, columns), 1.0)
    return np.asarray(kernel / kernel.sum(), dtype=np.float32)


def _coarse(picture: Real, resolution: float) -> Real:
    if resolution >= 1.0:
        return picture
    height, width = picture.shape[:2]
    few = (max(1, round(width * resolution)), max(1, round(height * resolution)))
    small = cv2.resize(picture, few, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)


def _toned(picture: Real, settings: Degradation) -> Real:
    toned = 255.0 * np.clip(picture / 255.0, 0.0, 1.0) ** settings.contrast * settings.brightness
    toned = toned * np.array(settings.tint, dtype=np.float32)
    grey = toned.mean(axis=2, keepdims=True)
    return np.asarray(grey + settings.colour * (toned - grey), dtype=np.float32)


def _noisy(picture: Real, settings: Degradation, rng: np.random.Generator) -> Real:
    dark = 1.6 - 0.9 * np.clip(picture.mean(axis=2, keepdims=True) / 255.0, 0.0, 1.0)
    grain = settings.noise * rng.standard_normal((*picture.shape[:2], 1), dtype=np.float32)
    colour_noise = settings.colour_noise * settings.colour
    grain = grain + colour_noise * rng.standard_normal(picture.shape, dtype=np.float32)
    return np.asarray(picture + dark * grain, dtype=np.float32)


def _levels(picture: Real) -> Image:
    return np.clip(np.rint(picture), 0.0, 255.0).astype(np.uint8)


def _three(values: NDArray[np.float64]) -> tuple[float, float, float]:
    first, second, third = (float(value) for value in values)
    return first, second, third
